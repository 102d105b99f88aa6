package simulate

import (
	"time"

	"holdfast/crm"
)

// wires are the networks between the machines. A way between two machines is cut
// when it is cut on all of them: Corosync uses another when one fails.
type wires struct {
	w        *world
	networks int
	cuts     map[way][]int // for each network by how many faults
}

// way leads from one machine to another.
type way struct{ from, to crm.NodeID }

func newWires(w *world) wires {
	return wires{w: w, networks: max(1, w.plan.networks), cuts: map[way][]int{}}
}

// cut cuts a way on one network and returns what mends it.
func (x *wires) cut(network int, from, to *machine) func() {
	if from == to {
		return func() {}
	}
	it := way{from.id, to.id}
	if x.cuts[it] == nil {
		x.cuts[it] = make([]int, x.networks)
	}
	network %= x.networks
	x.cuts[it][network]++
	if x.cuts[it][network] == 1 && x.open(it) == 0 {
		x.w.net.Cut(it.from, it.to)
	}
	return func() {
		x.cuts[it][network]--
		if x.cuts[it][network] == 0 && x.open(it) == 1 {
			x.w.net.Mend(it.from, it.to)
		}
	}
}

// open counts the networks on which a way is not cut.
func (x *wires) open(it way) int {
	n := 0
	for _, cuts := range x.cuts[it] {
		if cuts == 0 {
			n++
		}
	}
	return n
}

// all joins what ends several faults.
func all(ends []func()) func() {
	return func() {
		for _, end := range ends {
			end()
		}
	}
}

// cutBoth cuts two machines off from each other.
func (x *wires) cutBoth(network int, a, b *machine) func() {
	return all([]func(){x.cut(network, a, b), x.cut(network, b, a)})
}

// deafen has a machine hear nobody, on one network.
func (x *wires) deafen(network int, m *machine) func() {
	var ends []func()
	for _, other := range x.w.machines {
		ends = append(ends, x.cut(network, other, m))
	}
	return all(ends)
}

// apart cuts one network between two sides.
func (x *wires) apart(network int, side []int) func() {
	inside := map[int]bool{}
	for _, i := range side {
		inside[i] = true
	}
	var ends []func()
	for i, a := range x.w.machines {
		for j, b := range x.w.machines {
			if inside[i] && !inside[j] {
				ends = append(ends, x.cutBoth(network, a, b))
			}
		}
	}
	return all(ends)
}

// flap lets the ways to a machine come and go until it is told to stop.
func (x *wires) flap(network int, m *machine) func() {
	var mend func()
	over := false
	var turn func()
	turn = func() {
		switch {
		case over:
			return
		case mend != nil:
			mend()
			mend = nil
		default:
			mend = x.apart(network, []int{int(m.id) - 1})
		}
		x.w.disturbed = x.w.now()
		x.w.after(x.w.later(50*time.Millisecond, 3*time.Second), turn)
	}
	turn()
	return func() {
		over = true
		if mend != nil {
			mend()
			mend = nil
		}
	}
}

// slow makes everything that is sent take longer, though not so long that a
// token is missed.
func (w *world) slow() func() {
	w.net.SetDelay(20*time.Millisecond, 200*time.Millisecond)
	return func() { w.net.SetDelay(50*time.Microsecond, time.Millisecond) }
}
