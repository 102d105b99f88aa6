package plan

import (
	"strconv"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// A recurring operation, as configured.
type recurring struct {
	id       string
	task     string
	interval uint32
	role     crm.Role // RoleUnknown: whenever active, but not promoted
	key      string
}

// createRecurring plans the recurring operations of a primitive: those of the
// role it will have on its node, those for the stopped role everywhere else.
func createRecurring(c *model.Cluster, r *model.Resource) {
	if r.Is(model.Blocked) || r.Is(model.MaintenanceMode) {
		return
	}
	// Without any operations, too: a start that nothing else plans brings up again
	// what must go down from a role that is higher than its next.
	var start *model.Action
	if r.Assigned != nil && !r.Assigned.Maintenance && (r.NextRole != crm.RoleStopped || !r.Is(model.Managed)) {
		start = action.New(c, r, crm.TaskStart, 0, r.Assigned, true)
	}
	for _, op := range r.Ops {
		rec, ok := readRecurring(c, r, op)
		if !ok {
			continue
		}
		if start != nil && rec.role != crm.RoleStopped {
			rec.whenActive(c, r, start)
		}
		if rec.role == crm.RoleStopped {
			rec.whenStopped(c, r)
		}
	}
}

// readRecurring reads an operation; ok is false for one that does not recur,
// must not, or is disabled.
func readRecurring(c *model.Cluster, r *model.Resource, op *xml.Node) (rec recurring, ok bool) {
	rec = recurring{id: op.ID(), task: op.Attr("name"), interval: action.OpInterval(op)}
	if rec.interval == 0 {
		return rec, false
	}
	switch rec.task {
	case crm.TaskStop, crm.TaskStart, crm.TaskDemote, crm.TaskPromote,
		crm.TaskReloadAgent, crm.TaskMigrateTo, crm.TaskMigrateFrom:
		c.Note(model.Error, rec.id, "Ignoring %s because %s action cannot be recurring", rec.id, rec.task)
		return rec, false
	}
	if duplicate(c, r, rec) {
		return rec, false
	}
	if text, has := op.Lookup("role"); has {
		rec.role, _ = crm.ParseRole(text)
		if rec.role == crm.RoleUnknown {
			c.Note(model.Error, rec.id, "Ignoring %s role because %s is not a valid role", rec.id, text)
			return rec, false
		}
	}
	if action.FindOp(r, rec.task, rec.interval, false) == nil {
		return rec, false
	}
	rec.key = action.Key(r, rec.task, rec.interval)
	return rec, true
}

// duplicate tells whether task and interval are configured more than once.
func duplicate(c *model.Cluster, r *model.Resource, rec recurring) bool {
	first := ""
	for _, op := range r.Ops {
		if op.Attr("name") != rec.task || op.ID() == "" || action.OpInterval(op) != rec.interval {
			continue
		}
		if first != "" {
			c.Note(model.Error, op.ID(), "Operation %s is duplicate of %s (do not use same name and interval "+
				"combination more than once per resource)", op.ID(), first)
			return true
		}
		first = op.ID()
	}
	return false
}

// whenActive plans an operation for an active role on the node to be.
func (rec recurring) whenActive(c *model.Cluster, r *model.Resource, start *model.Action) {
	n := r.Assigned
	running := rec.runs(r, n)
	optional := running != nil && start.Is(model.Optional) && !running.Is(model.Reschedule)
	matches := r.NextRole == rec.role
	if rec.role == crm.RoleUnknown {
		matches = r.NextRole != crm.RolePromoted
	}
	if !matches {
		if optional {
			rec.cancelForRole(c, r, n)
		}
		return
	}
	a := action.Keyed(c, r, rec.key, rec.task, n, optional)
	if !start.Is(model.Runnable) || !n.Online || n.Unclean {
		a.Clear(model.Runnable)
	}
	if r.NextRole == crm.RolePromoted {
		action.ExpectResult(a, crm.OCFPromoted)
	}
	if r.Is(model.Managed) {
		rec.orderActive(c, r, a)
	}
}

// orderActive lets an operation wait for what brings the resource into its role.
func (rec recurring) orderActive(c *model.Cluster, r *model.Resource, a *model.Action) {
	const must = model.FirstImpliesThen | model.UnrunnableFirstBlocks
	action.RelateFirst(c, r, crm.TaskStart, a, must)
	action.RelateFirst(c, r, crm.TaskReloadAgent, a, must)
	if r.NextRole == crm.RolePromoted {
		action.RelateFirst(c, r, crm.TaskPromote, a, model.Ordered|model.UnrunnableFirstBlocks)
	} else if r.Role == crm.RolePromoted {
		action.RelateFirst(c, r, crm.TaskDemote, a, model.Ordered|model.UnrunnableFirstBlocks)
	}
}

// cancelForRole cancels an operation that runs but is not for the role to be,
// before the role changes.
func (rec recurring) cancelForRole(c *model.Cluster, r *model.Resource, n *model.Node) {
	a := cancel(c, r, rec.task, rec.interval, n)
	before := ""
	switch r.Role {
	case crm.RoleStarted, crm.RoleUnpromoted:
		if r.NextRole == crm.RolePromoted {
			before = crm.TaskPromote
		} else if r.NextRole == crm.RoleStopped {
			before = crm.TaskStop
		}
	case crm.RolePromoted:
		before = crm.TaskDemote
	}
	if before != "" {
		action.RelateThen(c, a, r, before, model.UnrunnableFirstBlocks)
	}
}

// runs returns the action that history made for an operation found running.
func (rec recurring) runs(r *model.Resource, n *model.Node) *model.Action {
	if n == nil {
		return nil
	}
	return action.FindKey(r, rec.key, n)
}

// whenStopped plans an operation for the stopped role on every other node, and
// its cancellation where the resource will be.
func (rec recurring) whenStopped(c *model.Cluster, r *model.Resource) {
	if !r.Is(model.Unique) {
		c.Note(model.Info, rec.id, "Ignoring %s (recurring monitors for Stopped role are not supported "+
			"for anonymous clones)", rec.id)
		return
	}
	for _, n := range c.ByName {
		if n == r.Assigned {
			rec.cancelForStart(c, r, n)
			continue
		}
		a := action.Keyed(c, r, rec.key, rec.task, n, rec.runs(r, n) != nil)
		action.ExpectResult(a, crm.OCFNotRunning)
		if r.Is(model.Managed) {
			for _, probe := range action.AllOf(r, crm.TaskMonitor, n) {
				action.Order(probe, a, model.UnrunnableFirstBlocks)
			}
		}
		orderAfterStops(c, r, n, a)
		if !n.Online || n.Unclean {
			a.Clear(model.Runnable)
		}
	}
}

// cancelForStart cancels a stopped-role operation before the resource starts there.
func (rec recurring) cancelForStart(c *model.Cluster, r *model.Resource, n *model.Node) {
	if rec.runs(r, n) == nil {
		return
	}
	a := cancel(c, r, rec.task, rec.interval, n)
	if r.NextRole == crm.RoleStarted || r.NextRole == crm.RoleUnpromoted {
		action.RelateThen(c, a, r, crm.TaskStart, model.UnrunnableFirstBlocks)
	}
}

// orderAfterStops lets a stopped-role operation begin when the resource is down.
func orderAfterStops(c *model.Cluster, r *model.Resource, n *model.Node, a *model.Action) {
	for _, stop := range action.AllOn(r, crm.TaskStop, n) {
		if !stop.Is(model.Optional) && !a.Is(model.Optional) && !r.Is(model.Managed) {
			a.Set(model.Optional)
		}
		if !stop.Is(model.Runnable) {
			a.Clear(model.Runnable)
		}
		if r.Is(model.Managed) {
			action.Relate(c, model.Ordering{
				FirstAction: stop, ThenAction: a,
				Type: model.FirstImpliesThen | model.UnrunnableFirstBlocks,
			})
		}
	}
}

// expect says which result of a monitor is the good one.
func expect(a *model.Action, result crm.OCF) {
	a.SetCommonMeta("op_target_rc", strconv.Itoa(int(result)))
}

// cancel plans the end of a recurring operation. The action goes under the key
// of the operation, so that one replaces the other.
func cancel(c *model.Cluster, r *model.Resource, task string, interval uint32, n *model.Node) *model.Action {
	a := action.Keyed(c, r, action.Key(r, task, interval), crm.TaskCancel, n, false)
	a.Task = crm.TaskCancel
	a.Cancels(task)
	a.SetMeta("operation", task)
	a.SetMeta("interval", strconv.FormatUint(uint64(interval), 10))
	return a
}

// cancelRunning plans the end of an operation found in the history, after any
// stop of the resource.
func cancelRunning(c *model.Cluster, r *model.Resource, callID, task string, interval uint32, n *model.Node) {
	a := cancel(c, r, task, interval, n)
	if callID != "" {
		a.SetMeta("call-id", callID)
	}
	action.RelateFirst(c, r, crm.TaskStop, a, model.Ordered)
}
