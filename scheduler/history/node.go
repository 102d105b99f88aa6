package history

import (
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/config"
	"holdfast/scheduler/model"
)

// nodeState settles what a node_state says about a cluster node. Of remote nodes
// only the fencing is known this early.
func (r *reader) nodeState(state *xml.Node) {
	if state.ID() == "" {
		r.c.Note(model.Error, "", "Ignoring invalid node_state entry without id")
		return
	}
	n := r.nodeOf(state.ID(), state.Attr("uname"))
	if n == nil {
		return // removed from the configuration
	}
	if n.IsRemote() {
		n.RemoteFenced = flag(state, "node_fenced")
		return
	}
	r.transientAttributes(n, state)
	n.Unclean = false // seen at least once in this cluster's life
	n.Seen = true
	r.onlineStatus(n, state)
	if !r.c.Quorate && n.Online && r.c.Options.NoQuorumPolicy == model.QuorumFence {
		action.FenceNode(r.c, n, "cluster does not have quorum", false)
	}
}

// flag reads an attribute that is a number, of which only zero is false.
func flag(element *xml.Node, name string) bool {
	n, _ := strconv.Atoi(element.Attr(name))
	return n > 0
}

// truth reads a node attribute as a truth value.
func truth(n *model.Node, name string) bool {
	value, _ := crm.ParseBool(n.Attr(name))
	return value
}

func (r *reader) transientAttributes(n *model.Node, state *xml.Node) {
	config.NodeAttributes(r.c, n, state.Child("transient_attributes"), true)
	n.Standby = n.Standby || truth(n, "standby")
	n.Maintenance = n.Maintenance || truth(n, "maintenance")
	if value, set := n.Attrs.Lookup("resource-discovery-enabled"); set {
		if enabled, _ := crm.ParseBool(value); !enabled {
			r.c.Note(model.Warning, n.ID, "Ignoring resource-discovery-enabled attribute for %s because disabling "+
				"resource discovery is not allowed for cluster nodes", n.Name)
		}
	}
}

// remoteAttributes reads what the node_state of a remote or guest node adds.
func (r *reader) remoteAttributes(n *model.Node, state *xml.Node) {
	n.RemoteMaint = flag(state, "node_in_maintenance")
	if !n.RemoteReset {
		n.Unclean = false
		n.Seen = true
	}
	config.NodeAttributes(r.c, n, state.Child("transient_attributes"), true)
	n.Shutdown = n.Shutdown || shutdownRequested(n)
	n.Standby = n.Standby || truth(n, "standby")
	if truth(n, "maintenance") || (n.Remote != nil && !n.Remote.Is(model.Managed)) {
		n.Maintenance = true
	}
	value, set := n.Attrs.Lookup("resource-discovery-enabled")
	if enabled, _ := crm.ParseBool(value); !set || enabled {
		return
	}
	if n.IsPlainRemote() && !r.c.Options.FencingEnabled {
		r.c.Note(model.Warning, n.ID, "Ignoring resource-discovery-enabled attribute on Pacemaker Remote node %s "+
			"because fencing is disabled", n.Name)
		return
	}
	n.ProbesAllowed = false
}

func shutdownRequested(n *model.Node) bool {
	value, set := n.Attrs.Lookup("shutdown")
	return set && value != "0"
}

// A membership is what a node_state says of a node's process.
type membership struct {
	member int64 // since when a member; 0 not, negative unknown
	online int64 // since when the process is online; 0 not
	join   string
	expect string
}

func (r *reader) membership(state *xml.Node) membership {
	m := membership{
		member: memberSince(state, r.c.Now),
		online: onlineSince(state),
		join:   state.Attr("join"),
		expect: "down",
	}
	if expect, set := state.Lookup("expected"); set {
		m.expect = expect // an empty one is not down
	}
	return m
}

// memberSince reads in_ccm: a moment, or, as older coordinators wrote it, a
// truth value.
func memberSince(state *xml.Node, now time.Time) int64 {
	text, set := state.Lookup("in_ccm")
	if !set {
		return -1
	}
	if member, ok := crm.ParseBool(text); ok {
		if member {
			return now.Unix()
		}
		return 0
	}
	when, err := strconv.ParseInt(text, 10, 64)
	if err != nil || when < 0 {
		return -1
	}
	return when
}

// onlineSince reads crmd: a moment, or online or offline.
func onlineSince(state *xml.Node) int64 {
	text := state.Attr("crmd")
	if strings.EqualFold(text, "online") {
		return 1
	}
	when, err := strconv.ParseInt(text, 10, 64)
	if err != nil || when < 0 {
		return 0
	}
	return when
}

// terminate tells whether somebody asked for the node to be fenced, by a truth
// value or a moment.
func terminate(n *model.Node) bool {
	text := n.Attr("terminate")
	if wanted, ok := crm.ParseBool(text); ok {
		return wanted
	}
	when, err := strconv.ParseInt(text, 10, 64)
	return err == nil && when > 0
}

// onlineStatus decides whether a cluster node is up, and whether it must be fenced.
func (r *reader) onlineStatus(n *model.Node, state *xml.Node) {
	n.Shutdown = shutdownRequested(n)
	m := r.membership(state)
	if !n.Shutdown && strings.EqualFold(m.expect, "member") {
		n.ExpectedUp = true
	}
	n.Terminate = terminate(n)
	var online bool
	if r.c.Options.FencingEnabled {
		online = r.onlineWithFencing(n, m)
	} else {
		online = r.onlineWithoutFencing(n, m)
	}
	n.Online = n.Online || online
	if !online || n.Shutdown {
		n.Score = -crm.Infinity
	}
	if n.Unclean {
		r.c.Warn(n.ID, "%s is unclean", n.DisplayName())
	}
}

func (r *reader) onlineWithoutFencing(n *model.Node, m membership) bool {
	if m.member > 0 && m.online > 0 {
		return strings.EqualFold(m.join, "member")
	}
	if m.member > 0 && n.ExpectedUp {
		action.FenceNode(r.c, n, "peer is unexpectedly down", false)
	}
	return false
}

// onlineWithFencing also finds the nodes that cannot be trusted any more.
func (r *reader) onlineWithFencing(n *model.Node, m membership) bool {
	if n.Shutdown {
		return m.online > 0 // a dead peer cannot be shut down
	}
	if m.member < 0 {
		action.FenceNode(r.c, n, "peer has not been seen by the cluster", false)
		return false
	}
	if n.Terminate && m.join != "banned" && m.member <= 0 && m.online <= 0 && m.join == "down" {
		return false // fenced as requested
	}
	reason, priority := r.whyUnclean(n, m)
	switch {
	case reason != "":
		action.FenceNode(r.c, n, reason, priority)
	case m.expect == "down":
		if m.member > 0 || m.online > 0 {
			n.Standby, n.Pending = true, true
		}
	case m.join != "member":
		n.Standby, n.Pending = true, true
	}
	return m.member > 0
}

// whyUnclean says why a node must be fenced, "" if it need not be. priority
// tells whether its fencing may wait for more important nodes.
func (r *reader) whyUnclean(n *model.Node, m membership) (reason string, priority bool) {
	switch {
	case m.join == "banned":
		return "peer failed Pacemaker membership criteria", false
	case n.Terminate:
		return "fencing was requested", false
	case m.expect == "down":
		if r.pendingTooLong(m) {
			return "peer pending timed out on joining the process group", false
		}
		return "", false
	case m.member <= 0:
		return "peer is no longer part of the cluster", true
	case m.online <= 0:
		return "peer process is no longer available", false
	case m.join == "member", m.join == "pending", m.join == "down":
		return "", false
	}
	return "peer was in an unknown state", false
}

// pendingTooLong tells whether a member has kept its process away for longer
// than node-pending-timeout allows.
func (r *reader) pendingTooLong(m membership) bool {
	limit := r.c.Options.NodePendingTimeout
	if limit <= 0 || m.member <= 0 || m.online > 0 {
		return false
	}
	due := time.Unix(m.member, 0).Add(limit)
	if !r.c.Now.Before(due) {
		return true
	}
	r.c.Recheck(due)
	return false
}

// remoteStatus decides whether a remote or guest node is up, from the state of
// its connection and its launcher.
func remoteStatus(n *model.Node) {
	conn := n.Remote
	if conn == nil {
		n.Online = false // left over from a removed connection
		return
	}
	launcher := conn.Launcher
	if conn.Role == crm.RoleStarted {
		n.Online = true
		if conn.NextRole == crm.RoleStopped {
			n.Shutdown = true
		}
	}
	var host *model.Node
	if launcher != nil && len(conn.Active) == 1 {
		host = conn.Active[0]
	}
	switch {
	case launcher != nil && launcher.Is(model.Failed):
		n.Online, n.RemoteReset = false, true
	case conn.Is(model.Failed):
		n.Online = false
	case conn.Role == crm.RoleStopped, launcher != nil && launcher.Role == crm.RoleStopped:
		n.Online, n.RemoteReset = false, false
	case host != nil && !host.Online && host.Unclean:
		n.Online, n.RemoteReset = false, true
	}
}
