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

	// From the second generation of draws on.
	Drift         // the machine's clock runs too fast or too slow
	Cut           // two machines do not hear each other; others hear both
	OneWay        // one machine does not hear another, which hears it
	Deaf          // a machine hears nobody, and is heard
	Flap          // the ways to a machine come and go
	Link          // one side cannot be reached by one of the networks
	Delay         // everything sent takes longer
	Fuse          // the process is killed in the middle of a step
	PowerFuse     // the machine loses its power in the middle of a step
	CrashAll      // all processes are killed
	Blackout      // all machines lose their power
	AgentsSlow    // agents on the machine take seconds
	AgentsCrash   // agents on the machine are killed half-way
	DeviceBounces // what a fence device switches off comes on by itself
	DeviceWrong   // a fence device switches another machine off
	DeviceIsland  // a fence device can be reached from one side only
	DiskFull      // much of what is written fails
	DiskHangs     // writing does not come to an end
	Upgrade       // the machine gets newer software
	Crowd         // administrators write on all nodes at the same moment

	// In profiles only.
	Meddling // a person switches on whatever a fence device holds off
)

var kindNames = map[Kind]string{
	Crash: "process killed", Power: "power off", Split: "network split", Death: "a service dies", Pause: "process stopped (SIGSTOP)",
	Freeze: "machine frozen", Engine: "engine dies", Leave: "asked to leave", AgentsFail: "agents fail", AgentsHang: "agents hang",
	AgentsLie: "stop lies", DeviceFails: "fence device fails", DeviceSlow: "fence device is slow", DeviceLies: "fence device lies",
	DeviceFar: "fence device is out of reach", DiskFails: "disk fails", DiskSlow: "disk is slow", Clock: "clock jumps",
	Drift: "clock drifts", Cut: "two machines cut off from each other", OneWay: "one way cut", Deaf: "machine hears nobody", Flap: "network flaps",
	Link: "one network is cut", Delay: "network is slow", Fuse: "process killed in mid-step", PowerFuse: "power off in mid-step",
	CrashAll: "all processes killed", Blackout: "power off everywhere", AgentsSlow: "agents are slow", AgentsCrash: "agents crash half-way",
	DeviceBounces: "what a fence device switches off comes on by itself", DeviceWrong: "fence device hits another machine",
	DeviceIsland: "fence device is reached from one side", DiskFull: "disk is full", DiskHangs: "disk hangs", Upgrade: "upgrade",
	Crowd: "administrators write everywhere", Meddling: "a person switches on what fence devices hold off",
}

func (k Kind) String() string { return kindNames[k] }

// needsPeers reports whether a fault would leave a cluster of one node for a
// person to repair.
func (k Kind) needsPeers() bool {
	return k == AgentsFail || k == AgentsHang || k == AgentsLie || k == AgentsSlow || k == AgentsCrash
}

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
	Other  int   // position of another machine
	Side   []int // the machines of one side
	Device string
	Jump   time.Duration // of the clock, or by how much a minute is wrong
	Link   int           // which of the networks
	Count  int           // of effects
}

func (f Fault) String() string {
	return fmt.Sprintf("%7.3fs for %6.3fs: %s", f.At.Seconds(), f.For.Seconds(), f.what())
}

// what says what goes wrong, and where.
func (f Fault) what() string {
	text := f.Kind.String()
	node := fmt.Sprintf("n%d", f.Node+1)
	switch f.Kind {
	case Split:
		return fmt.Sprintf("%s, %v apart", text, f.side())
	case Link:
		return fmt.Sprintf("%s, network %d, %v apart", text, f.Link+1, f.side())
	case Cut, OneWay:
		return fmt.Sprintf("%s, n%d to %s", text, f.Other+1, node)
	case DeviceIsland:
		return fmt.Sprintf("%s, %s from %v", text, f.Device, f.side())
	case DeviceFails, DeviceSlow, DeviceLies, DeviceBounces, DeviceWrong:
		return text + ", " + f.Device
	case DeviceFar:
		text += ", " + f.Device
	case Fuse, PowerFuse:
		return fmt.Sprintf("%s, %s, before effect %d", text, node, f.Count)
	case CrashAll, Blackout, Delay, Crowd, Meddling:
		return text
	}
	return text + ", " + node
}

func (f Fault) side() []string {
	var names []string
	for _, i := range f.Side {
		names = append(names, fmt.Sprintf("n%d", i+1))
	}
	return names
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
			w.tell("FAULT %d: %s, for %v", f.Number, f.what(), f.For.Round(time.Millisecond))
			end := w.begin(f, w.machines[f.Node])
			if end == nil {
				return
			}
			over := false
			finish := func() {
				if !over {
					over = true
					if !w.calm {
						w.tell("fault %d ends: %s", f.Number, f.what())
					}
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
		m.leave()
		return func() { m.start(0) }
	case Clock:
		m.skew += f.Jump
		w.jumped = true
	case DeviceFar:
		return count(w.device(f.Device).far, m.name)
	case DeviceFails, DeviceSlow, DeviceLies, DeviceBounces:
		return count(w.device(f.Device).faults, f.Kind)
	case AgentsFail, AgentsHang, AgentsLie, AgentsSlow, AgentsCrash, DiskFails, DiskSlow, DiskFull:
		m.suspect = w.now().Add(f.For)
		return count(m.faults, f.Kind)
	default:
		return w.beginLater(f, m)
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

// leave asks the process to let its node go.
func (m *machine) leave() {
	if m.proc != nil {
		m.proc.asked = true
		m.proc.step(cluster.Leave{})
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
		m.skew, m.rate = 0, 0
		for name := range m.lied {
			delete(m.active, name) // a person has found what a lying agent left
		}
		m.lied = map[string]bool{}
		m.powerOn()
		m.start(100 * time.Millisecond)
	}
}
