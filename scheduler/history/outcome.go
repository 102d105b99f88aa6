package history

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// remap decides what an operation's result amounts to: e.status and e.code are
// changed from what the executor recorded to what the cluster makes of it.
func (r *reader) remap(e *entry, f *finding, expired bool) {
	r.remapDegraded(e, expired)
	if !e.rsc.InBundle() && e.masked && (e.status != crm.OpDone || e.code != crm.OCFNotRunning) {
		e.status, e.code = crm.OpDone, crm.OCFNotRunning
	}
	switch e.status {
	case crm.OpDone, crm.OpError:
	case crm.OpNoFenceDevice, crm.OpNoSecrets:
		e.status = crm.OpErrorHard
		return
	default:
		return // the executor's word is final
	}
	switch {
	case e.expected < 0:
		e.status = crm.OpError
		r.c.Note(model.Warning, e.id, "Expected result not found for %s on %s (corrupt or obsolete CIB?)", e.key, e.node.Name)
	case e.code == e.expected:
		e.status = crm.OpDone
	default:
		e.status = crm.OpError
	}
	r.remapCode(e, f, expired)
}

// remapDegraded takes a degraded resource for a working one, and tells people.
func (r *reader) remapDegraded(e *entry, expired bool) {
	code := e.code
	switch e.code {
	case crm.OCFDegraded:
		e.code = crm.OCFOK
	case crm.OCFDegradedPromoted:
		e.code = crm.OCFPromoted
	}
	if e.code != code && !expired && (!e.node.Shutdown || e.node.Online) {
		r.record(e)
	}
}

// remapCode judges the agent's status.
func (r *reader) remapCode(e *entry, f *finding, expired bool) {
	rsc := e.rsc
	switch e.code {
	case crm.OCFOK:
		if e.probe && e.expected == crm.OCFNotRunning {
			e.status = crm.OpDone
		}
	case crm.OCFNotRunning:
		// To a probe, a monitor of the role Stopped, and where somebody else is
		// in charge, this is news but no failure.
		if e.probe || e.expected == e.code || !rsc.Is(model.Managed) {
			e.status = crm.OpDone
			rsc.Role = crm.RoleStopped
			f.onFail = model.OnFailIgnore
			setNextRole(rsc, crm.RoleUnknown, "not running")
		}
	case crm.OCFPromoted:
		if e.probe && e.code != e.expected {
			e.status = crm.OpDone
		}
		if !expired || e.code == e.expected {
			rsc.Role = crm.RolePromoted
		}
	case crm.OCFFailedPromoted:
		if !expired {
			rsc.Role = crm.RolePromoted
		}
		e.status = crm.OpError
	case crm.OCFNotConfigured:
		e.status = crm.OpErrorFatal
	case crm.OCFUnimplemented:
		if e.interval > 0 {
			e.status = crm.OpNotSupported
			return
		}
		r.hardError(e, expired)
	case crm.OCFNotInstalled, crm.OCFInvalidParam, crm.OCFInsufficientPriv:
		r.hardError(e, expired)
	default:
		if e.status == crm.OpDone {
			e.status = crm.OpError
		}
	}
}

// hardError makes a failure one that rules the node out. After a failed stop
// that no fencing can make good nothing more can be done at all.
func (r *reader) hardError(e *entry, expired bool) {
	e.status = crm.OpErrorHard
	if expired || e.task != crm.TaskStop || action.CanFence(r.c, e.node) {
		return
	}
	r.c.Warn(e.id, "No further recovery can be attempted for %s because %s on %s failed (%s)",
		e.rsc.ID, e.task, e.node.Name, e.code)
	e.rsc.Clear(model.Managed)
	e.rsc.Set(model.Blocked)
}
