// Package fence carries out fencing actions with a device's agent: it gives the agent
// what it needs, tries as often as the configuration allows, and afterwards reads
// the target's power back, because an exit status alone is not evidence. Whom
// to fence, and what a verdict means, is decided elsewhere (cluster/fencing).
package fence

import (
	"context"
	"fmt"
	"time"

	"holdfast/cib/fencing"
	"holdfast/crm"
	"holdfast/host/agent"
)

// Exit statuses of an agent's action "status".
const (
	powerOn      = 0
	powerUnknown = 1
	powerOff     = 2
)

// The customary times.
const (
	DefaultTimeout  = 60 * time.Second // of an action with all its attempts
	retryPause      = time.Second
	readBackPause   = 250 * time.Millisecond
	readBackMinimum = 5 * time.Second // for the read-back, even when the action used up its time
)

// A Device is a fence device as configured, with what its agent said of itself.
type Device struct {
	ID              string
	Agent           string
	Params          []agent.Param // in the configuration's order, pcmk_* included
	TargetParameter string        // see metadata.Agent.TargetParameter
	CanStatus       bool          // the agent has the action "status"
}

func (d *Device) lookup(name string) (string, bool) {
	for _, p := range d.Params {
		if p.Name == name {
			return p.Value, true
		}
	}
	return "", false
}

// An Order is one action to carry out.
type Order struct {
	ID      string        // see agent.Request.ID
	Action  string        // on, off, reboot, list, status, monitor, validate-all
	Target  string        // the node, for on, off, reboot and status
	Timeout time.Duration // DefaultTimeout if zero; pcmk_ACTION_timeout wins
	// Note marks an order that is to be found again by agent.Host.Recover if the
	// daemon dies while it is carried out.
	Note  []byte
	Blind bool // do not read the status back: nobody builds on the outcome

	Ahead *Ahead // the agent of the first attempt, if it was started before
}

// timed is the order with its timeout as configured.
func (o Order) timed(d *Device) Order {
	if o.Timeout == 0 {
		o.Timeout = DefaultTimeout
	}
	o.Timeout = fencing.Timeout(d.lookup, o.Action, o.Timeout)
	return o
}

// Evidence says how far the word of an agent can be trusted.
type Evidence uint8

// The kinds of evidence, from none to the best.
const (
	NoEvidence   Evidence = iota // the action failed, or needs no evidence
	ExitStatus                   // the agent said so, and nobody looked
	Contradicted                 // the agent said so, but the target's power is not what it should be
	ReadBack                     // the target's power was read and is what it should be
)

// String gives the kind's name.
func (e Evidence) String() string {
	return [...]string{"none", "exit status", "contradicted", "read back"}[e]
}

// An Outcome tells how an order ended: the result of the last attempt, with the
// time since the first, and the evidence.
type Outcome struct {
	agent.Result
	Attempts int
	Evidence Evidence
}

// Succeeded reports whether the agent did what it was told, as far as is known.
func (o Outcome) Succeeded() bool { return o.OK() && o.Evidence != Contradicted }

// Carry carries out an order and returns when it has ended. When ctx ends, the agent is
// killed and the result is OpCancelled.
func (d *Device) Carry(ctx context.Context, runner agent.Runner, o Order) Outcome {
	o = o.timed(d)
	defer o.Ahead.Drop()
	var look *Ahead // loads while the action is carried out
	if d.looks(o) {
		look = d.Begin(runner, o.status())
		defer look.Drop()
	}
	out := d.attempt(ctx, runner, o)
	switch {
	case !out.OK() || !changesPower(o.Action) || o.Blind:
	case look == nil:
		out.Evidence = ExitStatus
	default:
		out.Evidence = d.readBack(ctx, runner, o, look)
	}
	if out.Evidence == Contradicted {
		out.ExitReason = fmt.Sprintf("Fence agent reported success of %s but %s is not so by its status", o.Action, o.Target)
	}
	return out
}

func changesPower(action string) bool {
	return action == "off" || action == "on" || action == "reboot"
}

// attempt runs the agent until it succeeds or may not try again: attempts are
// limited in number, and none begins when less than 30 % of the time is left.
func (d *Device) attempt(ctx context.Context, runner agent.Runner, o Order) Outcome {
	var (
		out     Outcome
		started = time.Now()
		most    = fencing.Attempts(d.lookup, o.Action)
	)
	for {
		left := o.Timeout - time.Since(started)
		out.Attempts++
		out.Result = d.once(ctx, runner, o, out.Attempts, left)
		used := time.Since(started)
		out.Started, out.Duration = started, used
		if out.OK() || out.Attempts >= most || !retryable(o.Action, out.Result) || used >= o.Timeout*7/10 {
			return out
		}
		select {
		case <-ctx.Done():
			return out
		case <-time.After(retryPause):
		}
	}
}

// retryable reports whether another attempt could end differently. That a
// target is off is an answer, not a failure.
func retryable(action string, r agent.Result) bool {
	if action == "status" && r.Status == crm.OpDone && r.Exit == powerOff {
		return false
	}
	switch r.Status {
	case crm.OpTimeout, crm.OpCancelled, crm.OpNotInstalled, crm.OpErrorHard:
		return false
	}
	return true
}

// once runs the agent, that which was started ahead if there is one.
func (d *Device) once(ctx context.Context, runner agent.Runner, o Order, attempt int, timeout time.Duration) agent.Result {
	if ctx.Err() != nil {
		return agent.Result{Status: crm.OpCancelled, Exit: -1}
	}
	run := o.Ahead.open()
	if run == nil {
		req := d.request(o)
		req.ID, req.Timeout = fmt.Sprintf("%s/%d", req.ID, attempt), timeout
		run = runner.Start(req)
	}
	defer run.Release()
	select {
	case r := <-run.Done():
		return r
	case <-ctx.Done():
		run.Cancel()
		return <-run.Done()
	}
}

// request is the run of the agent that an order means.
func (d *Device) request(o Order) agent.Request {
	return agent.Request{
		ID: o.ID + "/" + o.Action, Class: agent.Stonith, Type: d.Agent, Resource: d.ID,
		Action: o.Action, Params: d.arguments(o), Timeout: o.Timeout, Note: o.Note, Durable: o.Note != nil && changesPower(o.Action),
	}
}

func (d *Device) arguments(o Order) []agent.Param {
	config := make([]fencing.Arg, len(d.Params))
	for i, p := range d.Params {
		config[i] = fencing.Arg(p)
	}
	args := fencing.Arguments(config, o.Action, o.Target, d.TargetParameter)
	out := make([]agent.Param, len(args))
	for i, a := range args {
		out[i] = agent.Param(a)
	}
	return out
}

// looks reports whether the target's power is to be read after an action. After a
// reboot there is nothing to read: on may mean on again or never off. Someone who
// must know turns the target off and on in two orders.
func (d *Device) looks(o Order) bool {
	return (o.Action == "off" || o.Action == "on") && !o.Blind && d.CanStatus && fencing.AgentAction(d.lookup, o.Action) == o.Action
}

// status is the look at what an order has done.
func (o Order) status() Order { return Order{ID: o.ID, Action: "status", Target: o.Target} }

// readBack reads the target's power after an action, at first with the agent that was
// started ahead.
func (d *Device) readBack(ctx context.Context, runner agent.Runner, o Order, ahead *Ahead) Evidence {
	want := powerOff
	if o.Action == "on" {
		want = powerOn
	}
	evidence := ExitStatus
	deadline := time.Now().Add(max(readBackMinimum, fencing.Timeout(d.lookup, "status", readBackMinimum)))
	for n := 1; time.Now().Before(deadline) && ctx.Err() == nil; n++ {
		status := o.status()
		status.Ahead = ahead
		r := d.once(ctx, runner, status, n, time.Until(deadline))
		switch {
		case r.Status == crm.OpDone && r.Exit == want:
			return ReadBack
		case r.Status == crm.OpDone && (r.Exit == powerOn || r.Exit == powerOff):
			evidence = Contradicted // switches are slow; look again
		default:
			return evidence
		}
		time.Sleep(readBackPause)
	}
	return evidence
}

// Power asks for the target's power. ok is false if the device cannot tell.
func (d *Device) Power(ctx context.Context, runner agent.Runner, o Order) (on, ok bool) {
	o.Action = "status"
	out := d.Carry(ctx, runner, o)
	if out.Status != crm.OpDone || out.Exit != powerOn && out.Exit != powerOff {
		return false, false
	}
	return out.Exit == powerOn, true
}

// CanFence asks the agent, by its status for the target, whether the device knows it
// (pcmk_host_check=status).
func (d *Device) CanFence(ctx context.Context, runner agent.Runner, o Order) bool {
	_, ok := d.Power(ctx, runner, o)
	return ok
}

// Targets asks the agent which targets it has (pcmk_host_check=dynamic-list).
func (d *Device) Targets(ctx context.Context, runner agent.Runner, o Order) ([]string, Outcome) {
	o.Action = "list"
	out := d.Carry(ctx, runner, o)
	if !out.OK() {
		return nil, out
	}
	return fencing.ParseTargets(out.Stdout), out
}
