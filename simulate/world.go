package simulate

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"holdfast/cluster"
	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
	"holdfast/host/engine/memory"
)

// Options describe a run.
type Options struct {
	Seed    uint64
	Draws   int           // the generation of draws that the seed goes through; DefaultDraws if zero
	Nodes   int           // drawn from the seed if zero
	Without []int         // faults that are left out, by their numbers
	Trouble time.Duration // how long things break: 60 s if zero
	Heal    time.Duration // how long the cluster may take to be whole again: 180 s if zero
	Quiet   bool          // nothing breaks
	Story   bool          // keep what happened, for people
	Profile Profile       // what is drawn, if not everything
}

// DefaultDraws is the generation of draws of a search. When more can be drawn, old
// seeds would come to mean something else, so what they mean is kept as a generation of its
// own. The third is for those who hunt known mistakes (Profile).
const DefaultDraws = 2

func (o Options) withDefaults() Options {
	if o.Draws == 0 {
		o.Draws = DefaultDraws
	}
	if o.Trouble == 0 {
		o.Trouble = time.Minute
	}
	if o.Heal == 0 {
		o.Heal = 3 * time.Minute
	}
	return o
}

// Arguments are those of "holdfast simulate" that repeat a run.
func (o Options) Arguments() string {
	o = o.withDefaults()
	text := fmt.Sprintf("--seed %d --draws %d", o.Seed, o.Draws)
	if o.Nodes > 0 {
		text += fmt.Sprintf(" --nodes %d", o.Nodes)
	}
	if len(o.Without) > 0 {
		text += " --without " + strings.Trim(strings.ReplaceAll(fmt.Sprint(o.Without), " ", ","), "[]")
	}
	return text
}

// Report is what a run tells.
type Report struct {
	Seed      uint64
	Nodes     int
	Violation string // "" if every invariant held
	Story     []string
	Picture   []string // with Story: how everything was when the invariant broke
	Cast      []string // what the cluster was made of
	Plan      []Fault  // the faults of the run
	Events    int
	Faults    int
	Fencings  int
	Virtual   time.Duration
	Document  string // with Story: the CIB at the end, as the coordinator has it
}

// epoch is when virtual time begins.
var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// world is one run.
type world struct {
	opt       Options
	plan      *plan
	rng       *rand.Rand // delays, and what agents and administrators do
	more      *rand.Rand // what came with the second generation of draws
	net       *memory.Net
	machines  []*machine
	agenda    agenda
	serial    uint64
	truth     *truth
	writers   writers
	report    Report
	devices   []*device
	wires     wires
	histories histories
	updaters  updaters

	calm      bool      // the time of faults is over
	disturbed time.Time // the moment of the newest fault
	endings   []func()  // of the faults
	splits    int
	jumped    bool // some clock was wrong
}

// Run runs one seed to its end, or to the first violation.
func Run(o Options) Report {
	o = o.withDefaults()
	w := newWorld(o, newPlan(o))
	w.play()
	w.report.Virtual = w.now().Sub(epoch)
	if o.Story {
		w.leaveDocument()
	}
	return w.report
}

func newWorld(o Options, p *plan) *world {
	w := &world{opt: o, plan: p, rng: rand.New(rand.NewPCG(o.Seed, 0x73696d)), more: rand.New(rand.NewPCG(o.Seed, 0x6d6f7265)), report: Report{Seed: o.Seed, Nodes: p.nodes, Plan: p.faults, Cast: p.cast()}, disturbed: epoch}
	var nodes []view.Node
	for i := range p.nodes {
		nodes = append(nodes, view.Node{ID: crm.NodeID(i + 1), Name: crm.NodeName(fmt.Sprintf("n%d", i+1))})
	}
	w.net = memory.New(memory.Options{Nodes: nodes, Seed: o.Seed, Start: epoch, TwoNode: p.twoNode, MinDelay: 50 * time.Microsecond, MaxDelay: p.latency})
	w.truth = newTruth(w)
	for _, name := range p.devices {
		w.devices = append(w.devices, newDevice(name))
	}
	for _, n := range nodes {
		w.machines = append(w.machines, newMachine(w, n))
	}
	w.wires = newWires(w)
	w.histories = histories{w: w, open: map[uint64]*request{}}
	return w
}

func (w *world) now() time.Time { return w.net.Now() }

// after has something happen later.
func (w *world) after(d time.Duration, do func()) {
	w.serial++
	heap.Push(&w.agenda, item{w.now().Add(d), w.serial, do})
}

// between draws a time.
func (w *world) between(low, high time.Duration) time.Duration {
	return low + time.Duration(w.rng.Int64N(int64(high-low)+1))
}

// play lets time pass until the end of the run.
func (w *world) play() {
	for _, m := range w.machines {
		m.start(w.between(0, 200*time.Millisecond))
	}
	w.configure()
	if w.plan.draws > 1 {
		w.histories.ask()
		w.operate()
		w.updaters.begin(w)
	}
	w.trouble()
	w.inspections()
	w.until(epoch.Add(w.opt.Trouble))
	w.heal()
	if w.plan.draws > 1 {
		w.tidyUp()
	}
	end := w.now().Add(w.opt.Heal)
	for w.report.Violation == "" && w.now().Before(end) && w.truth.missing() != "" {
		w.until(w.now().Add(time.Second))
	}
	if w.report.Violation == "" {
		w.truth.checkHealed()
	}
	w.rest()
}

// rest leaves the healed cluster alone: what failed expires, then nothing may
// happen any more.
func (w *world) rest() {
	w.until(w.now().Add(30 * time.Second))
	w.truth.quiet()
	w.until(w.now().Add(20 * time.Second))
	for range 150 { // what is on its way at this moment: a slow answer of the scheduler takes 2 s
		if w.truth.missing() != "" {
			w.until(w.now().Add(20 * time.Millisecond))
		}
	}
	checks := []func(){w.truth.checkCalm, w.truth.checkStore}
	if w.plan.draws > 1 {
		checks = append(checks, w.truth.checkHistories, w.truth.checkUpdates)
	}
	for _, check := range append(checks, w.truth.checkClosed) {
		if w.report.Violation == "" {
			check()
		}
	}
}

// inspections look at the whole every second.
func (w *world) inspections() {
	w.after(time.Second, func() {
		w.truth.inspect()
		w.inspections()
	})
}

// until runs the world up to a moment.
func (w *world) until(end time.Time) {
	for w.report.Violation == "" {
		next := end
		if len(w.agenda) > 0 && w.agenda[0].at.Before(next) {
			next = w.agenda[0].at
		}
		if d, ok := w.net.Step(next); ok {
			w.report.Events++
			w.deliver(d)
			continue
		}
		if len(w.agenda) == 0 || w.agenda[0].at.After(end) {
			return
		}
		w.report.Events++
		heap.Pop(&w.agenda).(item).do()
	}
}

// deliver hands an event of the engine to the process it is for.
func (w *world) deliver(d memory.Delivery) {
	m := w.machines[d.To-1]
	if m.proc == nil || m.proc.member != d.Member {
		return
	}
	switch e := d.Event.(type) {
	case engine.ViewChange:
		w.tell("n%d sees view %v quorate %v", d.To, e.Members, e.Quorate)
		m.proc.quorum(e.Quorate)
		w.updaters.met(m.proc, e.View)
		m.sees(e.Members)
		m.proc.step(cluster.ViewChanged{View: e.View})
	case engine.Message:
		m.proc.step(cluster.Received{From: e.From, Data: e.Data})
	case engine.NodeList:
		m.proc.step(cluster.NodesListed{Nodes: e.Nodes})
	case engine.Lost:
		p := m.proc // it may die of the news
		p.quorum(false)
		p.lost = w.now()
		p.step(cluster.EngineLost{Err: e.Err})
		p.reopen()
	}
}

// agenda is a heap of things to come.
type agenda []item

type item struct {
	at     time.Time
	serial uint64
	do     func()
}

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if !a[i].at.Equal(a[j].at) {
		return a[i].at.Before(a[j].at)
	}
	return a[i].serial < a[j].serial
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(item)) }
func (a *agenda) Pop() any {
	old := *a
	x := old[len(old)-1]
	*a = old[:len(old)-1]
	return x
}
