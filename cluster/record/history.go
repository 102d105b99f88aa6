package record

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// Result writes how an operation ended into the resource history of a node.
// Failures of finished operations take the entry RSC_last_failure_0, recurring
// operations and migrations their own, all others RSC_last_0
// (Pacemaker_Explained, "Operation History").
func (e *Editor) Result(id crm.NodeID, node crm.NodeName, r *wire.Result) {
	r = e.behindMigration(node, reloadAsStart(r))
	p := e.resource(id, node, r)
	for _, entry := range entries(r) {
		op := e.child(p, identified("lrm_rsc_op", entry), func() *xml.Node {
			return xml.New("lrm_rsc_op", "id", entry)
		})
		if awaitsLater(op.At(e.ed.Peek()), r) {
			continue
		}
		fresh := historyEntry(entry, node, r)
		e.ed.Set(op, fresh)
		e.changed = true
	}
	if Failed(r) && r.Op.Interval > 0 {
		// What it found before is over. If it stayed beside the failure, and that expired
		// before anybody acted on it, the resource would be taken for sound: the scheduler
		// would see a monitor that goes on, and a monitor that goes on tells only news.
		e.ForgetOperation(id, node, r.Op.Resource, r.Op.Task, r.Op.Interval)
	}
}

// awaitsLater reports whether an entry is of an operation that waits behind the one of a
// result, or has begun when that ended: it stands for what is not known yet, and stays.
func awaitsLater(op *xml.Node, r *wire.Result) bool {
	return op.Attr("op-status") == "-1" && r.Status != crm.OpPending && op.Attr("transition-key") != r.Op.Key
}

// reloadAsStart has a reload stand in the history as what it amounts to: a start
// with the new parameters, or, unless it succeeded, a look. Otherwise the next
// change of a parameter would go unnoticed, as nobody compares a reload's digests.
func reloadAsStart(r *wire.Result) *wire.Result {
	if r.Op.Task != "reload" && r.Op.Task != "reload-agent" {
		return r
	}
	c := *r
	c.Op.Task = "monitor"
	if r.Status == crm.OpDone {
		c.Op.Task = "start"
	}
	return &c
}

// resource returns the path of the history of the result's resource.
func (e *Editor) resource(id crm.NodeID, node crm.NodeName, r *wire.Result) xml.Path {
	p := e.node(id, node)
	p = e.child(p, named("lrm"), func() *xml.Node { return xml.New("lrm", "id", idText(id)) })
	p = e.child(p, named("lrm_resources"), func() *xml.Node { return xml.New("lrm_resources") })
	return e.child(p, identified("lrm_resource", r.Op.Resource), func() *xml.Node {
		n := xml.New("lrm_resource", "id", r.Op.Resource, "class", r.Op.Class)
		if r.Op.Provider != "" {
			n.SetAttr("provider", r.Op.Provider)
		}
		n.SetAttr("type", r.Op.Type)
		if c := param(r.Op.Meta, "container"); c != "" {
			n.SetAttr("container", c)
		}
		return n
	})
}

// entries lists the ids of the history entries that a result takes.
func entries(r *wire.Result) []string {
	key := func(task string, ms int64) string {
		return r.Op.Resource + "_" + task + "_" + strconv.FormatInt(ms, 10)
	}
	switch {
	case r.Op.Task == "migrate_to" || r.Op.Task == "migrate_from":
		return []string{key(r.Op.Task, 0)}
	case Failed(r) && r.Op.Interval == 0:
		return []string{key("last_failure", 0), key("last", 0)}
	case Failed(r):
		return []string{key("last_failure", 0)}
	case r.Op.Interval > 0:
		return []string{key(r.Op.Task, r.Op.Interval)}
	}
	return []string{key("last", 0)}
}

// Failed reports whether a result differs from what was expected of it.
func Failed(r *wire.Result) bool {
	switch r.Status {
	case crm.OpCancelled, crm.OpPending:
		return false
	case crm.OpDone:
		return r.Code != r.Op.Target
	}
	return true
}

func historyEntry(id string, node crm.NodeName, r *wire.Result) *xml.Node {
	key := crm.OpKey{Resource: r.Op.Resource, Task: r.Op.Task, Interval: ms(r.Op.Interval)}
	status := strconv.Itoa(r.Status.Number())
	code := strconv.Itoa(int(r.Code))
	n := xml.New("lrm_rsc_op", "id", id,
		"operation_key", key.String(), "operation", r.Op.Task,
		"crm-debug-origin", "do_update_resource", "crm_feature_set", crm.FeatureSet,
		"transition-key", r.Op.Key, "transition-magic", status+":"+code+";"+r.Op.Key,
		"exit-reason", r.Reason, "on_node", string(node),
		"call-id", strconv.Itoa(r.CallID), "rc-code", code, "op-status", status,
		"interval", strconv.FormatInt(r.Op.Interval, 10))
	if r.Changed != 0 {
		n.SetAttr("last-rc-change", strconv.FormatInt(r.Changed, 10))
		n.SetAttr("exec-time", strconv.FormatInt(r.Exec, 10))
		n.SetAttr("queue-time", strconv.FormatInt(r.Queue, 10))
	}
	for _, name := range []string{"migrate_source", "migrate_target"} {
		if v := param(r.Op.Meta, name); v != "" && strings.HasPrefix(r.Op.Task, "migrate_") {
			n.SetAttr(name, v)
		}
	}
	for _, pair := range [][2]string{
		{"op-digest", r.Digest},
		{"op-force-restart", r.Restart}, {"op-restart-digest", r.RDigest},
		{"op-secure-params", r.Secure}, {"op-secure-digest", r.SDigest},
	} {
		if pair[1] != "" {
			n.SetAttr(pair[0], pair[1])
		}
	}
	return n
}

func param(list []wire.Param, name string) string {
	for _, p := range list {
		if p.Name == name {
			return p.Value
		}
	}
	return ""
}

// ForgetResource drops the history of a resource on a node.
func (e *Editor) ForgetResource(id crm.NodeID, node crm.NodeName, resource string) {
	if p := e.history(id, node); p != nil {
		e.remove(e.find(p, identified("lrm_resource", resource)))
	}
}

// ForgetFailure drops what is kept of a resource's last failure, because it has
// expired or an administrator has dealt with it.
func (e *Editor) ForgetFailure(id crm.NodeID, node crm.NodeName, resource string) {
	p := e.history(id, node)
	if p != nil {
		p = e.find(p, identified("lrm_resource", resource))
	}
	if p != nil {
		e.remove(e.find(p, identified("lrm_rsc_op", resource+"_last_failure_0")))
	}
}

// ForgetOperation drops one recurring operation, which was cancelled.
func (e *Editor) ForgetOperation(id crm.NodeID, node crm.NodeName, resource, task string, interval int64) {
	p := e.history(id, node)
	if p != nil {
		p = e.find(p, identified("lrm_resource", resource))
	}
	if p != nil {
		entry := resource + "_" + task + "_" + strconv.FormatInt(interval, 10)
		e.remove(e.find(p, identified("lrm_rsc_op", entry)))
	}
}

// history returns the path of a node's lrm_resources, nil if there is none.
func (e *Editor) history(id crm.NodeID, node crm.NodeName) xml.Path {
	p := e.findNode(id, node)
	if p != nil {
		p = e.find(p, named("lrm"))
	}
	if p != nil {
		p = e.find(p, named("lrm_resources"))
	}
	return p
}

func ms(n int64) time.Duration { return time.Duration(n) * time.Millisecond }

// Restarted prepares a node's history for a new process of the same life of the
// machine: recurring operations ended with the old one, and what it was changing
// is not known any more, so that history is dropped and the resource probed, also
// where it was migrating it.
func (e *Editor) Restarted(id crm.NodeID, node crm.NodeName, uncertain []string) {
	p := e.history(id, node)
	if p == nil {
		return
	}
	resources := p.At(e.ed.Peek()).Children
	for i := len(resources) - 1; i >= 0; i-- {
		rsc := resources[i]
		at := p.Child(i)
		if slices.Contains(uncertain, rsc.ID()) || pending(rsc) != "" {
			e.lose(rsc)
			e.remove(at)
			continue
		}
		for k := len(rsc.Children) - 1; k >= 0; k-- {
			if interval := rsc.Children[k].Attr("interval"); interval != "" && interval != "0" {
				e.remove(at.Child(k))
			}
		}
	}
}

// Withdrawn prepares for a look at a resource of which an operation was ordered and never
// begun: its entry has taken the place of what was known before, and the monitors have
// ended for it. It reports false if nothing waits for that operation's result.
func (e *Editor) Withdrawn(id crm.NodeID, node crm.NodeName, r *wire.Result) bool {
	if !Awaits(e.ed.Peek(), id, r.Op.Resource, r.Op.Key) {
		return false
	}
	p := e.find(e.history(id, node), identified("lrm_resource", r.Op.Resource))
	e.lose(p.At(e.ed.Peek()))
	e.remove(p)
	return true
}

// Knows reports whether the history of a node needs no word of a result: nothing is
// waiting for it, or, for one that recurs, it stands there.
func Knows(root *xml.Node, id crm.NodeID, r *wire.Result) bool {
	if r.Op.Interval == 0 {
		return !Awaits(root, id, r.Op.Resource, r.Op.Key)
	}
	for rsc := range Own(root, id).Find("lrm", "lrm_resources").All("lrm_resource") {
		for op := range rsc.All("lrm_rsc_op") {
			if rsc.ID() == r.Op.Resource && op.Attr("transition-key") == r.Op.Key && op.Attr("call-id") == strconv.Itoa(r.CallID) && op.Attr("rc-code") == strconv.Itoa(int(r.Code)) {
				return true
			}
		}
	}
	return false
}

// Awaits reports whether an operation that was ordered under a transition key has
// begun on a node and not ended.
func Awaits(root *xml.Node, id crm.NodeID, resource, key string) bool {
	for rsc := range Own(root, id).Find("lrm", "lrm_resources").All("lrm_resource") {
		for op := range rsc.All("lrm_rsc_op") {
			if rsc.ID() == resource && op.Attr("op-status") == "-1" && op.Attr("transition-key") == key {
				return true
			}
		}
	}
	return false
}

// pending is the key of an operation of the resource that has begun and not ended,
// of one of the tasks if any are named; "" if there is none.
func pending(rsc *xml.Node, tasks ...string) string {
	for op := range rsc.All("lrm_rsc_op") {
		if op.Attr("op-status") == "-1" && (len(tasks) == 0 || slices.Contains(tasks, op.Attr("operation"))) {
			return op.Attr("operation_key")
		}
	}
	return ""
}

// Underway names the first operation that has begun and not ended on a node that
// counts, by its id, of one of the tasks if any are named; "" if there is none.
func Underway(root *xml.Node, counts func(id string) bool, tasks ...string) string {
	for state := range root.Child("status").All("node_state") {
		if !counts(state.ID()) {
			continue
		}
		for rsc := range state.Find("lrm", "lrm_resources").All("lrm_resource") {
			if key := pending(rsc, tasks...); key != "" {
				return key + " on " + state.Attr("uname")
			}
		}
	}
	return ""
}

// LastCall is the highest call id in a node's history, 0 without one.
func LastCall(root *xml.Node, id crm.NodeID) int {
	last := 0
	for rsc := range Own(root, id).Find("lrm", "lrm_resources").All("lrm_resource") {
		last = max(last, lastCall(rsc))
	}
	return last
}

// LastCallOf is the highest call id of one resource.
func LastCallOf(root *xml.Node, id crm.NodeID, resource string) int {
	last := 0
	for rsc := range Own(root, id).Find("lrm", "lrm_resources").All("lrm_resource") {
		if rsc.ID() == resource {
			last = max(last, lastCall(rsc))
		}
	}
	return last
}

func lastCall(rsc *xml.Node) int {
	last := 0
	for op := range rsc.All("lrm_rsc_op") {
		n, _ := strconv.Atoi(op.Attr("call-id"))
		last = max(last, n)
	}
	return last
}
