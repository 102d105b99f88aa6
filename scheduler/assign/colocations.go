package assign

import (
	"holdfast/crm"
	"holdfast/scheduler/constraint"
	"holdfast/scheduler/model"
)

// WithThis lists the colocations in which a resource is the primary, its own and
// those of what it is part of, in the order in which they count. The caller must
// not change the list.
func WithThis(rsc *model.Resource) []*model.Colocation {
	if alone(rsc) {
		return rsc.WithThis
	}
	var list []*model.Colocation
	withThis.collect(rsc, rsc, &list)
	return list
}

// ThisWith lists the colocations in which a resource is the dependent, in the
// sense of WithThis.
func ThisWith(rsc *model.Resource) []*model.Colocation {
	if alone(rsc) {
		return rsc.ThisWith
	}
	var list []*model.Colocation
	thisWith.collect(rsc, rsc, &list)
	return list
}

// alone tells whether a resource has no colocations but its own.
func alone(rsc *model.Resource) bool { return rsc.Parent == nil && rsc.Variant != model.Group }

// A side is one side of colocations, as a way to gather them.
type side struct {
	own    func(*model.Resource) []*model.Colocation
	insert func(*[]*model.Colocation, *model.Colocation)
	// facing tells whether a member of a group stands for the group on this side.
	facing func(group, member *model.Resource) bool
}

var withThis = side{
	own:    func(rsc *model.Resource) []*model.Colocation { return rsc.WithThis },
	insert: constraint.InsertWithThis,
	// Earlier members follow by the colocations inside the group.
	facing: func(group, member *model.Resource) bool { return member == lastMember(group) },
}

var thisWith = side{
	own:    func(rsc *model.Resource) []*model.Colocation { return rsc.ThisWith },
	insert: constraint.InsertThisWith,
	facing: func(group, member *model.Resource) bool { return member == group.Children[0] },
}

func lastMember(group *model.Resource) *model.Resource {
	if len(group.Children) == 0 {
		return nil
	}
	return group.Children[len(group.Children)-1]
}

// collect gathers what rsc contributes to the colocations of asker, which is rsc
// itself or part of the same tree.
func (s *side) collect(rsc, asker *model.Resource, list *[]*model.Colocation) {
	switch rsc.Variant {
	case model.Primitive:
		s.collectPrimitive(rsc, asker, list)
	case model.Group:
		s.collectGroup(rsc, asker, list)
	case model.Clone:
		s.add(list, s.own(rsc))
		if rsc.Parent != nil {
			s.collect(rsc.Parent, asker, list)
		}
	case model.Bundle:
		s.collectBundle(rsc, asker, list)
	}
}

// collectPrimitive gives a primitive all of its own colocations and its
// parent's; others get only those that were configured for it.
func (s *side) collectPrimitive(rsc, asker *model.Resource, list *[]*model.Colocation) {
	if rsc == asker {
		s.add(list, s.own(rsc))
		if rsc.Parent != nil {
			s.collect(rsc.Parent, asker, list)
		}
		return
	}
	for _, col := range s.own(rsc) {
		if col.Explicit {
			s.insert(list, col)
		}
	}
}

// collectGroup gives the group itself and the member that stands for it the
// group's colocations, and those of its other members.
func (s *side) collectGroup(group, asker *model.Resource, list *[]*model.Colocation) {
	if len(group.Children) == 0 {
		return
	}
	if asker != group && !s.facing(group, asker) {
		if s == &thisWith {
			s.collectUnchained(group, asker, list)
		}
		return
	}
	s.add(list, s.own(group))
	if group.Parent != nil {
		s.collect(group.Parent, asker, list)
	}
	if !group.GroupData.Colocated {
		return
	}
	for _, member := range group.Children {
		if member != asker {
			s.collect(member, asker, list)
		}
	}
}

// collectUnchained gives a later member the group's mandatory colocations if an
// earlier one is unmanaged, which breaks the chain between members.
func (s *side) collectUnchained(group, asker *model.Resource, list *[]*model.Colocation) {
	for _, member := range group.Children {
		if member == asker {
			return
		}
		if member.Is(model.Managed) {
			continue
		}
		for _, col := range s.own(group) {
			if col.Score == crm.Infinity {
				s.insert(list, col)
			}
		}
		return
	}
}

// collectBundle gives a bundle's containers its colocations, and the bundled
// resource, if promotable, once roles are being chosen.
func (s *side) collectBundle(bundle, asker *model.Resource, list *[]*model.Colocation) {
	if asker == bundle || asker.Is(model.ReplicaContainer) {
		s.add(list, s.own(bundle))
		return
	}
	child := bundle.BundleData.Child
	if child == nil || !child.Is(model.Promotable) || asker.Top(false) != child {
		return
	}
	choosing := !asker.Is(model.Unassigned)
	if asker == child {
		choosing = child.CloneData.PromotionConstrained
	}
	if choosing {
		s.add(list, s.own(bundle))
	}
}

// add enters a resource's colocations into a list. Where the list already has
// some, only the first counts, as often as there are any: so it is in the field,
// and configurations are placed by it.
func (s *side) add(list *[]*model.Colocation, more []*model.Colocation) {
	if len(*list) == 0 {
		*list = append(*list, more...)
		return
	}
	for range more {
		s.insert(list, more[0])
	}
}

// A crowd is a list of resources that must be on the same node. Crowds may be
// large, and are asked very often who is in them.
type crowd struct {
	list []*model.Resource
	in   []uint32 // by number of a resource, the crowd that it was last in
	mark uint32   // of this crowd
}

func (c *crowd) has(rsc *model.Resource) bool {
	return int(rsc.Ix) < len(c.in) && c.in[rsc.Ix] == c.mark
}

func (c *crowd) add(rsc *model.Resource) {
	for int(rsc.Ix) >= len(c.in) {
		c.in = append(c.in, 0)
	}
	c.in[rsc.Ix] = c.mark
	c.list = append(c.list, rsc)
}

// crowdOf gathers a resource and everything that mandatory colocations put on the
// same node. It is valid until the next call.
func (r *run) crowdOf(rsc *model.Resource) *crowd {
	r.crowd.list = r.crowd.list[:0]
	r.crowd.mark++
	r.crowd.gather(rsc, rsc)
	return &r.crowd
}

// gather adds a resource and what must be with it, last found first. Asker is the
// resource that the search began with.
func (c *crowd) gather(rsc, asker *model.Resource) {
	if rsc.Variant == model.Group {
		data := rsc.GroupData
		if data.Colocated || isClone(rsc.Parent) {
			c.add(rsc)
			for _, member := range rsc.Children {
				c.gather(member, asker)
			}
			return
		}
		if len(rsc.Children) == 0 {
			return
		}
	}
	if c.has(rsc) {
		return
	}
	c.add(rsc)
	for _, col := range ThisWith(rsc) {
		if col.Primary != asker && col.Score == crm.Infinity && affects(rsc, col.Primary, col, true) == affectsPlace {
			c.gather(col.Primary, asker)
		}
	}
	for _, col := range WithThis(rsc) {
		if col.Dependent == asker || isClone(rsc) && !isClone(col.Dependent) {
			continue
		}
		if col.Score == crm.Infinity && affects(col.Dependent, rsc, col, true) == affectsPlace {
			c.gather(col.Dependent, asker)
		}
	}
}
