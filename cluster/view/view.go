// Package view is the vocabulary of membership: who is there, who came and
// went and why, and whether this side has quorum. The engines in host/engine
// produce these values, the cores of package cluster consume them; nothing here
// decides.
package view

import "holdfast/crm"

// Reason says why a member came or went (cpg_confchg_fn(3)).
type Reason uint8

// Reasons, with the numbers that Corosync's CPG gives them.
const (
	Unknown     Reason = 0
	Join        Reason = 1 // the process joined
	Leave       Reason = 2 // the process left on purpose
	NodeDown    Reason = 3 // its machine is gone from the membership
	NodeUp      Reason = 4 // its machine came back with the process already there
	ProcessDied Reason = 5 // the process ended without leaving; its machine is still there
)

func (r Reason) String() string {
	switch r {
	case Join:
		return "joined"
	case Leave:
		return "left"
	case NodeDown:
		return "node down"
	case NodeUp:
		return "node up"
	case ProcessDied:
		return "process died"
	}
	return "unknown"
}

// Change is one coming or going.
type Change struct {
	ID     crm.NodeID
	Reason Reason
}

// View is one configuration of the cluster. Every member that goes from one
// view to the next together with another has delivered the same messages
// between the two (virtual synchrony).
type View struct {
	// Ring numbers the membership of machines: the same on all that share it, and
	// never smaller than any ring this member saw before. Processes come and go
	// within a ring. Two sides of a partition may have rings with one number.
	Ring uint64
	// Members are the nodes whose Holdfast process takes part, ascending.
	Members []crm.NodeID
	// Machines are the nodes whose machine is a member of the engine, ascending:
	// a superset of Members, larger while a process is down and its machine up.
	Machines []crm.NodeID
	// Joined and Left list what changed in Members since the view before. Who is
	// in both has left and come back: as another process, or from another side of
	// a partition, where it was told other messages than this member. A first view
	// has an empty Left, and the local node in Joined. Both are empty when only
	// Machines or Quorate changed.
	Joined, Left []Change
	// Quorate is the engine's word on quorum in this view. When it changes
	// alone, each member is told at a place of its own in the stream of messages.
	Quorate bool
}

// Has reports whether id takes part in the view.
func (v *View) Has(id crm.NodeID) bool { return contains(v.Members, id) }

// HasMachine reports whether the machine of id is a member.
func (v *View) HasMachine(id crm.NodeID) bool { return contains(v.Machines, id) }

func contains(ids []crm.NodeID, id crm.NodeID) bool {
	for _, m := range ids {
		if m == id {
			return true
		}
	}
	return false
}

// Node is one entry of the engine's node list (corosync.conf: nodelist).
type Node struct {
	ID   crm.NodeID
	Name crm.NodeName
}
