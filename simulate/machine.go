package simulate

import (
	"fmt"
	"sort"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/cluster/executor"
	"holdfast/cluster/transition"
	"holdfast/cluster/view"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/host/engine/memory"
	"holdfast/scheduler"
	"holdfast/scheduler/graph"
)

// machine is one computer: its power, its disk, what runs on it, and perhaps a
// Holdfast process.
type machine struct {
	w    *world
	id   crm.NodeID
	name crm.NodeName
	boot int // counts its lives
	proc *process

	disk   disk
	active map[string]bool // the truth: services that run here
	runs   map[int]*run    // agents under way, by a number of their own
	serial int
}

// disk survives power-offs.
type disk struct {
	document *xml.Node
	lineage  wire.Lineage
}

// run is an agent under way. It outlives the process that started it.
type run struct {
	op     wire.Operation
	callID int
	proc   *process // who hears of its end
}

// process is one life of the Holdfast process.
type process struct {
	m      *machine
	member *memory.Member
	node   *cluster.Node
	life   wire.Incarnation
	dead   bool

	written time.Time // when the disk is done with what it was given
}

func newMachine(w *world, n view.Node) *machine {
	return &machine{
		w: w, id: n.ID, name: n.Name, boot: 1, active: map[string]bool{}, runs: map[int]*run{},
		disk: disk{document: cib.Empty("").Root()},
	}
}

func (m *machine) life() string { return lifeName(m.name, m.boot) }

func lifeName(name crm.NodeName, boot int) string { return fmt.Sprintf("%s-boot%d", name, boot) }

// start brings a process up after a while.
func (m *machine) start(after time.Duration) {
	boot := m.boot
	m.w.after(after, func() {
		if m.w.net.Up(m.id) && m.boot == boot && m.proc == nil {
			m.begin()
		}
	})
}

func (m *machine) begin() {
	member, err := m.w.net.Attach(m.id)
	if err != nil {
		m.start(100 * time.Millisecond)
		return
	}
	p := &process{m: m, member: member, life: wire.Incarnation{Boot: m.life(), Start: m.w.now().UnixNano()}}
	m.proc = p
	p.node = cluster.New(cluster.Config{
		Self: m.id, Name: m.name, Life: p.life, Software: "simulated", FeatureSet: crm.FeatureSet,
		UUID: fmt.Sprintf("%s-%d", m.life(), p.life.Start), Stack: "memory",
		CIB: m.disk.document, Lineage: m.disk.lineage, Nodes: m.w.net.Nodes(), Uncertain: m.adopt(p),
		Digest: func(op wire.Operation) string { return "" },
	})
	m.w.tell("%s: process starts in life %s", m.name, m.life())
}

// adopt gives the agents that an earlier process left to a new one, and names
// their resources.
func (m *machine) adopt(p *process) []string {
	var names []string
	var numbers []int
	for number := range m.runs {
		numbers = append(numbers, number)
	}
	sort.Ints(numbers)
	for _, number := range numbers {
		r := m.runs[number]
		r.proc = p
		names = append(names, r.op.Resource)
		r.callID = len(names)
	}
	return names
}

// crash ends the process; services and agents go on.
func (m *machine) crash() {
	if m.proc == nil {
		return
	}
	m.w.tell("%s: process killed", m.name)
	m.proc.dead = true
	m.proc.member.Kill()
	m.proc = nil
}

// powerOff ends everything that runs.
func (m *machine) powerOff() {
	if !m.w.net.Up(m.id) {
		return
	}
	m.w.tell("%s: power off", m.name)
	if m.proc != nil {
		m.proc.dead = true
		m.proc = nil
	}
	m.w.net.PowerOff(m.id)
	m.active = map[string]bool{}
	m.runs = map[int]*run{}
}

// powerOn begins a new life.
func (m *machine) powerOn() {
	if m.w.net.Up(m.id) {
		return
	}
	m.boot++
	m.w.tell("%s: power on, life %s", m.name, m.life())
	m.w.net.PowerOn(m.id)
	m.start(m.w.between(200*time.Millisecond, 2*time.Second))
}

// step advances the node and carries out what it wants.
func (p *process) step(in cluster.Input) {
	if p.dead {
		return
	}
	for _, e := range p.node.Step(p.m.w.now(), in) {
		p.carryOut(e)
		if p.dead {
			return
		}
	}
}

// later hands an input over after a time, if the process still lives.
func (p *process) later(d time.Duration, in cluster.Input) {
	p.m.w.after(d, func() { p.step(in) })
}

func (p *process) carryOut(e cluster.Effect) {
	w := p.m.w
	switch e := e.(type) {
	case cluster.Multicast:
		p.member.Multicast(e.Data)
	case cluster.SetTimer:
		p.later(e.After, cluster.TimerEnded{Serial: e.Serial})
	case cluster.RunAgent:
		p.runAgent(e.CallID, e.Op)
	case cluster.KillAgent:
		// Agents here end soon enough by themselves.
	case cluster.RunFence:
		p.runFence(e)
	case cluster.Schedule:
		p.schedule(e)
	case cluster.Store:
		p.store(e)
	case cluster.Reply:
		w.writers.replied(w, p, e)
	case cluster.Log:
		w.tell("%s: %s", p.m.name, e.Text)
	case cluster.Disconnect:
		p.member.Close()
	case cluster.Exit:
		p.dead = true
		p.member.Close()
		p.m.proc = nil
	}
}

// schedule runs the scheduler, which takes a while.
func (p *process) schedule(s cluster.Schedule) {
	in := cluster.Scheduled{Serial: s.Serial, Input: "memory"}
	result, err := scheduler.Run(scheduler.Input{CIB: s.CIB, Now: p.m.w.now()})
	if err != nil {
		in.Err = err
	} else {
		in.Graph, in.Err = transition.Read(graph.XML(result.Cluster))
		in.Recheck = result.Cluster.RecheckAt
	}
	p.later(p.m.w.between(time.Millisecond, 30*time.Millisecond), in)
}

// store writes to the disk, one version after the other: what is not written when
// the process or the power goes is lost.
func (p *process) store(s cluster.Store) {
	begin := p.m.w.now()
	if p.written.After(begin) {
		begin = p.written
	}
	p.written = begin.Add(p.m.w.between(500*time.Microsecond, 8*time.Millisecond))
	p.m.w.after(p.written.Sub(p.m.w.now()), func() {
		if p.dead {
			return
		}
		p.m.disk = disk{document: s.CIB, lineage: s.Lineage}
		p.step(cluster.Stored{Index: s.Index})
	})
}

// runAgent starts an agent. It changes the truth when it ends.
func (p *process) runAgent(callID int, op wire.Operation) {
	m, w := p.m, p.m.w
	m.serial++
	number, boot := m.serial, m.boot
	r := &run{op: op, callID: callID, proc: p}
	m.runs[number] = r
	w.tell("%s: agent %s of %s begins (call %d)", m.name, op.Task, op.Resource, callID)
	w.truth.begins(m, op)
	w.after(w.between(5*time.Millisecond, 400*time.Millisecond), func() {
		if m.boot != boot || m.runs[number] != r {
			return // the power went
		}
		delete(m.runs, number)
		out := m.act(op)
		w.tell("%s: agent %s of %s ends: %v (call %d)", m.name, op.Task, op.Resource, out.Code, r.callID)
		if r.proc != nil {
			r.proc.step(cluster.AgentEnded{CallID: r.callID, Outcome: out})
		}
	})
}

// act does what the agent does.
func (m *machine) act(op wire.Operation) executor.Outcome {
	out := executor.Outcome{Status: crm.OpDone, Code: crm.OCFOK, Exec: 10 * time.Millisecond}
	switch op.Task {
	case "start":
		m.active[op.Resource] = true
		m.w.truth.active(m, op.Resource)
	case "stop":
		delete(m.active, op.Resource)
		m.w.truth.stopped(m, op.Resource)
	case "monitor":
		if op.Class != "stonith" && !m.active[op.Resource] {
			out.Code = crm.OCFNotRunning
			m.w.truth.stopped(m, op.Resource) // a look that finds nothing is evidence
		}
		if op.Class == "stonith" && op.Interval == 0 {
			out.Code = crm.OCFNotRunning
		}
	}
	return out
}

// runFence switches a machine, out of band.
func (p *process) runFence(e cluster.RunFence) {
	w := p.m.w
	run := e.Run
	target := w.named(run.Target)
	w.tell("%s: fence agent %s for %s", p.m.name, run.Action, run.Target)
	delay := time.Duration(max(run.Delay, 0)) * time.Millisecond
	if run.First && run.Delay >= 0 {
		base, random := run.Device.Delay(run.Target)
		delay += base
		if random > 0 {
			delay += w.between(0, random)
		}
	}
	w.after(delay+w.between(30*time.Millisecond, 300*time.Millisecond), func() {
		if p.dead || target == nil {
			return
		}
		switch run.Action {
		case "off":
			w.report.Fencings++
			w.truth.fencedBy(p.m, target)
			target.powerOff()
		case "on":
			target.powerOn()
		}
		if p.dead {
			return // it has switched itself off
		}
		p.step(cluster.FenceEnded{Step: wire.FenceStep{ID: run.ID, Step: run.Step, Device: run.Device.ID, OK: true, Verified: true, Time: w.now().Unix()}})
	})
}

func (w *world) named(name crm.NodeName) *machine {
	for _, m := range w.machines {
		if m.name == name {
			return m
		}
	}
	return nil
}
