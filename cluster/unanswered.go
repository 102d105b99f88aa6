package cluster

import (
	"errors"
	"slices"

	"holdfast/cluster/fencing"
	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
)

// ErrNotAccepted refuses a request that waited for a common state, which then was that of
// others: nobody has carried it out.
var ErrNotAccepted = errors.New("the request was not accepted: it waited while the members looked for a common state, and the history of another side goes on, without it: repeat it")

// ErrUncertain ends a request of which nobody here will hear.
var ErrUncertain = errors.New("this node was cut off from the others before it heard what became of the request: look whether it was carried out, and repeat it if not")

// stage is how far a request of a local client has come.
type stage uint8

const (
	sent    stage = iota // it is on its way
	heard                // it has come back in the order of messages, and may be held back
	carried              // it has been carried out in this node's history
)

// numbered is the field of a command that holds its sender's number, nil if it has none.
func numbered(c wire.Command) *uint64 {
	switch c := c.(type) {
	case *wire.CIB:
		return &c.Request
	case *wire.Fence:
		return &c.Request
	case *wire.Confirm:
		return &c.Request
	case *wire.Forget:
		return &c.Request
	case *wire.Fail:
		return &c.Request
	case *wire.EraseFences:
		return &c.Request
	}
	return nil
}

// reaches notes how far a request of ours has come.
func (n *Node) reaches(c wire.Command, s stage) {
	if number := numbered(c); number != nil && n.pending[*number] != nil {
		n.pending[*number].stage = s
	}
}

// answerLost answers, once everything that was held back has its place, the clients whose
// requests have none in the history that goes on.
func (n *Node) answerLost(o replica.InSync) {
	if o.Source == n.cfg.Self {
		return
	}
	for _, number := range sortedNumbers(n.pending) {
		p := n.pending[number]
		switch {
		case p.update != nil || p.stage == sent:
		case p.stage == heard && o.Late: // the others went on without this node, perhaps with what it had said
			n.answer(n.cfg.Self, number, Result{Err: ErrUncertain})
		case p.stage == heard:
			n.answer(n.cfg.Self, number, Result{Err: ErrNotAccepted})
		case p.index == 0 && !n.fencingWaits(number):
			n.answer(n.cfg.Self, number, Result{Err: errLostHistory})
		}
	}
}

// fencingWaits reports whether a request of ours waits for a verdict.
func (n *Node) fencingWaits(number uint64) bool {
	return slices.ContainsFunc(n.state.Fencing.Requests, func(r *fencing.Request) bool { return r.Verdict == fencing.None && r.AskedBy(n.cfg.Self, number) })
}

// answerUnheard answers the clients whose requests were on their way when the engine was lost.
func (n *Node) answerUnheard() {
	for _, number := range sortedNumbers(n.pending) {
		if p := n.pending[number]; p.update == nil && p.stage == sent {
			n.answer(n.cfg.Self, number, Result{Err: ErrUncertain})
		}
	}
}
