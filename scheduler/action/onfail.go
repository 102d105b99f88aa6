package action

import (
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// Requires tells what must be before a task of a resource may be executed.
func Requires(rsc *model.Resource, task string) model.Requires {
	switch {
	case task != crm.TaskStart && task != crm.TaskPromote:
		return model.RequiresNothing
	case rsc.Is(model.NeedsFencing):
		return model.RequiresFencing
	case rsc.Is(model.NeedsQuorum):
		return model.RequiresQuorum
	}
	return model.RequiresNothing
}

// ParseOnFail tells what a failure of a task leads to, given the on-fail of its
// meta-attributes ("" for none).
func ParseOnFail(c *model.Cluster, rsc *model.Resource, task string, interval uint32, value string) model.OnFail {
	n := c.NodeNamed(rsc.ID)
	// Losing the connection to a remote node means losing sight of the node.
	lost := rsc.Is(model.RemoteConnection) && n.IsPlainRemote() && !IsProbe(task, interval) && task != crm.TaskStart
	if onFail, explicit := explicitOnFail(c, rsc, task, value); explicit && (!lost || rsc.Is(model.Managed)) {
		return onFail
	}
	switch {
	case rsc.Launcher != nil:
		return model.OnFailRestartContainer
	case lost && rsc.Is(model.Managed):
		return model.OnFailResetRemote
	case lost:
		return model.OnFailStop
	case task == crm.TaskStop && c.Options.FencingEnabled:
		return model.OnFailFence
	case task == crm.TaskStop:
		return model.OnFailBlock
	}
	return model.OnFailRestart
}

// explicitOnFail reads a configured on-fail; explicit is false if there is none
// that can be used.
func explicitOnFail(c *model.Cluster, rsc *model.Resource, task, value string) (onFail model.OnFail, explicit bool) {
	switch strings.ToLower(value) {
	case "":
		return 0, false
	case "block":
		return model.OnFailBlock, true
	case "fence":
		if !c.Options.FencingEnabled {
			c.Note(model.Error, rsc.ID,
				"Resetting 'on-fail' for %s of %s to 'stop' because 'fence' is not valid when fencing is disabled",
				task, rsc.ID)
			return model.OnFailStop, true
		}
		return model.OnFailFence, true
	case "standby":
		return model.OnFailStandby, true
	case "ignore", "nothing":
		return model.OnFailIgnore, true
	case "migrate":
		return model.OnFailBan, true
	case "stop":
		return model.OnFailStop, true
	case "restart":
		return model.OnFailRestart, true
	case "restart-container":
		return model.OnFailRestartContainer, rsc.Launcher != nil
	case "demote":
		return model.OnFailDemote, true
	}
	c.Note(model.Error, rsc.ID, "Using default 'on-fail' for %s of %s because '%s' is not valid", task, rsc.ID, value)
	return 0, false
}

// RoleAfterFailure is the role that a resource has after a failed task.
func RoleAfterFailure(rsc *model.Resource, task string, onFail model.OnFail) crm.Role {
	switch {
	case onFail == model.OnFailStop, onFail == model.OnFailResetRemote && rsc.ReconnectEvery != 0:
		return crm.RoleStopped
	case task == crm.TaskPromote:
		return crm.RoleUnpromoted
	}
	return crm.RoleStarted
}
