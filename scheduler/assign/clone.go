package assign

import (
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// assignClone distributes the instances of a clone and, if it is promotable,
// chooses which to promote.
func (r *run) assignClone(clone *model.Resource, prefer *model.Node, final bool) {
	if !clone.Is(model.Unassigned) || clone.Is(model.Assigning) {
		return
	}
	clone.Set(model.Assigning)
	if clone.Is(model.Promotable) {
		r.addPromotionScores(clone)
	}
	for _, col := range ThisWith(clone) {
		r.assign(col.Primary, prefer, final)
	}
	for _, col := range WithThis(clone) {
		r.addDependentWishes(col, clone)
	}
	r.show(labelClone, clone)
	r.sortInstances(clone.Children)
	r.assignInstances(clone, clone.Children, clone.CloneData.Max, clone.CloneData.NodeMax)
	if clone.Is(model.Promotable) {
		r.setRoles(clone)
	}
	clone.Clear(model.Unassigned | model.Assigning)
}

// colocateWithClone applies a colocation with a clone as the primary to a
// primitive dependent (perhaps an instance itself).
func (r *run) colocateWithClone(dependent, clone *model.Resource, col *model.Colocation) crm.Score {
	if clone.Is(model.Unassigned) {
		return 0
	}
	if clone.Is(model.Promotable) && col.PrimaryRole != crm.RoleUnknown {
		if dependent.Is(model.Unassigned) {
			r.colocateWithRole(dependent, clone, col)
			return 0
		}
		if col.DependentRole == crm.RolePromoted {
			return r.colocatePromotions(dependent, clone, col)
		}
	}
	if r.interleaves(col) {
		return r.colocateInterleaved(dependent, clone, col)
	}
	if col.Score >= crm.Infinity {
		r.onlyWith(dependent, col, activeHosts(clone), false)
		return 0
	}
	delta := crm.Score(0)
	for _, instance := range clone.Children {
		delta = delta.Add(r.colocate(dependent, instance, col))
	}
	return delta
}

// activeHosts lists where a clone's instances will be, unless blocked.
func activeHosts(clone *model.Resource) []candidate {
	var hosts []candidate
	for _, instance := range clone.Children {
		if place, ok := assignedPlace(instance); ok && !instance.AnyIs(model.Blocked) {
			hosts = append(hosts, place)
		}
	}
	return hosts
}

// interleaves tells whether a colocation is between instances on the same node.
func (r *run) interleaves(col *model.Colocation) bool {
	if col.Dependent.Variant <= model.Group || !col.Dependent.MetaBool("interleave") {
		return false
	}
	if col.Dependent.MaxPerNode() != col.Primary.MaxPerNode() {
		r.c.Note(model.Error, col.ID, "%s and %s cannot be interleaved: they may have different numbers of instances per node",
			col.Dependent.ID, col.Primary.ID)
		return false
	}
	return true
}

// colocateInterleaved colocates an instance with the one of the clone that belongs
// to it; without one, it cannot run if it must.
func (r *run) colocateInterleaved(dependent, clone *model.Resource, col *model.Colocation) crm.Score {
	if partner := CompatibleInstance(r.c, dependent, clone, crm.RoleUnknown, false, ""); partner != nil {
		return r.colocateDependent(dependent, partner, col)
	}
	if col.Score >= crm.Infinity {
		r.banned(dependent, nil, col.ID, "no instance of "+clone.ID+" to interleave with")
		r.place(dependent, nil, 0, true, true)
	}
	return 0
}
