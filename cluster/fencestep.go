package cluster

import (
	"maps"
	"slices"

	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
)

// fenceStep is how a fence call of this node ended.
type fenceStep struct {
	wire.FenceStep
	taken bool // it has come back, as it was awaited, or, late, where somebody may do something about it
}

// fenceEnded tells all how a call ended, one that was given up as well: it may have
// switched the target off before.
func (n *Node) fenceEnded(step wire.FenceStep) {
	if n.calls[step.ID] == step.Step {
		delete(n.calls, step.ID)
	}
	n.sayStepsAgain(false)
	n.steps[step.ID] = &fenceStep{FenceStep: step}
	n.multicast(&step)
}

// applyFenceStep applies how a call ended.
func (n *Node) applyFenceStep(d replica.Deliver, c *wire.FenceStep) {
	world := n.world()
	if step := n.steps[c.ID]; step != nil && d.From == n.cfg.Self && step.Step == c.Step {
		step.taken = n.state.Fencing.Awaits(c.ID, c.Step, d.From) || n.state.Fencing.Heeds(world, c)
	}
	n.fenceEffects(n.state.Fencing.Step(world, d.From, c))
	n.boundFencing()
}

// sayStepsAgain forgets the ends of fence calls that are known and that no request waits for any more.
// Those that one waits for were lost with the engine, or belong to a
// history that did not go on: after a change of members they are said again,
// as nobody else can tell.
func (n *Node) sayStepsAgain(membersChanged bool) {
	for _, id := range slices.Sorted(maps.Keys(n.steps)) {
		step := n.steps[id]
		switch {
		case n.state.Fencing.Awaits(id, step.Step, n.cfg.Self):
			if membersChanged {
				said := step.FenceStep
				n.multicast(&said)
			}
		case !n.lonely && step.taken: // alone, this node may be in a history that does not go on
			delete(n.steps, id)
		}
	}
}

// forgetTaken has the ends of calls be said again that were taken in a history of this
// node's own, which does not go on.
func (n *Node) forgetTaken(o replica.InSync, path string) {
	if slices.ContainsFunc(o.Hellos, func(s replica.Said) bool { return s.ID == n.cfg.Self && s.Hello.Path != path }) {
		for _, step := range n.steps {
			step.taken = false
		}
	}
}

// sayLateSteps tells of calls that no request waited for, once somebody may do
// something about it.
func (n *Node) sayLateSteps() {
	world := n.world()
	for _, id := range slices.Sorted(maps.Keys(n.steps)) {
		step := n.steps[id]
		said := step.FenceStep
		if !step.taken && !n.state.Fencing.Awaits(id, step.Step, n.cfg.Self) && n.state.Fencing.Heeds(world, &said) {
			n.multicast(&said)
		}
	}
}
