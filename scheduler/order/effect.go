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
