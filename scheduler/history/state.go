package history

import (
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// updateState lets a successful operation (or one taken for successful, with the
// given status) change the role of its resource and clear earlier failures.
func (r *reader) updateState(e *entry, code crm.OCF, f *finding) {
	if r.roleAfter(e, code, f) {
		clearFailures(e.rsc, f)
	}
}

// roleAfter sets the role and tells whether earlier failures no longer count.
func (r *reader) roleAfter(e *entry, code crm.OCF, f *finding) (clears bool) {
	rsc := e.rsc
	switch {
	case code == crm.OCFNotInstalled, !rsc.InBundle() && e.masked:
		rsc.Role = crm.RoleStopped
		return false
	case code == crm.OCFNotRunning:
		return true
	}
	switch e.task {
	case crm.TaskMonitor:
		if rsc.Role < crm.RoleStarted {
			setActive(rsc)
		}
		return f.lastFailure != nil && e.key == Key(f.lastFailure)
	case crm.TaskStart, crm.TaskMigrateFrom:
		rsc.Role = crm.RoleStarted
		return true
	case crm.TaskStop:
		rsc.Role = crm.RoleStopped
		return true
	case crm.TaskPromote:
		rsc.Role = crm.RolePromoted
		return true
	case crm.TaskDemote:
		rsc.Role = crm.RoleUnpromoted
		return f.onFail == model.OnFailDemote
	case crm.TaskMigrateTo:
		r.migratedTo(e)
		return false
	}
	if rsc.Role < crm.RoleStarted {
		setActive(rsc)
	}
	return false
}

// clearFailures forgets failures, as far as their response is over with what has
// happened since.
func clearFailures(rsc *model.Resource, f *finding) {
	switch f.onFail {
	case model.OnFailStop, model.OnFailBan, model.OnFailStandby, model.OnFailFence:
		return
	case model.OnFailResetRemote:
		if rsc.ReconnectEvery != 0 {
			return // the connection waits until the failure itself is cleared
		}
		setNextRole(rsc, crm.RoleUnknown, "clear past failures and reset remote")
	default:
		setNextRole(rsc, crm.RoleUnknown, "clear past failures")
	}
	f.onFail = model.OnFailIgnore
}
