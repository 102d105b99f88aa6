package simulate

import (
	"time"
)

// later draws a time of the second generation.
func (w *world) later(low, high time.Duration) time.Duration {
	return low + time.Duration(w.more.Int64N(int64(high-low)+1))
}

// beginLater has a fault of the second generation happen and returns what ends it.
func (w *world) beginLater(f Fault, m *machine) func() {
	other := w.machines[f.Other]
	switch f.Kind {
	case Drift:
		w.jumped = true
		return m.drift(float64(f.Jump) / float64(time.Minute))
	case Cut:
		return w.wires.cutBoth(f.Link, other, m)
	case OneWay:
		return w.wires.cut(f.Link, other, m)
	case Deaf:
		return w.wires.deafen(f.Link, m)
	case Flap:
		return w.wires.flap(f.Link, m)
	case Link:
		return w.wires.apart(f.Link, f.Side)
	case Delay:
		return w.slow()
	case Fuse:
		return m.lightFuse(f.Count, m.crash, func() { m.start(0) })
	case PowerFuse:
		return m.lightFuse(f.Count, m.powerOff, m.powerOn)
	case CrashAll:
		return w.everywhere((*machine).crash, func(m *machine) { m.start(w.later(0, 3*time.Second)) })
	case Blackout:
		return w.blackout(f)
	case DeviceWrong:
		return w.miswire(w.device(f.Device))
	case DeviceIsland:
		return w.island(w.device(f.Device), f.Side)
	case DiskHangs:
		m.suspect = w.now().Add(f.For)
		return m.hangDisk()
	case Upgrade:
		return m.upgrade(f.Count%2 == 0)
	case Meddling:
		w.meddle()
	case Crowd:
		for _, m := range w.machines {
			if m.proc != nil {
				w.writers.change(w, m.proc)
			}
		}
	}
	return nil
}

// meddle has a person switch on every outlet that is off, perhaps while a request is
// about to switch off the next one of the same machine.
func (w *world) meddle() {
	for _, m := range w.machines {
		if len(m.outlets) > 0 {
			clear(m.outlets)
			m.powerOn()
		}
	}
}

// everywhere does something to all machines, and something else at the end.
func (w *world) everywhere(begin, end func(*machine)) func() {
	for _, m := range w.machines {
		begin(m)
	}
	return func() {
		for _, m := range w.machines {
			end(m)
		}
	}
}

// blackout stalls the disks of one side for a moment and then takes the power from
// all machines. It comes back to each at a time of its own.
func (w *world) blackout(f Fault) func() {
	var ends []func()
	for _, i := range f.Side {
		ends = append(ends, count(w.machines[i].faults, DiskSlow))
	}
	over := false
	w.after(w.later(0, 2*time.Second), func() {
		if !over {
			for _, m := range w.machines {
				m.powerOff()
				w.after(w.later(0, 10*time.Second), m.powerOn)
			}
		}
	})
	return func() {
		over = true
		for _, end := range ends {
			end()
		}
	}
}

// lightFuse has something happen before the process carries out one of its next
// effects: in the middle of a step, when it has said one thing and not the next.
func (m *machine) lightFuse(effects int, blow, restore func()) func() {
	m.fuse, m.blow = effects, blow
	return func() {
		m.fuse = 0
		restore()
	}
}

// burn shortens the fuse by one effect and reports whether it has blown.
func (m *machine) burn() bool {
	if m.fuse == 0 {
		return false
	}
	if m.fuse--; m.fuse > 0 {
		return false
	}
	m.blow()
	return true
}

// drift has the clock run too fast, or too slow, by a part of the time.
func (m *machine) drift(rate float64) func() {
	m.setRate(rate)
	return func() { m.setRate(0) }
}

func (m *machine) setRate(rate float64) {
	m.skew = m.wrong()
	m.rate, m.rated = rate, m.w.now()
}

// wrong is by how much the clock is wrong.
func (m *machine) wrong() time.Duration {
	if m.rate == 0 {
		return m.skew
	}
	return m.skew + time.Duration(float64(m.w.now().Sub(m.rated))*m.rate)
}

// timed is how long a timer takes by a clock that drifts.
func (m *machine) timed(d time.Duration) time.Duration {
	if m.rate == 0 {
		return d
	}
	return time.Duration(float64(d) / (1 + m.rate))
}

// upgrade replaces the software: the node leaves and comes back, or the process is
// only replaced, while its services go on.
func (m *machine) upgrade(inPlace bool) func() {
	m.newer = true
	if inPlace {
		m.crash()
		m.start(m.w.later(0, 2*time.Second))
		return nil
	}
	m.leave()
	return func() { m.start(0) }
}
