package simulate

import (
	"time"

	"holdfast/cluster/fencing"
)

// fencesForCause holds invariant 5: nobody is fenced when no fault asked for it,
// nor for a life that the one who acts has seen end.
func (t *truth) fencesForCause(p *process, run fencing.Run, target *machine) {
	if !t.lately(t.w.disturbed, 30*time.Second) && !t.lately(target.since, 30*time.Second) && !t.lately(target.suspect, 60*time.Second) {
		t.w.violated("invariant 5, fence economy: %s fences %s, and nothing has been wrong for a while", p.m.life(), target.life())
	}
	s := p.node.State()
	peer := s.Peers[target.id]
	for _, r := range s.Fencing.Requests {
		if r.ID == run.ID && peer != nil && peer.Present && r.Life.Boot != peer.Life.Boot {
			t.w.violated("invariant 5, fence economy: %s fences %s for its former life %s", p.m.life(), target.life(), r.Life.Boot)
		}
	}
}
