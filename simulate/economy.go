package simulate

import (
	"slices"
	"time"

	"holdfast/cluster/executor"
	"holdfast/cluster/fencing"
	"holdfast/crm"
)

// causeBound is how long ago the cause of a fencing may be: the wait for a silent
// member, for a process to come back, for nodes never seen, and for agents and
// devices that take their time.
const causeBound = 30 * time.Second

// fencesForCause holds invariant 5: nobody is fenced who has been well for a while,
// nor for a life that the one who acts has seen end. An attempt that fails keeps its
// cause.
func (t *truth) fencesForCause(p *process, run fencing.Run, target *machine) {
	if !t.partsItself(p.m) && !t.lately(p.m.missed[target.id], causeBound) && !t.lately(target.unwell, causeBound) && !t.lately(target.since, causeBound) && !t.lately(target.suspect, 2*causeBound) && target.well() {
		t.w.violated("invariant 5, fence economy: %s fences %s, which has been well for a while", p.m.life(), target.life())
	}
	target.unwell = t.w.now()
	s := p.node.State()
	peer := s.Peers[target.id]
	for _, r := range s.Fencing.Requests {
		if r.ID == run.ID && peer != nil && peer.Present && r.Life.Boot != peer.Life.Boot {
			t.w.violated("invariant 5, fence economy: %s fences %s for its former life %s", p.m.life(), target.life(), r.Life.Boot)
		}
	}
}

// partsItself reports whether a side that heeds no quorum may be cut off by a fault of
// its own: it fences whoever is not on it, and they have done nothing for that.
func (t *truth) partsItself(m *machine) bool {
	return t.w.plan.policy == "ignore" && (t.lately(m.unwell, causeBound) || !m.well())
}

// checkWell notes which machines are not well.
func (t *truth) checkWell() {
	for _, m := range t.w.machines {
		if !m.well() {
			m.unwell = t.w.now()
		}
	}
}

// sees notes whom a machine's engine says to be gone, be it for a moment. They may all
// reach one another: a third, whom not all reach, has divided them.
func (m *machine) sees(members []crm.NodeID) {
	for _, other := range m.w.machines {
		if !slices.Contains(members, other.id) {
			m.missed[other.id] = m.w.now()
		}
	}
}

// well reports whether a machine works and nothing divides it from the others whose engines
// do, whether Holdfast runs there or not: it may be in no ring with them.
func (m *machine) well() bool {
	p := m.proc
	if p == nil || !m.w.net.Up(m.id) || m.frozen || p.paused > 0 || !p.lost.IsZero() || !p.node.InSync() {
		return false
	}
	for _, other := range m.w.machines {
		if other != m && m.w.net.Up(other.id) && !other.frozen && !m.w.net.Reaches(m.id, other.id) {
			return false
		}
	}
	return true
}

// failed notes that an agent found something wrong on a machine.
func (m *machine) failed(r *run, out executor.Outcome) {
	probe := r.op.Task == "monitor" && r.op.Interval == 0
	if !probe && (out.Status != crm.OpDone || out.Code != r.op.Target) {
		m.unwell = m.w.now()
	}
}
