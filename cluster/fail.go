package cluster

import (
	"fmt"

	"holdfast/cluster/record"
	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// failTask is the name of an operation that nobody asked for: a failure that a
// person told of.
const failTask = "asyncmon"

// nobody stands for the controller that asked for such an operation.
const nobody = "00000000-0000-0000-0000-000000000000"

// applyFail records a failure that a person told of, as if an agent had found it.
func (n *Node) applyFail(d replica.Deliver, c *wire.Fail) {
	p := n.state.Peers[n.nodeID(c.Node)]
	if p == nil {
		n.answer(d.From, c.Request, Result{Err: fmt.Errorf("node %s is not known to the cluster", c.Node)})
		return
	}
	key := crm.TransitionKey{TargetRC: crm.OCFOK, UUID: nobody}
	n.ended(p, &wire.Result{
		Op: wire.Operation{
			Resource: c.Resource, Class: c.Class, Provider: c.Provider, Type: c.Type,
			Task: failTask, Key: key.String(), Life: p.Life,
		},
		CallID: record.LastCallOf(n.state.CIB, p.ID, c.Resource) + 1,
		Status: crm.OpDone, Code: crm.OCFError, Reason: "Simulated failure", Changed: c.Time, Recorded: true,
	})
	n.answer(d.From, c.Request, Result{})
}

// applyOverdue records as failed an operation whose end nobody has told: its node is
// a member and does not answer. If it was a stop, the node is fenced for that.
func (n *Node) applyOverdue(d replica.Deliver, c *wire.Overdue) {
	p, dc := n.state.Peers[c.Node], n.state.coordinator()
	if dc == nil || d.From != dc.ID || p == nil || !p.Present || p.Life != c.Op.Life || !record.Awaits(n.state.CIB, p.ID, c.Op.Resource, c.Op.Key) {
		return // it has ended meanwhile, or is of a former life
	}
	n.ended(p, &wire.Result{
		Op: c.Op, CallID: record.LastCallOf(n.state.CIB, p.ID, c.Op.Resource) + 1, Status: crm.OpTimeout, Code: crm.OCFError,
		Reason: "the node did not tell in time how it ended", Changed: c.Time, Recorded: true,
	})
}
