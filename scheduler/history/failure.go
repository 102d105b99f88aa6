package history

import (
	"fmt"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// applyFailure deals with a failed operation.
func (r *reader) applyFailure(e *entry, f *finding) {
	onFail, role := r.response(e)
	if e.status == crm.OpNotInstalled {
		if onFail == model.OnFailIgnore {
			f.onFail = model.OnFailBan // an agent that is not there cannot be ignored
		}
		r.c.Prefer(scope(e.rsc), e.node, -crm.Infinity, e.id, "its agent is not installed there")
		r.fail(e, onFail, role, f)
		return
	}
	if e.status == crm.OpNotConnected && e.node.IsRemote() && e.node.Remote != nil && e.node.Remote.Is(model.Managed) {
		e.node.Remote.Set(model.Failed | model.StopIfFailed)
	}
	if onFail == model.OnFailIgnore || (onFail == model.OnFailRestartContainer && e.task == crm.TaskStop) {
		r.ignore(e, onFail, f)
		return
	}
	r.fail(e, onFail, role, f)
	switch e.status {
	case crm.OpErrorHard:
		r.c.Prefer(scope(e.rsc), e.node, -crm.Infinity, e.id, "a failure rules the node out")
		r.ruledOut(e)
	case crm.OpErrorFatal:
		for _, n := range r.c.Nodes {
			r.c.Prefer(scope(e.rsc), n, -crm.Infinity, e.id, "a failure rules out every node")
		}
		r.c.Warn(e.id, "Preventing %s from restarting anywhere because of fatal failure (%s)", scope(e.rsc).ID, e.code)
	}
}

// ruledOut notes that a failure bans its resource from its node. That an agent
// is not installed everywhere is common.
func (r *reader) ruledOut(e *entry) {
	severity := model.Error
	if e.code == crm.OCFNotInstalled {
		severity = model.Info
	}
	r.c.Notices = append(r.c.Notices, model.Notice{Severity: severity, ID: e.id, Text: fmt.Sprintf(
		"Preventing %s from restarting on %s because of hard failure (%s)", scope(e.rsc).ID, e.node.Name, e.code)})
}

// response is what the configuration says that a failure leads to.
func (r *reader) response(e *entry) (model.OnFail, crm.Role) {
	op := action.FindOp(e.rsc, e.task, e.interval, true)
	meta := action.Meta(r.c, e.rsc, e.node, e.task, e.interval, op)
	onFail := action.ParseOnFail(r.c, e.rsc, e.task, e.interval, meta.Get("on-fail"))
	return onFail, action.RoleAfterFailure(e.rsc, e.task, onFail)
}

// ignore takes a failed operation for a successful one.
func (r *reader) ignore(e *entry, onFail model.OnFail, f *finding) {
	r.updateState(e, e.expected, f)
	e.rsc.Set(model.IgnoreFailure)
	r.record(e)
	if onFail == model.OnFailRestartContainer && f.onFail <= model.OnFailRestart {
		f.onFail = onFail
	}
}

// result says how an operation ended, and why if that is known.
func (e *entry) result() string {
	if reason := e.xml.Attr("exit-reason"); reason != "" {
		return e.code.String() + ": " + reason
	}
	return e.code.String()
}

// when says when the result last changed.
func (e *entry) when() string {
	if at, known := Changed(e.xml); known {
		return at.Local().Format("Jan _2 15:04:05 2006")
	}
	return "unknown_time"
}

// fail notes a failure and what it says about the resource's state.
func (r *reader) fail(e *entry, onFail model.OnFail, role crm.Role, f *finding) {
	rsc := e.rsc
	f.lastFailure = e.xml
	if r.c.Options.Symmetric || e.code != crm.OCFNotInstalled {
		r.c.Warn(e.id, "Unexpected result (%s) was recorded for %s of %s on %s at %s | exit-status=%d id=%s",
			e.result(), e.shownTask(), rsc.ID, e.node.DisplayName(), e.when(), int(e.code), e.id)
		r.record(e)
	}
	f.onFail = max(f.onFail, onFail)
	r.c.Because(model.Cause{Kind: model.CauseFailure, Resource: rsc, Node: e.node, Source: e.id,
		Text: e.shownTask() + " failed: " + e.code.String()})
	r.stateAfterFailure(e, onFail)
	switch {
	case e.probe && e.code == crm.OCFNotInstalled:
		rsc.Role = crm.RoleStopped
	case rsc.Role < crm.RoleStarted:
		setActive(rsc)
	}
	if role != crm.RoleStarted && rsc.NextRole < role {
		setNextRole(rsc, role, "failure")
	}
	if role == crm.RoleStopped {
		r.banEverywhere(rsc)
	}
}

func (e *entry) shownTask() string {
	if e.probe {
		return "probe"
	}
	return e.task
}

// stateAfterFailure says what a failed task leaves behind.
func (r *reader) stateAfterFailure(e *entry, onFail model.OnFail) {
	rsc := e.rsc
	switch e.task {
	case crm.TaskStop:
		r.c.Prefer(rsc, e.node, -crm.Infinity, e.id, "its stop failed there")
	case crm.TaskMigrateTo:
		r.migrateToFailed(e)
	case crm.TaskMigrateFrom:
		r.migrateFromFailed(e)
	case crm.TaskPromote:
		rsc.Role = crm.RolePromoted
	case crm.TaskDemote:
		switch {
		case onFail == model.OnFailBlock:
			rsc.Role = crm.RolePromoted
			setNextRole(rsc, crm.RoleStopped, "demote with on-fail=block")
		case e.code == crm.OCFNotRunning:
			rsc.Role = crm.RoleStopped
		default:
			// It will be stopped in any case; calling it promoted would have it
			// demoted for ever.
			rsc.Role = crm.RoleUnpromoted
		}
	}
}

// banEverywhere keeps a resource from running at all. If any instance of an
// anonymous clone is to be stopped for good, all of them are.
func (r *reader) banEverywhere(rsc *model.Resource) {
	if rsc.Parent != nil {
		if top := rsc.Top(false); top.IsAnonymousClone() {
			rsc = top
		}
	}
	banAll(r.c, rsc)
	r.c.Because(model.Cause{Kind: model.CauseBan, Resource: rsc, Text: "a failure says that it is to be stopped"})
}

// banAll replaces a resource's places by a ban from every node.
func banAll(c *model.Cluster, rsc *model.Resource) {
	rsc.Allowed = make(model.Placement, 0, c.NodeCount())
	for _, n := range c.Nodes {
		rsc.Allowed.Put(n.Ix, model.Place{Score: -crm.Infinity, Probe: n.Probe})
	}
}
