package simulate

import (
	"fmt"
	"time"

	"holdfast/cluster/fencing"
)

// closureBound is how long a fencing request may be without a verdict.
const closureBound = 2 * time.Minute

// checkOpen holds invariant 6 while the cluster works: every request ends within a
// bound.
func (t *truth) checkOpen() {
	for _, p := range t.inSync() {
		for _, r := range p.node.State().Fencing.Requests {
			if !r.Open || r.Verdict != fencing.None {
				continue
			}
			if t.opened[r.ID].IsZero() {
				t.opened[r.ID] = t.w.now()
			}
			if !t.lately(t.opened[r.ID], closureBound) {
				t.w.violated("invariant 6, fence closure: the request %s about %s has no verdict after %v", r.ID, r.Target, closureBound)
			}
			t.checkActor(p, r)
		}
	}
}

// actorBound is how long a member may do nothing about a request that waits for it:
// its answer is on the way, or the news that it is not asked any more.
const actorBound = 15 * time.Second

// checkActor holds that whoever is to act on a request does so.
func (t *truth) checkActor(p *process, r *fencing.Request) {
	if r.Executor == 0 {
		return
	}
	m := t.w.machines[r.Executor-1]
	key := fmt.Sprintf("%s step %d", r.ID, r.Step)
	busy := false
	if q := m.proc; q != nil && q.paused == 0 && !m.frozen && q.node.InSync() && q.node.State().Epoch == p.node.State().Epoch {
		call := q.calls[r.ID]
		busy = call != nil && call.run.Step == r.Step && !call.dropped && !call.told
	} else {
		busy = true // it cannot be asked, and that is noticed elsewhere
	}
	switch {
	case busy:
		delete(t.idle, key)
	case t.idle[key].IsZero():
		t.idle[key] = t.w.now()
	case !t.lately(t.idle[key], actorBound):
		t.w.violated("invariant 6, fence closure: %s waits for %s, which has done nothing about it for %v", key, m.name, actorBound)
	}
}

// checkClosed holds it at the end: no request is left without a verdict.
func (t *truth) checkClosed() {
	for _, r := range t.w.machines[0].proc.node.State().Fencing.Requests {
		if r.Verdict == fencing.None {
			t.w.violated("invariant 6, fence closure: the request %s about %s has no verdict at the end", r.ID, r.Target)
		}
	}
}
