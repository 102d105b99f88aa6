package plan

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

type roleOf = crm.Role

// nextStep tells the role that comes directly after one role on the way to
// another: from stopped to promoted by way of unpromoted, from promoted down the
// same way.
func nextStep(from, to crm.Role) crm.Role {
	switch from {
	case crm.RoleUnknown:
		if to == crm.RoleUnknown {
			return crm.RoleUnknown
		}
		return crm.RoleStopped
	case crm.RoleStopped:
		switch to {
		case crm.RoleStarted:
			return crm.RoleStarted
		case crm.RoleUnpromoted, crm.RolePromoted:
			return crm.RoleUnpromoted
		}
		return crm.RoleStopped
	case crm.RoleStarted:
		if to == crm.RoleUnknown {
			return crm.RoleStopped
		}
		return to
	case crm.RoleUnpromoted:
		if to >= crm.RoleUnpromoted {
			return to
		}
		return crm.RoleStopped
	}
	switch to { // from promoted
	case crm.RolePromoted:
		return crm.RolePromoted
	case crm.RoleUnknown:
		return crm.RoleStopped
	}
	return crm.RoleUnpromoted
}

// step plans the one action that leads from a role directly to the next, and
// reports whether there is one.
func step(c *model.Cluster, r *model.Resource, from, to crm.Role, n *model.Node, optional bool) bool {
	switch {
	case from == to:
		return false
	case from == crm.RolePromoted:
		demote(c, r, optional)
	case to == crm.RoleStopped, from == crm.RoleUnpromoted && to == crm.RoleStarted:
		stop(c, r, optional)
	case to == crm.RolePromoted && from >= crm.RoleStarted:
		promote(c, r, n, optional)
	case from == crm.RoleStopped:
		start(c, r, n, optional)
	default:
		return false // started and unpromoted are one
	}
	return true
}

// expectedOn tells whether the resource, found on too many nodes, is meant to
// stay on this one (multiple-active=stop_unexpected).
func expectedOn(r *model.Resource, n *model.Node) bool {
	return r.Is(model.StopUnexpected|model.Restarting) && r.NextRole > crm.RoleStopped && r.Assigned == n && n != nil
}

// stop plans the stop of a resource on every node it is active on.
func stop(c *model.Cluster, r *model.Resource, optional bool) {
	for _, n := range r.Active {
		if expectedOn(r, n) {
			continue
		}
		if r.PartialTarget != nil {
			if n == r.PartialTarget && n == r.Assigned {
				continue // the migration goes on
			}
			optional = false
		}
		stopOn(c, r, n, optional)
	}
}

func stopOn(c *model.Cluster, r *model.Resource, n *model.Node, optional bool) {
	a := action.New(c, r, crm.TaskStop, 0, n, optional)
	if r.Assigned == nil {
		action.SetReason(a, "node availability", true)
	} else if r.Is(model.Restarting | model.StopUnexpected) {
		action.SetReason(a, "being multiply active", true)
	}
	if !r.Is(model.Managed) {
		a.Clear(model.Runnable)
	}
	if r.Is(model.NeedsUnfencing) {
		unfence := action.Fence(c, n, "on", true, "", false)
		action.Order(a, unfence, model.ThenImpliesFirst)
		if !unfenced(n) {
			c.Warn(r.ID, "Stopping %s until %s can be unfenced", r.ID, n.DisplayName())
		}
	}
}

// start plans the start of a resource on the node it will be on.
func start(c *model.Cluster, r *model.Resource, n *model.Node, optional bool) {
	if n == nil {
		return
	}
	a := action.New(c, r, crm.TaskStart, 0, n, true)
	orderAfterUnfencing(c, r, n, a, model.FirstImpliesThen)
	if a.Is(model.Runnable) && !optional {
		a.Clear(model.Optional)
	}
	if expectedOn(r, n) {
		a.Set(model.Pseudo)
	}
}

// promote plans a promotion, provided that no start before it is impossible.
func promote(c *model.Cluster, r *model.Resource, n *model.Node, optional bool) {
	if n == nil {
		return
	}
	runnable := true
	for _, a := range action.AllOn(r, crm.TaskStart, n) {
		runnable = runnable && a.Is(model.Runnable)
	}
	if !runnable {
		for _, a := range action.AllOn(r, crm.TaskPromote, n) {
			a.Clear(model.Runnable)
		}
		return
	}
	a := action.New(c, r, crm.TaskPromote, 0, n, optional)
	if expectedOn(r, n) {
		a.Set(model.Pseudo)
	}
}

// demote plans a demotion on every node the resource is active on: more than
// one is only possible on the way to recovery.
func demote(c *model.Cluster, r *model.Resource, optional bool) {
	for _, n := range r.Active {
		if !expectedOn(r, n) {
			action.New(c, r, crm.TaskDemote, 0, n, optional)
		}
	}
}
