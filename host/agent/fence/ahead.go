package fence

import (
	"holdfast/host/agent"
)

// Ahead is an agent that was started before its action is due: it has loaded what it
// needs and waits to be told what to do it with. Fence agents are programs of an
// interpreter with large libraries, so that their start takes most of the time
// between a node's failure and the word that it is off.
type Ahead struct {
	run  agent.Running
	gate chan struct{}
}

// Begin starts the agent for an order that will, perhaps, be carried out soon. Put
// it into Order.Ahead then, or Drop it.
func (d *Device) Begin(runner agent.Runner, o Order) *Ahead {
	gate := make(chan struct{})
	req := d.request(o.timed(d))
	req.ID, req.Gate = req.ID+"/ahead", gate
	return &Ahead{run: runner.Start(req), gate: gate}
}

// Drop ends an agent that is not needed after all, or does nothing if it was used.
func (a *Ahead) Drop() {
	if run := a.take(); run != nil {
		run.Cancel()
		<-run.Done()
		run.Release()
	}
}

// open lets the agent go on, and returns it; nil if there is none that still waits.
// One that has ended already has not waited for its orders: what it says is worth
// nothing.
func (a *Ahead) open() agent.Running {
	run := a.take()
	if run == nil {
		return nil
	}
	select {
	case <-run.Done():
		run.Release()
		return nil
	default:
		close(a.gate)
		return run
	}
}

func (a *Ahead) take() agent.Running {
	if a == nil {
		return nil
	}
	run := a.run
	a.run = nil
	return run
}
