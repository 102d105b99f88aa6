package history

import (
	"slices"
	"strconv"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/config"
	"holdfast/scheduler/model"
)

// operations reads all recorded operations of a node.
func (r *reader) operations(n *model.Node, state *xml.Node) {
	resources := state.Find("lrm", "lrm_resources")
	launched := false
	for element := range resources.All("lrm_resource") {
		rsc := r.resource(n, element)
		launched = launched || rsc != nil && rsc.Is(model.RemovedLaunched)
	}
	if launched {
		r.linkRemovedLaunched(resources)
	}
}

// A finding is what the operations of one resource on one node, read so far,
// amount to, beside what is noted on the resource itself.
type finding struct {
	onFail      model.OnFail // the most severe response to a failure that still counts
	lastFailure *xml.Node    // the last failed operation
}

// resource reads the operations of one resource on a node. The result is nil if
// they are of no resource.
func (r *reader) resource(n *model.Node, element *xml.Node) *model.Resource {
	id := element.ID()
	if id == "" {
		r.c.Note(model.Error, "", "Ignoring invalid lrm_resource entry: No id")
		return nil
	}
	ops := r.ops[:0]
	for op := range element.All("lrm_rsc_op") {
		ops = append(ops, op)
	}
	r.ops = ops
	if len(ops) == 0 && !r.c.Options.ShutdownLock {
		return nil
	}
	rsc := r.find(n, id)
	if rsc == nil {
		if len(ops) == 0 {
			return nil
		}
		if rsc = r.removed(n, element); rsc == nil {
			return nil
		}
	}
	if r.c.Options.ShutdownLock {
		r.shutdownLock(rsc, n, element)
	}
	if len(ops) > 0 {
		n.History = append(n.History, model.HistoryEntry{Resource: rsc, XML: element})
	}
	before := rsc.Role
	rsc.Role = crm.RoleUnknown
	ops = SortOperations(ops)
	var f finding
	r.anyRecurring = false
	for _, op := range ops {
		if e, ok := r.parse(rsc, n, op); ok {
			r.apply(e, &f)
		}
	}
	if r.anyRecurring {
		r.recurring(rsc, n, ops)
	}
	r.conclude(rsc, n, f.onFail)
	if role, asked := config.TargetRole(r.c, rsc); asked && (rsc.NextRole == crm.RoleUnknown || role < rsc.NextRole) {
		setNextRole(rsc, role, "target-role")
	}
	rsc.Role = max(rsc.Role, before)
	return rsc
}

// apply lets one operation change what is known about its resource.
func (r *reader) apply(e *entry, f *finding) {
	code := e.code
	expired := r.expired(e)
	r.remap(e, f, expired)
	if expired && r.applyExpired(e, code) {
		return
	}
	if !e.rsc.InBundle() && e.masked {
		r.applyMasked(e, f)
		return
	}
	switch e.status {
	case crm.OpPending:
		r.applyPending(e, f)
	case crm.OpDone:
		r.updateState(e, e.code, f)
	default:
		r.applyFailure(e, f)
	}
}

// applyExpired deals with an operation that is too old to count. It reports
// whether that is all: what was no failure counts all the same.
func (r *reader) applyExpired(e *entry, code crm.OCF) bool {
	rsc := e.rsc
	switch {
	case !rsc.InBundle() && e.masked && code != e.expected:
		if rsc.Role <= crm.RoleStopped {
			rsc.Role = crm.RoleUnknown
		}
		return true
	case e.code == e.expected:
		return false
	case e.interval == 0:
		return true
	case e.node.Online && !e.node.Unclean:
		// The agent may well go on failing in the same way, which the executor
		// does not report again; scheduled anew, the monitor will tell.
		r.c.Rescheduled = append(r.c.Rescheduled, e.xml)
		return true
	}
	return false
}

// applyMasked deals with a probe that found out that the resource cannot run
// on the node at all.
func (r *reader) applyMasked(e *entry, f *finding) {
	r.updateState(e, e.expected, f)
	r.record(e)
	r.c.Prefer(scope(e.rsc), e.node, -crm.Infinity, e.id, "it cannot run there, as a probe found")
}

// scope is what a verdict about an instance is about: for interchangeable ones
// the whole clone.
func scope(rsc *model.Resource) *model.Resource {
	if rsc.Is(model.Unique) {
		return rsc
	}
	return rsc.Top(false)
}

// applyPending deals with an operation that was in progress.
func (r *reader) applyPending(e *entry, f *finding) {
	rsc := e.rsc
	if failureIsNewer(e, f.lastFailure) {
		return // a recurring monitor whose failure is recorded by itself
	}
	switch {
	case e.task == crm.TaskStart:
		rsc.Set(model.StartPending)
		setActive(rsc)
	case e.task == crm.TaskPromote:
		rsc.Role = crm.RolePromoted
	case e.task == crm.TaskMigrateTo && e.node.Unclean:
		// Its source is lost, so nobody knows how far it got.
		if target := r.c.NodeNamed(e.xml.Attr("migrate_target")); target != nil {
			action.New(r.c, rsc, crm.TaskStop, 0, target, false)
		}
	}
	if rsc.Pending == "" && !e.probe {
		rsc.Pending, rsc.PendingNode = e.task, e.node
	}
}

// failureIsNewer tells whether a recorded failure is of the same operation, and
// not older.
func failureIsNewer(e *entry, failure *xml.Node) bool {
	if failure == nil || e.task != failure.Attr("operation") {
		return false
	}
	if _, set := failure.Lookup("interval"); !set || Interval(failure) != e.interval {
		return false
	}
	failed, known := changedOrNever(failure)
	this, alsoKnown := changedOrNever(e.xml)
	return known && alsoKnown && !failed.Before(this)
}

// changedOrNever is when an operation's result last changed: long ago if that was
// not recorded, which an operation in progress need not have.
func changedOrNever(op *xml.Node) (at time.Time, known bool) {
	if _, set := op.Lookup("last-rc-change"); !set {
		return time.Time{}, true
	}
	return Changed(op)
}

// setActive gives a resource the role of one that runs.
func setActive(rsc *model.Resource) {
	rsc.Role = crm.RoleStarted
	if rsc.Top(false).Is(model.Promotable) {
		rsc.Role = crm.RoleUnpromoted
	}
}

// record notes a failed operation for people, once for each key and node.
func (r *reader) record(e *entry) {
	key := recordKey{e.key, e.node}
	if !e.node.Online || r.recorded[key] {
		return
	}
	r.recorded[key] = true
	r.c.FailedOps = append(r.c.FailedOps, &model.FailedOp{Op: e.xml, Resource: e.rsc, Name: e.rsc.ID, Node: e.node})
}

// shutdownLock notes that a resource is kept for a node that was shut down.
func (r *reader) shutdownLock(rsc *model.Resource, n *model.Node, element *xml.Node) {
	seconds, err := strconv.ParseInt(element.Attr("shutdown-lock"), 10, 64)
	if err != nil || seconds == 0 {
		return
	}
	since := time.Unix(seconds, 0)
	if limit := r.c.Options.ShutdownLockLimit; limit > 0 && r.c.Now.Unix() > since.Add(limit).Unix() {
		action.ClearHistory(r.c, rsc, n)
		return
	}
	rsc.LockNode, rsc.LockTime = n, since
}

// recurring notes the recurring operations that are in effect, as actions that
// need not be executed again.
func (r *reader) recurring(rsc *model.Resource, n *model.Node, ops []*xml.Node) {
	if !n.Online {
		return
	}
	start, stop := activeSpan(ops)
	for i, op := range ops {
		if (start < stop && i <= stop) || i < start {
			continue
		}
		if interval := Interval(op); interval > 0 && op.Attr("op-status") != "-1" {
			action.New(r.c, rsc, op.Attr("operation"), interval, n, true)
		}
	}
}

// activeSpan finds the operations that began and ended the resource's last time
// of being active, -1 if there is none. Without a start, whatever shows that the
// resource runs stands for it.
func activeSpan(ops []*xml.Node) (start, stop int) {
	start, stop = -1, -1
	monitor, role := -1, -1
	for i, op := range ops {
		switch task := op.Attr("operation"); {
		case task == crm.TaskStop && op.Attr("op-status") == "0":
			stop = i
		case task == crm.TaskStart, task == crm.TaskMigrateFrom:
			start = i
		case task == crm.TaskMonitor && monitor <= stop:
			if code := op.Attr("rc-code"); code == "0" || code == "8" {
				monitor = i
			}
		case task == crm.TaskPromote, task == crm.TaskDemote:
			role = i
		}
	}
	if start == -1 {
		start = monitor
		if role != -1 {
			start = role
		}
	}
	return start, stop
}

// SinceStart lists the operations of an lrm_resource in the order in which they
// happened, from the last start on; none if the resource has been stopped since.
func SinceStart(element *xml.Node) []*xml.Node {
	ops := SortOperations(slices.Collect(element.All("lrm_rsc_op")))
	start, stop := activeSpan(ops)
	if start < stop {
		return nil
	}
	return ops[max(start, 0):]
}

// Resources lists what an entry of a node's history may be about: the resource
// that it was read as, and others with that name. The caller must not change the list.
func Resources(c *model.Cluster, e model.HistoryEntry) []*model.Resource {
	name := e.XML.ID()
	if e.Resource.ID == name && len(c.WithHistoryID(name)) == 0 && len(c.OthersWithID(name)) == 0 {
		return []*model.Resource{e.Resource}
	}
	var found []*model.Resource
	rsc := c.ResourceWithID(name)
	if rsc == nil && len(c.OthersWithID(name)) == 0 {
		return c.WithHistoryID(name) // all instances of an anonymous clone
	}
	if rsc != nil {
		found = append(found, rsc)
	}
	found = append(found, c.OthersWithID(name)...)
	for _, instance := range c.WithHistoryID(name) {
		if instance != rsc {
			found = append(found, instance)
		}
	}
	return found
}
