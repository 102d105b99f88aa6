package cluster

import (
	"time"

	"holdfast/cluster/controller"
	"holdfast/cluster/record"
	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// leave asks the cluster to let this node go.
func (n *Node) leave() {
	if n.leaving {
		return
	}
	n.leaving = true
	n.log(Notice, "this node asks to leave the cluster")
	n.after(n.escalation(), func(time.Time) {
		n.do(Exit{Why: "its services have not ended within shutdown-escalation; look at what blocks them"})
	})
	if n.InSync() {
		n.askToLeave()
	} else if n.control.State() == controller.Starting && n.cfg.First {
		n.do(Exit{Why: "the cluster was not joined yet", Clean: true})
	}
}

// Escalation is how long a node that wants to leave waits for its services (the
// default of the option shutdown-escalation). Then it goes all the same: what it
// leaves behind is for the others to judge, as when its process had died.
const Escalation = 20 * time.Minute

// escalation is the cluster option shutdown-escalation.
func (n *Node) escalation() time.Duration {
	if d, err := crm.ParseInterval(n.option("shutdown-escalation")); err == nil && d > 0 {
		return d
	}
	return Escalation
}

func (n *Node) askToLeave() { n.multicast(&wire.Shutdown{Time: n.now.Unix()}) }

// applyShutdown records that a node asks to leave: the scheduler sees the
// attribute and plans the stops.
func (n *Node) applyShutdown(d replica.Deliver, c *wire.Shutdown) {
	p := n.state.Peers[d.From]
	if p == nil || p.Leaving {
		return
	}
	p.Leaving = true
	if mutant.On(mutant.LetGoAtOnce) {
		n.applyDismiss(&wire.Dismiss{Node: p.Name})
		return
	}
	n.attributeChanges(n.state.Attributes.Apply(&wire.Attribute{
		Task: "update", Node: p.Name, Name: "shutdown", Value: seconds(c.Time),
	}, nil))
}

// toldToLeave reports whether somebody else asked for a node's end, by the node
// attribute that its own request sets as well.
func (n *Node) toldToLeave(p *Peer) bool {
	for _, v := range n.state.Attributes.Query("shutdown", "", p.Name) {
		if *v.Value != "" && *v.Value != "0" {
			return p.Present
		}
	}
	return false
}

// applyDismiss lets a node go.
func (n *Node) applyDismiss(c *wire.Dismiss) {
	p := n.state.peerNamed(c.Node)
	if p == nil || !p.Leaving && !n.toldToLeave(p) {
		return
	}
	p.Dismissed = true
	ed := record.Edit(n.state.CIB)
	ed.Member(p.ID, p.Name, record.Membership{Expected: "down", Join: "down"}, "dismissed")
	n.setCIB(ed.Done())
	if p.ID == n.cfg.Self {
		n.controlled(n.control.Stop())
		n.do(Exit{Why: "the cluster let this node go", Clean: true})
	}
}
