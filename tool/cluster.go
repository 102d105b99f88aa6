package tool

import (
	"holdfast/client/protocol"
	"holdfast/cluster/wire"
)

// A Speaker is a Cluster that answers more than questions about the CIB.
type Speaker interface {
	Cluster
	// Status tells how the local node sees the cluster.
	Status() (protocol.Node, error)
	// Attribute changes transient node attributes.
	Attribute(wire.Attribute) error
	// Forget erases the history or failures of a resource.
	Forget(wire.Forget) error
	// Fail has the cluster take a resource as failed on a node.
	Fail(wire.Fail) error
}

// Speak reaches the running cluster for more than its CIB. The error is
// ErrNoCluster, perhaps wrapped, if none is there. The caller closes the
// connection.
func (e *Env) Speak() (Speaker, error) {
	if e.Connect == nil {
		return nil, ErrNoCluster
	}
	c, err := e.Connect()
	if err != nil {
		return nil, err
	}
	s, ok := c.(Speaker)
	if !ok {
		c.Close()
		return nil, ErrNoCluster
	}
	return s, nil
}
