package simulate

import (
	"fmt"
	"time"

	"holdfast/cluster"
	"holdfast/crm"
)

// Kind is a kind of fault.
type Kind uint8

// The kinds of faults.
const (
	Crash       Kind = iota + 1 // the process is killed, and started again later
	Power                       // the machine loses its power for a while
	Split                       // the network is cut in two
	Death                       // a service dies by itself
	Pause                       // the process stands still; its machine goes on
	Freeze                      // the whole machine stands still, as a virtual machine does
	Engine                      // the membership engine dies under the process
	Leave                       // the node is asked to leave, and returns
	AgentsFail                  // agents on the machine fail
	AgentsHang                  // agents on the machine hang until their timeout
	AgentsLie                   // stop says it is done, and is not
	DeviceFails                 // a fence device fails
	DeviceSlow                  // a fence device takes its time
	DeviceLies                  // a fence device says off and does nothing; asked again it tells the truth
	DeviceFar                   // a fence device cannot be reached from one node
	DiskFails                   // nothing can be written
	DiskSlow                    // writing takes seconds
	Clock                       // the machine's clock jumps
)

var kindNames = map[Kind]string{
	Crash: "process killed", Power: "power off", Split: "network split", Death: "a service dies", Pause: "process stopped (SIGSTOP)",
	Freeze: "machine frozen", Engine: "engine dies", Leave: "asked to leave", AgentsFail: "agents fail", AgentsHang: "agents hang",
	AgentsLie: "stop lies", DeviceFails: "fence device fails", DeviceSlow: "fence device is slow", DeviceLies: "fence device lies",
	DeviceFar: "fence device is out of reach", DiskFails: "disk fails", DiskSlow: "disk is slow", Clock: "clock jumps",
}

func (k Kind) String() string { return kindNames[k] }

// needsPeers reports whether a fault would leave a cluster of one node for a
// person to repair.
func (k Kind) needsPeers() bool { return k == AgentsFail || k == AgentsHang || k == AgentsLie }

// kinds are the faults as often as they are drawn.
var kinds = []Kind{Crash, Crash, Crash, Power, Power, Split, Split, Split, Split, Death, Death, Pause, Pause, Freeze, Freeze, Engine, Leave, Leave,
	AgentsFail, AgentsHang, AgentsLie, DeviceFails, DeviceSlow, DeviceLies, DeviceFar, DiskFails, DiskSlow, Clock}

// Fault is one thing that goes wrong, and for how long.
type Fault struct {
	Number int
	At     time.Duration
	For    time.Duration
	Kind   Kind
	Node   int   // position of the machine
	Side   []int // Split: the machines of one side
	Device string
	Jump   time.Duration
}

func (f Fault) String() string {
	text := fmt.Sprintf("%7.3fs for %6.3fs: %v", f.At.Seconds(), f.For.Seconds(), f.Kind)
	switch f.Kind {
	case Split:
		var ids []string
		for _, i := range f.Side {
			ids = append(ids, fmt.Sprintf("n%d", i+1))
		}
		return fmt.Sprintf("%s, %v apart", text, ids)
	case DeviceFails, DeviceSlow, DeviceLies:
		return text + ", " + f.Device
	case DeviceFar:
		text += ", " + f.Device
	}
	return fmt.Sprintf("%s, n%d", text, f.Node+1)
}

// trouble lays out the faults.
func (w *world) trouble() {
	if w.opt.Quiet {
		return
	}
	for _, f := range w.plan.faults {
		w.after(f.At, func() {
			if w.calm {
				return
			}
			w.report.Faults++
			w.disturbed = w.now()
			w.tell("FAULT %d: %v", f.Number, f)
			end := w.begin(f, w.machines[f.Node])
			if end == nil {
				return
			}
			over := false
			finish := func() {
				if !over {
					over = true
					w.disturbed = w.now()
					end()
				}
			}
			w.endings = append(w.endings, finish)
			w.after(f.For, finish)
		})
	}
}

// begin has a fault happen and returns what ends it.
func (w *world) begin(f Fault, m *machine) func() {
	switch f.Kind {
	case Crash:
		m.crash()
		return func() { m.start(0) }
	case Power:
		m.powerOff()
		return m.powerOn
	case Split:
		return w.split(f)
	case Death:
		m.loseService()
	case Pause:
		return m.pause()
	case Freeze:
		return m.freeze()
	case Engine:
		w.net.RestartEngine(m.id)
	case Leave:
		if m.proc != nil {
			m.proc.step(cluster.Leave{})
		}
		return func() { m.start(0) }
	case Clock:
		m.skew += f.Jump
		w.jumped = true
	case DeviceFar:
		return count(w.device(f.Device).far, m.name)
	case DeviceFails, DeviceSlow, DeviceLies:
		return count(w.device(f.Device).faults, f.Kind)
	default:
		m.suspect = w.now().Add(f.For)
		return count(m.faults, f.Kind)
	}
	return nil
}

// count lets a fault hold until its end, whatever others of its kind do.
func count[K comparable](faults map[K]int, k K) func() {
	faults[k]++
	return func() { faults[k]-- }
}

// split cuts the network in two; a later split replaces it.
func (w *world) split(f Fault) func() {
	var one, other []crm.NodeID
	inside := map[int]bool{}
	for _, i := range f.Side {
		inside[i] = true
	}
	for i, m := range w.machines {
		if inside[i] {
			one = append(one, m.id)
		} else {
			other = append(other, m.id)
		}
	}
	w.splits++
	mine := w.splits
	w.net.Partition(one, other)
	return func() {
		if w.splits == mine {
			w.tell("network whole")
			w.net.Partition()
		}
	}
}

// loseService has a service die by itself.
func (m *machine) loseService() {
	for _, name := range m.w.plan.exclusive() {
		if m.active[name] {
			m.w.tell("%s: service %s dies", m.name, name)
			delete(m.active, name)
			return
		}
	}
}

// pause stops the process: everything that is for it waits.
func (m *machine) pause() func() {
	p := m.proc
	if p == nil {
		return nil
	}
	p.paused++
	return func() { m.w.tell("%s: process goes on", m.name); p.goOn() }
}

// freeze stops the machine with all that runs on it.
func (m *machine) freeze() func() {
	if !m.w.net.Up(m.id) || m.frozen {
		return nil
	}
	boot, p := m.boot, m.proc
	m.frozen = true
	m.w.net.Freeze(m.id)
	if p != nil {
		p.paused++
	}
	return func() {
		if m.boot != boot || !m.frozen {
			return
		}
		m.w.tell("%s: machine thawed", m.name)
		m.frozen = false
		m.w.net.Thaw(m.id)
		waiting := m.thawing
		m.thawing = nil
		if p != nil {
			p.goOn()
		}
		for _, do := range waiting {
			do()
		}
	}
}

// heal ends all faults.
func (w *world) heal() {
	w.calm = true
	w.disturbed = w.now()
	w.tell("---- faults end ----")
	for _, end := range w.endings {
		end()
	}
	w.net.Heal()
	for _, m := range w.machines {
		m.skew = 0
		for name := range m.lied {
			delete(m.active, name) // a person has found what a lying agent left
		}
		m.lied = map[string]bool{}
		m.powerOn()
		m.start(100 * time.Millisecond)
	}
}
