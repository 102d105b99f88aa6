package cluster

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"holdfast/cib"
	"holdfast/cib/rule"
	"holdfast/cib/xml"
	"holdfast/cluster/record"
	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// apply carries out one command at its place in the log. What it does to the
// state depends on the command and the state alone.
func (n *Node) apply(d replica.Deliver) {
	n.place = d.Index
	if d.From == n.cfg.Self {
		n.reaches(d.Command, carried)
	}
	switch c := d.Command.(type) {
	case *wire.CIB:
		n.applyCIB(d, c)
	case *wire.Hello:
		n.applyHello(d, c)
	case *wire.Attribute:
		n.applyAttribute(d, c)
	case *wire.Applied:
		n.appliedBy(d.From, c)
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
		n.storedBy(d.From, c)
	case *wire.Shutdown:
		n.applyShutdown(d, c)
	case *wire.Dismiss:
		n.applyDismiss(c)
	case *wire.Fence:
		n.fenceEffects(n.state.Fencing.Begin(n.world(), d.From, c))
		n.boundFencing()
	case *wire.FenceStep:
		n.applyFenceStep(d, c)
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
		if n.state.Blessed && n.state.Standing != nil { // else it is not known yet whether this side has quorum
			n.lineage.Version = versionOf(root).Config()
		}
		n.store()
		n.controlled(n.control.Trigger("configuration change"))
	}
}

func (n *Node) store() {
	n.do(Store{Index: n.place, Epoch: n.state.Epoch, CIB: n.state.CIB, Lineage: n.lineage})
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
	root := result.CIB.Root()
	config := configChanged(n.state.CIB, root)
	status := root != n.state.CIB && !config
	if config && c.Request != 0 {
		n.lineage.Blank = false // somebody did this, not the cluster itself
	}
	n.setCIB(root, config || status)
	if status {
		n.controlled(n.control.Trigger("status change"))
	}
	r := Result{XML: result.Output, Notes: notes}
	if config {
		n.owe(d.From, c.Request, d.Index)
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
