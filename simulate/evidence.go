package simulate

import (
	"maps"
	"slices"
)

// takesOver is called when something exclusive is about to be started. Invariant
// 2: that happens only where every other life that held it is known to have ended
// it, to have been fenced, or to have been followed by another life.
func (t *truth) takesOver(m *machine, thing string) {
	holders := t.holders[thing]
	for _, life := range slices.Sorted(maps.Keys(holders)) {
		if t.overtaken(m, life) {
			delete(holders, life)
			continue
		}
		if life != m.life() && !t.ignores() {
			t.w.violated("invariant 2, no takeover without evidence: %s is started on %s while %s may hold it", thing, m.life(), life)
		}
	}
	holders[m.life()] = true
}

// fencedBy is called when fence devices switch a machine off: the proof that
// this life has ended, and every one before it.
func (t *truth) fencedBy(by, target *machine) {
	for _, thing := range t.things() {
		for boot := 1; boot <= target.boot; boot++ {
			t.ended(thing, lifeName(target.name, boot))
		}
	}
}

// overtaken reports whether the cluster that m belongs to has seen the machine of
// a life in a later one: then the old one has ended.
func (t *truth) overtaken(m *machine, life string) bool {
	for _, other := range t.w.machines {
		for boot := 1; boot < other.boot; boot++ {
			if lifeName(other.name, boot) != life {
				continue
			}
			if m.proc == nil {
				return true
			}
			peer := m.proc.node.State().Peers[other.id]
			return peer != nil && peer.Life.Boot != life
		}
	}
	return false
}
