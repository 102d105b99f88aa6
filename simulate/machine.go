package simulate

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"holdfast/cib"
	"holdfast/cluster/view"
	"holdfast/crm"
)

// machine is one computer: its power, its disk, its clock, what runs on it, and
// perhaps a Holdfast process.
type machine struct {
	w      *world
	id     crm.NodeID
	name   crm.NodeName
	boot   int // counts its lives
	proc   *process
	frozen bool
	skew   time.Duration // of its clock
	rate   float64       // at which the skew grows, since
	rated  time.Time
	fuse   int                      // after so many effects of its process
	blow   func()                   // this happens, if it is not 0
	newer  bool                     // it has been upgraded
	faults map[Kind]int             // those that hold now
	since  time.Time                // when its process or power last changed
	busy   time.Time                // when an operation other than a monitor last began or ended
	unwell time.Time                // when it was last not well
	missed map[crm.NodeID]time.Time // when others were last not in a view of its engine

	disk     disk
	active   map[string]bool // the truth: services that run here
	promoted map[string]bool
	lied     map[string]bool // of the active ones: a stop said that they are not
	runs     map[int]*run    // agents under way, by a number of their own
	serial   int
	thawing  []func() // what waits for the machine to go on
	suspect  time.Time
	outlets  map[string]bool // fence devices that have switched it off
}

func newMachine(w *world, n view.Node) *machine {
	m := &machine{w: w, id: n.ID, name: n.Name, boot: 1, faults: map[Kind]int{}, missed: map[crm.NodeID]time.Time{}, since: epoch, outlets: map[string]bool{},
		disk: disk{document: cib.Empty("").Root()}}
	m.empty()
	return m
}

// empty forgets all that needs power.
func (m *machine) empty() {
	m.active, m.promoted, m.lied, m.runs = map[string]bool{}, map[string]bool{}, map[string]bool{}, map[int]*run{}
	m.frozen, m.thawing = false, nil
}

// now is what the machine's clock says.
func (m *machine) now() time.Time { return m.w.now().Add(m.wrong()) }

func (m *machine) life() string { return lifeName(m.name, m.boot) }

func lifeName(name crm.NodeName, boot int) string { return fmt.Sprintf("%s-boot%d", name, boot) }

// start brings a process up after a while.
func (m *machine) start(after time.Duration) {
	boot := m.boot
	m.w.after(after, func() {
		m.whenAwake(func() {
			if m.w.net.Up(m.id) && m.boot == boot && m.proc == nil {
				m.begin()
			}
		})
	})
}

// crash ends the process; services and agents go on.
func (m *machine) crash() {
	if m.proc == nil {
		return
	}
	m.w.tell("%s: process killed", m.name)
	m.proc.member.Kill()
	m.proc.end()
}

// powerOff ends everything that runs.
func (m *machine) powerOff() {
	if !m.w.net.Up(m.id) {
		return
	}
	m.w.tell("%s: power off", m.name)
	if m.proc != nil {
		m.proc.end()
	}
	m.since = m.w.now()
	m.w.net.PowerOff(m.id)
	m.empty()
}

// powerOn begins a new life, unless a fence device holds the power.
func (m *machine) powerOn() {
	if m.w.calm {
		clear(m.outlets)
	}
	if m.w.net.Up(m.id) || m.switchedOff() {
		return
	}
	m.boot++
	m.since = m.w.now()
	m.w.tell("%s: power on, life %s", m.name, m.life())
	m.w.net.PowerOn(m.id)
	m.start(m.w.between(200*time.Millisecond, 2*time.Second))
}

// switchedOff reports whether the fence devices keep the machine off.
func (m *machine) switchedOff() bool {
	off := 0
	for _, isOff := range m.outlets {
		if isOff {
			off++
		}
	}
	return off == len(m.w.plan.devices) || off > 0 && !m.w.plan.together
}

// whenAwake has something happen that a frozen machine holds up.
func (m *machine) whenAwake(do func()) {
	if m.frozen {
		m.thawing = append(m.thawing, do)
		return
	}
	do()
}

// adopt gives the agents that an earlier process left to a new one, and names
// their resources.
func (m *machine) adopt(p *process) []string {
	var names []string
	for _, number := range slices.Sorted(maps.Keys(m.runs)) {
		r := m.runs[number]
		r.proc = p
		names = append(names, r.op.Resource)
		r.callID = len(names)
	}
	return names
}

func (w *world) named(name crm.NodeName) *machine {
	for _, m := range w.machines {
		if m.name == name {
			return m
		}
	}
	return nil
}
