package simulate

import "time"

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

// quorum notes what the engine says of quorum.
func (p *process) quorum(has bool) {
	switch {
	case has:
		p.alone = time.Time{}
	case p.alone.IsZero():
		p.alone = p.m.w.now()
	}
}
