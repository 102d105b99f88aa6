package cluster

import (
	"slices"

	"holdfast/cluster/view"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// engineLost leaves this node alone: it is a partition of its own, without
// quorum, that must stop what it runs. Its commands come back to it directly.
func (n *Node) engineLost(err error) {
	if n.lonely || mutant.On(mutant.EngineLossIgnored) {
		return
	}
	n.log(Error, "the membership layer is gone: %v; ending the services of this node", err)
	n.lonely, n.current = true, false
	v := view.View{Ring: n.view.Ring, Members: []crm.NodeID{n.cfg.Self}, Machines: []crm.NodeID{n.cfg.Self}}
	for _, id := range n.view.Members {
		if id != n.cfg.Self {
			v.Left = append(v.Left, view.Change{ID: id, Reason: view.Unknown})
		}
	}
	n.view = v
	n.replicated(n.replica.ViewChange(v))
	n.sayAgain()
}

// sayAgain repeats the results that were lost with the engine, or while this member
// was left out: an operation would stand as under way for good, and a monitor says
// only what is new. Whoever knows them takes no notice.
func (n *Node) sayAgain() {
	for _, r := range n.said {
		again := *r
		again.Again = true
		n.multicast(&again)
	}
}

// heard notes that a result of ours has its place in the log, and with it all that
// were said before.
func (n *Node) heard(c *wire.Result) {
	i := slices.IndexFunc(n.said, func(r *wire.Result) bool {
		return r.CallID == c.CallID && r.Op.Key == c.Op.Key && r.Changed == c.Changed
	})
	n.said = n.said[i+1:]
}
