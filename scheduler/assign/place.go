package assign

import (
	"strconv"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// Place gives a resource, and everything in it, a node, or none if n is nil, and
// reports whether that is a change. Unless forced, a node that cannot run it
// counts as none. If the resource then has no node and final is set, it will be
// stopped, and actions already planned for it are adapted.
func Place(c *model.Cluster, rsc *model.Resource, n *model.Node, force, final bool) bool {
	return (&run{c: c}).place(rsc, n, nodeScore(rsc, n), force, final)
}

// nodeScore is the score of a node for a resource, the node's own if the resource
// does not know the node.
func nodeScore(rsc *model.Resource, n *model.Node) crm.Score {
	if n == nil {
		return 0
	}
	if place := rsc.Allowed.At(n.Ix); place != nil {
		return place.Score
	}
	return n.Score
}

func (r *run) place(rsc *model.Resource, n *model.Node, score crm.Score, force, final bool) (changed bool) {
	if len(rsc.Children) > 0 {
		for _, child := range rsc.Children {
			changed = r.place(child, n, score, force, final) || changed
		}
		return changed
	}
	if n != nil && !force && !canTake(n, score) {
		if final {
			r.setNextRole(rsc, crm.RoleStopped, "node availability")
		}
		n = nil
	}
	changed = rsc.Assigned != n
	Unassign(rsc)
	rsc.Clear(model.Unassigned)
	if n == nil {
		if final {
			r.setNextRole(rsc, crm.RoleStopped, "unable to assign")
			cancelPlans(rsc)
		}
		return changed
	}
	r.take(rsc, n, score)
	return changed
}

// canTake tells whether a node can run a resource that has this score there. That
// the connection to a guest node will come up may be assumed.
func canTake(n *model.Node, score crm.Score) bool {
	return score >= 0 && (Available(n) || n.IsGuest())
}

func (r *run) take(rsc *model.Resource, n *model.Node, score crm.Score) {
	rsc.Assigned, rsc.AssignedScore = n, score
	n.Assigned = append(n.Assigned, rsc)
	n.ActiveCount++
	consume(n, rsc)
	r.showNeeds(rsc, n)
}

// cancelPlans adapts the actions of a resource that will not run: stops become
// required, starts and monitors of a running resource impossible.
func cancelPlans(rsc *model.Resource) {
	stopped := strconv.Itoa(int(crm.OCFNotRunning))
	for _, a := range rsc.Actions {
		switch a.Task {
		case crm.TaskStop:
			a.Clear(model.Optional)
		case crm.TaskStart:
			a.Clear(model.Runnable)
		default:
			interval, set := a.Meta.Lookup("interval")
			if set && interval != "0" && a.Meta.Get("op_target_rc") != stopped {
				a.Clear(model.Runnable)
			}
		}
	}
}

// Unassign takes the node away from a resource and everything in it.
func Unassign(rsc *model.Resource) {
	rsc.Set(model.Unassigned)
	for _, child := range rsc.Children {
		Unassign(child)
	}
	n := rsc.Assigned
	if len(rsc.Children) > 0 || n == nil {
		return
	}
	rsc.Assigned = nil
	for i := len(n.Assigned) - 1; i >= 0; i-- {
		if n.Assigned[i] == rsc {
			n.Assigned = append(n.Assigned[:i], n.Assigned[i+1:]...)
			break
		}
	}
	n.ActiveCount--
	restore(n, rsc)
}
