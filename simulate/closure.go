package simulate

import (
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
		}
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
