package daemon

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"holdfast/cib/metadata"
	"holdfast/cluster"
	"holdfast/cluster/fencing"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/host/agent"
	"holdfast/host/agent/fence"
)

// canSwitch reports whether an agent can do a reboot as off, a look, and on. The
// look is what makes a verdict more than an exit code.
func canSwitch(about *metadata.Agent) bool {
	for _, name := range []string{"off", "on", "status"} {
		if !slices.ContainsFunc(about.Actions, func(a metadata.Action) bool { return a.Name == name }) {
			return false
		}
	}
	return true
}

// carry does one step: the delays, the agent, and the look at what it did.
func (a *agents) carry(ctx context.Context, run fencing.Run) wire.FenceStep {
	if run.Action == "status" {
		return a.look(ctx, run)
	}
	wait(ctx, delay(run))
	out := a.switchPower(ctx, run)
	now := time.Now()
	step := wire.FenceStep{
		ID: run.ID, Step: run.Step, Device: run.Device.ID, OK: out.Succeeded(), Verified: out.Evidence == fence.ReadBack,
		Text: strings.TrimSpace(out.ExitReason), Time: now.Unix(), Nanos: int64(now.Nanosecond()), Target: run.Target, Reboot: run.Reboot,
	}
	if !step.OK && step.Text == "" {
		step.Text = lastLine(out.Stderr)
	}
	return step
}

// look asks whether a target that was off is off still.
func (a *agents) look(ctx context.Context, run fencing.Run) wire.FenceStep {
	step := wire.FenceStep{ID: run.ID, Step: run.Step, Device: run.Device.ID, Time: time.Now().Unix()}
	on, ok := a.power(ctx, run)
	step.OK, step.Verified = ok && !on, ok
	if !ok {
		step.Text = "its agent does not tell the status of " + string(run.Target)
	}
	return step
}

// switchPower calls the agent, or finds that an earlier step has done it already.
func (a *agents) switchPower(ctx context.Context, run fencing.Run) fence.Outcome {
	dev, about, err := fence.Open(a.host, run.Device.ID, run.Device.Agent, params(run.Device.Params))
	if err != nil {
		a.log.printf(cluster.Warning, "fence device %s: %v", run.Device.ID, err)
	}
	order := func(action string) fence.Order {
		return fence.Order{ID: fmt.Sprintf("%s-%d-%s", run.ID, run.Step, action), Action: action, Target: string(run.Target),
			Blind: run.Reboot && action == "on"}
	}
	do := func(action string) fence.Outcome { return dev.Carry(ctx, a.host, order(action)) }
	if run.Reboot && run.Action == "on" {
		if earlier := a.switched(run.ID); earlier != nil {
			return earlier.await(ctx)
		}
		if run.Alone && run.Device.OwnReboot() || run.Device.StaysOff() { // another member has done it, as configured; or it is not to be done
			return fence.Outcome{Result: agent.Result{Status: crm.OpDone}}
		}
	}
	if !run.Reboot || run.Action == "on" {
		return do(run.Action)
	}
	if !run.Alone {
		return do("off") // all of the level are off before any is on again
	}
	if run.Device.OwnReboot() || !canSwitch(about) {
		out := do("reboot")
		a.remember(run.ID, func() {}).result <- fence.Outcome{Result: agent.Result{Status: crm.OpDone}} // there is no "on" to do
		return out
	}
	return a.offAndOn(ctx, dev, run, order)
}

// offAndOn is a reboot that can be proven: off, a look, and on. The agent for on loads while the first one switches off.
func (a *agents) offAndOn(ctx context.Context, dev *fence.Device, run fencing.Run, order func(action string) fence.Order) fence.Outcome {
	off, on := order("off"), order("on")
	on.Ahead = dev.Begin(a.host, on)
	out := dev.Carry(ctx, a.host, off)
	if !out.Succeeded() {
		on.Ahead.Drop()
		return out
	}
	a.switchOn(run.ID, func(ctx context.Context) fence.Outcome { return dev.Carry(ctx, a.host, on) })
	return out
}

// onPatience is how long the verdict on a target that is off waits for the target
// to be switched on again, as a reboot in one go would.
const onPatience = time.Second

// switching is a target on its way to be on again. It outlasts the step that has switched it off.
type switching struct {
	result chan fence.Outcome
	cancel func()
}

// await returns what came of it. If ctx ends before, it is given up.
func (s *switching) await(ctx context.Context) fence.Outcome {
	defer s.cancel()
	select {
	case out := <-s.result:
		return out
	case <-ctx.Done():
		s.cancel()
		return <-s.result
	}
}

// switchOn begins to switch a target on again; the request's step "on" will find
// what came of it.
func (a *agents) switchOn(id string, on func(context.Context) fence.Outcome) {
	ctx, cancel := context.WithCancel(context.Background())
	s, ended := a.remember(id, cancel), make(chan struct{})
	go func() {
		s.result <- on(ctx)
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(onPatience):
	}
}

func (a *agents) remember(id string, cancel func()) *switching {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := &switching{make(chan fence.Outcome, 1), cancel}
	a.switching[id] = s
	return s
}

// switched returns an earlier "on" of a request, nil if there was none.
func (a *agents) switched(id string) *switching {
	a.mu.Lock()
	defer a.mu.Unlock()
	s := a.switching[id]
	delete(a.switching, id)
	return s
}

// delay is how long to wait before the first agent call of a request: the
// device's own delays, a random part that keeps two nodes from killing each other,
// and what the request asks for on top.
func delay(run fencing.Run) time.Duration {
	if !run.First || run.Delay < 0 {
		return 0
	}
	base, random := run.Device.Delay(run.Target)
	if random > 0 {
		base += time.Duration(rand.Int64N(int64(random)))
	}
	return base + time.Duration(run.Delay)*time.Millisecond
}
