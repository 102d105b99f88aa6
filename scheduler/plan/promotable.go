package plan

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// createPromotable plans promotion and demotion of a clone as a whole. The
// instances' priorities, used by assign to choose whom to promote, become the
// clone's again.
func createPromotable(c *model.Cluster, clone *model.Resource) {
	var promoting, demoting bool
	for _, instance := range clone.Children {
		create(c, instance)
		changingRoles(instance, &promoting, &demoting)
	}
	up, upDone := aroundPseudo(c, clone, crm.TaskPromote, model.TaskPromoted, !promoting)
	if clone.CloneData.PromoteNotify == nil {
		clone.CloneData.PromoteNotify = newNotification(c, clone, crm.TaskPromote, up, upDone)
	}
	down, downDone := aroundPseudo(c, clone, crm.TaskDemote, model.TaskDemoted, !demoting)
	if clone.CloneData.DemoteNotify == nil {
		clone.CloneData.DemoteNotify = newNotification(c, clone, crm.TaskDemote, down, downDone)
		orderRoleNotifications(clone.CloneData)
	}
	for _, instance := range clone.Children {
		instance.Priority = clone.Priority
	}
}

// aroundPseudo makes the points at which a task of a clone begins and is done.
func aroundPseudo(c *model.Cluster, r *model.Resource, task, done string, optional bool) (begin, end *model.Action) {
	begin = action.Pseudo(c, r, task, optional, true)
	end = action.Pseudo(c, r, done, optional, true)
	end.Priority = crm.Infinity
	return begin, end
}

// orderRoleNotifications lets the instances be told of what went down before
// they are told of what comes up.
func orderRoleNotifications(d *model.CloneData) {
	if d.PromoteNotify == nil {
		return
	}
	action.Order(d.StopNotify.PostDone, d.PromoteNotify.Pre, model.Ordered)
	action.Order(d.StartNotify.PostDone, d.PromoteNotify.Pre, model.Ordered)
	action.Order(d.DemoteNotify.PostDone, d.PromoteNotify.Pre, model.Ordered)
	action.Order(d.DemoteNotify.PostDone, d.StartNotify.Pre, model.Ordered)
	action.Order(d.DemoteNotify.PostDone, d.StopNotify.Pre, model.Ordered)
}

// changingRoles looks for required promotions and demotions of an instance.
func changingRoles(instance *model.Resource, promoting, demoting *bool) {
	if len(instance.Children) > 0 {
		for _, member := range instance.Children {
			changingRoles(member, promoting, demoting)
		}
		return
	}
	for _, a := range instance.Actions {
		if a.Is(model.Optional) {
			continue
		}
		switch a.Task {
		case crm.TaskDemote:
			*demoting = true
		case crm.TaskPromote:
			*promoting = true
		}
	}
}
