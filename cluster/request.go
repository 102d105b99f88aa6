package cluster

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// ErrNotReady refuses requests while the members look for a common state.
var ErrNotReady = errors.New("the cluster is changing its members: try again")

var errQuorumLost = errors.New("quorum was lost before enough nodes had the change on disk: it may not survive; check the configuration once the cluster is whole")

// asked sends a client's request through the log.
func (n *Node) asked(in Asked) {
	if c, ok := in.Command.(*wire.Attribute); ok {
		n.askedUpdate(in, c)
		return
	}
	if !n.InSync() {
		n.do(Reply{in.Client, Result{Err: ErrNotReady}})
		return
	}
	n.requests++
	n.pending[n.requests] = &request{client: in.Client}
	*numbered(in.Command) = n.requests
	if c, ok := in.Command.(*wire.Fence); ok {
		if p := n.state.peerNamed(c.Target); p != nil {
			c.Life = p.Life
		}
		c.ID = fmt.Sprintf("%s.r%d", n.cfg.UUID, n.requests)
	}
	n.multicast(in.Command)
}

// answer ends a request if it is ours.
func (n *Node) answer(from crm.NodeID, number uint64, r Result) {
	if from != n.cfg.Self {
		return
	}
	if p := n.pending[number]; p != nil {
		delete(n.pending, number)
		n.do(Reply{p.client, r})
	}
}

func sortedNumbers(m map[uint64]*request) []uint64 {
	return slices.Sorted(maps.Keys(m))
}

// resume sorts out the requests of local clients after another history won: what
// was applied in ours is lost.
func (n *Node) resume(o replica.InSync) {
	if o.Source == 0 || o.Source == n.cfg.Self {
		return
	}
	for _, number := range sortedNumbers(n.pending) {
		if p := n.pending[number]; p.index > 0 {
			delete(n.pending, number)
			n.do(Reply{p.client, Result{Err: errLostHistory}})
		}
	}
}

var errLostHistory = errors.New("the change was made while the cluster was divided, and another side's history goes on: check the configuration and repeat it")
