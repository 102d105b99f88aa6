package order

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
	"holdfast/scheduler/plan"
)

// RemoteConnections orders all actions on remote, guest and bundle nodes with
// the connection they go through. It may find that such a node must be fenced.
func RemoteConnections(c *model.Cluster) {
	if !c.HaveRemoteNodes {
		return
	}
	for i := len(c.Actions) - 1; i >= 0; i-- {
		a := c.Actions[i]
		if a.Resource == nil {
			continue
		}
		if a.Resource.Is(model.RemoteConnection) && a.Task == model.TaskClearFailcount {
			action.RelateThen(c, a, a.Resource, crm.TaskStart, model.Ordered)
			continue
		}
		if !a.Node.IsRemote() || a.Node.Remote == nil || a.Is(model.Pseudo) {
			continue
		}
		if a.Task == crm.TaskStart {
			stopsAfterConnection(c, a)
		}
		if a.Node.Remote.Launcher != nil {
			throughGuest(c, a)
		} else {
			throughRemote(c, a)
		}
	}
}

// stopsAfterConnection: a resource that moves to a remote node leaves its old
// node only when the connection to the new one is up.
func stopsAfterConnection(c *model.Cluster, start *model.Action) {
	for i := len(start.Resource.Actions) - 1; i >= 0; i-- {
		if a := start.Resource.Actions[i]; a.Task == crm.TaskStop && a.Node != start.Node {
			action.RelateFirst(c, start.Node.Remote, crm.TaskStart, a, model.Ordered)
		}
	}
}

// afterStart orders an action after the start of a connection or launcher, and
// makes it depend on that start. Relations made by the cluster are exempt from
// the ban on ordering a guest with what runs in it.
func afterStart(c *model.Cluster, first *model.Resource, a *model.Action, extra model.OrderType) {
	action.RelateFirst(c, first, crm.TaskStart, a, model.GuestAllowed|model.UnrunnableFirstBlocks|extra)
}

// beforeStop orders an action before the stop of a connection.
func beforeStop(c *model.Cluster, a *model.Action, then *model.Resource, extra model.OrderType) {
	action.RelateThen(c, a, then, crm.TaskStop, model.GuestAllowed|extra)
}

// throughTask is the task that tells how an action depends on the connection:
// both steps of a migration are like a stop.
func throughTask(a *model.Action) string {
	if a.Task == crm.TaskMigrateTo || a.Task == crm.TaskMigrateFrom {
		return crm.TaskStop
	}
	return a.Task
}

// throughRemote orders an action on a remote node with its connection.
func throughRemote(c *model.Cluster, a *model.Action) {
	remote, state := a.Node.Remote, plan.StateOf(a.Node)
	switch throughTask(a) {
	case crm.TaskStart, crm.TaskPromote:
		extra := model.OrderType(0)
		if state == plan.RemoteLost {
			extra = model.FirstImpliesThen // recover it
		}
		afterStart(c, remote, a, extra)

	case crm.TaskStop:
		stopThroughRemote(c, a, remote, state)

	case crm.TaskDemote:
		// If the connection is going down, the order of the stop is enough.
		if state == plan.RemoteResting || state == plan.RemoteUnknown {
			afterStart(c, remote, a, 0)
		}

	default:
		otherThroughRemote(c, a, remote, state)
	}
}

func stopThroughRemote(c *model.Cluster, a *model.Action, remote *model.Resource, state plan.RemoteState) {
	switch {
	case state == plan.RemoteAlive:
		beforeStop(c, a, remote, model.ThenImpliesFirst)
	case state == plan.RemoteLost:
		// Only fencing can stop it now, and will imply this stop.
		action.FenceNode(c, a.Node, "resources are active but connection is unrecoverable", false)
	case remote.NextRole == crm.RoleStopped:
		beforeStop(c, a, remote, model.ThenImpliesFirst)
	default:
		afterStart(c, remote, a, 0) // on whichever node the connection comes up
	}
}

func otherThroughRemote(c *model.Cluster, a *model.Action, remote *model.Resource, state plan.RemoteState) {
	if a.Interval > 0 {
		afterStart(c, remote, a, model.FirstImpliesThen)
		return
	}
	if a.Task == crm.TaskMonitor && state == plan.RemoteLost {
		action.FenceNode(c, a.Node, "resources are in unknown state and connection is unrecoverable", false)
	}
	if remote.CurrentNode() != nil && state == plan.RemoteStopped {
		// Services are looked at before their connection is closed for good.
		beforeStop(c, a, remote, model.UnrunnableFirstBlocks)
	} else {
		afterStart(c, remote, a, 0)
	}
}

// throughGuest orders an action on a guest or bundle node with the connection
// and with the launcher.
func throughGuest(c *model.Cluster, a *model.Action) {
	remote := a.Node.Remote
	launcher := remote.Launcher
	if launcher.Is(model.Failed) {
		action.FenceNode(c, a.Node, "container failed", false)
	}
	switch throughTask(a) {
	case crm.TaskStart, crm.TaskPromote:
		afterStart(c, launcher, a, model.FirstImpliesThen)
		afterStart(c, remote, a, 0)
	case crm.TaskStop, crm.TaskDemote:
		if !launcher.Is(model.Failed) { // else the launcher's stop implies this
			beforeStop(c, a, remote, 0)
		}
	default:
		if a.Interval == 0 {
			afterStart(c, remote, a, 0)
		} else if knownTask(a.Task) != noTask {
			afterStart(c, remote, a, model.FirstImpliesThen)
		}
	}
}
