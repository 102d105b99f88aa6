package cluster

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"holdfast/cluster/fencing"
	"holdfast/cluster/record"
	"holdfast/cluster/replica"
	"holdfast/cluster/transition"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// world is what fencing may know.
func (n *Node) world() *fencing.World {
	w := &fencing.World{
		Self:    n.cfg.Self,
		Devices: fencing.Devices(n.state.CIB, time.Unix(0, 0)),
		Levels:  fencing.Topology(n.state.CIB, n.nodeAttribute),

		Unsettled: n.state.Standing == nil,
		Forbids:   n.mayNotFence,
	}
	for _, p := range n.state.present() {
		w.Members = append(w.Members, fencing.Member{ID: p.ID, Name: p.Name, Life: p.Life, Since: p.Since})
	}
	return w
}

// mayNotFence reports whether this side has no quorum and the target may be on
// another one: its machine is not a member of ours, and the policy is not to ignore
// that.
func (n *Node) mayNotFence(target crm.NodeName) bool {
	c := n.state.Standing
	if c == nil || c.Quorate && n.state.Blessed || n.option("no-quorum-policy") == "ignore" {
		return false
	}
	return !slices.Contains(c.Machines, n.nodeID(target))
}

// nodeAttribute is a permanent node attribute.
func (n *Node) nodeAttribute(node crm.NodeName, name string) string {
	for el := range n.state.CIB.Find("configuration", "nodes").All("node") {
		if el.Attr("uname") != string(node) {
			continue
		}
		for set := range el.All("instance_attributes") {
			for nv := range set.All("nvpair") {
				if nv.Attr("name") == name {
					return nv.Attr("value")
				}
			}
		}
	}
	return ""
}

// fenceEffects carries out what fencing decided.
func (n *Node) fenceEffects(effects []fencing.Effect) {
	n.dropCalls()
	for _, e := range effects {
		switch e := e.(type) {
		case fencing.Run:
			if e.Action == "off" && e.Ordered && n.quorumLostSince() && !n.view.HasMachine(n.nodeID(e.Target)) && !mutant.On(mutant.OldFencing) {
				n.multicast(&wire.FenceStep{ID: e.ID, Step: e.Step, Device: e.Device.ID, Action: e.Action, Text: "quorum was lost", Time: n.now.Unix()})
				continue
			}
			n.calls[e.ID] = e.Step
			n.do(RunFence{e})
		case fencing.End:
			n.fenced(e.Request)
		}
	}
}

// dropCalls gives up the calls of fence agents that no request waits for any more:
// it has ended, or somebody else was asked meanwhile.
func (n *Node) dropCalls() {
	for _, id := range slices.Sorted(maps.Keys(n.calls)) {
		if !n.state.Fencing.Awaits(id, n.calls[id], n.cfg.Self) {
			delete(n.calls, id)
			n.do(DropFence{id})
		}
	}
}

// quorumLostSince reports whether the replicated state says that this side has
// quorum, and this node's engine knows already that it is lost.
func (n *Node) quorumLostSince() bool {
	return n.state.Blessed && !n.view.Quorate && n.option("no-quorum-policy") != "ignore"
}

// fenced applies a verdict: whoever is off has ended that life.
func (n *Node) fenced(r *fencing.Request) {
	n.log(Notice, "Fencing of %s (%s) for %s on %s: %s", r.Target, r.Action, r.Client, r.Origin, r.Verdict)
	n.alertFencing(r)
	if (r.Verdict.Good() || mutant.On(mutant.FailedIsOff)) && r.Verdict != fencing.On && r.Verdict != fencing.Returned {
		n.endLife(r)
		if r.Target == n.cfg.Name && (r.Life == wire.Incarnation{} || r.Life.Boot == n.cfg.Life.Boot) {
			n.condemn(r)
			return
		}
	}
	err := fenceError(r)
	n.answer(r.From, r.Request, Result{Err: err})
	n.fenceConcluded(r.From, r.Key, err == nil)
	for _, w := range r.Waiters {
		n.answer(w.From, w.Request, Result{Err: err})
		n.fenceConcluded(w.From, w.Key, err == nil)
	}
}

// condemn is reached by a node that hears of its own fencing and lives: its device
// has lied, or a person was wrong. The others will take over what it runs, so it
// ends that as fast as it can, and then itself.
func (n *Node) condemn(r *fencing.Request) {
	n.log(Error, "this node is said to be fenced (%s, %s) and lives: it ends its services and leaves; check the fence device", r.Action, r.Verdict)
	n.condemned = true
	n.do(Disconnect{})
	n.engineLost(errors.New("this node was fenced"))
}

// FencingBound is how long a request may take as a whole, for each agent call that
// its plan has, if it does not say so itself (the default of stonith-timeout).
const FencingBound = 60 * time.Second

// boundFencing has the coordinator end open requests that nobody answers: the one
// who acts may hang, and is a member all the same.
func (n *Node) boundFencing() {
	if !n.control.Coordinates() {
		return
	}
	for _, r := range n.state.Fencing.Requests {
		if !r.Open || n.bounds[r.ID] != 0 {
			continue
		}
		n.bounds[r.ID] = n.after(n.fencingBound(r), func(time.Time) {
			delete(n.bounds, r.ID)
			n.multicast(&wire.FenceDone{ID: r.ID, Text: "it took too long", Time: n.now.Unix()})
		})
	}
}

func (n *Node) fencingBound(r *fencing.Request) time.Duration {
	if r.Timeout > 0 {
		return time.Duration(r.Timeout+max(r.Delay, 0)) * time.Millisecond
	}
	call := FencingBound
	for _, name := range []string{"fencing-timeout", "stonith-timeout"} {
		if d, err := crm.ParseInterval(n.option(name)); err == nil && d > 0 {
			call = d
			break
		}
	}
	calls := 0
	for _, level := range r.Levels {
		calls += 2*len(level) - 1 // all but the last are asked again
	}
	return time.Duration(max(1, calls))*call + time.Duration(max(r.Delay, 0))*time.Millisecond
}

// ErrNoDevice says that a target cannot be fenced because no device knows it.
var ErrNoDevice = errors.New("no fence device is configured that can reach it")

func fenceError(r *fencing.Request) error {
	if r.Verdict.Good() {
		return nil
	}
	if len(r.Levels) == 0 {
		return fmt.Errorf("fencing of %s (%s) failed: %w", r.Target, r.Action, ErrNoDevice)
	}
	text := "no device could do it"
	if len(r.Evidence) > 0 {
		text = r.Evidence[len(r.Evidence)-1]
	}
	return fmt.Errorf("fencing of %s (%s) failed: %s", r.Target, r.Action, text)
}

func (n *Node) endLife(r *fencing.Request) {
	id := n.nodeID(r.Target)
	p := n.state.Peers[id]
	if id == 0 || p != nil && r.Life.Boot != "" && p.Life.Boot != r.Life.Boot {
		return // it lives again, and that life was not asked about
	}
	ed := record.Edit(n.state.CIB)
	ed.Member(id, r.Target, record.Membership{InCCM: "0", CRMD: "0", Join: "down", Expected: "down"}, "fenced")
	ed.ForgetLife(id, r.Target)
	n.setCIB(ed.Done())
	n.state.Attributes.ForgetNode(r.Target)
	n.outlive(r.Life)
	if p != nil {
		p.Gone = false
	} else {
		n.state.Peers[id] = &Peer{ID: id, Name: r.Target} // seen, in a way: it is known to be off
	}
}

func (n *Node) fenceConcluded(from crm.NodeID, text string, ok bool) {
	if !n.control.Coordinates() {
		return
	}
	key, parsed := crm.ParseTransitionKey(text)
	if parsed && from == n.cfg.Self && n.trans != nil && key.UUID == n.cfg.UUID && key.Graph == n.trans.Graph().ID {
		if _, underway := n.trans.Action(key.Action); underway {
			n.transitioned(n.trans.Ended(key.Action, ok))
			n.awaitGone()
			n.awaitUnseen()
			return
		}
	}
	n.awaitGone()
	n.controlled(n.control.Trigger("a fencing request ended"))
}

func (n *Node) applyConfirm(d replica.Deliver, c *wire.Confirm) {
	life := wire.Incarnation{}
	if p := n.state.peerNamed(c.Target); p != nil {
		if p.Present {
			n.answer(d.From, c.Request, Result{Err: fmt.Errorf("%s is a member: it cannot be confirmed to be off", c.Target)})
			return
		}
		life = p.Life
	}
	n.fenceEffects(n.state.Fencing.Confirm(n.world(), d.From, c, life))
}

func (n *Node) fireFence(a *transition.Action, key string) {
	f := &wire.Fence{
		ID: n.cfg.UUID + "." + strconv.Itoa(n.trans.Graph().ID) + "." + strconv.Itoa(a.ID), Target: a.Node,
		Action: a.MetaValue("stonith_action"), Client: "holdfast-controller", Origin: n.cfg.Name,
		Key: key, Time: n.now.Unix(),
	}
	if f.Action == "" {
		f.Action = "reboot"
	}
	if d, err := crm.ParseInterval(a.MetaValue("priority-fencing-delay")); err == nil {
		f.Delay = d.Milliseconds()
	}
	if p := n.state.peerNamed(a.Node); p != nil {
		f.Life = p.Life
	}
	n.log(Notice, "Requesting fencing (%s) of %s", f.Action, f.Target)
	n.multicast(f)
}
