package daemon

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	cibfencing "holdfast/cib/fencing"
	"holdfast/cluster"
	"holdfast/cluster/executor"
	"holdfast/cluster/fencing"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/host/agent"
	"holdfast/host/agent/fence"
)

// agents runs what the executor and fencing ask for.
type agents struct {
	host    *agent.Host
	known   *knowledge
	node    crm.NodeName
	life    wire.Incarnation
	post    func(cluster.Input)
	log     *logger
	running map[int]agent.Running // by call id; owned by the loop
	fencing map[string]context.CancelFunc

	mu        sync.Mutex
	switching map[string]*switching // targets being switched on again, by request
}

// start runs one operation; its outcome comes back as an input.
func (a *agents) start(callID int, op wire.Operation) {
	if op.Class == agent.Stonith {
		go a.device(callID, op)
		return
	}
	req := a.request(callID, op)
	r := a.host.Start(req)
	a.running[callID] = r
	go func() {
		result := <-r.Done()
		a.tell(op, result)
		o := outcome(result)
		if result.OK() || result.Status == crm.OpDone && result.Code == crm.OCFPromoted {
			a.known.restartable(op, &o)
		}
		a.post(agentResult{AgentEnded: cluster.AgentEnded{CallID: callID, Outcome: o}, callID: callID, running: r})
	}()
}

// tell logs how an operation ended, and what the agent wrote if it failed. A
// monitor that goes on finding all well, or a probe that finds nothing, is not
// worth a line.
func (a *agents) tell(op wire.Operation, r agent.Result) {
	expected := r.Status == crm.OpDone && r.Code == op.Target
	if r.Status == crm.OpCancelled || expected && op.Interval > 0 {
		return
	}
	level := cluster.Info
	if !expected {
		level = cluster.Notice
	}
	key := fmt.Sprintf("%s_%s_%d", op.Resource, op.Task, op.Interval)
	a.log.printf(level, "Result of %s operation for %s on %s: %s", op.Task, op.Resource, a.node, describe(r))
	if expected || op.Task == "monitor" && op.Interval == 0 && r.OK() {
		return
	}
	for _, line := range lastLines(r.Stderr, toldLines) {
		a.log.printf(cluster.Notice, "%s error output [ %s ]", key, line)
	}
}

// toldLines is how much of what a failed agent wrote goes to the log.
const toldLines = 10

func lastLines(text string, most int) []string {
	text = strings.TrimSpace(text)
	if text == "" {
		return nil
	}
	lines := strings.Split(text, "\n")
	return lines[max(0, len(lines)-most):]
}

// agentResult is an input of the loop, not of the node: the loop releases the run
// once the node has taken the outcome.
type agentResult struct {
	cluster.AgentEnded
	callID  int
	running agent.Running
}

func (a *agents) request(callID int, op wire.Operation) agent.Request {
	return agent.Request{
		ID:    fmt.Sprintf("%d-%d", a.life.Start, callID),
		Class: op.Class, Provider: op.Provider, Type: op.Type, Action: op.Task,
		// An instance of an anonymous clone goes by the resource's own name: promotion
		// scores that its agent sets must not depend on the number it happens to have.
		Resource: op.Resource,
		Params:   params(op.Params), Meta: params(op.Meta),
		Timeout: time.Duration(op.Timeout) * time.Millisecond,
		Durable: !agent.Monitoring(op.Task),
		Note:    []byte(op.Resource),
	}
}

func params(list []wire.Param) []agent.Param {
	out := make([]agent.Param, len(list))
	for i, p := range list {
		out[i] = agent.Param(p)
	}
	return out
}

func (a *agents) kill(callID int) {
	if r := a.running[callID]; r != nil {
		r.Cancel()
	}
}

// ended makes the outcome that the executor is told.
func outcome(r agent.Result) executor.Outcome {
	return executor.Outcome{Status: r.Status, Code: r.Code, Reason: r.ExitReason, Exec: r.Duration}
}

// device carries out an operation on a fence device: starting it and monitoring
// it is to ask its agent whether it works, stopping it is nothing.
func (a *agents) device(callID int, op wire.Operation) {
	out := executor.Outcome{Status: crm.OpDone, Code: crm.OCFOK}
	begun := time.Now()
	switch {
	case op.Task == "monitor" && op.Interval == 0:
		// A probe. Whether a device is in use is a matter of the status section
		// alone, and a new life of the node uses none.
		out.Code = crm.OCFNotRunning
	case op.Task == "start" || op.Task == "monitor":
		dev, _, err := fence.Open(a.host, op.Resource, op.Type, params(op.Params))
		if err != nil {
			a.log.printf(cluster.Warning, "fence device %s: %v", op.Resource, err)
		}
		r := dev.Carry(context.Background(), a.host, fence.Order{
			ID: fmt.Sprintf("%d-%d", a.life.Start, callID), Action: "monitor", Timeout: time.Duration(op.Timeout) * time.Millisecond,
		})
		out = deviceOutcome(r.Result)
		if r.OK() {
			a.list(callID, op, dev)
		}
	}
	out.Exec = time.Since(begun)
	a.post(cluster.AgentEnded{CallID: callID, Outcome: out})
}

// deviceOutcome is the outcome of an operation of a fence device. What a fence agent means
// by its exit status, other than 0, is its own business: 7 is no word of a resource that
// is not running.
func deviceOutcome(r agent.Result) executor.Outcome {
	out := outcome(r)
	if out.Status == crm.OpDone && out.Code != crm.OCFOK {
		out.Code = crm.OCFError
	}
	return out
}

// list asks a device that can tell for its targets, and publishes them.
func (a *agents) list(callID int, op wire.Operation, dev *fence.Device) {
	d := fencing.NewDevice(op.Resource, op.Type, op.Params)
	if d.HostCheck() != cibfencing.DynamicList {
		return
	}
	hosts, r := dev.Targets(context.Background(), a.host, fence.Order{ID: fmt.Sprintf("%d-%d-list", a.life.Start, callID), Action: "list"})
	if !r.OK() {
		a.log.printf(cluster.Warning, "fence device %s cannot list its targets: %s", op.Resource, r.ExitReason)
		return
	}
	a.post(cluster.Reached{Targets: wire.Targets{Device: op.Resource, Digest: d.Digest(), Hosts: hosts}})
}

// fence calls a device's agent for a fencing request.
func (a *agents) fence(run fencing.Run) {
	ctx, cancel := context.WithCancel(context.Background())
	a.fencing[run.ID] = cancel
	go func() {
		defer cancel()
		step := a.carry(ctx, run)
		step.Action = run.Action
		if ctx.Err() != nil && run.Action == "off" && a.isOff(run) {
			step.OK, step.Verified, step.Text = true, true, "" // it was given up too late
		}
		if ctx.Err() == nil || step.OK && run.Action == "off" {
			a.post(cluster.FenceEnded{Step: step})
		}
	}()
}

// isOff looks whether a call that was given up has switched its target off before.
func (a *agents) isOff(run fencing.Run) bool {
	on, ok := a.power(context.Background(), run)
	return ok && !on
}

// power asks a device for the power of its target. ok is false if it does not tell.
func (a *agents) power(ctx context.Context, run fencing.Run) (on, ok bool) {
	dev, _, err := fence.Open(a.host, run.Device.ID, run.Device.Agent, params(run.Device.Params))
	if err != nil {
		return false, false
	}
	return dev.Power(ctx, a.host, fence.Order{ID: fmt.Sprintf("%s-%d-look", run.ID, run.Step), Target: string(run.Target)})
}

func (a *agents) dropFence(id string) {
	if cancel := a.fencing[id]; cancel != nil {
		cancel()
		delete(a.fencing, id)
	}
}

func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	select {
	case <-time.After(d):
	case <-ctx.Done():
	}
}

func lastLine(text string) string {
	lines := lastLines(text, 1)
	if len(lines) == 0 {
		return ""
	}
	return lines[0]
}
