package order

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/assign"
	"holdfast/scheduler/model"
)

// blockDependents keeps resources from coming up that must be with one that
// cannot: their place was chosen in vain.
func (f *fixpoint) blockDependents(a *model.Action) {
	if a.Is(model.Runnable) || a.Resource == nil || (a.Task != crm.TaskStart && a.Task != crm.TaskPromote) {
		return
	}
	whole := a.Resource.Top(true)
	for _, child := range whole.Children {
		other := action.Find(child, a.Task, nil)
		if other == nil || other.Is(model.Runnable) {
			return // some of it comes up
		}
	}
	for _, colocation := range assign.WithThis(whole) {
		if colocation.Score < crm.Infinity {
			continue
		}
		if a.Task == crm.TaskPromote && colocation.PrimaryRole != crm.RolePromoted {
			continue
		}
		task := crm.TaskStart
		if colocation.DependentRole == crm.RolePromoted {
			task = crm.TaskPromote
		}
		f.block(colocation.Dependent, task, a.Resource)
	}
}

// block makes a task of a resource, and of everything in it, impossible.
func (f *fixpoint) block(r *model.Resource, task string, because *model.Resource) {
	for i := len(r.Actions) - 1; i >= 0; i-- {
		a := r.Actions[i]
		if a.Task != task || !a.Is(model.Runnable) {
			continue
		}
		a.Clear(model.Runnable)
		action.SetReason(a, "colocation with "+because.ID, false)
		f.blockDependents(a)
		f.update(a)
	}
	for _, child := range r.Children {
		f.block(child, task, because)
	}
}
