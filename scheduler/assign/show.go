package assign

import (
	"strconv"

	"holdfast/scheduler/model"
)

// Labels of score lines: the stage's names in the reference, which people and
// scripts know from crm_simulate --show-scores.
const (
	labelPrimitive = "pcmk__primitive_assign"
	labelGroup     = "pcmk__group_assign"
	labelClone     = "pcmk__clone_assign"
	labelBundle    = "pcmk__bundle_assign"
	labelNeeds     = "pcmk__assign_resource"
)

// show records the scores of a resource and everything in it, unless removed.
func (r *run) show(label string, rsc *model.Resource) {
	if !r.c.WantScores || rsc.Is(model.Removed) {
		return
	}
	for _, n := range r.c.ByName {
		if place := rsc.Allowed.At(n.Ix); place != nil {
			r.c.Scores = append(r.c.Scores, model.ScoreLine{
				Kind: model.AllocationScore, Label: label, Resource: rsc.ID, Node: n.Name, Score: place.Score,
			})
		}
	}
	for _, child := range rsc.Children {
		r.show(label, child)
	}
}

// showPromotion records the promotion score of an instance.
func (r *run) showPromotion(instance *model.Resource, n *model.Node) {
	if !r.c.WantScores {
		return
	}
	line := model.ScoreLine{Kind: model.PromotionScore, Resource: instance.ID, Score: instance.PromotionPriority}
	if n != nil {
		line.Node = n.DisplayName()
	}
	r.c.Scores = append(r.c.Scores, line)
}

// showCapacities records what every node has left. The nodes of bundles have
// no capacity of their own.
func (r *run) showCapacities(label string) {
	if !r.c.WantUtilization {
		return
	}
	for _, n := range r.c.ByName {
		if !n.IsBundleNode() {
			r.c.Scores = append(r.c.Scores, model.ScoreLine{
				Kind: model.NodeCapacity, Label: label, Node: n.DisplayName(), Amounts: shown(n.Free),
			})
		}
	}
}

// showNeeds records what a resource takes from a node.
func (r *run) showNeeds(rsc *model.Resource, n *model.Node) {
	if r.c.WantUtilization {
		r.c.Scores = append(r.c.Scores, model.ScoreLine{
			Kind: model.ResourceNeeds, Label: labelNeeds, Resource: rsc.ID, Node: n.DisplayName(), Amounts: rsc.Utilization,
		})
	}
}

func shown(amounts []model.Amount) model.Vars {
	vars := make(model.Vars, len(amounts))
	for i, a := range amounts {
		vars[i] = model.Var{Name: a.Name, Value: strconv.Itoa(a.Value)}
	}
	return vars
}
