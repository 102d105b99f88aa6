package cluster

import (
	"slices"

	"holdfast/cluster/record"
	"holdfast/cluster/wire"
	"holdfast/internal/mutant"
)

// sayStanding tells all what the engine says outside the order of messages.
func (n *Node) sayStanding() {
	if !n.InSync() || !n.control.Coordinates() {
		return
	}
	n.multicast(&wire.Standing{
		Sync: n.state.sync(), Ring: n.view.Ring, Quorate: n.view.Quorate || mutant.On(mutant.BothHalvesQuorate),
		Broken: n.broken, Machines: n.view.Machines, Time: n.now.Unix(),
	})
}

// standing applies the coordinator's word: quorum, and who is really gone.
func (n *Node) standing(c *wire.Standing) {
	if c.Sync != n.state.sync() {
		return // about an earlier view, or said in another history
	}
	latest := c.Ring == n.view.Ring && c.Quorate == n.view.Quorate && slices.Equal(c.Machines, n.view.Machines)
	n.state.Standing = c
	if !c.Quorate || c.Broken {
		n.withdraw()
	}
	ed := record.Edit(n.state.CIB)
	n.state.Blessed = n.state.Blessed && c.Quorate && !c.Broken
	n.state.Formed = n.state.Formed || n.state.Blessed
	n.current = n.state.Blessed && n.view.Quorate
	ed.Root("have-quorum", bit(n.state.Blessed || mutant.On(mutant.NoSelfStop)))
	for _, p := range n.state.peers() {
		n.stands(ed, p, c)
	}
	n.setCIB(ed.Done())
	n.drawLine(c)
	n.acknowledge()
	n.alertMembers(c.Machines)
	n.fenceEffects(n.state.Fencing.View(n.world(), c.Time))
	n.sayLateSteps()
	if n.control.Coordinates() {
		n.awaitAll(c, latest)
	}
}

// stands applies to a peer what the coordinator says of the machines: who is absent
// has left, is lost, or has a machine that may yet start it again.
func (n *Node) stands(ed *record.Editor, p *Peer, c *wire.Standing) {
	switch {
	case p.Present:
		p.Quorate = p.Quorate || n.state.Blessed
	case !slices.Contains(c.Machines, p.ID):
		p.Gone = false
		lost := record.Membership{InCCM: "0", CRMD: "0", Join: "down"}
		if mutant.On(mutant.CrashIsLeave) {
			lost.Expected = "down"
			ed.ForgetLife(p.ID, p.Name)
		}
		ed.Member(p.ID, p.Name, lost, "peer-lost")
		n.unfinished(ed, p)
	case p.Dismissed:
		p.Gone = false
		ed.Member(p.ID, p.Name, record.Membership{CRMD: "0", Join: "down", Expected: "down"}, "peer-left")
	}
}

// drawLine notes on disk that our history is that of a side with quorum, and who is
// on it.
func (n *Node) drawLine(c *wire.Standing) {
	line := wire.Lineage{Ring: c.Ring, Version: versionOf(n.state.CIB).Config(), Members: n.memberNames(), Blank: n.lineage.Blank}
	if 2*len(n.state.present()) <= len(n.nodes) {
		line.Boot, line.Ended = n.cfg.Life.Boot, n.lineage.Ended
	}
	if n.state.Blessed && line != n.lineage && !mutant.On(mutant.FrontierLost) {
		n.lineage = line
		n.store()
		n.lineDrawn()
	}
}

// outlive notes on disk that a life has ended, if this half goes on alone: the other
// half may have done so, too, and what it stored then counts no more.
func (n *Node) outlive(life wire.Incarnation) {
	line := n.lineage
	line.End(life.Boot)
	if n.state.Blessed && line.Boot != "" && line != n.lineage && !mutant.On(mutant.FrontierLost) {
		n.lineage = line
		n.store()
	}
}

// awaitAll holds the coordinator back for whatever must be known or over before it
// may decide, and releases it from the wait for this word if it is the latest: if
// not, a newer one is on its way.
func (n *Node) awaitAll(c *wire.Standing, latest bool) {
	n.boundFencing()
	n.awaitMajority(c)
	n.awaitUnseen()
	n.awaitGone()
	n.awaitOperations()
	n.nameNodes()
	n.controlled(n.control.Trigger("quorum or membership"))
	if latest {
		n.controlled(n.control.Release(holdStanding))
	}
}

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}
