package order

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/assign"
	"holdfast/scheduler/model"
)

// implicitClone orders a clone's own tasks for a restart, and every instance
// between them. Instances of an ordered clone also go one after the other.
func implicitClone(c *model.Cluster, clone *model.Resource) {
	action.RelateTasks(c, clone, model.TaskStopped, clone, crm.TaskStart, model.Ordered)
	action.RelateTasks(c, clone, crm.TaskStart, clone, model.TaskRunning, model.UnrunnableFirstBlocks)
	action.RelateTasks(c, clone, crm.TaskStop, clone, model.TaskStopped, model.UnrunnableFirstBlocks)
	if clone.Is(model.Promotable) {
		action.RelateTasks(c, clone, model.TaskDemoted, clone, crm.TaskStop, model.Ordered)
		action.RelateTasks(c, clone, model.TaskRunning, clone, crm.TaskPromote, model.UnrunnableFirstBlocks)
	}
	if clone.CloneData.Ordered {
		assign.SortByInstanceNumber(clone.Children)
	}
	for i, instance := range clone.Children {
		implicit(c, instance)
		implicitInstance(c, clone, instance)
		if clone.CloneData.Ordered {
			implicitSequence(c, instance, clone.Children[i+1:])
		}
	}
	if clone.Is(model.Promotable) {
		implicitPromotable(c, clone)
	}
}

// implicitInstance puts an instance between the clone's start and running, and
// between its stop and stopped.
func implicitInstance(c *model.Cluster, clone, instance *model.Resource) {
	action.RelateStarts(c, clone, instance, model.UnrunnableFirstBlocks|model.ThenImpliesFirstGraphed)
	action.RelateTasks(c, instance, crm.TaskStart, clone, model.TaskRunning, model.FirstImpliesThenGraphed)
	action.RelateStops(c, clone, instance, model.ThenImpliesFirstGraphed)
	action.RelateTasks(c, instance, crm.TaskStop, clone, model.TaskStopped, model.FirstImpliesThenGraphed)
}

// implicitSequence orders an instance with every later one, since those in
// between may have nothing to do.
func implicitSequence(c *model.Cluster, instance *model.Resource, later []*model.Resource) {
	for _, next := range later {
		action.RelateStarts(c, instance, next, model.Ordered)
		action.RelateStops(c, next, instance, model.Ordered)
	}
}

// implicitPromotable orders promotion and demotion of a clone's instances.
func implicitPromotable(c *model.Cluster, clone *model.Resource) {
	promotableRestart(c, clone)
	var previous *model.Resource
	for _, instance := range clone.Children {
		action.RelateTasks(c, instance, crm.TaskDemote, instance, crm.TaskPromote, model.Ordered)

		action.RelateTasks(c, clone, crm.TaskPromote, instance, crm.TaskPromote, model.Ordered)
		action.RelateTasks(c, instance, crm.TaskPromote, clone, model.TaskPromoted, model.Ordered)
		if previous != nil && clone.CloneData.Ordered {
			action.RelateTasks(c, previous, crm.TaskPromote, instance, crm.TaskPromote, model.Ordered)
		}
		action.RelateTasks(c, clone, crm.TaskDemote, instance, crm.TaskDemote, model.ThenImpliesFirstGraphed)
		action.RelateTasks(c, instance, crm.TaskDemote, clone, model.TaskDemoted, model.FirstImpliesThenGraphed)
		if previous != nil && clone.CloneData.Ordered {
			action.RelateTasks(c, instance, crm.TaskDemote, previous, crm.TaskDemote, model.Ordered)
		}
		previous = instance
	}
}

// promotableRestart orders the stages of a promotable clone, or of a bundle of
// one: demoted, stopped, running, promoted.
func promotableRestart(c *model.Cluster, r *model.Resource) {
	for _, then := range []string{crm.TaskStart, crm.TaskPromote} {
		action.RelateTasks(c, r, model.TaskStopped, r, then, model.Ordered)
	}
	for _, then := range []string{crm.TaskStop, crm.TaskStart, crm.TaskPromote} {
		action.RelateTasks(c, r, model.TaskDemoted, r, then, model.Ordered)
	}
	action.RelateTasks(c, r, model.TaskRunning, r, crm.TaskPromote, model.Ordered)
	action.RelateTasks(c, r, crm.TaskDemote, r, model.TaskDemoted, model.Ordered)
}
