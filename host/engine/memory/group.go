package memory

import (
	"slices"
	"time"

	"holdfast/crm"
)

// hears reports whether what b sends arrives at a.
func (n *Net) hears(a, b *machine) bool {
	return a == b || a.up && b.up && !a.frozen && !b.frozen && a.side == b.side && n.cuts[[2]crm.NodeID{b.id, a.id}] == 0
}

// reaches reports whether two machines hear each other.
func (n *Net) reaches(a, b *machine) bool { return n.hears(a, b) && n.hears(b, a) }

// Cut stops what one machine sends to another; the way back is another way. Cuts
// add up: a way is open again after as many calls of Mend, or after Heal.
func (n *Net) Cut(from, to crm.NodeID) {
	n.cuts[[2]crm.NodeID{from, to}]++
	n.disturbed()
}

// Mend takes one Cut back.
func (n *Net) Mend(from, to crm.NodeID) {
	if way := [2]crm.NodeID{from, to}; n.cuts[way] > 0 {
		n.cuts[way]--
		n.disturbed()
	}
}

// SetDelay changes the bounds of all hops from now on.
func (n *Net) SetDelay(low, high time.Duration) { n.opt.MinDelay, n.opt.MaxDelay = low, high }

// regroup divides the machines into groups that can be one ring each: all members
// of a group reach each other. If "reaches" is transitive there is one way to do
// that; if not, chance has a say, as the join messages that come first have in
// Totem, and after a while it is tried again.
func (n *Net) regroup() {
	if n.fresh(n.machines) {
		return
	}
	order := slices.Clone(n.machines)
	n.rng.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
	for _, m := range order {
		m.group = 0
	}
	for k, m := range order {
		if m.group != 0 {
			continue
		}
		m.group = k + 1
		for _, o := range order[k+1:] {
			if o.group == 0 && n.reachesAll(o, m.group) {
				o.group = m.group
			}
		}
	}
	n.tryAgain()
}

// fresh sets the groups if there is one way to do it.
func (n *Net) fresh(machines []*machine) bool {
	for _, m := range machines {
		m.group = int(m.id)
		for _, o := range machines {
			if n.reaches(m, o) {
				m.group = int(o.id) // the first of those it reaches
				break
			}
		}
	}
	for _, m := range machines {
		for _, o := range machines {
			heard := n.hears(m, o) || n.hears(o, m)
			if heard != (m == o || m.group == o.group) {
				return false
			}
		}
	}
	return true
}

func (n *Net) reachesAll(m *machine, group int) bool {
	for _, o := range n.machines {
		if o.group == group && !n.reaches(m, o) {
			return false
		}
	}
	return true
}

// tryAgain has the machines look for another ring after a while: whoever hears a
// machine that is not in its ring tries to take it in, again and again.
func (n *Net) tryAgain() {
	n.attempts++
	mine := n.attempts
	n.after(n.opt.Token+n.upTo(4*n.opt.Token), func() {
		if mine == n.attempts && !n.fresh(n.machines) {
			n.interrupt()
			n.disturbed()
		}
	})
}

// interrupt stops the rings whose machines hear a stranger: they stop to listen,
// whatever comes of it.
func (n *Net) interrupt() {
	for _, m := range n.machines {
		for _, o := range n.machines {
			if m.up && !m.ring.broken && n.hears(m, o) && o.ring != m.ring {
				n.breakRing(m.ring)
			}
		}
	}
}
