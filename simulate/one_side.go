package simulate

import "slices"

// startsWithQuorum holds invariant 3: without quorum nothing is started, if the
// policy is stop, or demote, which stops all but promotable resources. If it is
// freeze, a side may start again what it ran itself.
func (t *truth) startsWithQuorum(m *machine, thing string) {
	p := m.proc
	if p == nil || !p.node.InSync() || p.node.Quorate() {
		return
	}
	holder := p.node.State().Peers[t.last[thing]]
	if t.w.plan.stops() || t.w.plan.policy == "freeze" && (holder == nil || !holder.Present) {
		t.w.violated("invariant 3, one quorate side: %s is started on %s without quorum", thing, m.life())
	}
}

// fencesWithQuorum holds the other half: without quorum nobody is fenced but a
// machine of the own side, which can be on no other.
func (t *truth) fencesWithQuorum(p *process, target *machine) {
	standing := p.node.State().Standing
	ours := standing != nil && slices.Contains(standing.Machines, target.id)
	if t.w.plan.policy != "ignore" && p.node.InSync() && !p.node.Quorate() && !ours {
		t.w.violated("invariant 3, one quorate side: %s fences %s without quorum", p.m.life(), target.name)
	}
}

// stops reports whether a lost quorum ends exclusive services.
func (p *plan) stops() bool { return p.policy == "stop" || p.policy == "demote" }
