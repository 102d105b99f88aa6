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
	wait(ctx, delay(run))
	out := a.switchPower(ctx, run)
	now := time.Now()
	step := wire.FenceStep{
		ID: run.ID, Step: run.Step, Device: run.Device.ID, OK: out.Succeeded(), Verified: out.Evidence == fence.ReadBack,
		Text: strings.TrimSpace(out.ExitReason), Time: now.Unix(), Nanos: int64(now.Nanosecond()),
	}
	if !step.OK && step.Text == "" {
		step.Text = lastLine(out.Stderr)
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
			return <-earlier
		}
		if run.Device.OwnReboot() { // another member has done it, as configured
			return fence.Outcome{Result: agent.Result{Status: crm.OpDone}}
		}
	}
	if !run.Reboot || run.Action == "on" {
		return do(run.Action)
	}
	if run.Device.OwnReboot() || !canSwitch(about) {
		out := do("reboot")
		a.remember(run.ID) <- fence.Outcome{Result: agent.Result{Status: crm.OpDone}} // there is no "on" to do
		return out
	}
	return a.offAndOn(ctx, dev, run, order)
}

// offAndOn is a reboot that can be proven: off, a look, and on, unless other devices
// have their say between. The agent for on loads while the first one switches off.
func (a *agents) offAndOn(ctx context.Context, dev *fence.Device, run fencing.Run, order func(action string) fence.Order) fence.Outcome {
	off, on := order("off"), order("on")
	if run.Alone {
		on.Ahead = dev.Begin(a.host, on)
	}
	out := dev.Carry(ctx, a.host, off)
	if !out.Succeeded() || !run.Alone {
		on.Ahead.Drop()
		return out
	}
	a.switchOn(run.ID, func() fence.Outcome { return dev.Carry(ctx, a.host, on) })
	return out
}

// onPatience is how long the verdict on a target that is off waits for the target
// to be switched on again, as a reboot in one go would.
const onPatience = time.Second

// switchOn begins to switch a target on again; the request's step "on" will find
// what came of it.
func (a *agents) switchOn(id string, on func() fence.Outcome) {
	result, ended := a.remember(id), make(chan struct{})
	go func() {
		result <- on()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(onPatience):
	}
}

func (a *agents) remember(id string) chan fence.Outcome {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := make(chan fence.Outcome, 1)
	a.switching[id] = c
	return c
}

// switched returns where the outcome of an earlier "on" is to be had, nil if there
// was none.
func (a *agents) switched(id string) chan fence.Outcome {
	a.mu.Lock()
	defer a.mu.Unlock()
	c := a.switching[id]
	delete(a.switching, id)
	return c
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
