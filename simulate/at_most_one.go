package simulate

import "strings"

// active is called when a service has come up, or a role was taken. Invariant 1:
// an exclusive service, or the promoted role, is never active on two nodes. What a
// lying agent has left behind does not count, nor does a run that ignores quorum.
func (t *truth) active(m *machine, thing string) {
	if t.holders[thing] == nil || t.ignores() {
		return
	}
	if where := t.where(thing); len(where) > 1 {
		t.w.violated("invariant 1, at most one: %s runs on %s", thing, strings.Join(where, " and "))
	}
}

// ignores reports whether quorum is ignored. Each side of a partition then fences
// the other, and that is evidence, but whoever was fenced comes back on its own side
// and tells it that the old life has ended: both sides may start what it ran. Of
// two nodes none has a side to come back to.
func (t *truth) ignores() bool { return t.w.plan.policy == "ignore" && t.w.plan.nodes > 2 }

// where lists the lives in which a thing is active.
func (t *truth) where(thing string) []string {
	var lives []string
	for _, m := range t.w.machines {
		runs := m.active[thing] && !m.lied[thing]
		if thing == promotedRole {
			runs = m.promoted[database] && !m.lied[database]
		}
		if runs {
			lives = append(lives, m.life())
		}
	}
	return lives
}

// left is called when the cluster has let a node go: it must have left nothing
// running.
func (t *truth) left(p *process) {
	m := p.m
	if !p.asked {
		t.w.violated("invariant 7, incarnations: %s was let go, and only an earlier process of it had asked for that", m.life())
	}
	for _, name := range t.w.plan.exclusive() {
		if m.active[name] && !m.lied[name] {
			t.w.violated("invariant 1, at most one: %s was let go while it runs %s", m.life(), name)
		}
	}
}
