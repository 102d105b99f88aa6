// Package executor decides which operation runs when on one node: one at a time
// per resource, recurring ones by their interval, each known by a call id so that
// a stale result is recognised. It runs nothing itself: Run and Kill are effects,
// the outcome comes back as an input.
package executor

import (
	"maps"
	"slices"
	"time"

	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// Effect is something that the executor wants done: Run, Kill, Timer or Report.
type Effect interface{ isEffect() }

// Run starts an agent. The driver answers with Ended(CallID, …), always.
type Run struct {
	CallID int
	Op     wire.Operation
}

// Kill ends a running agent before its time; the answer to Run still comes.
type Kill struct{ CallID int }

// Timer asks for Tick(Serial).
type Timer struct {
	Serial uint64
	After  time.Duration
}

// Report tells the cluster how an operation ended.
type Report struct{ Result wire.Result }

func (Run) isEffect()    {}
func (Kill) isEffect()   {}
func (Timer) isEffect()  {}
func (Report) isEffect() {}

// Outcome is how the driver says an agent ended.
type Outcome struct {
	Status  crm.OpStatus
	Code    crm.OCF
	Reason  string
	Exec    time.Duration
	Restart string // see wire.Result
	RDigest string
	Secure  string
	SDigest string
}

// Executor is the state of one node.
type Executor struct {
	calls     int
	timers    uint64
	resources map[string]*resource
	running   map[int]*job      // by call id
	ticks     map[uint64]*timed // by timer serial
	digest    func(wire.Operation) string
}

type resource struct {
	name      string
	running   *job
	queue     []*job
	recurring []*recurring // in the order in which they were asked for
	resting   []*recurring // that were ended for a change of the state, in case it fails
	params    []wire.Param // with which it was last started, reloaded or looked at,
	shaped    bool         // if it was
}

// job is one run of an agent, waiting or under way.
type job struct {
	callID  int
	op      wire.Operation
	rsc     *resource
	of      *recurring // nil for a single operation
	asked   time.Time
	started time.Time
	dropped bool // its result is of no interest any more
}

// recurring is an operation that runs again and again.
type recurring struct {
	op       wire.Operation
	callID   int
	reported bool
	status   crm.OpStatus
	code     crm.OCF
	since    int64 // last-rc-change
	ended    bool
}

type timed struct {
	rsc *resource
	rec *recurring
	job *job // a start-delay
}

// New returns an executor that runs nothing. Digest computes the op-digest of an
// operation.
func New(digest func(wire.Operation) string) *Executor {
	return &Executor{
		resources: map[string]*resource{}, running: map[int]*job{}, ticks: map[uint64]*timed{}, digest: digest,
	}
}

// Leftover tells of an agent that an earlier process of this life started and that
// may still run: nothing else is done with the resource until it has Ended. What
// it returns is of no interest, for the resource will be probed.
func (x *Executor) Leftover(callID int, name string) {
	j := &job{callID: callID, rsc: x.resource(name), dropped: true}
	j.rsc.running = j
	x.running[callID] = j
	x.Raise(callID)
}

// Raise makes later call ids larger than one that is known to have been given.
func (x *Executor) Raise(callID int) { x.calls = max(x.calls, callID) }

// Idle reports whether no single operation runs or waits: recurring ones do not
// count.
func (x *Executor) Idle() bool {
	for _, r := range x.resources {
		if r.running != nil && r.running.of == nil {
			return false
		}
		for _, j := range r.queue {
			if j.of == nil {
				return false
			}
		}
	}
	return true
}

// Busy lists the resources for which a single operation runs, by name.
func (x *Executor) Busy() []string {
	var names []string
	for name, r := range x.resources {
		if r.running != nil && r.running.of == nil {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Execute takes an operation from the coordinator.
func (x *Executor) Execute(now time.Time, op wire.Operation) []Effect {
	r := x.resource(op.Resource)
	switch {
	case op.Task == "cancel":
		return x.cancel(now, r, op)
	case op.Task == "delete":
		return x.forget(now, r, op)
	case op.Interval > 0:
		return x.recur(now, r, op)
	}
	var out []Effect
	if changes(op.Task) {
		resting := append(r.resting, r.recurring...)
		out = x.endRecurring(r) // whoever changes the state orders its monitors anew
		r.resting = resting
	}
	if op.Task == "stop" && r.shaped {
		op.Params = r.params // what runs was made with these, whatever the configuration says by now
	}
	j := x.job(now, r, op, nil)
	if op.Delay > 0 {
		return append(out, x.timer(time.Duration(op.Delay)*time.Millisecond, &timed{rsc: r, job: j}))
	}
	return append(out, x.enqueue(now, j)...)
}

func (x *Executor) resource(name string) *resource {
	r := x.resources[name]
	if r == nil {
		r = &resource{name: name}
		x.resources[name] = r
	}
	return r
}

func (x *Executor) job(now time.Time, r *resource, op wire.Operation, of *recurring) *job {
	x.calls++
	return &job{callID: x.calls, op: op, rsc: r, of: of, asked: now}
}

func (x *Executor) timer(after time.Duration, t *timed) Effect {
	x.timers++
	x.ticks[x.timers] = t
	return Timer{x.timers, after}
}

func (x *Executor) enqueue(now time.Time, j *job) []Effect {
	j.rsc.queue = append(j.rsc.queue, j)
	return x.next(now, j.rsc)
}

// next starts the resource's next operation if none runs.
func (x *Executor) next(now time.Time, r *resource) []Effect {
	if r.running != nil && !mutant.On(mutant.TwoAtOnce) || len(r.queue) == 0 {
		return nil
	}
	j := r.queue[0]
	r.queue = r.queue[1:]
	r.running = j
	j.started = now
	x.running[j.callID] = j
	return []Effect{Run{j.callID, j.op}}
}

// Ended takes the outcome of a Run. A call id that is not running is ignored.
func (x *Executor) Ended(now time.Time, callID int, o Outcome) []Effect {
	j := x.running[callID]
	if j == nil {
		return nil
	}
	delete(x.running, callID)
	j.rsc.running = nil
	if o.Status == crm.OpDone && !j.dropped && shapes(j.op.Task) {
		j.rsc.params, j.rsc.shaped = j.op.Params, true
	}
	var out []Effect
	if j.of != nil {
		out = x.recurred(now, j, o)
	} else if !j.dropped {
		out = append(x.changed(j, o), Report{x.result(now, j, o)})
	}
	return append(out, x.next(now, j.rsc)...)
}

// Withdraw drops the single operations of some tasks that have not begun, since quorum
// was lost with which they were ordered.
func (x *Executor) Withdraw(now time.Time, tasks func(task string) bool) []Effect {
	var out []Effect
	dropped := func(j *job) bool {
		if j == nil || j.of != nil || !tasks(j.op.Task) {
			return false
		}
		out = append(out, Report{NotBegun(j.op, j.callID, now)})
		return true
	}
	for _, name := range slices.Sorted(maps.Keys(x.resources)) {
		r := x.resources[name]
		r.queue = slices.DeleteFunc(r.queue, dropped)
	}
	for _, serial := range slices.Sorted(maps.Keys(x.ticks)) {
		if dropped(x.ticks[serial].job) {
			delete(x.ticks, serial)
		}
	}
	return out
}

// NotBegun is the result of an operation that was not begun, because quorum was lost. Its
// call id is 0 if it was never given one.
func NotBegun(op wire.Operation, callID int, now time.Time) wire.Result {
	return wire.Result{
		Op: op, CallID: callID, Status: crm.OpCancelled, Code: crm.OCFUnknown, Reason: "quorum was lost before it began",
		Changed: now.Unix(), Recorded: true,
	}
}

// changes reports whether a task changes what state a resource is in.
func changes(task string) bool { return task != "monitor" && task != "notify" }

// shapes reports whether a task shows with which parameters a resource runs.
func shapes(task string) bool {
	switch task {
	case "start", "reload", "reload-agent", "monitor":
		return true
	}
	return false
}

func (x *Executor) result(now time.Time, j *job, o Outcome) wire.Result {
	return wire.Result{
		Op: j.op, CallID: j.callID, Status: o.Status, Code: o.Code, Reason: o.Reason,
		Changed: now.Add(-o.Exec).Unix(), Exec: o.Exec.Milliseconds(), Queue: j.started.Sub(j.asked).Milliseconds(),
		Digest: x.digest(j.op), Restart: o.Restart, RDigest: o.RDigest, Secure: o.Secure, SDigest: o.SDigest,
		Recorded: j.op.Task != "notify",
	}
}
