package demo

import (
	"context"
	"fmt"
	"time"

	"holdfast/client"
	"holdfast/cluster/fencing"
	"holdfast/crm"
)

// How long each step may take before it counts as failed.
const (
	formBound    = 30 * time.Second // until three nodes are a cluster
	serveBound   = 30 * time.Second // until the page is there for the first time
	recoverBound = 30 * time.Second // until the page is there again
	returnBound  = 60 * time.Second // until a node is back
)

// look is between two looks at whether something has come about.
const look = 5 * time.Millisecond

// A director has the steps of the demonstration carried out and measures them.
type director struct {
	lab    *lab
	place  endpoint
	reader *reader
	say    func(format string, args ...any)
	times  []measured // of what has been recovered from
}

// measured is the time of one step, for the summary.
type measured struct {
	what string
	took time.Duration
}

func (d *director) note(what string, took time.Duration) {
	d.times = append(d.times, measured{what, took})
}

// await waits until ok; what says what did not come about in time.
func await(ctx context.Context, bound time.Duration, what string, ok func() bool) error {
	end := time.Now().Add(bound)
	for !ok() {
		if time.Now().After(end) {
			return fmt.Errorf("%s: not within %v", what, bound)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(look):
		}
	}
	return nil
}

// begin switches the machines on and has the cluster serve the page.
func (d *director) begin(ctx context.Context) error {
	began := time.Now()
	for _, m := range d.lab.machines {
		if err := m.On(); err != nil {
			return err
		}
	}
	if err := await(ctx, formBound, "three nodes form a cluster", func() bool { return d.complete(d.lab.machines...) }); err != nil {
		return err
	}
	took := time.Since(began)
	d.note("three nodes form a cluster", took)
	d.say("three nodes were started and are a cluster after %s", show(took))
	began = time.Now()
	if err := d.lab.configure(d.place); err != nil {
		return fmt.Errorf("configure the cluster: %w", err)
	}
	node, when, err := d.served(ctx, began, serveBound)
	if err != nil {
		return err
	}
	d.note("an address and a web server are configured and serve", when)
	d.say("an address and a web server were configured; %s serves %s after %s", node, d.place.url(), show(when))
	return d.settle(ctx)
}

// complete reports whether, as one of the given nodes sees it, all nodes are members of
// a quorate cluster that waits for nothing.
func (d *director) complete(as ...*machine) bool {
	c, err := d.lab.reachOne(as)
	if err != nil {
		return false
	}
	defer c.Close()
	s, err := c.Status()
	if err != nil || !s.Quorate || len(s.Holds) > 0 {
		return false
	}
	members := 0
	for _, p := range s.Peers {
		if p.Member {
			members++
		}
	}
	return members == len(d.lab.machines)
}

// settled reports whether the cluster is complete and has nothing to do: the
// coordinator alone is ever idle.
func (d *director) settled() bool {
	for _, m := range d.lab.machines {
		c, err := d.lab.reach(m)
		if err != nil {
			continue
		}
		s, err := c.Status()
		c.Close()
		if err == nil && s.State == "S_IDLE" {
			return d.complete(m)
		}
	}
	return false
}

// settle waits until the cluster has nothing to do, so that what is measured next
// is about the next step alone.
func (d *director) settle(ctx context.Context) error {
	return await(ctx, formBound, "the cluster comes to rest", d.settled)
}

// served waits for a page that was asked for after a moment, and tells who
// served it and how long after the moment.
func (d *director) served(ctx context.Context, after time.Time, bound time.Duration) (node string, took time.Duration, err error) {
	err = await(ctx, bound, "the page is served", func() bool {
		_, good := d.reader.latest()
		node, took = good.node, good.came.Sub(after)
		return good.asked.After(after)
	})
	if err != nil {
		if last, _ := d.reader.latest(); last.err != nil {
			err = fmt.Errorf("%w (%v)", err, last.err)
		}
	}
	return node, took, err
}

// killService kills the web server and waits for the page.
func (d *director) killService(ctx context.Context) error {
	m, pid, err := d.lab.serverProcess()
	if err != nil {
		return err
	}
	d.say("kill -9 of the web server on %s", m.name)
	began := time.Now()
	if err := killProcess(pid); err != nil {
		return err
	}
	node, _, err := d.served(ctx, time.Now(), recoverBound)
	if err != nil {
		return fmt.Errorf("after the death of the web server: %w", err)
	}
	took := time.Since(began)
	d.note("the web server dies", took)
	d.say("the page is back after %s, from %s", show(took), node)
	return d.settle(ctx)
}

// killDaemon kills the cluster software on the node that serves. Its supervisor
// starts it again, and the page must be there all the time.
func (d *director) killDaemon(ctx context.Context) error {
	m, server, err := d.lab.serverProcess()
	if err != nil {
		return err
	}
	pid, err := m.daemonProcess()
	if err != nil {
		return err
	}
	d.say("kill -9 of Holdfast itself on %s", m.name)
	missed := d.reader.missed()
	began := time.Now()
	if err := killProcess(pid); err != nil {
		return err
	}
	err = await(ctx, recoverBound, "Holdfast is back on "+m.name, func() bool {
		again, err := m.daemonProcess()
		return err == nil && again != pid && d.complete(m)
	})
	if err != nil {
		return err
	}
	took := time.Since(began)
	if err := d.settle(ctx); err != nil {
		return err
	}
	if n := d.reader.missed() - missed; n > 0 || !alive(server) {
		return fmt.Errorf("the death of Holdfast on %s disturbed the service: the page was missed %d times", m.name, n)
	}
	d.note("Holdfast itself dies on a node", took)
	d.say("it is back after %s; the page was there all the time", show(took))
	return nil
}

// killNode cuts the power of the node that serves, waits for the page, and for the
// node, which the cluster switches on again.
func (d *director) killNode(ctx context.Context) error {
	m, _, err := d.lab.serverProcess()
	if err != nil {
		return err
	}
	d.say("power failure of %s, which serves the page", m.name)
	began := time.Now()
	if err := m.Off(); err != nil {
		return err
	}
	node, _, err := d.served(ctx, time.Now(), recoverBound)
	if err != nil {
		return fmt.Errorf("after the death of %s: %w", m.name, err)
	}
	took := time.Since(began)
	if node == m.name {
		return fmt.Errorf("after its death %s itself serves the page: it was to be elsewhere", m.name)
	}
	d.note("the node that serves it dies", took)
	d.say("the page is back after %s, from %s; %s", show(took), node, d.proof(ctx, m.name))
	if err := await(ctx, returnBound, m.name+" is back in the cluster", func() bool { return m.IsOn() && d.complete(m) }); err != nil {
		return err
	}
	took = time.Since(began)
	d.note("the dead node is back in the cluster", took)
	d.say("%s is back in the cluster after %s", m.name, show(took))
	return d.settle(ctx)
}

// proof tells on what evidence the cluster held a node for dead.
func (d *director) proof(ctx context.Context, name string) string {
	var c *client.Client
	err := await(ctx, formBound, "a node answers", func() (ok bool) {
		var err error
		c, err = d.lab.reachAny() // not while the node is just coming back
		return err == nil
	})
	if err != nil {
		return "why it was safe is not known: " + err.Error()
	}
	defer c.Close()
	history, err := c.FenceHistory(crm.NodeName(name))
	if err != nil || len(history) == 0 {
		return "nobody fenced " + name
	}
	last := history[len(history)-1]
	if last.Verdict == fencing.Off {
		return fmt.Sprintf("%s had first made sure that %s is off", last.By, name)
	}
	return fmt.Sprintf("verdict on %s: %s", name, last.Verdict)
}

// show writes a time as people read it.
func show(t time.Duration) string {
	if t < time.Second {
		return fmt.Sprintf("%d ms", t.Milliseconds())
	}
	return fmt.Sprintf("%.2f s", t.Seconds())
}
