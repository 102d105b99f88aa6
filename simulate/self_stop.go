package simulate

import (
	"time"

	"holdfast/cluster/wire"
)

// selfStopBound is how long a node may go on with its exclusive services after it
// has lost quorum: the token, the wait for processes to come back, and the stops.
const selfStopBound = 30 * time.Second

// checkSelfStop holds invariant 10: a node that has lost quorum, or the engine, ends
// its exclusive services within a bound, if its agents do their work and the policy
// is stop.
func (t *truth) checkSelfStop() {
	if !t.w.plan.stops() {
		return
	}
	for _, m := range t.w.machines {
		p := m.proc
		if p == nil || p.paused > 0 || p.alone.IsZero() || t.lately(p.alone, selfStopBound) || t.lately(m.suspect, selfStopBound) {
			continue
		}
		for _, name := range t.w.plan.exclusive() {
			if m.active[name] && !m.lied[name] {
				t.w.violated("invariant 10, self-stop: %s has had no quorum for %v and still runs %s", m.life(), selfStopBound, name)
			}
		}
	}
}

// engineStopBound is how long a node that has lost its engine may go on without
// doing anything about its exclusive services: the scheduler's time, and a little.
const engineStopBound = 4 * time.Second

// checkEngineLost holds the other half: a node whose membership engine is gone ends
// its exclusive services at once, whatever the policy.
func (t *truth) checkEngineLost() {
	for _, m := range t.w.machines {
		p := m.proc
		if p == nil || p.paused > 0 || p.lost.IsZero() || t.lately(p.lost, engineStopBound) || t.lately(m.busy, engineStopBound) || t.lately(m.suspect, selfStopBound) {
			continue
		}
		for _, name := range t.w.plan.exclusive() {
			if m.active[name] && !m.lied[name] && !m.works() {
				t.w.violated("invariant 10, self-stop: %s has had no engine for %v, runs %s and does nothing about it", m.life(), engineStopBound, name)
			}
		}
	}
}

// busied notes that an operation has begun or ended.
func (m *machine) busied(op wire.Operation) {
	if op.Task != "monitor" {
		m.busy = m.w.now()
	}
}

// works reports whether an operation other than a monitor is under way.
func (m *machine) works() bool {
	for _, r := range m.runs {
		if r.op.Task != "monitor" {
			return true
		}
	}
	return false
}

// quorum notes what the engine says of quorum.
func (p *process) quorum(has bool) {
	if !has {
		p.m.w.updaters.parted(p)
	}
	switch {
	case has:
		p.alone = time.Time{}
	case p.alone.IsZero():
		p.alone = p.m.w.now()
	}
}
