package cluster

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// ClusterWait is how long a client may wait for every member to apply an update.
const ClusterWait = 20 * time.Second

var errAlone = errors.New("this node has lost its membership layer before every node had applied the update: it is accepted, and is said again once the layer is back")

// awaitUpdate has a client wait for an update.
func (n *Node) awaitUpdate(client uint64, c *wire.Attribute) {
	n.requests++
	number := n.requests
	r := &request{client: client, update: c}
	n.pending[number], c.Request = r, number
	if c.Wait != wire.WaitCluster {
		return
	}
	n.after(ClusterWait, func(time.Time) {
		if n.pending[number] == r {
			n.answer(n.cfg.Self, number, Result{Err: fmt.Errorf(
				"not every node has applied the update within %v (waiting for %s): it is accepted, and who is a member applies it once it can", ClusterWait, n.silentAbout(r))})
		}
	})
}

// answerUpdate ends the wait of a client whose update is applied here, or tells the
// member whose client waits for all.
func (n *Node) answerUpdate(d replica.Deliver, c *wire.Attribute, err error) {
	r := n.pending[c.Request]
	switch {
	case d.From != n.cfg.Self && c.Wait == wire.WaitCluster:
		if p := n.state.Peers[d.From]; p != nil {
			n.multicast(&wire.Applied{Node: d.From, Life: p.Life, Request: c.Request, Met: n.met})
		}
	case d.From != n.cfg.Self || r == nil || r.update == nil:
	case c.Wait == wire.WaitCluster && err == nil:
		r.applied = true
		n.confirm(c.Request)
	default:
		n.answer(d.From, c.Request, Result{Err: err})
	}
}

// appliedBy notes that a member has applied an update. What was said before the last
// exchange of hellos counts no more: whose update it is may have brought along a state
// of itself without it, and says it again.
func (n *Node) appliedBy(from crm.NodeID, c *wire.Applied) {
	if r := n.pending[c.Request]; r != nil && c.Node == n.cfg.Self && c.Life == n.cfg.Life && c.Met == n.met {
		r.have = append(r.have, from)
		n.confirm(c.Request)
	}
}

// confirm answers a client that waits for the cluster once no member is missing.
func (n *Node) confirm(number uint64) {
	if r := n.pending[number]; r.applied && (n.silentAbout(r) == "" || mutant.On(mutant.ClusterIsLocal)) {
		n.answer(n.cfg.Self, number, Result{})
	}
}

// silentAbout names the members that have not said that they have applied an update.
func (n *Node) silentAbout(r *request) string {
	var names []string
	for _, p := range n.state.present() {
		if p.ID == n.cfg.Self && !r.applied || p.ID != n.cfg.Self && !slices.Contains(r.have, p.ID) {
			names = append(names, string(p.Name))
		}
	}
	return strings.Join(names, " ")
}

// reviewWaits looks, after a change of members, at the clients that wait for the
// cluster. Who is new has the update with the snapshot, if the history that goes on
// has it; all are asked anew.
func (n *Node) reviewWaits(hellos bool) {
	for _, number := range sortedNumbers(n.pending) {
		r := n.pending[number]
		switch {
		case r.update == nil || r.update.Wait != wire.WaitCluster:
		case !hellos:
			n.confirm(number)
		case !r.applied: // it is among those that are said again
			r.have = nil
		case *n.state.Peers[n.cfg.Self].updates(r.update) < r.update.Serial:
			n.answer(n.cfg.Self, number, Result{Err: errLostHistory})
		default:
			r.have, r.applied = nil, false
			n.sayUpdate(r.update)
		}
	}
}

// endWaits ends the waiting for a cluster that is gone with the engine.
func (n *Node) endWaits() {
	for _, number := range sortedNumbers(n.pending) {
		if r := n.pending[number]; r.update != nil && r.update.Wait == wire.WaitCluster {
			n.answer(n.cfg.Self, number, Result{Err: errAlone})
		}
	}
}
