package cluster

import (
	"strings"
	"time"

	"holdfast/cluster/record"
	"holdfast/cluster/wire"
)

// Grace is how long a process that died on a machine that is still a member may
// take to come back before its node is treated as one that cannot be trusted.
const Grace = 5 * time.Second

// DCDeadtime is how long nodes that were never seen are waited for before the
// cluster decides without them (the default of the option dc-deadtime).
const DCDeadtime = 20 * time.Second

// Reasons for the coordinator to wait.
const (
	holdStanding = "the engine's word on quorum"
	holdUnseen   = "nodes that were not seen yet"
	holdGrace    = "a node process that died to come back"
	holdMajority = "a majority of nodes to say which configuration is the newest"
)

// awaitMajority makes a coordinator whose engine has quorum wait until it is known
// that its history is the newest. Nobody else can act meanwhile.
func (n *Node) awaitMajority(c *wire.Standing) {
	if c.Quorate && !n.state.Blessed {
		n.log(Notice, "waiting for a majority of the configured nodes to say which configuration is the newest")
		n.controlled(n.control.Hold(holdMajority))
		return
	}
	n.controlled(n.control.Release(holdMajority))
}

// awaitUnseen makes the coordinator wait for configured nodes that nobody has
// seen since the cluster came up, or since the engine came back, within a bound:
// an engine begins alone, and deciding at once would fence nodes that are about to
// join.
func (n *Node) awaitUnseen() {
	var unseen []string
	for _, c := range n.nodes {
		p := n.state.Peers[c.ID]
		if p == nil || n.estranged && !p.Present && !n.view.HasMachine(c.ID) && !n.onlyStops() {
			unseen = append(unseen, string(c.Name))
		}
	}
	if len(unseen) == 0 {
		n.estranged = false
	}
	if len(unseen) == 0 || n.lonely { // without an engine nobody can come
		n.controlled(n.control.Release(holdUnseen))
		return
	}
	if n.unseenOver {
		return
	}
	n.log(Notice, "waiting up to %v for nodes that were not seen yet: %s", n.deadtime(), strings.Join(unseen, " "))
	n.controlled(n.control.Hold(holdUnseen))
	epoch := n.state.Epoch
	n.after(n.deadtime(), func(time.Time) {
		if epoch == n.state.Epoch {
			n.unseenOver, n.estranged = true, false
			n.controlled(n.control.Release(holdUnseen))
		}
	})
}

// awaitGone makes the coordinator wait for processes that died on machines that
// are still members, within a bound.
func (n *Node) awaitGone() {
	waiting := false
	for _, p := range n.state.peers() {
		if !p.Gone {
			continue
		}
		waiting = true
		if n.abandon[p.ID] == 0 {
			n.log(Notice, "the process of %s died and its machine is a member: waiting %v for it to come back", p.Name, Grace)
			n.abandon[p.ID] = n.after(Grace, func(time.Time) {
				n.multicast(&wire.Abandon{Node: p.ID, Incarnation: p.Life})
			})
		}
	}
	if waiting {
		n.controlled(n.control.Hold(holdGrace))
	} else {
		n.controlled(n.control.Release(holdGrace))
	}
}

// abandoned applies the end of the grace.
func (n *Node) abandoned(c *wire.Abandon) {
	p := n.state.Peers[c.Node]
	if p == nil || p.Present || !p.Gone || p.Life != c.Incarnation {
		return
	}
	p.Gone = false
	ed := record.Edit(n.state.CIB)
	ed.Member(p.ID, p.Name, record.Membership{CRMD: "0", Join: "down"}, "process-lost")
	n.unfinished(ed, p)
	n.setCIB(ed.Done())
	if n.control.Coordinates() {
		n.awaitGone()
		n.controlled(n.control.Trigger("the process of " + string(p.Name) + " did not come back"))
	}
}
