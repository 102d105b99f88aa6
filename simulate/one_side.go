package simulate

import (
	"maps"
	"slices"

	"holdfast/cluster"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// startsWithQuorum holds invariant 3: without quorum nothing is started, if the
// policy is stop, or demote, which stops all but promotable resources. If it is
// freeze, a side may start again what it ran itself, or what may be running on it,
// for all that a look could tell.
func (t *truth) startsWithQuorum(m *machine, thing string) {
	p := m.proc
	if p == nil || !p.node.InSync() || p.node.Quorate() {
		return
	}
	state := p.node.State()
	holder := state.Peers[t.last[thing]]
	ours := holder != nil && holder.Present || t.inDoubt(state, thing)
	if t.w.plan.stops() || t.w.plan.policy == "freeze" && !ours {
		t.w.violated("invariant 3, one quorate side: %s is started on %s without quorum", thing, m.life())
	}
}

// looked keeps in mind whether the newest look at a service that nothing was known of
// has failed: then it counts as running there.
func (t *truth) looked(m *machine, op wire.Operation, code crm.OCF) {
	thing := plain(op.Resource)
	if op.Task != "monitor" || op.Interval != 0 || t.holders[thing] == nil {
		return
	}
	if t.doubts[thing] == nil {
		t.doubts[thing] = map[string]bool{}
	}
	t.doubts[thing][m.life()] = code != crm.OCFOK && code != crm.OCFNotRunning && code != crm.OCFPromoted
}

// inDoubt reports whether the newest look at a thing has failed on a member, in this life.
func (t *truth) inDoubt(state *cluster.State, thing string) bool {
	for _, id := range slices.Sorted(maps.Keys(state.Peers)) {
		if p := state.Peers[id]; p.Present && t.doubts[thing][p.Life.Boot] {
			return true
		}
	}
	return false
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
