package order

import (
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/assign"
	"holdfast/scheduler/model"
)

// orderProbes lets probes come before what they might make needless: restarts
// that follow from a start, and whatever waits for a stop.
func orderProbes(c *model.Cluster) {
	w := probeWalk{c: c, anyDown: hasRealDown(c)}
	for _, r := range c.Resources {
		w.resource(r)
	}
	probesBeforeStops(c)
}

// hasRealDown tells whether any stop or demotion is executed by an agent. If
// none is, as when a cluster starts, no probe can forestall one.
func hasRealDown(c *model.Cluster) bool {
	for _, a := range c.Actions {
		if (a.Task == crm.TaskStop || a.Task == crm.TaskDemote) && !a.Is(model.Pseudo) {
			return true
		}
	}
	return false
}

// probeWalk follows what comes after the probes of one resource at a time.
type probeWalk struct {
	c       *model.Cluster
	anyDown bool
	r       *model.Resource
	seen    []*model.Action // marked with LoopMark
	downs   []*model.Action // stops and demotions found
}

func (w *probeWalk) resource(r *model.Resource) {
	if r.Variant != model.Primitive {
		for _, child := range r.Children {
			w.resource(child)
		}
		return
	}
	w.r = r
	// Probes of one resource lead to the same places: look just once.
	type place struct {
		after *model.Action
		downs []*model.Action
	}
	var places []place
	for _, probe := range action.AllOf(r, crm.TaskMonitor, nil) {
		for i := len(probe.After) - 1; i >= 0; i-- {
			after := &probe.After[i]
			instancesAfterProbe(probe, after)
			if !w.anyDown {
				continue
			}
			at := -1
			for j := range places {
				if places[j].after == after.Action {
					at = j
				}
			}
			if at < 0 {
				at = len(places)
				places = append(places, place{after.Action, w.downsAfter(after.Action)})
			}
			for _, down := range places[at].downs {
				action.Order(probe, down, model.Ordered)
			}
		}
	}
}

// instancesAfterProbe keeps inactive instances of a clone from starting while a
// node cannot be probed. The clone's start does not wait for it, so that active
// instances are not stopped for it.
func instancesAfterProbe(probe *model.Action, after *model.Follower) {
	whole := after.Action.Resource
	if whole == nil || whole.Variant <= model.Group || probe.Is(model.Runnable) ||
		after.Made.Has(model.UnrunnableFirstBlocks) || probe.Resource.Top(false) != whole || after.Action.Task != crm.TaskStart {
		return
	}
	for i := len(after.Action.After) - 1; i >= 0; i-- {
		then := after.Action.After[i].Action
		if then.Resource != nil && len(then.Resource.Active) == 0 && then.Resource.Top(false) == whole && then.Task == crm.TaskStart {
			action.Order(probe, then, model.Ordered|model.UnrunnableFirstBlocks)
		}
	}
}

// downsAfter finds the stops and demotions that a chain of required starts and
// promotions would cause.
func (w *probeWalk) downsAfter(after *model.Action) []*model.Action {
	w.seen, w.downs = w.seen[:0], nil
	w.follow(after)
	for _, a := range w.seen {
		a.Clear(model.LoopMark)
	}
	return w.downs
}

func (w *probeWalk) follow(a *model.Action) {
	if a.Is(model.LoopMark) {
		return
	}
	a.Set(model.LoopMark)
	w.seen = append(w.seen, a)
	if a.Resource != nil && a.Resource.Variant == model.Primitive && a.Resource != w.r {
		w.collect(a)
	}
	var partner *model.Resource
	paired := a.Resource != nil && a.Resource.Variant > model.Group && a.Resource.MetaBool("interleave")
	if paired {
		partner = assign.CompatibleInstance(w.c, w.r, a.Resource, crm.RoleUnknown, false, "")
	}
	for i := len(a.After) - 1; i >= 0; i-- {
		next := &a.After[i]
		if next.Made.Has(model.FirstImpliesThen) || (w.leadsInside(a, next.Action) && (!paired || next.Action.Resource == partner)) {
			w.follow(next.Action)
		}
	}
}

// leadsInside tells whether a relation goes from a group or clone to one of its
// own members or instances, and not to those of the probed resource itself.
func (w *probeWalk) leadsInside(a, next *model.Action) bool {
	return a.Resource != nil && a.Resource.Variant >= model.Group && w.r.Parent != a.Resource &&
		next.Resource != nil && next.Resource.Variant <= model.Group && next.Resource.Parent == a.Resource
}

func (w *probeWalk) collect(a *model.Action) {
	var downs []*model.Action
	switch a.Task {
	case crm.TaskStart:
		downs = action.AllOf(a.Resource, crm.TaskStop, nil)
	case crm.TaskPromote:
		downs = action.AllOf(a.Resource, crm.TaskDemote, nil)
	}
	for _, down := range downs {
		if !down.Is(model.Pseudo) {
			w.downs = append(w.downs, down)
		}
	}
}

// probesBeforeStops: where something waits for a resource's stop, it waits for
// the resource's probes too, which may find it running.
func probesBeforeStops(c *model.Cluster) {
	for o := range c.Orderings.All() {
		if o.Type == 0 || o.FirstResource == nil || o.FirstResource == o.ThenResource || !isStop(o.FirstAction, o.FirstKey) {
			continue
		}
		// Not so for what runs in a launcher that stops: its probe might be
		// done only after the launcher has started again.
		if o.ThenResource != nil && o.FirstResource.Launcher == o.ThenResource && isStop(o.ThenAction, o.ThenKey) {
			continue
		}
		probes := action.AllOf(o.FirstResource, crm.TaskMonitor, nil)
		if len(probes) == 0 {
			continue
		}
		var thens []*model.Action
		if o.ThenAction != nil {
			thens = append(thens, o.ThenAction)
		} else if o.ThenResource != nil {
			thens = action.AllKeyed(o.ThenResource, o.ThenKey, nil)
		}
		t := probeType(o.Type)
		for _, probe := range probes {
			for _, then := range thens {
				if probeFirst(probe, then) {
					action.Order(probe, then, t)
				}
			}
		}
	}
}

func isStop(a *model.Action, key string) bool {
	if a != nil {
		return a.Task == crm.TaskStop
	}
	return strings.HasSuffix(key, "_stop_0")
}

// probeType is the relation of a probe with what waits for a stop in the way t.
func probeType(t model.OrderType) model.OrderType {
	if t == model.IfRequiredOnSameNode || t == model.IfOnSameNodeOrTarget {
		return t
	}
	return model.Ordered | t&(model.IfFirstUnmigratable|model.IfOnSameNode)
}

// probeFirst tells whether a probe must be before an action: a node is probed
// after its unfencing, and before its own shutdown only.
func probeFirst(probe, then *model.Action) bool {
	switch then.Task {
	case model.TaskFence:
		return probe.Node != then.Node || !strings.EqualFold(then.Meta.Get("stonith_action"), "on")
	case model.TaskShutdown:
		return probe.Node == nil || then.Node == nil || probe.Node == then.Node
	}
	return true
}
