package cluster

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"

	"holdfast/cib"
	"holdfast/cib/rule"
	"holdfast/cib/xml"
	"holdfast/cluster/attribute"
	"holdfast/cluster/record"
	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// apply carries out one command at its place in the log. What it does to the
// state depends on the command and the state alone.
func (n *Node) apply(d replica.Deliver) {
	switch c := d.Command.(type) {
	case *wire.CIB:
		n.applyCIB(d, c)
	case *wire.Attribute:
		n.applyAttribute(d, c)
	case *wire.Flush:
		n.writeAttributes(n.state.Attributes.Flush(c))
	case *wire.Execute:
		n.applyExecute(d, c)
	case *wire.Result:
		n.applyResult(d, c)
	case *wire.Forget:
		n.applyForget(d, c)
	case *wire.Fail:
		n.applyFail(d, c)
	case *wire.Overdue:
		n.applyOverdue(d, c)
	case *wire.Standing:
		n.standing(c)
	case *wire.Abandon:
		n.abandoned(c)
	case *wire.Stored:
		n.storedBy(d.From, c.Index)
	case *wire.Shutdown:
		n.applyShutdown(d, c)
	case *wire.Dismiss:
		n.applyDismiss(c)
	case *wire.Fence:
		n.fenceEffects(n.state.Fencing.Begin(n.world(), d.From, c))
		n.boundFencing()
	case *wire.FenceStep:
		n.fenceEffects(n.state.Fencing.Step(n.world(), d.From, c))
		n.boundFencing()
	case *wire.FenceDone:
		n.fenceEffects(n.state.Fencing.Expire(n.world(), c))
	case *wire.Confirm:
		n.applyConfirm(d, c)
	case *wire.Targets:
		n.state.Fencing.Targets(c)
	case *wire.EraseFences:
		n.state.Fencing.Erase(c.Target)
		n.answer(d.From, c.Request, Result{})
	}
}

// setCIB installs a new version of the document and sees to what follows: the
// configuration is stored, the coordinator thinks again.
func (n *Node) setCIB(root *xml.Node, changed bool) {
	if !changed {
		return
	}
	config := configChanged(n.state.CIB, root)
	n.state.CIB = root
	if config {
		if n.state.Blessed {
			n.lineage.Version = versionOf(root).Config()
		}
		n.store()
		n.controlled(n.control.Trigger("configuration change"))
	}
}

func (n *Node) store() {
	n.do(Store{Index: n.replica.Index(), CIB: n.state.CIB, Lineage: n.lineage})
}

func configChanged(a, b *xml.Node) bool {
	return a.Child("configuration") != b.Child("configuration") ||
		a.Attr("admin_epoch") != b.Attr("admin_epoch") || a.Attr("epoch") != b.Attr("epoch")
}

func (n *Node) applyCIB(d replica.Deliver, c *wire.CIB) {
	result, notes, err := change(n.state.CIB, c.Change)
	if err != nil {
		n.answer(d.From, c.Request, Result{Err: err})
		return
	}
	status := result.CIB.Root() != n.state.CIB && !configChanged(n.state.CIB, result.CIB.Root())
	before := n.state.CIB
	n.setCIB(result.CIB.Root(), result.CIB.Root() != n.state.CIB)
	if status {
		n.controlled(n.control.Trigger("status change"))
	}
	r := Result{XML: result.Output, Notes: notes}
	if configChanged(before, n.state.CIB) {
		n.answerStored(d, c.Request, r)
		return
	}
	n.answer(d.From, c.Request, r)
}

// change also returns what an upgrade has to tell.
func change(root *xml.Node, c wire.Change) (result cib.Result, notes []string, err error) {
	r, err := c.Parse()
	if err != nil {
		return cib.Result{}, nil, err
	}
	if r.Op == cib.Upgrade {
		r.Trace = func(about, note string) {
			if about == "upgrade" {
				notes = append(notes, note)
			}
		}
	}
	result, err = cib.Trusted(root).Apply(r)
	return result, notes, err
}

func (n *Node) applyAttribute(d replica.Deliver, c *wire.Attribute) {
	if c.Node != "" && c.Task != "peer-remove" && n.nodeID(c.Node) == 0 {
		n.answer(d.From, c.Request, Result{Err: fmt.Errorf("node %s is not known to the cluster", c.Node)})
		return
	}
	var nodes []crm.NodeName
	for _, p := range n.state.present() {
		nodes = append(nodes, p.Name)
	}
	if c.Task == "clear-failure" {
		n.forgetFailure(c)
	}
	n.attributeChanges(n.state.Attributes.Apply(c, nodes))
	n.answer(d.From, c.Request, Result{})
}

// forgetFailure clears the history of a failure along with its count.
func (n *Node) forgetFailure(c *wire.Attribute) {
	id := n.nodeID(c.Node)
	if id == 0 || c.Resource == "" {
		return
	}
	ed := record.Edit(n.state.CIB)
	ed.ForgetFailure(id, c.Node, c.Resource)
	n.setCIB(ed.Done())
}

func (n *Node) attributeChanges(changes []attribute.Change) {
	var writes []attribute.Write
	for _, ch := range changes {
		writes = append(writes, ch.Writes...)
		if ch.Wait != nil && n.control.Coordinates() {
			n.dampen(ch.Wait.Name, ch.Wait.Serial, ch.Wait.After)
		}
	}
	n.writeAttributes(writes)
}

// dampen has the coordinator end a dampening delay.
func (n *Node) dampen(name string, serial uint64, after time.Duration) {
	n.after(after, func(time.Time) { n.multicast(&wire.Flush{Name: name, Serial: serial}) })
}

func (n *Node) writeAttributes(writes []attribute.Write) {
	ed := record.Edit(n.state.CIB)
	for _, w := range writes {
		if id := n.nodeID(w.Node); id != 0 {
			ed.Attribute(id, w.Node, w.Util, w.Set, w.Name, w.Value)
			n.alertAttribute(id, w)
		}
	}
	root, changed := ed.Done()
	n.setCIB(root, changed)
	if changed {
		n.controlled(n.control.Trigger("transient attribute change"))
	}
}

// nodeID is the id of a cluster node, from those seen and from the configuration;
// 0 if the name is not known.
func (n *Node) nodeID(name crm.NodeName) crm.NodeID {
	if p := n.state.peerNamed(name); p != nil {
		return p.ID
	}
	for el := range n.state.CIB.Find("configuration", "nodes").All("node") {
		if el.Attr("uname") == string(name) {
			id, _ := strconv.ParseUint(el.ID(), 10, 32)
			return crm.NodeID(id)
		}
	}
	return 0
}

// applyExecute is the order to run an operation. All record that it has begun, so
// that whoever coordinates next knows; the node it is for runs it.
func (n *Node) applyExecute(d replica.Deliver, c *wire.Execute) {
	dc := n.state.coordinator()
	if (c.Epoch != n.state.Epoch || dc == nil || d.From != dc.ID) && !mutant.On(mutant.OldView) {
		return // decided in an earlier view, or by one that does not coordinate
	}
	p := n.state.Peers[c.Node]
	if p == nil || !p.Present || p.Life != c.Op.Life {
		return
	}
	if c.Op.Interval == 0 && recorded(c.Op.Task) && !mutant.On(mutant.PendingUnrecorded) {
		ed := record.Edit(n.state.CIB)
		ed.Result(p.ID, p.Name, &wire.Result{
			Op: c.Op, CallID: -1, Status: crm.OpPending, Code: crm.OCFUnknown, Changed: 0,
			Digest: n.cfg.Digest(c.Op), // else it looks as if its parameters had changed meanwhile
		})
		n.setCIB(ed.Done())
	}
	switch {
	case c.Node != n.cfg.Self:
	case n.quorumLostSince() && brings(c.Op.Task) && !mutant.On(mutant.OldView):
		// Decided with quorum, and this node's engine knows already that it is lost.
		n.multicast(&wire.Result{Op: c.Op, Status: crm.OpInvalid, Code: crm.OCFError, Reason: "quorum was lost", Changed: n.now.Unix()})
	default:
		n.executed(n.exec.Execute(n.now, c.Op))
	}
}

// brings reports whether a task makes a service active or more active.
func brings(task string) bool {
	switch task {
	case "start", "promote", "migrate_to", "migrate_from":
		return true
	}
	return false
}

// recorded reports whether a task leaves an entry in the history.
func recorded(task string) bool {
	return task != "notify" && task != "cancel" && task != "delete"
}

// applyResult takes notice of an operation that ended on a node.
func (n *Node) applyResult(d replica.Deliver, c *wire.Result) {
	if d.From == n.cfg.Self {
		n.heard(c)
	}
	p := n.state.Peers[d.From]
	if p == nil || p.Life != c.Op.Life {
		return // of a former life
	}
	if c.Again && record.Knows(n.state.CIB, p.ID, c) {
		return
	}
	n.ended(p, c)
}

// ended records how an operation ended, counts failures, and lets the running
// transition go on.
func (n *Node) ended(p *Peer, c *wire.Result) {
	switch {
	case mutant.On(mutant.FailedStopBelieved) && c.Op.Task == "stop":
		c.Status, c.Code = crm.OpDone, crm.OCFOK
	case mutant.On(mutant.FailedProbeBelieved) && c.Op.Task == "monitor" && c.Op.Interval == 0 && record.Failed(c):
		c.Status, c.Code = crm.OpDone, crm.OCFNotRunning
	}
	ed := record.Edit(n.state.CIB)
	switch {
	case c.Op.Task == "cancel":
		ed.ForgetOperation(p.ID, p.Name, c.Op.Resource, c.Op.Cancel, c.Op.Interval)
	case c.Op.Task == "delete":
		ed.ForgetResource(p.ID, p.Name, c.Op.Resource)
	case recorded(c.Op.Task):
		ed.Result(p.ID, p.Name, c)
	}
	n.setCIB(ed.Done())
	n.alertResult(p, c)
	failed := record.Failed(c)
	if failed && counts(c) {
		n.countFailure(p, c)
	}
	n.concluded(p, c, failed)
}

// counts reports whether a failed operation adds to the fail count: a probe that
// finds something unexpected has not failed.
func counts(c *wire.Result) bool {
	probe := c.Op.Task == "monitor" && c.Op.Interval == 0
	return !probe && recorded(c.Op.Task)
}

func (n *Node) countFailure(p *Peer, c *wire.Result) {
	value := "value++"
	if c.Op.Fails != "" {
		value = c.Op.Fails
	}
	name := func(prefix string) string {
		return attribute.FailureName(prefix, c.Op.Resource, c.Op.Task, c.Op.Interval)
	}
	for _, a := range []*wire.Attribute{
		{Task: "update", Node: p.Name, Name: name(attribute.FailCount), Value: value},
		{Task: "update", Node: p.Name, Name: name(attribute.LastFailure), Value: seconds(c.Changed + c.Exec/1000)},
	} {
		n.attributeChanges(n.state.Attributes.Apply(a, nil))
	}
}

// applyForget erases history so that resources are probed anew.
func (n *Node) applyForget(d replica.Deliver, c *wire.Forget) {
	id := n.nodeID(c.Node)
	if id == 0 {
		n.answer(d.From, c.Request, Result{Err: fmt.Errorf("node %s is not known to the cluster", c.Node)})
		return
	}
	ed := record.Edit(n.state.CIB)
	ed.ForgetResource(id, c.Node, c.Resource)
	n.setCIB(ed.Done())
	if c.Failures {
		n.attributeChanges(n.state.Attributes.Apply(&wire.Attribute{
			Task: "clear-failure", Node: c.Node, Resource: c.Resource, Interval: -1,
		}, nil))
	}
	if id == n.cfg.Self {
		n.executed(n.exec.Drop(c.Resource))
	}
	n.answer(d.From, c.Request, Result{})
	n.controlled(n.control.Trigger("the history of " + c.Resource + " was erased"))
}

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

// versionOf reads the version triple of a CIB.
func versionOf(root *xml.Node) wire.Version {
	var v wire.Version
	for i, name := range []string{"admin_epoch", "epoch", "num_updates"} {
		v[i], _ = strconv.Atoi(root.Attr(name))
	}
	return v
}

func ownState(root *xml.Node, id crm.NodeID) *xml.Node { return record.Own(root, id) }

// configDigest names the configuration of a CIB, whatever its status.
func configDigest(root *xml.Node) string {
	sum := sha256.Sum256([]byte(root.Child("configuration").String()))
	return hex.EncodeToString(sum[:])
}

func olderFeatures(a, b string) bool { return rule.CompareVersions(a, b) < 0 }
