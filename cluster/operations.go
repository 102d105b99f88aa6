package cluster

import (
	"fmt"
	"slices"
	"time"

	"holdfast/cluster/attribute"
	"holdfast/cluster/executor"
	"holdfast/cluster/record"
	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// executed carries out what the executor wants.
func (n *Node) executed(effects []executor.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case executor.Run:
			n.do(RunAgent{e.CallID, e.Op})
		case executor.Kill:
			n.do(KillAgent{e.CallID})
		case executor.Timer:
			n.after(e.After, func(now time.Time) { n.executed(n.exec.Tick(now, e.Serial)) })
		case executor.Report:
			n.report(&e.Result)
		}
	}
}

// saying is a result of ours, and the view in which it was said.
type saying struct {
	result *wire.Result
	view   int
}

// report tells all how an operation ended. It is kept until it has its place in the log.
func (n *Node) report(r *wire.Result) {
	n.said = append(n.said, saying{r, n.views})
	n.multicast(r)
}

// applyExecute is the order to run an operation. All record that it has begun, so
// that whoever coordinates next knows; the node it is for runs it.
func (n *Node) applyExecute(d replica.Deliver, c *wire.Execute) {
	dc := n.state.coordinator()
	if (c.Sync != n.state.sync() || dc == nil || d.From != dc.ID) && !mutant.On(mutant.OldView) {
		return // decided in an earlier view, or by one that does not coordinate
	}
	p := n.state.Peers[c.Node]
	if p == nil || !p.Present || p.Life != c.Op.Life {
		return
	}
	if c.Op.Interval == 0 && recorded(c.Op.Task) && !mutant.On(mutant.PendingUnrecorded) {
		ed := record.Edit(n.state.CIB)
		ed.Result(p.ID, p.Name, &wire.Result{
			Op: c.Op, CallID: -1, Status: crm.OpPending, Code: crm.OCFUnknown, Changed: 0,
			Digest: n.cfg.Digest(c.Op), // else it looks as if its parameters had changed meanwhile
		})
		n.setCIB(ed.Done())
	}
	switch {
	case c.Node != n.cfg.Self:
	case n.quorumLostSince() && brings(c.Op.Task) && !mutant.On(mutant.OldView):
		// Decided with quorum, and this node's engine knows already that it is lost.
		r := executor.NotBegun(c.Op, 0, n.now)
		n.report(&r)
	default:
		n.executed(n.exec.Execute(n.now, c.Op))
	}
}

// withdraw drops what would make a service active and has not begun, but waits for something
// that hangs, or for its time, once quorum is lost with which it was ordered: another side may
// act by now. It is called before the state knows that.
func (n *Node) withdraw() {
	if n.state.Blessed && n.option("no-quorum-policy") != "ignore" && !mutant.On(mutant.OldView) {
		n.executed(n.exec.Withdraw(n.now, brings))
	}
}

// brings reports whether a task makes a service active or more active.
func brings(task string) bool {
	switch task {
	case "start", "promote", "migrate_to", "migrate_from":
		return true
	}
	return false
}

// recorded reports whether a task leaves an entry in the history.
func recorded(task string) bool {
	return task != "notify" && task != "cancel" && task != "delete"
}

// applyResult takes notice of an operation that ended on a node.
func (n *Node) applyResult(d replica.Deliver, c *wire.Result) {
	if d.From == n.cfg.Self {
		n.heard(c)
	}
	p := n.state.Peers[d.From]
	if p == nil || p.Life != c.Op.Life {
		return // of a former life
	}
	if c.Again && record.Knows(n.state.CIB, p.ID, c) {
		return
	}
	n.ended(p, c)
}

// ended records how an operation ended, counts failures, and lets the running
// transition go on.
func (n *Node) ended(p *Peer, c *wire.Result) {
	switch {
	case mutant.On(mutant.FailedStopBelieved) && c.Op.Task == "stop":
		c.Status, c.Code = crm.OpDone, crm.OCFOK
	case mutant.On(mutant.FailedProbeBelieved) && c.Op.Task == "monitor" && c.Op.Interval == 0 && record.Failed(c):
		c.Status, c.Code = crm.OpDone, crm.OCFNotRunning
	}
	ed := record.Edit(n.state.CIB)
	switch {
	case c.Op.Task == "cancel":
		ed.ForgetOperation(p.ID, p.Name, c.Op.Resource, c.Op.Cancel, c.Op.Interval)
	case c.Op.Task == "delete":
		ed.ForgetResource(p.ID, p.Name, c.Op.Resource)
	case withdrawn(c):
		if ed.Withdrawn(p.ID, p.Name, c) && p.ID == n.cfg.Self {
			n.executed(n.exec.Drop(c.Op.Resource))
		}
	case recorded(c.Op.Task):
		ed.Result(p.ID, p.Name, c)
	}
	n.setCIB(ed.Done())
	n.alertResult(p, c)
	failed := record.Failed(c)
	if failed && counts(c) {
		n.countFailure(p, c)
	}
	n.concluded(p, c, failed)
}

// withdrawn reports whether a result says that the operation was not carried out.
func withdrawn(c *wire.Result) bool { return c.Status == crm.OpCancelled && c.Op.Interval == 0 }

// counts reports whether a failed operation adds to the fail count: a probe that
// finds something unexpected has not failed.
func counts(c *wire.Result) bool {
	probe := c.Op.Task == "monitor" && c.Op.Interval == 0
	return !probe && recorded(c.Op.Task)
}

func (n *Node) countFailure(p *Peer, c *wire.Result) {
	value := "value++"
	if c.Op.Fails != "" {
		value = c.Op.Fails
	}
	name := func(prefix string) string {
		return attribute.FailureName(prefix, c.Op.Resource, c.Op.Task, c.Op.Interval)
	}
	for _, a := range []*wire.Attribute{
		{Task: "update", Node: p.Name, Name: name(attribute.FailCount), Value: value},
		{Task: "update", Node: p.Name, Name: name(attribute.LastFailure), Value: seconds(c.Changed + c.Exec/1000)},
	} {
		n.attributeChanges(n.state.Attributes.Apply(a, nil))
	}
}

// concluded tells the transition how one of its operations ended; anything else
// that changed is a reason to think again.
func (n *Node) concluded(p *Peer, c *wire.Result, failed bool) {
	if !n.control.Coordinates() {
		return
	}
	key, ok := crm.ParseTransitionKey(c.Op.Key)
	ours := ok && n.trans != nil && key.UUID == n.cfg.UUID && key.Graph == n.trans.Graph().ID
	if ours {
		if _, underway := n.trans.Action(key.Action); underway {
			if failed {
				n.log(Warning, "%s_%s_%d on %s: %s (expected %d)%s", c.Op.Resource, c.Op.Task, c.Op.Interval, p.Name, outcome(c), c.Op.Target, reason(c))
			}
			n.transitioned(n.trans.Ended(key.Action, !failed && !withdrawn(c)))
			return
		}
	}
	if failed {
		n.log(Warning, "%s_%s_%d on %s: %s%s", c.Op.Resource, c.Op.Task, c.Op.Interval, p.Name, outcome(c), reason(c))
	}
	n.awaitOperations()
	n.controlled(n.control.Trigger("result of " + c.Op.Resource + "_" + c.Op.Task + " on " + string(p.Name)))
}

func outcome(c *wire.Result) string {
	if c.Status == crm.OpDone {
		return c.Code.String()
	}
	return c.Status.String()
}

func reason(c *wire.Result) string {
	if c.Reason == "" {
		return ""
	}
	return ": " + c.Reason
}

// sayAgain repeats results that were lost: an operation would stand as under way for
// good, and a monitor says only what is new. Whoever knows them takes no notice.
func (n *Node) sayAgain(lost func(saying) bool) {
	for _, s := range n.said {
		if lost(s) {
			again := *s.result
			again.Again = true
			n.multicast(&again)
		}
	}
}

// sayLostAgain repeats, once the members share a state, all results if this member was
// left out, and else those that were said in an earlier view. What of them has no place
// in the log was held back in a view whose members never came to a common state, and the
// history that goes on is of somebody who was not there.
func (n *Node) sayLostAgain(o replica.InSync) {
	n.sayAgain(func(s saying) bool { return o.Late || s.view < n.views })
}

// heard notes that a result of ours has its place in the log. One that was said before
// need not have: it may have been held back in a view that came to no common state.
func (n *Node) heard(c *wire.Result) {
	i := slices.IndexFunc(n.said, func(s saying) bool {
		r := s.result
		return r.CallID == c.CallID && r.Op.Key == c.Op.Key && r.Changed == c.Changed
	})
	var open []saying
	for k, s := range n.said {
		if k > i || k < i && !overtakes(c, s.result) {
			open = append(open, s)
		}
	}
	n.said = open
}

// overtakes reports whether a result leaves nothing to be said of an earlier one: that
// would put something older in the place of what is recorded by now.
func overtakes(c, earlier *wire.Result) bool {
	switch {
	case c.Op.Resource != earlier.Op.Resource:
		return false
	case c.Op.Task == "delete":
		return true
	case c.Op.Task == "cancel":
		return earlier.Op.Task == c.Op.Cancel && earlier.Op.Interval == c.Op.Interval
	}
	return earlier.Op.Task == c.Op.Task && earlier.Op.Interval == c.Op.Interval
}

// applyForget erases history so that resources are probed anew.
func (n *Node) applyForget(d replica.Deliver, c *wire.Forget) {
	id := n.nodeID(c.Node)
	if id == 0 {
		n.answer(d.From, c.Request, Result{Err: fmt.Errorf("node %s is not known to the cluster", c.Node)})
		return
	}
	ed := record.Edit(n.state.CIB)
	ed.ForgetResource(id, c.Node, c.Resource)
	n.setCIB(ed.Done())
	if c.Failures {
		n.attributeChanges(n.state.Attributes.Apply(&wire.Attribute{
			Task: "clear-failure", Node: c.Node, Resource: c.Resource, Interval: -1,
		}, nil))
	}
	if id == n.cfg.Self {
		n.executed(n.exec.Drop(c.Resource))
	}
	n.answer(d.From, c.Request, Result{})
	n.controlled(n.control.Trigger("the history of " + c.Resource + " was erased"))
}
