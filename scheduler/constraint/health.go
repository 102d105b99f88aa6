package constraint

import (
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// healthColours gives what red, yellow and green mean under the node health
// strategy: nothing, or a ban, or what the options say.
func healthColours(o model.Options) [3]crm.Score {
	switch strings.ToLower(o.HealthStrategy) {
	case "migrate-on-red":
		return [3]crm.Score{-crm.Infinity, 0, 0}
	case "only-green":
		return [3]crm.Score{-crm.Infinity, -crm.Infinity, 0}
	case "progressive", "custom":
		return [3]crm.Score{o.HealthRed, o.HealthYellow, o.HealthGreen}
	}
	return [3]crm.Score{}
}

// health makes the sum of a node's health attributes a location score for every
// resource there. Resources that allow unhealthy nodes are spared bad health.
func (r *reader) health() {
	base := crm.Score(0)
	switch strings.ToLower(r.c.Options.HealthStrategy) {
	case "progressive":
		base = r.c.Options.HealthBase
	case "migrate-on-red", "only-green", "custom":
	default:
		return
	}
	for _, node := range r.c.ByName {
		if sum := r.nodeHealth(node, base); sum != 0 {
			r.applyHealth(node, sum)
		}
	}
}

// nodeHealth sums the node's health attributes and the base.
func (r *reader) nodeHealth(node *model.Node, sum crm.Score) crm.Score {
	for _, attr := range node.Attrs {
		if !strings.HasPrefix(attr.Name, "#health") {
			continue
		}
		score, ok := ParseScore(attr.Value, r.colours)
		if !ok {
			r.c.Warn(node.ID, "attribute %s of node %s is ignored: %q is neither a colour nor a score",
				attr.Name, node.DisplayName(), attr.Value)
			continue
		}
		sum = score.Add(sum)
	}
	return sum
}

func (r *reader) applyHealth(node *model.Node, score crm.Score) {
	for _, rsc := range r.c.Resources {
		if score < 0 && rsc.MetaBool("allow-unhealthy-nodes") {
			continue
		}
		r.newLocation(&model.Location{
			ID: r.c.Options.HealthStrategy, Resource: rsc,
			Nodes: []model.NodeScore{{Node: node, Score: score}},
		})
	}
}

// HealthColours gives the scores that red, yellow and green stand for.
func HealthColours(c *model.Cluster) [3]crm.Score { return healthColours(c.Options) }
