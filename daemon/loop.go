package daemon

import (
	"context"
	"errors"
	"time"

	"holdfast/cluster"
	"holdfast/host/engine"
)

// reopened is an input of the loop: the engine is back.
type reopened struct {
	cluster.NodesListed
	engine engine.Engine
}

// loop owns the node until it exits.
func (d *Daemon) loop(ctx context.Context) error {
	events := d.engine.Events()
	stop := ctx.Done()
	for d.exit == nil {
		select {
		case e, ok := <-events:
			if !ok {
				events = nil
				break
			}
			if d.engine == nil || d.event(ctx, e) {
				events = nil
			}
		case in := <-d.inputs:
			if r, ok := in.(reopened); ok {
				d.engine, d.lostWhy = r.engine, ""
				events = r.engine.Events()
				d.step(cluster.NodesListed{Nodes: r.engine.Nodes()})
				break
			}
			d.input(in)
		case <-stop:
			stop = nil
			d.step(cluster.Leave{})
		}
	}
	return d.close()
}

// event hands over an event of the engine; it reports whether it was the last.
func (d *Daemon) event(ctx context.Context, e engine.Event) bool {
	switch e := e.(type) {
	case engine.ViewChange:
		d.log.printf(cluster.Notice, "view %d: members %v, machines %v, quorate %v", e.Ring, e.Members, e.Machines, e.Quorate)
		d.step(cluster.ViewChanged{View: e.View})
	case engine.Message:
		d.step(cluster.Received{From: e.From, Data: e.Data})
	case engine.NodeList:
		d.step(cluster.NodesListed{Nodes: e.Nodes})
	case engine.Lost:
		d.engine.Close()
		d.engine, d.lostWhy = nil, e.Err.Error()
		go d.reopen(ctx)
		d.step(cluster.EngineLost{Err: e.Err})
		return true
	}
	return false
}

// reopen tries to reach the engine again until it is there.
func (d *Daemon) reopen(ctx context.Context) {
	for {
		time.Sleep(reopenPause)
		e, _, err := d.opt.Open(ctx)
		if err == nil {
			d.log.printf(cluster.Notice, "the membership layer is back")
			d.post(reopened{engine: e})
			return
		}
		if ctx.Err() != nil {
			return
		}
	}
}

// input sorts out what is the loop's own business and hands the rest to the node.
func (d *Daemon) input(in cluster.Input) {
	switch in := in.(type) {
	case agentResult:
		delete(d.agents.running, in.callID)
		d.step(cluster.AgentEnded{CallID: in.callID, Outcome: in.Outcome})
		// The outcome is on its way to all members. Should this process die before
		// it gets there, the resource is probed anew.
		in.running.Release()
	case call:
		in.f()
	default:
		d.step(in)
	}
}

// call is an input of the loop: a function to run in it.
type call struct {
	cluster.NodesListed
	f func()
}

// step advances the node by one input and carries out what follows.
func (d *Daemon) step(in cluster.Input) {
	before := d.node.CIB()
	effects := d.node.Step(time.Now(), in)
	now := d.node.CIB()
	d.published.Store(now) // before anybody is answered, and may come to read it
	d.owes.Store(d.node.Owes())
	for _, e := range effects {
		d.carryOut(e)
	}
	if now != before {
		d.notify(now)
		d.known.learn(now)
	}
	d.startState()
}

func (d *Daemon) carryOut(e cluster.Effect) {
	switch e := e.(type) {
	case cluster.Multicast:
		if d.engine == nil {
			return
		}
		if err := d.engine.Multicast(e.Data); err != nil {
			d.log.printf(cluster.Warning, "cannot send to the cluster: %v", err)
		}
	case cluster.SetTimer:
		time.AfterFunc(e.After, func() { d.post(cluster.TimerEnded{Serial: e.Serial}) })
	case cluster.RunAgent:
		d.agents.start(e.CallID, e.Op)
	case cluster.KillAgent:
		d.agents.kill(e.CallID)
	case cluster.RunFence:
		d.agents.fence(e.Run)
	case cluster.DropFence:
		d.agents.dropFence(e.ID)
	case cluster.Schedule:
		d.plan.schedule(e)
	case cluster.Store:
		d.keep.save(e)
	case cluster.KeepLost:
		d.keep.lost(e)
	case cluster.Reply:
		if f := d.replies[e.Client]; f != nil {
			delete(d.replies, e.Client)
			f(e.Result)
		}
	case cluster.Log:
		d.log.printf(e.Level, "%s", e.Text)
	case cluster.Disconnect:
		if d.engine != nil {
			d.engine.Close()
			d.engine, d.lostWhy = nil, "this node was fenced"
		}
	case cluster.Alert:
		d.alerts.tell(e, d.node.CIB())
	case cluster.Exit:
		d.exit = &e
	}
}

// close leaves the group and ends what the loop owns.
func (d *Daemon) close() error {
	d.log.printf(cluster.Notice, "ending: %s", d.exit.Why)
	d.keep.close()
	d.plan.close()
	if d.engine != nil {
		d.engine.Close()
	}
	if !d.exit.Clean {
		return errors.New(d.exit.Why)
	}
	return nil
}
