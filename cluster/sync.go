package cluster

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/cluster/record"
	"holdfast/cluster/replica"
	"holdfast/cluster/view"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
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
	if len(v.Joined) == 0 && len(v.Left) == 0 && !again {
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
		case replica.InSync:
			n.inSync(o)
		case replica.Wait:
			n.after(o.After, func(time.Time) { n.replicated(n.replica.Late(o.Serial)) })
		case replica.Trouble:
			n.log(Error, "%s", o.Text)
		}
	}
}

// inSync is the moment at which the members of a view hold the same state. What
// it does to the state follows from the hellos and the members alone.
func (n *Node) inSync(o replica.InSync) {
	n.live = true
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
	ed := record.Edit(n.state.CIB)
	for _, said := range o.Hellos {
		n.welcome(ed, said, said.Hello.Path == path)
	}
	for _, p := range n.state.peers() {
		if p.Present && !slices.Contains(o.Members, p.ID) {
			p.Present, p.Gone = false, true
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
	n.resume(o)
	n.takeSide(dc)
	if o.Late {
		n.sayAgain()
	}
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
		n.stays(ed, p)
	case !old.Present || !together:
		p.Leaving = old.Leaving
		n.adoptOwn(ed, p, h)
	default:
		p.Since, p.Leaving, p.Dismissed = old.Since, old.Leaving, old.Dismissed
		return
	}
	ed.Member(p.ID, p.Name, record.Membership{
		InCCM: seconds(h.Time), CRMD: seconds(h.Time), Join: "member", Expected: "member",
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
	if h.Own == "" {
		return
	}
	own, err := xml.Parse([]byte(h.Own))
	if err != nil {
		return // not ours to judge: the node will be probed
	}
	ed.ReplaceLife(p.ID, p.Name, own)
	n.state.Attributes.ForgetNode(p.Name)
	for set := range own.Child("transient_attributes").Elements() {
		for nv := range set.All("nvpair") {
			p.Leaving = p.Leaving || nv.Attr("name") == "shutdown"
			n.state.Attributes.Learn(p.Name, set.ID(), set.Name == "utilization", nv.Attr("name"), nv.Attr("value"))
		}
	}
}

func seconds(t int64) string { return strconv.FormatInt(t, 10) }

// resume sorts out the requests of local clients after another history won: what
// was applied in ours is lost.
func (n *Node) resume(o replica.InSync) {
	if o.Source == 0 || o.Source == n.cfg.Self {
		return
	}
	n.stored = map[crm.NodeID]uint64{}
	for _, number := range sortedNumbers(n.pending) {
		if p := n.pending[number]; p.index > 0 {
			delete(n.pending, number)
			n.do(Reply{p.client, Result{Err: errLostHistory}})
		}
	}
}

var errLostHistory = errors.New("the change was made while the cluster was divided, and another side's history goes on: check the configuration and repeat it")

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

// sayStanding tells all what the engine says outside the order of messages.
func (n *Node) sayStanding() {
	if !n.InSync() || !n.control.Coordinates() {
		return
	}
	n.multicast(&wire.Standing{
		Epoch: n.state.Epoch, Ring: n.view.Ring, Quorate: n.view.Quorate || mutant.On(mutant.BothHalvesQuorate),
		Broken: n.broken, Machines: n.view.Machines, Time: n.now.Unix(),
	})
}

// standing applies the coordinator's word: quorum, and who is really gone.
func (n *Node) standing(c *wire.Standing) {
	if c.Epoch != n.state.Epoch {
		return // about an earlier view
	}
	latest := c.Ring == n.view.Ring && c.Quorate == n.view.Quorate && slices.Equal(c.Machines, n.view.Machines)
	n.state.Standing = c
	ed := record.Edit(n.state.CIB)
	n.state.Blessed = n.state.Blessed && c.Quorate && !c.Broken
	n.state.Formed = n.state.Formed || n.state.Blessed
	n.current = n.state.Blessed && n.view.Quorate
	ed.Root("have-quorum", bit(n.state.Blessed || mutant.On(mutant.NoSelfStop)))
	for _, p := range n.state.peers() {
		if p.Present {
			p.Quorate = p.Quorate || n.state.Blessed
			continue
		}
		if !slices.Contains(c.Machines, p.ID) {
			p.Gone = false
			lost := record.Membership{InCCM: "0", CRMD: "0", Join: "down"}
			if mutant.On(mutant.CrashIsLeave) {
				lost.Expected = "down"
				ed.ForgetLife(p.ID, p.Name)
			}
			ed.Member(p.ID, p.Name, lost, "peer-lost")
			n.unfinished(ed, p)
		} else if p.Dismissed {
			p.Gone = false
			ed.Member(p.ID, p.Name, record.Membership{CRMD: "0", Join: "down", Expected: "down"}, "peer-left")
		}
	}
	n.setCIB(ed.Done())
	line := wire.Lineage{Ring: c.Ring, Version: versionOf(n.state.CIB).Config(), Members: n.memberNames()}
	if 2*len(n.state.present()) <= len(n.nodes) {
		line.Boot = n.cfg.Life.Boot
	}
	if n.state.Blessed && line != n.lineage && !mutant.On(mutant.FrontierLost) {
		n.lineage = line
		n.store()
	}
	n.alertMembers(c.Machines)
	n.fenceEffects(n.state.Fencing.View(n.world(), c.Time))
	if !n.control.Coordinates() {
		return
	}
	n.boundFencing()
	n.awaitMajority(c)
	n.awaitUnseen()
	n.awaitGone()
	n.awaitOperations()
	n.nameNodes()
	n.controlled(n.control.Trigger("quorum or membership"))
	if latest { // otherwise a newer word is on its way
		n.controlled(n.control.Release(holdStanding))
	}
}

func bit(b bool) string {
	if b {
		return "1"
	}
	return "0"
}

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

// engineLost leaves this node alone: it is a partition of its own, without
// quorum, that must stop what it runs. Its commands come back to it directly.
func (n *Node) engineLost(err error) {
	if n.lonely || mutant.On(mutant.EngineLossIgnored) {
		return
	}
	n.log(Error, "the membership layer is gone: %v; ending the services of this node", err)
	n.lonely, n.current = true, false
	v := view.View{Ring: n.view.Ring, Members: []crm.NodeID{n.cfg.Self}, Machines: []crm.NodeID{n.cfg.Self}}
	for _, id := range n.view.Members {
		if id != n.cfg.Self {
			v.Left = append(v.Left, view.Change{ID: id, Reason: view.Unknown})
		}
	}
	n.view = v
	n.replicated(n.replica.ViewChange(v))
	n.sayAgain()
}

// sayAgain repeats the results that were lost with the engine, or while this member
// was left out: an operation would stand as under way for good, and a monitor says
// only what is new. Whoever knows them takes no notice.
func (n *Node) sayAgain() {
	for _, r := range n.said {
		again := *r
		again.Again = true
		n.multicast(&again)
	}
}

// heard notes that a result of ours has its place in the log, and with it all that
// were said before.
func (n *Node) heard(c *wire.Result) {
	i := slices.IndexFunc(n.said, func(r *wire.Result) bool {
		return r.CallID == c.CallID && r.Op.Key == c.Op.Key && r.Changed == c.Changed
	})
	n.said = n.said[i+1:]
}
