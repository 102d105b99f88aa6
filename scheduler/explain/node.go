package explain

import (
	"fmt"
	"strings"

	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// node explains what becomes of a node.
func node(c *model.Cluster, n *model.Node) Answer {
	a := Answer{Subject: n.DisplayName(), Says: nodeSays(c, n)}
	for _, cause := range c.Causes {
		if cause.Node == n && (cause.Kind == model.CauseFence || cause.Kind == model.CauseState) {
			a.Because = appendReason(a.Because, Reason{Text: cause.Text, Source: cause.Source})
		}
	}
	if n.Unclean && !action.CanFence(c, n) {
		a.Because = append(a.Because, Reason{Text: cannotFence(c)})
	}
	return a
}

func nodeSays(c *model.Cluster, n *model.Node) string {
	name := n.DisplayName()
	switch how := nodeOutcome(c, n); how {
	case "fenced":
		return fmt.Sprintf("%s will be fenced.", name)
	case "unclean":
		return fmt.Sprintf("%s must be fenced, and cannot be.", name)
	case "shut down":
		return fmt.Sprintf("%s will be shut down.", name)
	}
	if troubles := nodeTroubles(n); len(troubles) > 0 {
		return fmt.Sprintf("%s: %s.", name, strings.Join(troubles, ", "))
	}
	return fmt.Sprintf("%s is online and can run resources.", name)
}

// nodeOutcome says in short what happens to a node.
func nodeOutcome(c *model.Cluster, n *model.Node) string {
	for _, s := range c.Graph.Synapses {
		if s.Action.Node != n {
			continue
		}
		switch {
		case s.Action.Task == model.TaskShutdown:
			return "shut down"
		case s.Action.Task == model.TaskFence && s.Action.Meta.Get("stonith_action") != "on":
			return "fenced"
		}
	}
	if n.Unclean {
		return "unclean"
	}
	if len(nodeTroubles(n)) > 0 {
		return "kept from running resources"
	}
	return "able to run resources"
}

// cannotFence says what is missing for fencing.
func cannotFence(c *model.Cluster) string {
	switch {
	case !c.Options.FencingEnabled:
		return "fencing is disabled (fencing-enabled=false)"
	case !c.HaveFencing:
		return "no fencing device is configured"
	case !c.Quorate:
		return "the cluster has no quorum"
	}
	return "nothing can reach it"
}
