package simulate

import (
	"time"

	"holdfast/crm"
)

// trouble breaks something every now and then until the time of faults is over.
func (w *world) trouble() {
	w.after(w.between(500*time.Millisecond, 6*time.Second), func() {
		if w.calm {
			return
		}
		w.report.Faults++
		w.breakSomething()
		w.trouble()
	})
}

func (w *world) breakSomething() {
	m := w.machines[w.rng.IntN(len(w.machines))]
	switch w.rng.IntN(8) {
	case 0, 1:
		m.crash()
		m.start(w.between(20*time.Millisecond, 8*time.Second))
	case 2:
		m.powerOff()
		w.after(w.between(time.Second, 15*time.Second), m.powerOn)
	case 3, 4:
		w.partition()
	case 5:
		w.tell("network whole")
		w.net.Heal()
	case 6:
		w.loseService(m)
	case 7:
		w.hold(m)
	}
}

// partition cuts the network in two at random.
func (w *world) partition() {
	var sides [2][]crm.NodeID
	for _, m := range w.machines {
		k := w.rng.IntN(2)
		sides[k] = append(sides[k], m.id)
	}
	w.tell("network split %v | %v", sides[0], sides[1])
	w.net.Partition(sides[0], sides[1])
}

// loseService has a service die by itself.
func (w *world) loseService(m *machine) {
	for _, name := range services {
		if m.active[name] {
			w.tell("%s: service %s dies", m.name, name)
			delete(m.active, name)
			return
		}
	}
}

// hold stops a process for a while; its machine goes on.
func (w *world) hold(m *machine) {
	p := m.proc
	if p == nil {
		return
	}
	w.tell("%s: process stopped (SIGSTOP)", m.name)
	p.member.Hold()
	w.after(w.between(100*time.Millisecond, 5*time.Second), func() {
		w.tell("%s: process goes on", m.name)
		p.member.Release()
	})
}

// heal ends all faults.
func (w *world) heal() {
	w.calm = true
	w.tell("---- faults end ----")
	w.net.Heal()
	for _, m := range w.machines {
		m.powerOn()
		m.start(100 * time.Millisecond)
	}
}
