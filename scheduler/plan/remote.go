package plan

import (
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// RemoteState says how far the connection to a remote node can be relied on in
// this transition.
type RemoteState uint8

// The states of a connection.
const (
	RemoteUnknown RemoteState = iota // not up, may come up
	RemoteAlive
	RemoteResting // its host is gone or it is migrating; back after it starts elsewhere
	RemoteLost    // must be fenced
	RemoteStopped // taken down cleanly
)

// StateOf finds the state of the connection to a remote node.
func StateOf(n *model.Node) RemoteState {
	remote := n.Remote
	host := remote.CurrentNode()
	if remote.NextRole == crm.RoleStopped || remote.Assigned == nil {
		return stateIfStopping(n, remote, host)
	}
	switch {
	case host == nil:
		return RemoteUnknown
	case host.Unclean || !host.Online:
		return RemoteResting
	case len(remote.Active) > 1 && remote.PartialSource != nil && remote.PartialTarget != nil:
		return RemoteResting
	}
	return RemoteAlive
}

func stateIfStopping(n *model.Node, remote *model.Resource, host *model.Node) RemoteState {
	switch {
	case host != nil && host.Unclean:
		return RemoteLost
	case !remote.Is(model.Failed):
		return RemoteStopped
	case remote.NextRole == crm.RoleStopped && remote.ReconnectEvery > 0 && n.RemoteFenced && !ShutdownRequested(n):
		// Whether it comes back is known when the next attempt is due.
		return RemoteUnknown
	}
	return RemoteLost
}

// RemoteFailed tells whether a node is a remote node that must be fenced since
// its connection is lost. Guest nodes are recovered with their guest instead.
func RemoteFailed(n *model.Node) bool {
	return n.IsRemote() && !n.IsGuest() && n.Remote != nil && StateOf(n) == RemoteLost
}

// ShutdownRequested tells whether the node asked to be shut down.
func ShutdownRequested(n *model.Node) bool {
	value := n.Attr("shutdown")
	return value != "" && value != "0"
}
