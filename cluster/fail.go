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
