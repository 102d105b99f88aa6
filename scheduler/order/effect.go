package order

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// effect applies what a relation means to the flags of its actions. The given
// flags are those that count for the relation: see flagsFor.
func (f *fixpoint) effect(r *model.Relation, then *model.Action, firstFlags, thenFlags model.ActionFlags) changes {
	first, node := r.Action, then.Node
	if r.Type.Has(model.FirstImpliesSameNodeThen) {
		// Unfencing restarts only what runs on the unfenced node.
		r.Type = r.Type&^model.FirstImpliesSameNodeThen | model.FirstImpliesThen
		node = first.Node
	}
	e := edge{f: f, first: first, then: then, node: node, flags: firstFlags}
	changed := e.required(r) | e.runnable(r) | e.sequence(r)
	graphed(r, then, firstFlags, thenFlags)
	return changed | e.blockedStop(r)
}

// An edge is a relation being applied.
type edge struct {
	f           *fixpoint
	first, then *model.Action
	node        *model.Node       // whose instances count, if then is collective
	flags       model.ActionFlags // of first, as they count
}

// required applies what makes one action required because of the other.
func (e *edge) required(r *model.Relation) changes {
	var changed changes
	if r.Type.Has(model.FirstImpliesThen) {
		changed |= e.firstImpliesThen()
	}
	if r.Type.Has(model.IntermediateStop) {
		changed |= e.onThen(e.flags, model.Optional|model.Runnable, model.IntermediateStop)
	}
	if r.Type.Has(model.ThenImpliesFirst) {
		changed |= e.thenImpliesFirst()
	}
	if r.Type.Has(model.PromotedThenImpliesFirst) {
		changed |= e.onThen(e.flags&model.Optional, model.Optional, model.PromotedThenImpliesFirst)
	}
	return changed
}

// runnable applies what makes one action impossible because of the other.
func (e *edge) runnable(r *model.Relation) changes {
	var changed changes
	if r.Type.Has(model.MinRunnable) {
		changed |= e.minRunnable()
	}
	if r.Type.Has(model.NestedRemoteProbe) {
		changed |= e.nestedRemoteProbe(r)
	}
	if r.Type.Has(model.UnrunnableFirstBlocks) {
		changed |= e.unrunnableFirstBlocks()
	}
	if r.Type.Has(model.UnmigratableThenBlocks) {
		changed |= e.onThen(e.flags, model.Optional, model.UnmigratableThenBlocks)
	}
	return changed
}

// sequence applies what matters for migrations, for pairs of instances, and for
// orderings in one direction.
func (e *edge) sequence(r *model.Relation) changes {
	var changed changes
	if r.Type.Has(model.FirstElseThen) {
		changed |= e.onThen(e.flags, model.Optional, model.FirstElseThen)
	}
	for _, t := range []model.OrderType{model.Ordered, model.Asymmetric} {
		if r.Type.Has(t) {
			changed |= e.onThen(e.flags, model.Runnable, t)
		}
	}
	return changed
}

// onThen applies one effect on behalf of then's resource, if it has one.
func (e *edge) onThen(flags, filter model.ActionFlags, t model.OrderType) changes {
	if e.then.Resource == nil {
		return 0
	}
	return e.f.spread(e.then.Resource, e.first, e.then, e.node, flags, filter, t)
}

func (e *edge) firstImpliesThen() changes {
	if e.then.Resource != nil {
		return e.onThen(e.flags&model.Optional, model.Optional, model.FirstImpliesThen)
	}
	if e.flags&model.Optional == 0 && e.then.Is(model.Optional) {
		e.then.Clear(model.Optional)
		return thenChanged
	}
	return 0
}

func (e *edge) thenImpliesFirst() changes {
	if e.first.Resource != nil {
		return e.f.spread(e.first.Resource, e.first, e.then, e.node, e.flags, model.Optional, model.ThenImpliesFirst)
	}
	if e.flags&model.Optional == 0 && e.first.Is(model.Runnable) {
		e.first.Clear(model.Runnable)
		return firstChanged
	}
	return 0
}

// minRunnable counts the instances that can run, and lets then run when they
// are enough.
func (e *edge) minRunnable() changes {
	if e.then.Resource != nil {
		return e.onThen(e.flags, model.Runnable, model.MinRunnable)
	}
	if e.flags&model.Runnable == 0 {
		return 0
	}
	if e.then.CountRunnable() && !e.then.Is(model.Runnable) {
		e.then.Set(model.Runnable)
		return thenChanged
	}
	return 0
}

// nestedRemoteProbe is void where the container stops: then there is nothing to
// wait for.
func (e *edge) nestedRemoteProbe(r *model.Relation) changes {
	if e.then.Resource == nil {
		return 0
	}
	if e.flags&model.Runnable == 0 && e.first.Resource != nil && len(e.first.Resource.Active) > 0 {
		r.Type = 0
		return 0
	}
	return e.onThen(e.flags, model.Runnable, model.UnrunnableFirstBlocks)
}

func (e *edge) unrunnableFirstBlocks() changes {
	if e.then.Resource != nil {
		return e.onThen(e.flags, model.Runnable, model.UnrunnableFirstBlocks)
	}
	if e.flags&model.Runnable == 0 && e.then.Is(model.Runnable) {
		e.then.Clear(model.Runnable)
		return thenChanged
	}
	return 0
}

// graphed puts actions into the graph for the sake of others, though they are
// not required themselves.
func graphed(r *model.Relation, then *model.Action, firstFlags, thenFlags model.ActionFlags) {
	if r.Type.Has(model.FirstImpliesThenGraphed) && r.Action.Is(model.Runnable) && firstFlags&model.Optional == 0 {
		then.Set(model.AlwaysInGraph)
	}
	if r.Type.Has(model.ThenImpliesFirstGraphed) && thenFlags&model.Optional == 0 {
		r.Action.Set(model.AlwaysInGraph)
	}
}

// blockedStop: nothing follows the stop of a blocked resource, since that never
// happens.
func (e *edge) blockedStop(r *model.Relation) changes {
	rsc := e.first.Resource
	if r.Type.Any(model.FirstImpliesThen|model.ThenImpliesFirst|model.IntermediateStop) &&
		rsc != nil && !rsc.Is(model.Managed) && rsc.Is(model.Blocked) &&
		e.first.Task == crm.TaskStop && !e.first.Is(model.Runnable) && e.then.Is(model.Runnable) {
		e.then.Clear(model.Runnable)
		return thenChanged
	}
	return 0
}

// spread applies one effect to two actions and, where rsc is collective, to
// the actions of its children in their place.
func (f *fixpoint) spread(rsc *model.Resource, first, then *model.Action, n *model.Node, flags, filter model.ActionFlags, t model.OrderType) changes {
	switch rsc.Variant {
	case model.Group:
		return f.spreadGroup(first, then, n, flags, filter, t)
	case model.Clone, model.Bundle:
		return f.spreadInstances(first, then, n, flags, filter, t)
	}
	return f.settle(first, then, flags, filter, t)
}

// spreadGroup applies an effect to the group's then and to that of each member.
func (f *fixpoint) spreadGroup(first, then *model.Action, n *model.Node, flags, filter model.ActionFlags, t model.OrderType) changes {
	changed := f.settle(first, then, flags, filter, t)
	if then.Resource == nil {
		return changed
	}
	for _, member := range then.Resource.Children {
		if a := action.Find(member, then.Task, n); a != nil {
			changed |= f.spread(member, first, a, n, flags, filter, t)
		}
	}
	return changed
}

// settle applies one effect to just two actions. filter says which flags of then
// may matter, flags are those of first as they count.
func (f *fixpoint) settle(first, then *model.Action, flags, filter model.ActionFlags, t model.OrderType) changes {
	firstBefore, thenBefore := first.Flags, then.Flags
	switch {
	case t.Has(model.Asymmetric):
		asymmetric(first, then)
	case t.Has(model.ThenImpliesFirst):
		thenRequiresFirst(first, then, flags, filter, firstBefore)
	case t.Has(model.PromotedThenImpliesFirst):
		promotedRequiresFirst(first, then, filter)
	case t.Has(model.UnmigratableThenBlocks):
		unmigratableBlocks(first, then, filter)
	case t.Has(model.FirstElseThen):
		if filter&model.Optional != 0 && !first.Is(model.Runnable) {
			clear(then, model.MigratableStep, first)
			then.Clear(model.Pseudo)
		}
	case t.Has(model.UnrunnableFirstBlocks):
		if filter&model.Runnable != 0 && then.Is(model.Runnable) && flags&model.Runnable == 0 {
			clear(then, model.Runnable, first)
			clear(then, model.MigratableStep, first)
		}
	case t.Has(model.FirstImpliesThen):
		if filter&model.Optional != 0 && then.Is(model.Optional) && flags&model.Optional == 0 && !first.Is(model.MigratableStep) {
			clear(then, model.Optional, first)
		}
	case t.Has(model.IntermediateStop):
		intermediateStop(first, then, filter)
	}
	var changed changes
	if then.Flags != thenBefore {
		changed |= thenChanged
		if then.Resource != nil && then.Resource.Parent != nil {
			f.update(then) // for "stop before start" of cloned groups
		}
	}
	if first.Flags != firstBefore {
		changed |= firstChanged
	}
	return changed
}

// idle tells whether settle will change nothing, whatever comes second: then
// the instances of a clone need not be visited.
func idle(first *model.Action, flags, filter model.ActionFlags, t model.OrderType) bool {
	optional, runnable := filter&model.Optional != 0, filter&model.Runnable != 0
	switch {
	case t.Has(model.Asymmetric):
		return first.Is(model.Runnable)
	case t.Has(model.ThenImpliesFirst):
		required := optional && flags&model.Optional == 0 && first.Is(model.Optional)
		return !required && (flags&model.MigratableStep == 0 || !first.Is(model.MigratableStep))
	case t.Has(model.PromotedThenImpliesFirst):
		return !optional || !first.Any(model.Optional|model.MigratableStep)
	case t.Has(model.UnmigratableThenBlocks):
		return !optional || !first.Any(model.Optional|model.Runnable)
	case t.Has(model.FirstElseThen):
		return !optional || first.Is(model.Runnable)
	case t.Has(model.UnrunnableFirstBlocks):
		return !runnable || flags&model.Runnable != 0
	case t.Has(model.FirstImpliesThen):
		return !optional || flags&model.Optional != 0 || first.Is(model.MigratableStep)
	}
	return !t.Has(model.IntermediateStop)
}

// clear takes a flag from an action because of another, which becomes its reason
// unless both belong to one resource.
func clear(a *model.Action, flag model.ActionFlags, because *model.Action) {
	if !a.Is(flag) {
		return
	}
	a.Clear(flag)
	if a.Resource == because.Resource {
		return
	}
	switch flag {
	case model.Runnable:
		action.SetReason(a, action.UnrunnableReason(because), false)
	case model.MigratableStep:
		action.SetReason(a, action.UnmigratableReason(because), false)
	case model.Optional:
		action.SetReason(a, action.RequiredReason(because), false)
	}
}

// asymmetric: what cannot happen first forbids what comes second, unless that
// is just the state the resource is in.
func asymmetric(first, then *model.Action) {
	if then.Resource == nil || first.Is(model.Runnable) {
		return
	}
	if then.Is(model.Optional) {
		role := then.Resource.RoleNow()
		if role == crm.RoleStopped && then.Task == crm.TaskStop {
			return
		}
		if role >= crm.RoleStarted && then.Task == crm.TaskStart && then.Resource.ActiveOnlyOn(then.Node) {
			return
		}
	}
	clear(then, model.Optional, first)
	clear(then, model.Runnable, first)
}

func thenRequiresFirst(first, then *model.Action, flags, filter, firstBefore model.ActionFlags) {
	if then.Is(model.Optional) {
		return
	}
	if filter&model.Optional != 0 && flags&model.Optional == 0 && firstBefore&model.Optional != 0 {
		clear(first, model.Optional, then)
	}
	if flags&model.MigratableStep != 0 && !then.Is(model.MigratableStep) {
		clear(first, model.MigratableStep, then)
	}
}

func promotedRequiresFirst(first, then *model.Action, filter model.ActionFlags) {
	if then.Resource == nil || then.Resource.Role != crm.RolePromoted || filter&model.Optional == 0 || then.Is(model.Optional) {
		return
	}
	clear(first, model.Optional, then)
	if !then.Is(model.MigratableStep) {
		clear(first, model.MigratableStep, then)
	}
}

func unmigratableBlocks(first, then *model.Action, filter model.ActionFlags) {
	if filter&model.Optional == 0 {
		return
	}
	if !then.Is(model.MigratableStep | model.Runnable) {
		clear(first, model.Runnable, then)
	}
	if !then.Is(model.Optional) {
		clear(first, model.Optional, then)
	}
}

// intermediateStop handles the stop in the middle of a restart, and the stop of
// a group member before that of an earlier one.
func intermediateStop(first, then *model.Action, filter model.ActionFlags) {
	restart := filter&model.Optional != 0 && !then.Is(model.Optional)
	// What should restart but cannot start shall still stop.
	stop := filter&model.Runnable != 0 && !then.Is(model.Runnable) &&
		then.Resource.Is(model.Managed) && first.Resource == then.Resource
	if !restart && !stop {
		return
	}
	if first.Is(model.Runnable) || !then.Is(model.Optional) {
		clear(first, model.Optional, then)
	}
	if !then.Is(model.MigratableStep) {
		clear(first, model.MigratableStep, then)
	}
	if !first.Is(model.Optional) && !first.Is(model.Runnable) {
		clear(then, model.Runnable, first)
	}
}
