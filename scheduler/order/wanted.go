package order

import (
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// Wanted tells whether an action goes into the graph. Problems that leave one
// out, which order should have prevented, are noted.
func Wanted(c *model.Cluster, a *model.Action) bool {
	if !a.Is(model.Runnable) || (a.Is(model.Optional) && !a.Is(model.AlwaysInGraph)) {
		return false
	}
	// With an unmanaged resource only monitors are begun or ended.
	if a.Resource != nil && !a.Resource.Is(model.Managed) && a.Task != crm.TaskMonitor {
		if interval := a.Meta.Get("interval"); interval == "" || interval == "0" {
			return false
		}
	}
	if a.Is(model.Pseudo) || a.Task == model.TaskFence || a.Task == model.TaskShutdown {
		return true
	}
	switch {
	case a.Node == nil:
		return false
	case a.Is(model.OnDC):
	case a.Node.IsGuest() && !a.Node.RemoteReset:
	case !a.Node.Online, a.Node.Unclean:
		return false
	}
	return true
}

// WantedInput tells whether an action in the graph waits for the first action of
// a relation. A relation found not to apply is voided.
func WantedInput(c *model.Cluster, then *model.Action, r *model.Relation) bool {
	first := r.Action
	switch {
	case r.Graphed:
		return true
	case r.Type == 0:
		return false
	case !first.Is(model.Runnable) && (!changesActions(r.Type) || r.Type.Any(model.MinRunnable|model.UnmigratableThenBlocks)):
		return false
	case r.Type.Has(model.IfFirstUnmigratable) && first.Is(model.MigratableStep):
		return false
	case r.Type == model.Ordered && first.Is(model.MigratableStep) && strings.HasSuffix(first.Key, "_stop_0"):
		return false
	case r.Type == model.IfOnSameNodeOrTarget:
		return void(r, first.Node != target(then), first.Is(model.Optional) && !isMigrateTo(then))
	case r.Type == model.IfRequiredOnSameNode:
		apart := first.Node != nil && then.Node != nil && first.Node != then.Node
		return void(r, apart, first.Is(model.Optional))
	case unmanagedFailedStop(first, then):
		return false
	}
	return !first.Is(model.Optional) || first.Any(model.AlwaysInGraph|model.InGraph) || Wanted(c, first)
}

// void takes the type from a relation if any of the conditions holds, and
// reports whether it still applies.
func void(r *model.Relation, conditions ...bool) bool {
	for _, c := range conditions {
		if c {
			r.Type = 0
			return false
		}
	}
	return true
}

func isMigrateTo(a *model.Action) bool { return a.Resource != nil && a.Task == crm.TaskMigrateTo }

// target is the node whose capacity an action needs: of a migration where it
// leads, not where it is executed.
func target(a *model.Action) *model.Node {
	if isMigrateTo(a) {
		return a.Resource.Assigned
	}
	return a.Node
}

// changesActions tells whether a relation is more than a sequence.
func changesActions(t model.OrderType) bool {
	return t&^(model.Ordered|model.ThenImpliesFirstGraphed|model.FirstImpliesThenGraphed) != 0
}

// unmanagedFailedStop: what is failed and unmanaged cannot keep a clone from
// going down.
func unmanagedFailedStop(first, then *model.Action) bool {
	return first.Resource != nil && first.Resource != then.Resource &&
		first.Resource.Is(model.Failed) && !first.Resource.Is(model.Managed) &&
		strings.HasSuffix(first.Key, "_stop_0") && then.Resource != nil && then.Resource.Variant == model.Clone
}

// dropInvalid voids relations that must not be: between a guest and what runs in
// it, unless the cluster itself made them, and waiting for capacity in a circle.
func dropInvalid(c *model.Cluster) {
	for i := len(c.Actions) - 1; i >= 0; i-- {
		a := c.Actions[i]
		for j := len(a.Before) - 1; j >= 0; j-- {
			if invalid(c, a, a.Before[j]) {
				a.Before[j].Type = 0
			}
		}
	}
}

func invalid(c *model.Cluster, a *model.Action, r *model.Relation) bool {
	first := r.Action
	if !r.Type.Has(model.GuestAllowed) && first.Resource != nil && launches(a.Resource, first.Node) {
		c.Note(model.Warning, first.Resource.ID, "Invalid ordering constraint between %s and %s", first.Resource.ID, a.Resource.ID)
		return true
	}
	return r.Type == model.IfOnSameNodeOrTarget && isMigrateTo(a) && loops(c, a, a, r)
}

// launches tells whether a resource is what brings a guest node to life.
func launches(r *model.Resource, n *model.Node) bool {
	return r != nil && len(r.Launched) > 0 && n != nil && n.Remote != nil && n.Remote.Launcher == r
}

// loops tells whether a relation of then closes a circle back to start.
func loops(c *model.Cluster, start, then *model.Action, r *model.Relation) bool {
	first := r.Action
	if first.Is(model.LoopMark) || !WantedInput(c, then, r) {
		return false
	}
	if first == start {
		return true
	}
	first.Set(model.LoopMark)
	defer first.Clear(model.LoopMark)
	for i := len(first.Before) - 1; i >= 0; i-- {
		if loops(c, start, first, first.Before[i]) {
			return true
		}
	}
	return false
}
