package assign

import (
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// assignGroup assigns the members of a group one after the other; colocations
// inside the group keep them together.
func (r *run) assignGroup(group *model.Resource, prefer *model.Node, final bool) *model.Node {
	if !group.Is(model.Unassigned) {
		return group.Assigned
	}
	if group.Is(model.Assigning) {
		return nil // colocations in a circle
	}
	if len(group.Children) == 0 {
		group.Clear(model.Unassigned)
		return nil
	}
	group.Set(model.Assigning)
	head := group.Children[0]
	group.Role = head.Role
	r.show(labelGroup, group)
	var first *model.Node
	for _, member := range group.Children {
		if n := r.assign(member, prefer, final); first == nil {
			first = n
		}
	}
	r.setNextRole(group, head.NextRole, "first group member")
	group.Clear(model.Assigning | model.Unassigned)
	if !group.GroupData.Colocated {
		return nil
	}
	return first
}

// colocateGroup applies a colocation to a group as the dependent: to its first
// member, which the others follow, or to each if they do not.
func (r *run) colocateGroup(group, primary *model.Resource, col *model.Colocation) crm.Score {
	if len(group.Children) == 0 {
		return 0
	}
	delta := crm.Score(0)
	switch {
	case group.GroupData.Colocated:
		delta = r.colocateDependent(group.Children[0], primary, col)
	case col.Score >= crm.Infinity:
		r.cannotColocate(group, primary, col)
		return 0
	default:
		for _, member := range group.Children {
			delta = delta.Add(r.colocateOne(member, primary, col))
		}
	}
	if delta != 0 {
		addPriority(group, delta)
	}
	return delta
}

// colocateWithGroup applies a colocation with a group as the primary. A mandatory
// one wants the group complete, so it is about the last member; any other is
// about the first.
func (r *run) colocateWithGroup(dependent, group *model.Resource, col *model.Colocation) crm.Score {
	if group.Is(model.Unassigned) || len(group.Children) == 0 {
		return 0
	}
	if group.GroupData.Colocated {
		member := group.Children[0]
		if col.Score >= crm.Infinity {
			member = lastMember(group)
		}
		return r.colocate(dependent, member, col)
	}
	if col.Score >= crm.Infinity {
		r.cannotColocate(dependent, group, col)
		return 0
	}
	delta := crm.Score(0)
	for _, member := range group.Children {
		delta = delta.Add(r.colocate(dependent, member, col))
	}
	return delta
}

func (r *run) cannotColocate(dependent, primary *model.Resource, col *model.Colocation) {
	r.c.Note(model.Error, col.ID, "%s and %s cannot be colocated mandatorily (%s): the members of a group that is not colocated have no common node",
		dependent.ID, primary.ID, col.ID)
}
