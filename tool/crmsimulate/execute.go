package crmsimulate

import (
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/graph"
	"holdfast/scheduler/model"
)

// infinity is the priority that makes an action executed whatever else fails.
const infinity = int(crm.Infinity)

// An execution carries a transition out on paper. Actions succeed at once, but
// for those that the user wants to fail; then the transition is stopped.
type execution struct {
	paper    *paper
	known    *model.Cluster // what names mean
	failures []string       // specs of operations that fail
	now      time.Time
	show     func(output.Message)
	out      *output.Output

	synapses []synapse
	waiting  [][]int32 // by the number of an action, the synapses that wait for it
	abort    int       // synapses with a lower priority are not begun any more
	start    string    // what a failed start does to the fail count
	stop     string
}

// A synapse is an action that begins once its inputs are done.
type synapse struct {
	action   *model.Action
	priority int
	waits    int // inputs that are not done
	executed bool
}

// run executes the transition; false tells that it came to a standstill with
// actions left over. Each action is looked at as controllers get it, but one at a
// time: together they are many times what they came from.
func (e *execution) run(c *model.Cluster) bool {
	e.read(c)
	r := graph.Read(c)
	for {
		fired, left := e.pass(r)
		if fired == 0 {
			return left == 0 || e.abort > 0
		}
	}
}

// read notes what waits for what.
func (e *execution) read(c *model.Cluster) {
	e.start, e.stop = c.Graph.Attrs.Get("failed-start-offset"), c.Graph.Attrs.Get("failed-stop-offset")
	e.synapses = make([]synapse, len(c.Graph.Synapses))
	for i, s := range c.Graph.Synapses {
		e.synapses[i] = synapse{action: s.Action, priority: max(0, int(s.Priority))}
		for input := range s.Inputs() {
			for len(e.waiting) <= input.ID() {
				e.waiting = append(e.waiting, nil)
			}
			e.synapses[i].waits++
			e.waiting[input.ID()] = append(e.waiting[input.ID()], int32(i))
		}
	}
}

// pass begins every synapse that is ready, in order, and counts those that
// began and those that could not.
func (e *execution) pass(r *graph.Reader) (fired, left int) {
	for i := range e.synapses {
		s := &e.synapses[i]
		switch {
		case s.executed:
		case s.waits > 0 || !graph.Immediate(s.action) && s.priority < e.abort:
			left++
		default:
			s.executed = true
			fired++
			e.done(s, e.execute(r.Action(s.action)))
		}
	}
	return fired, left
}

// done lets the synapses that waited for an action go on. After a failed one,
// only those do that must be executed whatever happens.
func (e *execution) done(s *synapse, failed bool) {
	if s.action.ID() >= len(e.waiting) {
		return
	}
	for _, i := range e.waiting[s.action.ID()] {
		if w := &e.synapses[i]; !failed || w.priority == infinity {
			w.waits--
		}
	}
}

// execute carries one action out and tells whether it failed.
func (e *execution) execute(a *xml.Node) (failed bool) {
	switch {
	case a.Name == "pseudo_event":
		e.show(pseudoEvent(a.Attr("operation_key"), a.Attr("on_node")))
	case a.Name == "rsc_op":
		return e.operation(a)
	case a.Attr("operation") == model.TaskFence:
		e.fence(a)
	default:
		e.show(clusterEvent(a.Attr("operation"), primitiveID(a), a.Attr("on_node")))
	}
	return false
}

// fence takes a node out: it is offline afterwards, and nothing is left of it.
func (e *execution) fence(a *xml.Node) {
	target := a.Attr("on_node")
	operation := a.Child("attributes").Attr("CRM_meta_stonith_action")
	e.show(fencingEvent(target, operation))
	if !strings.EqualFold(operation, "on") {
		e.paper.setMember(target, false, false, fencer)
		e.paper.forget(target)
	}
}

// operation executes a resource's operation and records the outcome.
func (e *execution) operation(a *xml.Node) (failed bool) {
	primitive := a.Child("primitive")
	if primitive == nil {
		return false
	}
	configured := primitive.ID()
	name := configured
	if long := primitive.Attr("long-id"); long != "" && findResource(e.known, name) == nil && findResource(e.known, long) != nil {
		name = long
	}
	task, node := a.Attr("operation"), a.Attr("on_node")
	if task == crm.TaskDelete || task == crm.TaskMetaData {
		e.show(resourceEvent{resource: name, task: task, node: node})
		return false
	}
	id := a.Attr("on_node_uuid")
	if a.Attr("router_node") != "" {
		id = node
	}
	state := e.paper.nodeState(node, id)
	o := e.outcome(a, configured)
	e.show(resourceEvent{name, task, node, o.interval})
	failed = e.fail(o, a, state, name, configured)
	entry, call := e.paper.history(state, name, configured,
		agent{primitive.Attr("class"), primitive.Attr("provider"), primitive.Attr("type")})
	o.record(entry, call)
	e.paper.changed()
	return failed
}

// outcome is how an operation ends if nothing is made to fail: as expected.
func (e *execution) outcome(a *xml.Node, resource string) *outcome {
	o := &outcome{resource: resource, task: a.Attr("operation"), node: a.Attr("on_node"), at: e.now,
		reason: "User-injected result", carried: a.Child("attributes")}
	ms, _ := strconv.Atoi(o.carried.Attr("CRM_meta_interval"))
	o.interval = time.Duration(ms) * time.Millisecond
	o.expected, _ = strconv.Atoi(o.carried.Attr("CRM_meta_op_target_rc"))
	o.code = o.expected
	return o
}

// fail makes the operation fail if the user asked for that. Instances may be
// named with or without their number.
func (e *execution) fail(o *outcome, a, state *xml.Node, name, configured string) bool {
	for _, text := range e.failures {
		matched := ""
		for _, id := range []string{name, configured} {
			key := crm.OpKey{Resource: id, Task: o.task, Interval: o.interval}.String() + "@" + o.node + "="
			if len(text) >= len(key) && strings.EqualFold(text[:len(key)], key) {
				matched = id
				break
			}
		}
		if matched == "" {
			continue
		}
		_, code, _ := strings.Cut(text, "=")
		rc, err := strconv.Atoi(code)
		if err != nil {
			e.out.Err("Invalid failed operation '%s' (result code must be integer)", text)
			continue
		}
		o.code = rc
		e.abort = infinity
		e.out.Info("Pretending action %s failed with rc=%d", a.ID(), rc)
		e.count(o, state, matched)
		return true
	}
	return false
}

// count raises the fail count of an operation that was made to fail.
func (e *execution) count(o *outcome, state *xml.Node, name string) {
	offset := ""
	switch o.task {
	case crm.TaskStart:
		offset = orInfinity(e.start)
	case crm.TaskStop:
		offset = orInfinity(e.stop)
	}
	score, _ := crm.ParseScore(offset)
	key := crm.OpKey{Resource: name, Task: o.task, Interval: o.interval}
	for _, set := range countFailure(state, key, o.code, score >= crm.Infinity, e.now) {
		e.show(attributeEvent(set[0], set[1], state))
	}
}

func orInfinity(offset string) string {
	if offset == "" {
		return "INFINITY"
	}
	return offset
}

// primitiveID is the resource that an action of the cluster is about, "" if none.
func primitiveID(a *xml.Node) string {
	if p := a.Child("primitive"); p != nil {
		return p.ID()
	}
	return ""
}
