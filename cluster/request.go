package cluster

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
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

// answerStored ends a request once enough members have the configuration on disk.
func (n *Node) answerStored(d replica.Deliver, number uint64, r Result) {
	p := n.pending[number]
	if d.From != n.cfg.Self || p == nil {
		return
	}
	if mutant.On(mutant.AckBeforeDisk) {
		n.answer(d.From, number, r)
		return
	}
	p.index, p.result, p.quorate = d.Index, r, n.view.Quorate
	n.acknowledge()
}

func (n *Node) storedOwn(in Stored) {
	if in.Err != nil {
		n.log(Error, "the configuration cannot be stored: %v; this node does not acknowledge changes until it can", in.Err)
		return
	}
	n.multicast(&wire.Stored{Index: in.Index})
}

func (n *Node) storedBy(id crm.NodeID, index uint64) {
	n.stored[id] = max(n.stored[id], index)
	n.acknowledge()
}

// acknowledge answers the requests that enough members have stored.
func (n *Node) acknowledge() {
	members, need := n.state.present(), n.enough()
	for _, number := range sortedNumbers(n.pending) {
		p := n.pending[number]
		if p.index == 0 {
			continue
		}
		if p.quorate && !n.view.Quorate {
			delete(n.pending, number)
			n.do(Reply{p.client, Result{Err: errQuorumLost}})
			continue
		}
		have := 0
		for _, m := range members {
			if n.stored[m.ID] >= p.index {
				have++
			}
		}
		if have >= need {
			delete(n.pending, number)
			n.do(Reply{p.client, p.result})
		}
	}
}

// enough is how many members must have a change on disk before it may be
// acknowledged: so many that every later side with quorum has one of them. That is
// a majority of all configured nodes; where the engine grants quorum to fewer (two
// nodes), all whose machines are there. A member whose process is down, its
// machine up, counts: it could be half of the next quorum without this one.
func (n *Node) enough() int {
	if mutant.On(mutant.AckByOne) {
		return 1
	}
	return max(1, min(len(n.nodes)/2+1, len(n.view.Machines)))
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
	n.stored = map[crm.NodeID]uint64{}
	for _, number := range sortedNumbers(n.pending) {
		if p := n.pending[number]; p.index > 0 {
			delete(n.pending, number)
			n.do(Reply{p.client, Result{Err: errLostHistory}})
		}
	}
}

var errLostHistory = errors.New("the change was made while the cluster was divided, and another side's history goes on: check the configuration and repeat it")
