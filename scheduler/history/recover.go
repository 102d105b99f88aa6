package history

import (
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// conclude draws the conclusions about a resource on a node from all of its
// operations there: where it is active, what its failures lead to, and whether
// the node must be fenced for it.
func (r *reader) conclude(rsc *model.Resource, n *model.Node, onFail model.OnFail) {
	active := rsc.Role > crm.RoleStopped
	if rsc.Role != crm.RoleUnknown {
		noteKnown(rsc, n)
	}
	if active && !n.Online && !n.Maintenance && rsc.Is(model.Managed) {
		r.activeOnLostNode(rsc, n)
	}
	failed := onFail != model.OnFailIgnore
	if n.Unclean {
		onFail = model.OnFailIgnore // fencing is the recovery
	}
	r.respond(rsc, n, onFail, active)
	// An unclean remote node whose connection has failed is to be fenced, even
	// if the connection is tried again in this transition.
	if rsc.Is(model.Failed | model.RemoteConnection) {
		if remote := r.c.NodeNamed(rsc.ID); remote != nil && remote.Unclean {
			remote.Seen = true
		}
	}
	switch {
	case active:
		r.addActive(rsc, n, failed)
		markFailed(rsc, onFail)
	case strings.Contains(rsc.HistoryID, ":"):
		// Old histories have instance numbers, which must not stick to
		// instances that are stopped.
		r.c.SetHistoryID(rsc, "")
	default:
		for _, stop := range action.AllOf(rsc, crm.TaskStop, n) {
			stop.Set(model.Optional)
		}
	}
	// The stop at the source of a half-done migration says nothing of the target.
	if rsc.Role == crm.RoleStopped && len(rsc.Active) > 0 && rsc.PartialTarget != nil && rsc.PartialSource == n {
		rsc.Role = crm.RoleStarted
	}
}

// noteKnown notes that a resource's state on a node need not be probed. What is
// known of one anonymous instance is known of its clone.
func noteKnown(rsc *model.Resource, n *model.Node) {
	for ; rsc != nil; rsc = rsc.Parent {
		rsc.Known.Add(n.Ix)
		if rsc.Is(model.Unique) {
			return
		}
	}
}

// markFailed marks an active resource as failed according to the response.
func markFailed(rsc *model.Resource, onFail model.OnFail) {
	switch onFail {
	case model.OnFailIgnore:
	case model.OnFailDemote, model.OnFailBlock:
		rsc.Set(model.Failed)
	default:
		rsc.Set(model.Failed | model.StopIfFailed)
	}
}

// activeOnLostNode asks for the fencing of a node that is down while one of its
// resources may still be running.
func (r *reader) activeOnLostNode(rsc *model.Resource, n *model.Node) {
	reason := rsc.ID + " is thought to be active there"
	switch {
	case n.IsGuest():
		// A guest is fenced by recovering its launcher, with or without
		// devices; then its history goes, and with it this resource's failure.
		rsc.Set(model.Failed | model.StopIfFailed)
	case !r.c.Options.FencingEnabled:
		return
	case n.IsPlainRemote() && n.Remote != nil && !n.Remote.Is(model.Failed):
		// The connection may only need to move to another node. Unseen, the
		// remote node is fenced only if it cannot be reached again.
		n.Seen = false
		reason = rsc.ID + " is active there (fencing will be revoked if remote connection can be re-established elsewhere)"
	}
	action.FenceNode(r.c, n, reason, false)
}

// respond does what a failure on the node leads to.
func (r *reader) respond(rsc *model.Resource, n *model.Node, onFail model.OnFail, active bool) {
	stop := func(rsc *model.Resource, n *model.Node) { action.New(r.c, rsc, crm.TaskStop, 0, n, false) }
	switch onFail {
	case model.OnFailDemote:
		rsc.Set(model.Failed)
		action.New(r.c, rsc, crm.TaskDemote, 0, n, false)
	case model.OnFailFence:
		action.FenceNode(r.c, n, rsc.ID+" failed there", false)
	case model.OnFailStandby:
		n.Standby, n.FailStandby = true, true
	case model.OnFailBlock:
		rsc.Clear(model.Managed)
		rsc.Set(model.Blocked)
	case model.OnFailBan:
		r.c.Prefer(rsc, n, -crm.Infinity, "", "it failed there, with on-fail=migrate")
	case model.OnFailStop:
		setNextRole(rsc, crm.RoleStopped, "on-fail=stop")
	case model.OnFailRestart:
		if active {
			rsc.Set(model.Failed | model.StopIfFailed)
			stop(rsc, n)
		}
	case model.OnFailRestartContainer:
		rsc.Set(model.Failed | model.StopIfFailed)
		switch {
		case rsc.Launcher != nil && rsc.InBundle():
			// The container may be on another node than the connection, and
			// where is not known yet.
			r.c.StopNeeded = append(r.c.StopNeeded, rsc.Launcher)
		case rsc.Launcher != nil:
			stop(rsc.Launcher, n)
		case active:
			stop(rsc, n)
		}
	case model.OnFailResetRemote:
		r.resetRemote(rsc)
		if active {
			stop(rsc, n)
		}
		if rsc.ReconnectEvery > 0 {
			setNextRole(rsc, crm.RoleStopped, "remote reset")
		}
	}
}

// resetRemote deals with a connection that failed in a way that leaves its
// remote node unobserved.
func (r *reader) resetRemote(conn *model.Resource) {
	conn.Set(model.Failed | model.StopIfFailed)
	if !r.c.Options.FencingEnabled || !conn.Is(model.RemoteConnection) {
		return
	}
	if n := r.c.NodeNamed(conn.ID); n.IsPlainRemote() && !n.RemoteFenced {
		action.FenceNode(r.c, n, "remote connection is unrecoverable", false)
	}
}

// addActive notes that a resource is, or may be, active on a node.
func (r *reader) addActive(rsc *model.Resource, n *model.Node, failed bool) {
	if rsc.ActiveOn(n) {
		return
	}
	rsc.Active = append(rsc.Active, n)
	if rsc.Variant == model.Primitive {
		n.Running = append(n.Running, rsc)
		if !failed {
			addPriority(rsc, n)
		}
		if n.Maintenance {
			rsc.Clear(model.Managed)
			rsc.Set(model.MaintenanceMode)
		}
	}
	if !rsc.Is(model.Managed) {
		r.c.Prefer(rsc, n, crm.Infinity, "", "it is active there and not managed")
		for p := rsc.Parent; p != nil; p = p.Parent {
			p.Active = append(p.Active, n)
		}
		return
	}
	if rsc.Variant == model.Primitive && multiplyActive(rsc) {
		r.respondMultiplyActive(rsc)
	}
	if rsc.Parent != nil {
		r.addActive(rsc.Parent, n, false)
	}
}

// multiplyActive counts the nodes where a resource matters: those that are lost
// only if it may not be recovered before they are fenced.
func multiplyActive(rsc *model.Resource) bool {
	p := rsc.Presence()
	if rsc.Is(model.NeedsFencing) {
		return p.All > 1
	}
	return p.Clean > 1
}

// respondMultiplyActive applies multiple-active as far as it is for history;
// stopping and starting is for plan.
func (r *reader) respondMultiplyActive(rsc *model.Resource) {
	switch rsc.MultiplyActive {
	case model.ActiveStopOnly:
		banAll(r.c, rsc)
	case model.ActiveBlock:
		rsc.Clear(model.Managed)
		rsc.Set(model.Blocked)
		p := rsc.Parent
		if p != nil && (p.Variant == model.Group || p.Variant == model.Bundle) && p.MultiplyActive == model.ActiveBlock {
			for _, child := range p.Children {
				child.Clear(model.Managed)
				child.Set(model.Blocked)
			}
		}
	}
}

// addPriority adds a resource's priority to that of its node, and of the host if
// that is a guest.
func addPriority(rsc *model.Resource, n *model.Node) {
	if rsc.Priority == 0 {
		return
	}
	priority := rsc.Priority
	if rsc.Role == crm.RolePromoted {
		priority++
	}
	n.Priority += priority
	if n.IsGuest() {
		for _, host := range n.Remote.Launcher.Active {
			host.Priority += priority
		}
	}
}
