package order

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// implicitBundle orders the parts of each replica with the bundle's own tasks,
// and the bundle with the clone of the bundled resource.
func implicitBundle(c *model.Cluster, bundle *model.Resource) {
	for _, replica := range bundle.BundleData.Replicas {
		implicitReplica(c, bundle, replica)
	}
	inner := bundle.BundleData.Child
	if inner == nil {
		return
	}
	around(c, bundle, inner, crm.TaskStart, model.TaskRunning)
	around(c, bundle, inner, crm.TaskStop, model.TaskStopped)
	implicit(c, inner)
	if inner.Is(model.Promotable) {
		promotableRestart(c, bundle)
		around(c, bundle, inner, crm.TaskDemote, model.TaskDemoted)
		around(c, bundle, inner, crm.TaskPromote, model.TaskPromoted)
	}
}

// around puts a task of the inner clone inside the same task of the bundle.
func around(c *model.Cluster, bundle, inner *model.Resource, task, done string) {
	action.RelateTasks(c, bundle, task, inner, task, model.ThenImpliesFirstGraphed)
	action.RelateTasks(c, inner, done, bundle, done, model.FirstImpliesThenGraphed)
}

func implicitReplica(c *model.Cluster, bundle *model.Resource, replica *model.Replica) {
	container := replica.Container
	implicit(c, container)
	action.RelateStarts(c, bundle, container, model.UnrunnableFirstBlocks|model.ThenImpliesFirstGraphed)
	if replica.Child != nil {
		action.RelateStops(c, bundle, replica.Child, model.ThenImpliesFirstGraphed)
	}
	action.RelateStops(c, bundle, container, model.ThenImpliesFirstGraphed)
	action.RelateTasks(c, container, crm.TaskStart, bundle, model.TaskRunning, model.FirstImpliesThenGraphed)
	action.RelateTasks(c, container, crm.TaskStop, bundle, model.TaskStopped, model.FirstImpliesThenGraphed)

	if replica.IP != nil {
		implicit(c, replica.IP)
		action.RelateStarts(c, replica.IP, container, model.UnrunnableFirstBlocks|model.GuestAllowed)
		action.RelateStops(c, container, replica.IP, model.ThenImpliesFirst|model.GuestAllowed)
	}
	if replica.Remote != nil {
		// The connection is ordered with the container as its launcher, and
		// thus with the address.
		implicit(c, replica.Remote)
	}
}
