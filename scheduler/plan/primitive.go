package plan

import (
	"fmt"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// createPrimitive plans all that one primitive needs: down and up again if it
// must be restarted or moved, then from its role to the next, its recurring
// operations, and a live migration instead where that is possible.
func createPrimitive(c *model.Cluster, r *model.Resource) {
	if r.NextRole == crm.RoleUnknown {
		if r.Assigned == nil {
			setNextRole(r, crm.RoleStopped, "assignment")
		} else {
			setNextRole(r, crm.RoleStarted, "assignment")
		}
	}
	now := r.Presence()
	for _, n := range r.Dangling {
		a := action.New(c, r, crm.TaskStop, 0, n, false)
		a.Set(model.MigrationAbort)
	}
	m := examine(c, r, now)
	if r.Is(model.StartPending) {
		a := action.New(c, r, crm.TaskStart, 0, r.Assigned, true)
		a.Set(model.AlwaysInGraph)
	}
	if !m.moving {
		m.stay(c, r, now.Node)
	}
	restart(c, r, m.needStop, m.needPromote)
	change(c, r)
	createRecurring(c, r)
	if m.migrate {
		createMigration(c, r, now.Node)
	}
}

// movement is what is to be done with a primitive beside the change of role.
type movement struct {
	moving      bool // to another node
	migrate     bool // live
	needStop    bool
	needPromote bool // up to promoted again, without a stop
}

// examine compares where the resource is with where it shall be.
func examine(c *model.Cluster, r *model.Resource, now model.Presence) movement {
	var m movement
	if now.Node != nil && r.Assigned != nil && now.Node != r.Assigned && r.NextRole >= crm.RoleStarted {
		m.moving, m.needStop = true, true
		m.migrate = canMigrate(r, now.Node)
	}
	several := now.Clean > 1
	switch {
	case r.PartialSource != nil && r.PartialTarget != nil && m.migrate && now.All == 2 &&
		now.Node == r.PartialSource && r.Assigned == r.PartialTarget:
		several = false // the migration goes on to the same target

	case r.PartialSource != nil || r.PartialTarget != nil:
		several = false
		m.needStop, m.migrate = true, false
		r.PartialSource, r.PartialTarget = nil, nil

	case r.Is(model.NeedsFencing):
		// Only a resource that waits for fencing counts as active on an
		// unclean node: others are recovered at once.
		several = now.All > 1
	}
	r.Clear(model.StopUnexpected)
	if several {
		m.multiplyActive(c, r, now.All)
	}
	return m
}

// cures say what is done about a resource that is active more than once.
var cures = map[model.MultiplyActive]string{
	model.ActiveStopStart:      "attempting recovery",
	model.ActiveStopOnly:       "shutting it down",
	model.ActiveStopUnexpected: "stopping unexpected instances",
	model.ActiveBlock:          "waiting for an administrator",
}

func (m *movement) multiplyActive(c *model.Cluster, r *model.Resource, count int) {
	c.Notices = append(c.Notices, model.Notice{Severity: model.Error,
		Text: fmt.Sprintf("%s resource %s might be active on %d nodes (%s)", r.Class, r.ID, count, cures[r.MultiplyActive])})
	switch r.MultiplyActive {
	case model.ActiveStopStart:
		m.needStop = true
	case model.ActiveStopUnexpected:
		m.needStop = true // stop leaves out the expected node
		r.Set(model.StopUnexpected)
	}
}

// stay finds out what a resource needs that stays on its node.
func (m *movement) stay(c *model.Cluster, r *model.Resource, now *model.Node) {
	switch {
	case r.Is(model.Failed):
		if r.Is(model.StopIfFailed) {
			m.needStop = true
		} else if r.NextRole == crm.RolePromoted {
			m.needPromote = true
		}
	case r.Is(model.Blocked):
		m.needStop = true
	case r.Role > crm.RoleStarted && now != nil && r.Assigned != nil:
		if !action.New(c, r, crm.TaskStart, 0, r.Assigned, true).Is(model.Optional) {
			m.needStop = true // recovery of a promoted resource
		}
	}
}

// restart plans the way down to stopped and up again to the role the resource
// has now. All of it is optional unless needed: the points exist for orderings.
func restart(c *model.Cluster, r *model.Resource, needStop, needPromote bool) {
	r.Set(model.Restarting)
	defer r.Clear(model.Restarting)
	role := r.Role
	for role != crm.RoleStopped {
		next := nextStep(role, crm.RoleStopped)
		if !step(c, r, role, next, r.Assigned, !needStop) {
			break
		}
		role = next
	}
	for r.Role <= r.NextRole && role != r.Role && !r.Is(model.Blocked) {
		next := nextStep(role, r.Role)
		required := needStop || (next == crm.RolePromoted && needPromote)
		if !step(c, r, role, next, r.Assigned, !required) {
			break
		}
		role = next
	}
}

// change plans the steps from the role the resource has to the one it gets.
func change(c *model.Cluster, r *model.Resource) {
	for role := r.Role; role != r.NextRole; {
		next := nextStep(role, r.NextRole)
		if !step(c, r, role, next, r.Assigned, false) {
			return
		}
		role = next
	}
}
