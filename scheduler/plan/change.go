package plan

import (
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/assign"
	"holdfast/scheduler/config"
	"holdfast/scheduler/history"
	"holdfast/scheduler/model"
)

// ConfigChanges compares the operations in the history with the configuration:
// resources whose agent or parameters changed are restarted or reloaded,
// recurring operations are rescheduled or cancelled, what is no longer configured
// is forgotten. Maintenance cancels recurring operations here as well.
func ConfigChanges(c *model.Cluster) {
	for _, n := range c.ByName {
		// In maintenance a node runs nothing, but must still cease to monitor.
		if !n.Maintenance && !assign.Available(n) {
			continue
		}
		for _, entry := range n.History {
			known := agentIn(entry.XML)
			for _, r := range history.Resources(c, entry) {
				if r.Variant == model.Primitive {
					compareHistory(c, r, n, entry.XML, known)
				}
			}
		}
	}
}

// compareHistory looks at one resource's history on one node.
func compareHistory(c *model.Cluster, r *model.Resource, n *model.Node, entry *xml.Node, known agent) {
	switch {
	case r.Is(model.Removed):
		if !r.Top(false).IsAnonymousClone() {
			cleanUp(c, r, n)
		}
		return
	case !r.ActiveOn(n):
		if agentChanged(c, r, n, known, false) {
			cleanUp(c, r, n)
		}
		return
	}
	if agentChanged(c, r, n, known, true) {
		cleanUp(c, r, n)
	}
	for _, op := range history.SinceStart(entry) {
		compareOp(c, r, n, op)
	}
}

// An agent is what executes operations. An entry of a history is compared with
// every instance of a clone, so that its agent is read once.
type agent struct{ class, provider, name string }

func agentIn(entry *xml.Node) agent {
	return agent{entry.Attr("class"), entry.Attr("provider"), entry.Attr("type")}
}

// agentChanged tells whether the resource now has another agent than the history
// knows; an active one is restarted for it.
func agentChanged(c *model.Cluster, r *model.Resource, n *model.Node, known agent, active bool) bool {
	if known == (agent{r.Class, r.Provider, r.Type}) {
		return false
	}
	for _, same := range []bool{known.name == r.Type, known.class == r.Class, known.provider == r.Provider} {
		if !same {
			action.TriggerUnfencing(c, r, n, "Device definition changed", nil)
		}
	}
	if active {
		action.New(c, r, crm.TaskStop, 0, n, false)
		r.Set(model.StartPending)
	}
	return true
}

func compareOp(c *model.Cluster, r *model.Resource, n *model.Node, op *xml.Node) {
	task, interval := op.Attr("operation"), opInterval(op)
	switch {
	case interval > 0 && (r.Is(model.MaintenanceMode) || n.Maintenance):
		cancelRunning(c, r, op.Attr("call-id"), task, interval, n)
	case interval > 0, task == crm.TaskMonitor, task == crm.TaskStart, task == crm.TaskPromote, task == crm.TaskMigrateFrom:
		if needsRemoteName(c, r) {
			// Its address is not known before assignment.
			c.Checks = append(c.Checks, model.ParamCheck{Op: op, Resource: r, Node: n, Kind: model.CheckActive})
			return
		}
		// With a new definition an operation deserves a new chance.
		if opChanged(c, r, n, op) && history.FailCount(c, n, r, history.Effective) != 0 {
			action.ClearFailcount(c, r, n, "action definition changed")
		}
	}
}

// deferredChecks makes the comparisons that had to wait for assignment.
func deferredChecks(c *model.Cluster) {
	for _, check := range c.Checks {
		switch check.Kind {
		case model.CheckActive:
			if opChanged(c, check.Resource, check.Node, check.Op) &&
				history.FailCount(c, check.Node, check.Resource, history.Effective) != 0 {
				action.ClearFailcount(c, check.Resource, check.Node, "action definition changed")
			}
		case model.CheckLastFailure:
			d := action.CompareDigest(c, check.Resource, check.Op, check.Node)
			if d.Change != model.DigestUnknown && d.Change != model.DigestMatch {
				action.ClearFailcount(c, check.Resource, check.Node, "resource parameters have changed")
			}
		}
	}
}

// opChanged plans what the changed definition of an operation asks for, and
// reports whether it changed.
func opChanged(c *model.Cluster, r *model.Resource, n *model.Node, op *xml.Node) bool {
	task, interval := op.Attr("operation"), opInterval(op)
	if interval > 0 && action.FindOp(r, task, interval, false) == nil {
		if c.Options.CancelRemovedActions {
			cancelRunning(c, r, op.Attr("call-id"), task, interval, n)
		}
		return true
	}
	d := action.CompareDigest(c, r, op, n)
	if d.Change != model.DigestMatch && onlyPrivateChanged(c, d, op) {
		c.Inform("Only 'private' parameters to %s-interval %s for %s on %s changed: %s",
			crm.FormatInterval(time.Duration(interval)*time.Millisecond), digestTask(task, interval), r.ID, n.DisplayName(),
			op.Attr("transition-magic"))
		return false
	}
	switch d.Change {
	case model.DigestMatch:
		return false
	case model.DigestRestart:
		forceRestart(c, r, n, task, interval)
	default:
		_, canReload := op.Lookup("op-restart-digest")
		switch {
		case interval > 0:
			reschedule(c, r, n, task, interval)
		case canReload:
			action.TriggerUnfencing(c, r, n, "Device parameters changed (reload)", nil)
			reload(c, r, n)
		default:
			forceRestart(c, r, n, task, interval)
		}
	}
	return true
}

// onlyPrivateChanged tells whether a CIB without its secrets, as reports hold it,
// differs in nothing but these.
func onlyPrivateChanged(c *model.Cluster, d *model.Digest, op *xml.Node) bool {
	recorded, known := op.Lookup("op-secure-digest")
	return c.Sanitized && known && d.HaveSecure && recorded == d.Secure
}

// needsRemoteName tells whether a connection's address is the name of the node
// that its container will run on.
func needsRemoteName(c *model.Cluster, r *model.Resource) bool {
	return r.Is(model.RemoteConnection) && strings.EqualFold(config.Params(c, r, nil).Get("addr"), "#uname")
}

// digestTask is the task whose parameters count for an operation: what found or
// made the resource active is compared with its start.
func digestTask(task string, interval uint32) string {
	if interval == 0 && (task == crm.TaskMonitor || task == crm.TaskMigrateFrom || task == crm.TaskPromote) {
		return crm.TaskStart
	}
	return task
}

// forceRestart makes the operation required that has new parameters; for the
// start that means a restart.
func forceRestart(c *model.Cluster, r *model.Resource, n *model.Node, task string, interval uint32) {
	task = digestTask(task, interval)
	a := action.New(c, r, task, interval, nil, false)
	action.SetReason(a, "resource definition change", true)
	action.TriggerUnfencing(c, r, n, "Device parameters changed", nil)
}

// reschedule lets a recurring operation be scheduled anew, with new parameters.
func reschedule(c *model.Cluster, r *model.Resource, n *model.Node, task string, interval uint32) {
	action.TriggerUnfencing(c, r, n, "Device parameters changed (reschedule)", nil)
	action.New(c, r, task, interval, n, true).Set(model.Reschedule)
}

// reload tells the agent of parameters that it can take without a restart. A
// stop or demotion that turns out to be required makes it pointless.
func reload(c *model.Cluster, r *model.Resource, n *model.Node) {
	if !r.Is(model.Managed) || r.Is(model.Failed) {
		return
	}
	if r.Is(model.StartPending) {
		action.New(c, r, crm.TaskStop, 0, n, false)
		return
	}
	r.Set(model.Reload)
	a := action.New(c, r, crm.TaskReloadAgent, 0, n, false)
	action.SetReason(a, "resource definition change", false)
	action.RelateThen(c, a, r, crm.TaskStop, model.Ordered|model.ThenCancelsFirst)
	action.RelateThen(c, a, r, crm.TaskDemote, model.Ordered|model.ThenCancelsFirst)
}

func opInterval(op *xml.Node) uint32 {
	ms, _ := strconv.ParseUint(op.Attr("interval"), 10, 32)
	return uint32(ms)
}
