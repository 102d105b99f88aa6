package cluster

import (
	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// disks is what a node knows of the configuration on the members' disks, by
// indices of the log. An index means something in one history only.
type disks struct {
	has   map[crm.NodeID]uint64 // up to where each has it, as said in this view
	own   uint64                // up to where we have it
	since uint64                // the epoch in which this history took the place of ours
	owed  uint64                // up to where others may wait for our word
	told  uint64                // up to where they have it, in this view
}

// learn takes a member's word.
func (d *disks) learn(id crm.NodeID, index uint64) {
	if d.has == nil {
		d.has = map[crm.NodeID]uint64{}
	}
	d.has[id] = max(d.has[id], index)
}

// meet begins a view, in which anybody may wait for anything up to an index.
func (d *disks) meet(index uint64) { d.has, d.owed, d.told = nil, index, 0 }

// meetDisks has the members of a new view say what they have on disk: what they said
// before may not have reached everybody, and may be about a history that lost.
func (n *Node) meetDisks(o replica.InSync) {
	n.disks.meet(n.place)
	if o.Source != 0 && o.Source != n.cfg.Self {
		n.disks.own, n.disks.since = 0, n.state.Epoch
	}
	n.sayStored()
}

// sayStored tells others what is on our disk if they may wait for that. What only our
// own clients wait for concerns nobody else: that spares one message for each change.
func (n *Node) sayStored() {
	d := &n.disks
	if d.own == 0 {
		return
	}
	d.learn(n.cfg.Self, d.own) // whoever waits here need not hear it from the engine
	if d.owed > d.told {
		d.told = d.own
		n.multicast(&wire.Stored{Sync: n.state.sync(), Index: d.own})
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
	switch {
	case in.Err != nil:
		n.log(Error, "the configuration cannot be stored: %v; this node does not acknowledge changes until it can", in.Err)
	case in.Epoch >= n.disks.since:
		n.disks.own = max(n.disks.own, in.Index)
		n.sayStored()
		n.acknowledge()
	}
}

func (n *Node) storedBy(id crm.NodeID, c *wire.Stored) {
	if c.Sync == n.state.sync() {
		n.disks.learn(id, c.Index)
		n.acknowledge()
	}
}

// owe notes a change for whose storage a client of another node waits.
func (n *Node) owe(from crm.NodeID, request, index uint64) {
	if from != n.cfg.Self && request != 0 {
		n.disks.owed = index
	}
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
		if n.view.Quorate && n.state.Standing == nil {
			continue // on disk, but not yet as what this quorum left
		}
		have := 0
		for _, m := range members {
			if n.disks.has[m.ID] >= p.index {
				have++
			}
		}
		if have >= need {
			delete(n.pending, number)
			n.do(Reply{p.client, p.result})
		}
	}
}

// lineDrawn has whoever waits for disks wait for the line that was just drawn, too: without
// it what was changed before, be it in this view, does not count as what its quorum left,
// and may lose against what a node that was cut off has changed since.
func (n *Node) lineDrawn() {
	for _, number := range sortedNumbers(n.pending) {
		if p := n.pending[number]; p.index > 0 {
			p.index = n.place
		}
	}
	n.disks.owed = n.place
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
