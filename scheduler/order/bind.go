package order

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// bindAll gives actions that orderings made without a node the node where they
// would take place, if anything is to be reported of their resource
// (promoted-partially-demoted-group shows such a promotion). What was found
// somewhere counts as started from now on, even if all that is known of it is a
// failure.
func bindAll(list []*model.Resource) {
	for _, r := range list {
		switch {
		case r.Variant == model.Bundle:
			for _, replica := range r.BundleData.Replicas {
				for _, part := range []*model.Resource{replica.IP, replica.Container, replica.Remote, replica.Child} {
					if part != nil {
						bindAll([]*model.Resource{part})
					}
				}
			}
		case len(r.Children) > 0:
			bindAll(r.Children)
		case r.Variant == model.Primitive:
			bind(r)
		}
	}
}

func bind(r *model.Resource) {
	now, next := r.CurrentNode(), r.Assigned
	if now != nil && r.Role == crm.RoleStopped {
		r.Role = crm.RoleStarted
	}
	if !r.Is(model.Managed) || (now == nil && (next == nil || r.Is(model.Removed))) {
		return
	}
	starts := action.AllOf(r, crm.TaskStart, next)
	stopNode := now
	if len(starts) == 0 || !starts[0].Is(model.Runnable) {
		stopNode = nil
	}
	stops := action.AllOf(r, crm.TaskStop, stopNode)
	if len(stops) == 0 && r.Is(model.StopUnexpected) {
		stops = action.AllOf(r, crm.TaskStop, nil)
	}
	action.AllOf(r, crm.TaskPromote, next)
	action.AllOf(r, crm.TaskDemote, next)
	if r.Role == r.NextRole {
		action.AllOf(r, crm.TaskMigrateFrom, next)
		return
	}
	if len(stops) > 0 && (r.NextRole == crm.RoleStopped || (len(starts) > 0 && !starts[0].Is(model.Runnable))) {
		for _, n := range r.Active {
			action.AllOf(r, crm.TaskStop, n)
		}
	}
}
