package cluster

import (
	"slices"
	"strconv"

	"holdfast/cib/xml"
	"holdfast/cluster/record"
	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/internal/mutant"
)

// bless judges whether the history that goes on is the newest there can be. That
// is so if a majority of all configured nodes has spoken, for every change that
// was acknowledged is on one of their disks; if the source has had quorum without
// a break; or if a majority of those is here who were in sync when the source's
// history last had quorum, and half of all nodes: else the others are a majority,
// which may have gone on. One of two nodes that was alone then must not have been
// switched off since. The engine's quorum is not enough: it counts machines whose
// process has not spoken yet.
func (n *Node) bless(o replica.InSync) bool {
	configured := 0
	for _, s := range o.Hellos {
		configured = max(configured, s.Hello.Configured)
	}
	if 2*len(o.Hellos) > configured || mutant.On(mutant.AlwaysBlessed) {
		return true
	}
	i := slices.IndexFunc(o.Hellos, func(s replica.Said) bool { return s.ID == o.Source })
	source := o.Hellos[i].Hello
	line := source.Lineage
	switch {
	case source.Current:
		return true
	case 2*len(o.Hellos) < configured, line.Boot != "" && line.Boot != source.Incarnation.Boot:
		return false
	}
	last := line.MemberList()
	return 2*common(last, o.Members) > len(last)
}

// welcome records what a hello says. Together are those who have come the same way
// as the history that goes on; anybody else has been away, be it so shortly that
// the history does not know, and may have done something meanwhile.
func (n *Node) welcome(ed *record.Editor, said replica.Said, together bool) {
	h := said.Hello
	old := n.state.Peers[said.ID]
	p := &Peer{
		ID: said.ID, Name: h.Name, Life: h.Incarnation, FeatureSet: h.FeatureSet, Software: h.Software,
		Since: n.state.Epoch, Present: true,
	}
	n.state.Peers[said.ID] = p
	p.Quorate = old != nil && old.Quorate && old.Life.Boot == p.Life.Boot
	if old != nil && old.Life == p.Life {
		p.OwnUpdates, p.OtherUpdates = old.OwnUpdates, old.OtherUpdates
	}
	switch {
	case old == nil || old.Life.Boot != h.Incarnation.Boot || old.Dismissed && old.Life != h.Incarnation:
		// A node that was let go has ended that life, too: nothing of it reaches the next.
		if !mutant.On(mutant.HistoryOutlives) {
			ed.ForgetLife(p.ID, p.Name)
		}
		if !mutant.On(mutant.AttributeOutlives) {
			n.state.Attributes.ForgetNode(p.Name)
		}
		n.adoptOwn(ed, p, h)
	case old.Life != h.Incarnation && mutant.On(mutant.ProbeSkipped):
	case old.Life != h.Incarnation:
		ed.Restarted(p.ID, p.Name, h.Uncertain)
		n.hold(ed, p, h)
		n.stays(ed, p)
	case !old.Present || !together:
		p.Leaving = old.Leaving
		n.adoptOwn(ed, p, h)
	default:
		p.Since, p.Leaving, p.Dismissed = old.Since, old.Leaving, old.Dismissed
		return
	}
	ed.Member(p.ID, p.Name, record.Membership{
		InCCM: seconds(h.Time), CRMD: "online", Join: "member", Expected: "member",
	}, "join")
	n.state.Attributes.Learn(p.Name, "", false, featureSet, h.FeatureSet)
	ed.Attribute(p.ID, p.Name, false, "", featureSet, &h.FeatureSet)
}

// featureSet is the node attribute by which tools tell which nodes are to be
// upgraded (Pacemaker_Administration, "Mixed Versions").
const featureSet = "#feature-set"

// stays forgets that an earlier process of the node wanted to leave.
func (n *Node) stays(ed *record.Editor, p *Peer) {
	if mutant.On(mutant.ShutdownOutlives) {
		return
	}
	n.state.Attributes.Apply(&wire.Attribute{Task: "delete", Node: p.Name, Name: "shutdown"}, nil)
	ed.Attribute(p.ID, p.Name, false, "", "shutdown", nil)
}

// unfinished forgets the wish to leave of a node that was lost before it was let go:
// the scheduler takes one that leaves for one that ends its services, and this one's
// nobody knows any more.
func (n *Node) unfinished(ed *record.Editor, p *Peer) {
	if !p.Dismissed {
		n.stays(ed, p)
	}
}

// adoptOwn takes over what a member of another partition says of itself: nobody
// knows its resources and attributes better.
func (n *Node) adoptOwn(ed *record.Editor, p *Peer, h *wire.Hello) {
	own, err := xml.Parse([]byte(h.Own))
	if h.Own == "" || err != nil { // the node will be probed, or others know better
		n.hold(ed, p, h)
		return
	}
	ed.ReplaceLife(p.ID, p.Name, own)
	n.state.Attributes.ForgetNode(p.Name)
	for set := range own.Child("transient_attributes").Elements() {
		name := set.ID()
		if name == record.CustomarySet(p.ID) {
			name = "" // other nodes have customary sets of their own
		}
		for nv := range set.All("nvpair") {
			p.Leaving = p.Leaving || nv.Attr("name") == "shutdown"
			n.state.Attributes.Learn(p.Name, name, set.Name == "utilization", nv.Attr("name"), nv.Attr("value"))
		}
	}
	n.hold(ed, p, h)
}

// hold takes over what a member says of its own attributes: also those that the
// document does not have, and what a new process has accepted while it was alone. One
// that was left out says so only if it has applied more than this history has: it was
// with others whose history does not go on.
func (n *Node) hold(ed *record.Editor, p *Peer, h *wire.Hello) {
	if h.Own == "" && h.Updates <= p.OwnUpdates {
		return
	}
	n.state.Attributes.Hold(p.Name, h.Held)
	for _, a := range h.Held {
		if !a.Private && !a.Dirty {
			ed.Attribute(p.ID, p.Name, a.Util, a.Set, a.Name, a.Value)
		}
	}
	p.OwnUpdates = h.Updates
}

// applyHello takes over what the second hello of a member tells of its attributes. The one
// that counted in the round had been kept by its engine, and if it was in sync elsewhere
// meanwhile, what it has applied there it does not say again.
func (n *Node) applyHello(d replica.Deliver, h *wire.Hello) {
	p := n.state.Peers[d.From]
	if p == nil || !p.Present || p.Life != h.Incarnation || h.Updates <= p.OwnUpdates {
		return
	}
	ed := record.Edit(n.state.CIB)
	n.hold(ed, p, h)
	n.setCIB(ed.Done())
}

func seconds(t int64) string { return strconv.FormatInt(t, 10) }
