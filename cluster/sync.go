package cluster

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"time"

	"holdfast/cluster/record"
	"holdfast/cluster/replica"
	"holdfast/cluster/view"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

func (n *Node) viewChanged(v view.View) {
	again := n.lonely
	if again {
		n.estranged, n.unseenOver = true, false
	}
	n.lonely, n.loop = false, nil
	n.broken = n.broken || !n.unbroken(n.view, v)
	n.view = v
	n.current = n.current && v.Quorate && !n.broken
	n.acknowledge()
	alike := len(v.Joined) == 0 && len(v.Left) == 0 && !again
	if !alike {
		n.views++
	}
	if !v.Quorate || n.broken {
		n.withdraw()
	}
	if alike {
		// Quorum or machines changed, and nobody came or went. What was decided on the
		// word of before goes no further.
		n.controlled(n.control.Hold(holdStanding))
		n.sayStanding()
		return
	}
	n.replicated(n.replica.ViewChange(v))
}

// unbroken reports whether nobody can have gone on without us between two views:
// those who came along are a majority. A machine that stood still is told only of the
// view in which it finds the others again, and that has quorum, even if none of their
// processes is there to say what happened. Who came along are the members that did not
// join; and of the machines those that are in both rings, if the second is the next
// after the first: whoever has been in another one between counts up from that. (Of
// two nodes one goes on only after fencing the other.)
func (n *Node) unbroken(from, to view.View) bool {
	if len(n.nodes) <= 2 || from.Ring == to.Ring || 2*(len(to.Members)-len(to.Joined)) > len(n.nodes) {
		return true
	}
	return to.Ring == from.Ring+nextRing && 2*common(from.Machines, to.Machines) > len(n.nodes)
}

// nextRing is by how much the numbers of two rings differ that follow one another.
const nextRing = 4

func (n *Node) received(in Received) {
	c, err := wire.Decode(in.Data)
	if err != nil {
		n.log(Error, "message from node %d ignored: %v", in.From, err)
		return
	}
	if in.From == n.cfg.Self {
		n.reaches(c, heard)
	}
	n.replicated(n.replica.Receive(in.From, c))
}

func (n *Node) replicated(outs []replica.Out) {
	for _, o := range outs {
		switch o := o.(type) {
		case replica.Send:
			n.multicast(o.Command)
		case replica.Deliver:
			n.apply(o)
		case replica.OutOfSync:
			n.controlled(n.control.OutOfSync())
			n.dropTransition()
			n.settleReads()
		case replica.InSync:
			n.inSync(o)
		case replica.Wait:
			n.after(o.After, func(time.Time) { n.replicated(n.replica.Late(o.Serial)) })
		case replica.Again:
			n.replicated(n.replica.Again())
		case replica.Trouble:
			n.log(Error, "%s", o.Text)
		}
	}
	for _, o := range outs { // what was held back has its place by now
		if s, ok := o.(replica.InSync); ok && s.Hellos != nil {
			n.sayLostAgain(s)
			n.answerLost(s)
		}
	}
}

// inSync is the moment at which the members of a view hold the same state. What
// it does to the state follows from the hellos and the members alone.
func (n *Node) inSync(o replica.InSync) {
	n.live, n.place = true, o.Index
	n.tellHistory(o)
	n.state.Epoch = newest(n.state.Epoch, o.Hellos) + 1
	n.state.Standing = nil
	if o.Hellos != nil {
		n.broken = false // what has happened meanwhile has been said
		n.state.Blessed = n.bless(o)
		n.inherit(o)
	}
	path := n.state.Path // adopted from the source
	n.state.Path = extend(path, o.Members)
	if o.Hellos != nil {
		n.met = n.state.sync()
	}
	ed := record.Edit(n.state.CIB)
	for _, said := range o.Hellos {
		n.welcome(ed, said, said.Hello.Path == path)
	}
	for _, p := range n.state.peers() {
		if p.Present && !slices.Contains(o.Members, p.ID) {
			p.Present, p.Gone = false, true
			ed.Departed(p.ID, p.Name)
		}
	}
	dc := n.state.coordinator()
	if dc != nil {
		ed.Root("dc-uuid", strconv.FormatUint(uint64(dc.ID), 10))
	}
	n.setCIB(ed.Done())
	n.exec.Raise(record.LastCall(n.state.CIB, n.cfg.Self))
	n.cfg.Uncertain = nil // they have been forgotten, and are probed
	n.dropCalls()
	n.meetDisks(o)
	n.resume(o)
	n.takeSide(dc)
	if o.Hellos != nil || n.lonely {
		n.sayUpdatesAgain()
	}
	n.reviewWaits(o.Hellos != nil)
	n.forgetTaken(o, path)
	n.sayStepsAgain(true)
	if n.leaving {
		n.askToLeave()
	}
}

// newest is the highest epoch that any member has been in. The next one is above it,
// so that what a member said in another history is not taken for a word of this one.
func newest(epoch uint64, said []replica.Said) uint64 {
	for _, s := range said {
		epoch = max(epoch, s.Hello.Epoch)
	}
	return epoch
}

// extend names a path that goes on with a view of these members.
func extend(path string, members []crm.NodeID) string {
	sum := sha256.Sum256([]byte(path + "\n" + wire.JoinMembers(members)))
	return hex.EncodeToString(sum[:8])
}

func (n *Node) memberNames() string {
	var ids []crm.NodeID
	for _, p := range n.state.present() {
		ids = append(ids, p.ID)
	}
	return wire.JoinMembers(ids)
}

// tellHistory logs whose history goes on, beside which others.
func (n *Node) tellHistory(o replica.InSync) {
	for _, s := range o.Hellos {
		word := "said hello"
		if s.ID == o.Source {
			word = "has the history that goes on"
		}
		h := s.Hello
		n.log(Info, "%s %s: configuration %d.%d, of quorum in ring %d with members %q at %d.%d, current %v, formed %v, live %v", h.Name, word,
			h.CIB[0], h.CIB[1], h.Lineage.Ring, h.Lineage.Members, h.Lineage.Version[0], h.Lineage.Version[1], h.Current, h.Formed, h.Live)
	}
}

// inherit takes over how new the source's history is: it is ours now.
func (n *Node) inherit(o replica.InSync) {
	for _, s := range o.Hellos {
		if s.ID == o.Source && s.Hello.Lineage != n.lineage {
			n.lineage = s.Hello.Lineage
			n.store()
		}
	}
}

// common counts the ids that stand in both lists.
func common(a, b []crm.NodeID) int {
	n := 0
	for _, id := range a {
		if slices.Contains(b, id) {
			n++
		}
	}
	return n
}

// takeSide starts or ends coordinating after a view change.
func (n *Node) takeSide(dc *Peer) {
	n.dropTransition()
	for _, t := range n.abandon {
		n.drop(t)
	}
	n.abandon = map[crm.NodeID]uint64{}
	for _, t := range n.bounds {
		n.drop(t)
	}
	n.bounds = map[string]uint64{}
	if dc == nil || dc.ID != n.cfg.Self {
		n.controlled(n.control.Follow(followWhy(dc)))
		return
	}
	if mutant.On(mutant.NoStandingWait) {
		n.controlled(n.control.Lead("the members changed"))
	} else {
		n.controlled(n.control.Lead("the members changed", holdStanding))
	}
	for _, w := range n.state.Attributes.Waits() {
		n.dampen(w.Name, w.Serial, w.After)
	}
	n.sayStanding()
}

func followWhy(dc *Peer) string {
	if dc == nil {
		return "there is no coordinator"
	}
	return string(dc.Name) + " coordinates"
}
