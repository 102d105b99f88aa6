package cluster

import (
	"holdfast/cluster/view"
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
	n.views++
	n.withdraw()
	n.endWaits()
	n.answerUnheard()
	n.settleReads()
	n.replicated(n.replica.ViewChange(v))
	n.sayAgain(func(saying) bool { return true })
}
