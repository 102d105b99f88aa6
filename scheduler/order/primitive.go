package order

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// implicitPrimitive orders the tasks of one primitive with each other, with the
// unfencing of its nodes, with the capacity others leave, and with its launcher.
func implicitPrimitive(c *model.Cluster, r *model.Resource) {
	if !r.Is(model.Managed) {
		return
	}
	action.RelateTasks(c, r, crm.TaskStop, r, crm.TaskStart,
		model.Ordered|model.FirstImpliesThen|model.IntermediateStop)
	if r.Top(false).Is(model.Promotable) || r.Role > crm.RoleUnpromoted {
		action.RelateTasks(c, r, crm.TaskDemote, r, crm.TaskStop, model.PromotedThenImpliesFirst)
		action.RelateTasks(c, r, crm.TaskStart, r, crm.TaskPromote, model.UnrunnableFirstBlocks)
	}
	// History is not cleared where a probe finds it anew.
	action.RelateTasks(c, r, model.TaskLRMDelete, r, crm.TaskMonitor, model.IfOnSameNode|model.ThenCancelsFirst)

	if c.EnableUnfencing && r.Is(model.NeedsUnfencing) && !r.Is(model.FenceDevice) {
		implicitUnfencing(c, r)
	}
	if c.Options.Placement != model.PlaceDefault && len(r.Utilization) > 0 {
		implicitCapacity(c, r)
	}
	if r.Launcher != nil {
		implicitLauncher(c, r)
	}
}

// implicitUnfencing stops the resource before its node is unfenced and starts
// it afterwards.
func implicitUnfencing(c *model.Cluster, r *model.Resource) {
	for _, n := range c.ByName {
		if !r.Allowed.Has(n.Ix) {
			continue
		}
		unfence := action.Fence(c, n, "on", true, "", false)
		action.RelateFirst(c, r, crm.TaskStop, unfence, model.Ordered|model.IfOnSameNode)
		action.RelateThen(c, unfence, r, crm.TaskStart, model.FirstImpliesSameNodeThen|model.IfOnSameNode)
	}
}

// implicitCapacity lets a start or migration wait until what leaves the target
// has freed its capacity.
func implicitCapacity(c *model.Cluster, r *model.Resource) {
	for _, n := range r.Active {
		action.RelateFirst(c, r, crm.TaskStop, loadStopped(c, n), model.IfOnSameNodeOrTarget)
	}
	for _, n := range c.ByName {
		if !r.Allowed.Has(n.Ix) {
			continue
		}
		freed := loadStopped(c, n)
		action.RelateThen(c, freed, r, crm.TaskStart, model.IfOnSameNodeOrTarget)
		action.RelateThen(c, freed, r, crm.TaskMigrateTo, model.IfOnSameNodeOrTarget)
	}
}

// loadStopped is the moment when all that leaves a node has stopped.
func loadStopped(c *model.Cluster, n *model.Node) *model.Action {
	a := action.PseudoSingleton(c, model.TaskLoadStopped+"_"+n.Name)
	if a.Node == nil {
		a.Bind(n)
		a.Clear(model.Optional)
	}
	return a
}

// implicitLauncher orders a resource with what launches it, unless the launcher
// is just its way into a remote node.
func implicitLauncher(c *model.Cluster, r *model.Resource) {
	launcher := r.Launcher
	if r.Is(model.RemoteConnection) {
		// If the probe finds the launcher active after all, the new
		// transition will not take the connection down.
		action.RelateTasks(c, launcher, crm.TaskMonitor, r, crm.TaskStop, model.Ordered)
	} else if launcher.Is(model.RemoteConnection) || launcher.GuestConnection() != nil {
		return
	}
	action.RelateStarts(c, launcher, r, model.FirstImpliesThen|model.UnrunnableFirstBlocks)
	action.RelateStops(c, r, launcher, model.ThenImpliesFirst)
}
