package assign

import (
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// assignPrimitive gives a primitive its node, after everything that it depends on
// has got one.
func (r *run) assignPrimitive(rsc *model.Resource, prefer *model.Node, final bool) *model.Node {
	if parent := rsc.Parent; parent != nil && !parent.Is(model.Assigning) {
		r.assign(parent, prefer, final) // never a child without its parent
	}
	if !rsc.Is(model.Unassigned) {
		return rsc.Assigned
	}
	if rsc.Is(model.Assigning) {
		return nil // colocations in a circle
	}
	rsc.Set(model.Assigning)
	r.applyColocations(rsc)
	r.limitRole(rsc)
	r.show(labelPrimitive, rsc)
	if r.c.Options.FencingEnabled && !r.c.HaveFencing {
		rsc.Clear(model.Managed) // nothing can be guaranteed
	}
	switch {
	case !rsc.Is(model.Managed):
		r.leave(rsc, final)
	case r.c.Options.StopAll:
		r.place(rsc, nil, 0, true, final)
	default:
		r.placeBest(rsc, prefer, final)
	}
	rsc.Clear(model.Assigning)
	if rsc.Is(model.RemoteConnection) {
		r.connect(rsc)
	}
	return rsc.Assigned
}

// applyColocations lets the primaries of a resource, then its dependents, change
// its scores: first for all mandatory colocations, then for the optional ones.
func (r *run) applyColocations(rsc *model.Resource) {
	primaries, dependents := ThisWith(rsc), WithThis(rsc)
	for _, mandatory := range [...]bool{true, false} {
		for _, col := range primaries {
			if isMandatory(col) == mandatory {
				r.applyPrimary(rsc, col)
			}
		}
		r.echoes.begin(rsc)
		for _, col := range dependents {
			if isMandatory(col) == mandatory {
				r.addDependentWishes(col, rsc)
			}
		}
		r.echoes.end()
	}
}

func isMandatory(col *model.Colocation) bool {
	return col.Score >= crm.Infinity || col.Score <= -crm.Infinity
}

// applyPrimary assigns the primary of a colocation and applies it to the
// dependent. If it is only about a role, or only a preference for apart, it must
// not leave the dependent without a node.
func (r *run) applyPrimary(rsc *model.Resource, col *model.Colocation) {
	revertible := col.DependentRole >= crm.RolePromoted || col.Score < 0 && col.Score > -crm.Infinity
	var before model.Placement
	if revertible {
		before = r.copyOf(rsc.Allowed)
		defer r.release(before)
	}
	if col.Primary.Is(model.Unassigned) {
		r.assign(col.Primary, nil, true)
	}
	mark := len(r.c.Causes)
	r.colocateDependent(rsc, col.Primary, col)
	if revertible && !r.anyAvailable(rsc.Allowed) {
		rsc.Allowed = append(rsc.Allowed[:0], before...)
		r.c.Causes = r.c.Causes[:mark]
	}
}

// limitRole bans a resource that shall be stopped from all nodes, and leaves one
// as it is that a frozen cluster would bring further up.
func (r *run) limitRole(rsc *model.Resource) {
	switch {
	case rsc.NextRole == crm.RoleStopped:
		r.c.Ban(rsc, "", "it shall be stopped: "+rsc.NextRoleWhy)
	case rsc.NextRole > rsc.Role && !r.c.Quorate && r.c.Options.NoQuorumPolicy == model.QuorumFreeze:
		r.setNextRole(rsc, rsc.Role, "no-quorum-policy=freeze")
	}
}

// leave assigns an unmanaged resource to the node it is on.
func (r *run) leave(rsc *model.Resource, final bool) {
	r.setNextRole(rsc, rsc.Role, "unmanaged")
	n := rsc.CurrentNode()
	score := crm.Score(0)
	if n != nil {
		score = n.Score
	}
	r.place(rsc, n, score, true, final)
	if n != nil {
		r.c.Because(model.Cause{Kind: model.CauseChoice, Resource: rsc, Node: n, Score: score, Text: "it is not managed, so it is left where it is"})
	}
}

// placeBest gives a resource the best of its nodes.
func (r *run) placeBest(rsc *model.Resource, prefer *model.Node, final bool) {
	roomiest := r.banFull(rsc)
	if prefer == nil {
		prefer = roomiest
	}
	if !rsc.Is(model.Unassigned) {
		return
	}
	current := rsc.CurrentNode()
	best, found := r.best(rsc.Allowed, current)
	if !found {
		r.place(rsc, nil, 0, false, final)
		return
	}
	if place := r.placeOf(rsc, prefer); availableAt(prefer, place) && place.Score >= best.score {
		r.placeBecause(rsc, candidate{prefer, place.Score}, final, func() string { return whyPreferred(rsc, prefer, roomiest) })
		return
	}
	why := func() string { return r.whyBest(rsc, best, current) }
	// An instance of a unique clone was left where it was if that was right; the
	// others do not go where another one is.
	if !(rsc.Parent != nil && rsc.Parent.IsUniqueClone()) && best.score > 0 && Available(best.node) {
		if place := r.placeOf(rsc, current); place != nil && place.Score == best.score && stays(current) {
			best = candidate{current, place.Score}
			why = func() string { return "it is there already, and no node has a better score" }
		}
	}
	r.placeBecause(rsc, best, final, why)
}

// stays tells whether a node is good enough to stay on, as far as the node itself
// says.
func stays(n *model.Node) bool { return Available(n) && n.Score >= 0 }

// placeOf returns a resource's place on a node, nil if there is none.
func (r *run) placeOf(rsc *model.Resource, n *model.Node) *model.Place {
	if n == nil {
		return nil
	}
	return rsc.Allowed.At(n.Ix)
}

// connect makes a remote node online, or leaving, as its connection will be.
func (r *run) connect(connection *model.Resource) {
	n := r.c.NodeNamed(connection.ID)
	if n == nil {
		return
	}
	if connection.Assigned == nil || connection.NextRole == crm.RoleStopped {
		n.Shutdown = true
		return
	}
	n.Online = true
	if !n.Seen {
		n.Unclean = false // it will be connected to; no need to fence it before
	}
}
