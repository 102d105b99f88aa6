package cluster

import (
	"fmt"
	"slices"
	"time"

	"holdfast/cib/alert"
	"holdfast/cluster/attribute"
	"holdfast/cluster/fencing"
	"holdfast/cluster/record"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// Alert tells of an event that the configuration may want programs to hear of.
// Membership and fencing are told on every node, a resource's operation on the
// node that ran it, a node attribute by the coordinator.
type Alert struct {
	Kind     string // alert.Node and so on
	Node     crm.NodeName
	NodeID   crm.NodeID
	Desc     string // member or lost, or how an operation ended
	Task     string
	RC       int
	Resource string
	Interval time.Duration
	TargetRC crm.OCF
	Status   crm.OpStatus
	Exec     time.Duration
	Name     string // of an attribute
	Value    string
}

func (Alert) isEffect() {}

// alertMembers tells which machines came and went since it was told last.
func (n *Node) alertMembers(machines []crm.NodeID) {
	tell := func(id crm.NodeID, word string) {
		if p := n.state.Peers[id]; p != nil {
			n.do(Alert{Kind: alert.Node, Node: p.Name, NodeID: id, Desc: word})
		}
	}
	for _, id := range machines {
		if !slices.Contains(n.told, id) && n.state.Peers[id] != nil {
			n.told = append(n.told, id)
			tell(id, "member")
		}
	}
	for _, id := range slices.Clone(n.told) {
		if !slices.Contains(machines, id) {
			n.told = slices.DeleteFunc(n.told, func(t crm.NodeID) bool { return t == id })
			tell(id, "lost")
		}
	}
}

func (n *Node) alertFencing(r *fencing.Request) {
	ok, rc := "OK", 0
	if !r.Verdict.Good() {
		ok, rc = "failed", int(crm.ExitError)
	}
	by := string(r.By)
	if by == "" {
		by = "the cluster"
	}
	n.do(Alert{Kind: alert.Fencing, Node: r.Target, Task: r.Action, RC: rc,
		Desc: fmt.Sprintf("Operation %s of %s by %s for %s@%s: %s (ref=%s)", r.Action, r.Target, by, r.Client, r.Origin, ok, r.ID)})
}

// alertResult tells of an operation that ran here. A probe that found what was
// expected is no news.
func (n *Node) alertResult(p *Peer, c *wire.Result) {
	if p.ID != n.cfg.Self || !recorded(c.Op.Task) || withdrawn(c) || c.Op.Task == "monitor" && c.Op.Interval == 0 && !record.Failed(c) {
		return
	}
	desc := c.Status.String()
	if c.Status == crm.OpDone {
		desc = c.Code.String()
	}
	n.do(Alert{Kind: alert.Resource, Node: p.Name, NodeID: p.ID, Desc: desc, Task: c.Op.Task, RC: int(c.Code), Resource: c.Op.Resource,
		Interval: time.Duration(c.Op.Interval) * time.Millisecond, TargetRC: c.Op.Target, Status: c.Status,
		Exec: time.Duration(c.Exec) * time.Millisecond})
}

func (n *Node) alertAttribute(id crm.NodeID, w attribute.Write) {
	if !n.control.Coordinates() {
		return
	}
	a := Alert{Kind: alert.Attribute, Node: w.Node, NodeID: id, Name: w.Name}
	if w.Value != nil {
		a.Value = *w.Value
	}
	n.do(a)
}
