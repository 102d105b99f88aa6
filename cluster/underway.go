package cluster

import (
	"strconv"
	"time"

	"holdfast/cluster/record"
	"holdfast/crm"
)

// OperationsWait is how long a coordinator waits for operations that an earlier one,
// or an earlier transition, has begun; they should have ended, or their node be
// gone, before. OperationsGrace is how long it waits if there may be somebody to
// fence, or if it may only stop: a hanging agent must hold up neither the recovery of
// a dead node nor the end of the other services.
const (
	OperationsWait  = 2 * time.Minute
	OperationsGrace = 3 * time.Second
)

// holdOperations is a reason for the coordinator to wait.
const holdOperations = "operations that are under way"

// awaitOperations makes a coordinator wait for operations that were begun before.
// What it would decide now could be about something that they are just changing:
// a monitor behind a stop that has not ended fails for nothing, and a service may be
// promoted elsewhere before a demote has ended. A side that may only stop waits
// for stops and demotes, and not long: a demote behind a stop fails, and its fail count
// would stay; a start or a monitor must not hold up that services end.
func (n *Node) awaitOperations() {
	if n.trans != nil || !n.control.Coordinates() {
		return
	}
	var tasks []string
	if n.onlyStops() {
		tasks = []string{crm.TaskStop, crm.TaskDemote}
	}
	operation := record.Underway(n.state.CIB, n.isPresent, tasks...)
	if operation == "" {
		n.drop(n.patience)
		n.patience = 0
		n.controlled(n.control.Release(holdOperations))
		return
	}
	n.controlled(n.control.Hold(holdOperations))
	if n.patience == 0 {
		n.log(Info, "waiting for operations that were begun before, such as %s", operation)
		n.patience = n.after(n.operationsPatience(), func(time.Time) {
			n.patience = 0
			n.controlled(n.control.Release(holdOperations))
		})
	}
}

func (n *Node) operationsPatience() time.Duration {
	if n.onlyStops() {
		return OperationsGrace
	}
	for _, p := range n.state.peers() {
		if !p.Present && !p.Dismissed {
			return OperationsGrace
		}
	}
	return OperationsWait
}

// isPresent reports whether a node, by its XML id, takes part.
func (n *Node) isPresent(id string) bool {
	number, _ := strconv.ParseUint(id, 10, 32)
	p := n.state.Peers[crm.NodeID(number)]
	return p != nil && p.Present
}
