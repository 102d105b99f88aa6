package cluster

import (
	"strconv"
	"strings"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster/controller"
	"holdfast/cluster/transition"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// controlled carries out what the controller decided.
func (n *Node) controlled(effects []controller.Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case controller.Schedule:
			n.do(Schedule{Serial: e.Serial, CIB: n.forScheduler(), Why: e.Why})
		case controller.Abort:
			if n.trans != nil {
				n.transitioned(n.trans.Abort(e.Why, int(crm.Infinity)))
			}
		case controller.Moved:
			n.log(Info, "State transition %s -> %s: %s", e.From, e.To, e.Why)
			if e.To == controller.Idle && n.condemned {
				n.do(Exit{Why: "this node was fenced, and its services have ended"})
			}
		case controller.Retry:
			n.after(e.After, func(time.Time) { n.controlled(n.control.Again(e.Serial)) })
		}
	}
}

// scheduled begins the transition that the scheduler computed, if its answer is
// still wanted.
func (n *Node) scheduled(in Scheduled) {
	ok, effects := n.control.Fresh(in.Serial)
	n.controlled(effects)
	if !ok {
		return
	}
	if in.Err != nil {
		n.log(Error, "the scheduler cannot work with this configuration: %v", in.Err)
		n.controlled(n.control.Ended(true, "no decision"))
		return
	}
	n.lookAgain(in.Recheck)
	n.graphs++
	in.Graph.ID = n.graphs
	n.log(Notice, "Calculated transition %d, saving inputs in %s", in.Graph.ID, in.Input)
	in.Graph.PromoteAfterProbes()
	t, effects2 := transition.Start(in.Graph)
	n.trans = t
	n.transitioned(effects2)
}

// RecheckInterval is how long the coordinator goes without a new look at most (the
// default of the option cluster-recheck-interval).
const RecheckInterval = 15 * time.Minute

// lookAgain has the coordinator think again when time alone may have changed the
// decision, and after the recheck interval in any case.
func (n *Node) lookAgain(at time.Time) {
	wait := RecheckInterval
	if d, err := crm.ParseInterval(n.option("cluster-recheck-interval")); err == nil && d > 0 {
		wait = d
	}
	if !at.IsZero() {
		wait = min(wait, max(0, at.Sub(n.now)))
	}
	n.drop(n.recheck)
	n.recheck = n.after(wait, func(time.Time) {
		n.controlled(n.control.Trigger("the time for a new look has come"))
	})
}

// dropTransition forgets the running transition: the members have changed, and
// whoever decides next begins with what the status section says.
func (n *Node) dropTransition() { n.trans = nil }

// transitioned carries out what the transition wants.
func (n *Node) transitioned(effects []transition.Effect) {
	t := n.trans
	for _, e := range effects {
		switch e := e.(type) {
		case transition.Fire:
			n.fire(e.Action)
		case transition.Timer:
			n.after(e.After, func(time.Time) {
				if n.trans == t {
					n.expired(e.Action)
				}
			})
		case transition.Done:
			n.transitionDone(t, e)
		}
	}
}

func (n *Node) expired(action int) {
	if a, ok := n.trans.Action(action); ok {
		n.log(Error, "%s on %s has not ended in time: it counts as failed", a.Key, a.Node)
		if p := n.state.peerNamed(a.Node); p != nil && a.Kind == transition.Resource {
			op := n.operation(a)
			op.Life = p.Life
			n.multicast(&wire.Overdue{Node: p.ID, Op: op, Time: n.now.Unix()})
		}
		n.transitioned(n.trans.Expired(action))
	}
}

func (n *Node) transitionDone(t *transition.Transition, d transition.Done) {
	word := "Complete"
	if !d.Complete {
		word = "Stopped"
	}
	n.log(Notice, "Transition %d (Complete=%d, Pending=0, Fired=%d, Skipped=%d, Incomplete=%d, Source=scheduler): %s",
		t.Graph().ID, d.Fired, 0, d.Skipped, d.Incomplete, word)
	n.trans = nil
	// A graph that could not be finished although nothing failed would be computed
	// again and again; it is left alone until something happens.
	stuck := !d.Complete && d.Why == ""
	n.controlled(n.control.Ended(d.Complete || stuck, d.Why))
}

// fire starts one action of the transition.
func (n *Node) fire(a *transition.Action) {
	if a.Kind == transition.Cluster {
		n.fireCluster(a)
		return
	}
	runner := a.Node
	if a.Router != "" {
		runner = a.Router
	}
	p := n.state.peerNamed(runner)
	if p == nil || !p.Present {
		n.log(Warning, "%s cannot be run: %s is not a member", a.Key, runner)
		n.transitioned(n.trans.Ended(a.ID, false))
		return
	}
	op := n.operation(a)
	op.Life = p.Life
	n.multicast(&wire.Execute{Sync: n.state.sync(), Node: p.ID, Op: op})
}

// operation puts an action in the form in which an executor takes it.
func (n *Node) operation(a *transition.Action) wire.Operation {
	target := crm.OCFOK
	if text := a.MetaValue("op_target_rc"); text != "" {
		target, _ = crm.ParseOCF(text)
	}
	op := wire.Operation{
		Resource: a.Resource, LongID: a.LongID, Class: a.Class, Provider: a.Provider, Type: a.Type,
		Task: a.Task, Interval: a.Number("interval"), Timeout: a.Number("timeout"), Delay: a.Number("start_delay"),
		Params: a.Params, Meta: a.Meta, Target: target,
		Key: crm.TransitionKey{Action: a.ID, Graph: n.trans.Graph().ID, TargetRC: target, UUID: n.cfg.UUID}.String(),
	}
	switch a.Task {
	case "cancel":
		op.Cancel = a.MetaValue("operation")
	case "start":
		op.Fails = offset(n.trans.Graph().StartOffset)
	case "stop":
		op.Fails = offset(n.trans.Graph().StopOffset)
	}
	return op
}

// offset is what a failed start or stop makes of the fail count: INFINITY says
// so, a number is what any failure adds.
func offset(text string) string {
	if s, ok := crm.ParseScore(text); ok && s >= crm.Infinity {
		return crm.Infinity.String()
	}
	return ""
}

// fireCluster starts an action of the cluster itself.
func (n *Node) fireCluster(a *transition.Action) {
	key := n.operation(a).Key
	switch a.Task {
	case "stonith":
		n.fireFence(a, key)
	case "do_shutdown":
		if n.trans.Probes(a.Node) {
			// It may run what nobody knows of yet: it is let go by the next transition.
			n.transitioned(n.trans.Ended(a.ID, true))
			n.controlled(n.control.Trigger(string(a.Node) + " was probed before it leaves"))
			return
		}
		n.multicast(&wire.Dismiss{Node: a.Node, Key: key})
		// It is done when the node has gone, and that changes the view.
	case "clear_failcount":
		n.multicast(&wire.Attribute{Task: "clear-failure", Node: a.Node, Resource: a.Resource, Interval: -1})
		n.transitioned(n.trans.Ended(a.ID, true))
	case "lrm_delete":
		n.multicast(&wire.Forget{Node: a.Node, Resource: a.Resource})
		n.transitioned(n.trans.Ended(a.ID, true))
	default:
		n.log(Error, "cluster action %s (%s) is not known: it counts as failed", a.Task, a.Key)
		n.transitioned(n.trans.Ended(a.ID, false))
	}
}

// nameNodes has the configuration name every known node, and the cluster's own
// properties; the coordinator sees to it.
func (n *Node) nameNodes() {
	if !n.control.Coordinates() || n.state.Standing == nil {
		return
	}
	known := map[string]bool{}
	for el := range n.state.CIB.Find("configuration", "nodes").All("node") {
		known[el.ID()] = true
	}
	missing := xml.New("nodes")
	add := func(id crm.NodeID, name crm.NodeName) {
		text := strconv.FormatUint(uint64(id), 10)
		if name != "" && !known[text] {
			known[text] = true
			missing.Add(xml.New("node", "id", text, "uname", string(name)))
		}
	}
	for _, c := range n.nodes {
		add(c.ID, c.Name)
	}
	for _, p := range n.state.peers() {
		add(p.ID, p.Name)
	}
	if len(missing.Children) > 0 {
		n.change(cib.Request{Op: cib.Modify, Section: "nodes", Data: missing, AllowCreate: true})
	}
	n.ownProperties()
}

// ownProperties writes the cluster options that the cluster itself maintains
// (Pacemaker_Explained, "Cluster Options": dc-version and others).
func (n *Node) ownProperties() {
	const set = "cib-bootstrap-options"
	config := n.state.CIB.Find("configuration", "crm_config")
	have := map[string]string{}
	for s := range config.All("cluster_property_set") {
		for nv := range s.All("nvpair") {
			have[nv.Attr("name")] = nv.Attr("value")
		}
	}
	block := xml.New("cluster_property_set", "id", set)
	for _, own := range [][2]string{
		{"have-watchdog", "false"}, {"dc-version", n.cfg.Software},
		{"cluster-infrastructure", n.cfg.Stack}, {"cluster-name", n.cfg.Cluster},
	} {
		name, value := own[0], own[1]
		if value == "" || have[name] == value || name == "cluster-name" && have[name] != "" {
			continue
		}
		block.Add(xml.New("nvpair", "id", set+"-"+name, "name", name, "value", value))
	}
	if len(block.Children) > 0 {
		n.change(cib.Request{Op: cib.Modify, Section: "crm_config", Data: xml.New("crm_config").Add(block), AllowCreate: true})
	}
}

// change multicasts a change of the node's own.
func (n *Node) change(r cib.Request) {
	r.Origin, r.Client, r.User, r.Time = string(n.cfg.Name), "holdfast", "hacluster", n.now
	n.multicast(&wire.CIB{Change: wire.NewChange(r)})
}

// deadtime is the cluster option dc-deadtime.
func (n *Node) deadtime() time.Duration {
	if d, err := crm.ParseInterval(n.option("dc-deadtime")); err == nil && d > 0 {
		return d
	}
	return DCDeadtime
}

// option reads a cluster option the simple way: the first set that has it.
func (n *Node) option(name string) string {
	for s := range n.state.CIB.Find("configuration", "crm_config").All("cluster_property_set") {
		for nv := range s.All("nvpair") {
			if nv.Attr("name") == name {
				return strings.TrimSpace(nv.Attr("value"))
			}
		}
	}
	return ""
}
