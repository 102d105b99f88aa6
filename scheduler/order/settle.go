package order

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

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
