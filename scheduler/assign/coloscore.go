package assign

import (
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// effect is what a colocation acts on at the moment.
type effect uint8

const (
	affectsNothing effect = iota
	affectsPlace          // the dependent's scores
	affectsRole           // the dependent's priority for promotion
)

// affects tells what a colocation acts on: first the dependent's place; once that
// is decided, for an instance of a promotable clone and a colocation by role,
// its role; then nothing. With preview set, everything counts as assigned.
func affects(dependent, primary *model.Resource, col *model.Colocation, preview bool) effect {
	if !preview && primary.Is(model.Unassigned) {
		return affectsNothing
	}
	dependentRole, primaryRole := bearer(dependent), bearer(primary)
	if col.DependentRole >= crm.RoleUnpromoted && dependentRole.Parent != nil &&
		dependentRole.Parent.Is(model.Promotable) && !dependentRole.Is(model.Unassigned) {
		return affectsRole
	}
	switch {
	case !preview && !dependent.Is(model.Unassigned),
		col.DependentRole != crm.RoleUnknown && col.DependentRole != dependentRole.NextRole,
		col.PrimaryRole != crm.RoleUnknown && col.PrimaryRole != primaryRole.NextRole:
		return affectsNothing
	}
	return affectsPlace
}

// bearer is the resource whose role counts: for a replica's container, which is
// never promoted itself, what runs inside.
func bearer(rsc *model.Resource) *model.Resource {
	if rsc.Is(model.ReplicaContainer) {
		if replica := rsc.ReplicaOf(); replica != nil && replica.Child != nil {
			return replica.Child
		}
	}
	return rsc
}

// colocateDependent applies a colocation on behalf of the dependent, which may be
// a group. It returns what was added to the dependent's priority.
func (r *run) colocateDependent(dependent, primary *model.Resource, col *model.Colocation) crm.Score {
	switch dependent.Variant {
	case model.Primitive:
		return r.colocate(dependent, primary, col)
	case model.Group:
		return r.colocateGroup(dependent, primary, col)
	}
	return 0 // clones and bundles are dealt with instance by instance
}

// colocate applies a colocation to a primitive dependent, whatever the primary is.
func (r *run) colocate(dependent, primary *model.Resource, col *model.Colocation) crm.Score {
	switch primary.Variant {
	case model.Group:
		return r.colocateWithGroup(dependent, primary, col)
	case model.Clone:
		return r.colocateWithClone(dependent, primary, col)
	case model.Bundle:
		return r.colocateWithBundle(dependent, primary, col)
	}
	return r.colocateOne(dependent, primary, col)
}

// colocateOne applies a colocation with one primitive, or with what stands for
// one, as the primary.
func (r *run) colocateOne(dependent, primary *model.Resource, col *model.Colocation) crm.Score {
	switch affects(dependent, primary, col, false) {
	case affectsRole:
		return r.colocateRole(dependent, primary, col)
	case affectsPlace:
		r.colocatePlace(dependent, primary, col)
	}
	return 0
}

// colocatePlace changes a dependent's scores by the place of a primary. What
// would leave the dependent no node is taken back unless it is mandatory.
func (r *run) colocatePlace(dependent, primary *model.Resource, col *model.Colocation) {
	if primary.Assigned == nil && col.Score < 0 {
		return // apart from something that is nowhere
	}
	mandatory := col.Score >= crm.Infinity || col.Score <= -crm.Infinity
	var before model.Placement
	if !mandatory {
		before = r.copyOf(dependent.Allowed)
		defer r.release(before)
	}
	mark := len(r.c.Causes)
	same := r.sameAs(dependent, primary, col.NodeAttribute)
	for ix, place := range dependent.Allowed.All() {
		n := r.c.Nodes[ix]
		switch {
		case primary.Assigned == nil:
			place.Score = col.Score.Neg().Add(place.Score)
			r.scored(dependent, n, col.Score.Neg(), col.ID, primary.ID+" is inactive")
		case same(n):
			// Being with a mandatory primary is a duty, not a preference.
			if col.Score < crm.Infinity {
				place.Score = col.Score.Add(place.Score)
				r.scored(dependent, n, col.Score, col.ID, primary.ID+" is there")
			}
		case col.Score >= crm.Infinity:
			place.Score = -crm.Infinity
			r.banned(dependent, n, col.ID, primary.ID+" is elsewhere")
		}
	}
	if !mandatory && !r.anyAvailable(dependent.Allowed) {
		copy(dependent.Allowed, before)
		r.c.Causes = r.c.Causes[:mark]
	}
}

// sameAs returns a test whether a node is the same for the dependent, by the node
// attribute of a colocation, as where the primary is.
func (r *run) sameAs(dependent, primary *model.Resource, attribute string) func(*model.Node) bool {
	if r.plainName(attribute) {
		return func(n *model.Node) bool { return n == primary.Assigned }
	}
	value := primary.Assigned.ColocationAttr(primary, attribute)
	return func(n *model.Node) bool { return strings.EqualFold(value, n.ColocationAttr(dependent, attribute)) }
}

// colocateRole changes a dependent's priority for promotion by where the primary
// is, and returns by how much.
func (r *run) colocateRole(dependent, primary *model.Resource, col *model.Colocation) crm.Score {
	if dependent.Assigned == nil {
		return 0
	}
	if primary.Assigned != nil && col.PrimaryRole != crm.RoleUnknown && col.PrimaryRole != bearer(primary).NextRole {
		return 0
	}
	delta := col.Score
	here := dependent.Assigned.ColocationAttr(dependent, col.NodeAttribute)
	there := ""
	if primary.Assigned != nil {
		there = primary.Assigned.ColocationAttr(primary, col.NodeAttribute)
	}
	switch {
	case !strings.EqualFold(here, there):
		if col.Score != crm.Infinity || col.DependentRole != crm.RolePromoted {
			return 0
		}
		delta = -delta
	case col.DependentRole == crm.RoleUnpromoted:
		delta = -delta // together means: rather not promoted here
	}
	addPriority(dependent, delta)
	r.scored(dependent, dependent.Assigned, delta, col.ID, "promotion with "+primary.ID)
	return delta
}

func addPriority(rsc *model.Resource, delta crm.Score) {
	rsc.Priority = int(delta.Add(crm.Score(rsc.Priority)))
}

// onlyWith bans a dependent from every node that is not among the hosts of a
// primary; with merge set it gets their scores in addition.
func (r *run) onlyWith(dependent *model.Resource, col *model.Colocation, hosts []candidate, merge bool) {
	for ix, place := range dependent.Allowed.All() {
		host := hostOf(hosts, ix)
		switch {
		case host == nil:
			place.Score = -crm.Infinity
			r.banned(dependent, r.c.Nodes[ix], col.ID, "no suitable instance of "+col.Primary.ID+" there")
		case merge:
			place.Score = place.Score.Add(host.score)
			r.scored(dependent, host.node, host.score, col.ID, "instance of "+col.Primary.ID+" there")
		}
	}
}

// hostOf finds a node among hosts, the last entered first.
func hostOf(hosts []candidate, ix model.NodeIx) *candidate {
	for i := len(hosts) - 1; i >= 0; i-- {
		if hosts[i].node.Ix == ix {
			return &hosts[i]
		}
	}
	return nil
}

// place is the node that a resource was given, with the score it had there when
// it was chosen; ok is false if there is none or several.
func assignedPlace(rsc *model.Resource) (c candidate, ok bool) {
	n := rsc.AssignedNode()
	if n == nil {
		return c, false
	}
	return candidate{n, chosenScore(rsc, n)}, true
}

// chosenScore is the score with which the first part of a resource got a node.
func chosenScore(rsc *model.Resource, n *model.Node) crm.Score {
	if len(rsc.Children) == 0 {
		return rsc.AssignedScore
	}
	for _, child := range rsc.Children {
		if child.AssignedNode() == n {
			return chosenScore(child, n)
		}
	}
	return 0
}
