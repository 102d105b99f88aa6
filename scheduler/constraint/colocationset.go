package constraint

import (
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// colocateMembers colocates the members of a set with each other: in a chain if
// they belong together, each with each if they avoid one another.
func (r *reader) colocateMembers(e *xml.Node, s set, score crm.Score) {
	if s.xml.Attr("score") != "" {
		var ok bool
		if score, ok = r.score(s.xml, e.ID()); !ok {
			return
		}
	}
	if score == 0 {
		return
	}
	if sequential, ok, _ := truth(s.xml, "sequential"); ok && !sequential {
		return
	}
	members, _ := r.resources(s)
	if score < 0 {
		r.separate(e, s, members, score)
	} else {
		r.chain(e, s, members, score)
	}
}

// chain colocates each member with the one before it (or, by the old attribute
// ordering, each with the one after it).
func (r *reader) chain(e *xml.Node, s set, members []*model.Resource, score crm.Score) {
	ordering, given := s.xml.Lookup("ordering")
	withPrevious := !given || strings.EqualFold(ordering, "group")
	for i := 1; i < len(members); i++ {
		dependent, primary := members[i], members[i-1]
		influence := r.influence(e, dependent)
		if !withPrevious {
			dependent, primary = primary, dependent
		}
		r.colocateInSet(s, dependent, primary, score, influence)
	}
}

// separate keeps every member away from all before it. What stands for the clone
// around it has another name there than here, and is kept away from all.
func (r *reader) separate(e *xml.Node, s set, members []*model.Resource, score crm.Score) {
	for _, dependent := range members {
		influence := r.influence(e, dependent)
		for j := 0; j < len(members) && s.refs[j] != dependent.ID; j++ {
			r.colocateInSet(s, dependent, members[j], score, influence)
		}
	}
}

func (r *reader) colocateInSet(s set, dependent, primary *model.Resource, score crm.Score, influence bool) {
	role, ok := r.constraintRole(s.xml, "role", s.xml.ID())
	if !ok {
		return
	}
	Colocate(r.c, model.Colocation{
		ID: s.xml.ID(), Score: score, Dependent: dependent, Primary: primary,
		DependentRole: role, PrimaryRole: role, Explicit: true, Influence: influence,
	})
}

// colocateSets colocates one set with the next. Of a sequential set only the end
// that faces the other counts: the first member of the dependent, the last of
// the primary set.
func (r *reader) colocateSets(e *xml.Node, dependents, primaries set, score crm.Score) {
	if score == 0 {
		return
	}
	dependentRole, ok1 := r.constraintRole(dependents.xml, "role", e.ID())
	primaryRole, ok2 := r.constraintRole(primaries.xml, "role", e.ID())
	if !ok1 || !ok2 {
		return
	}
	from, ok1 := r.facing(dependents, func(ids []string) []string { return ids[:1] })
	to, ok2 := r.facing(primaries, func(ids []string) []string { return ids[len(ids)-1:] })
	if !ok1 || !ok2 {
		return
	}
	for _, dependent := range from {
		influence := r.influence(e, dependent)
		for _, primary := range to {
			Colocate(r.c, model.Colocation{
				ID: e.ID(), Score: score, Dependent: dependent, Primary: primary,
				DependentRole: dependentRole, PrimaryRole: primaryRole, Explicit: true, Influence: influence,
			})
		}
	}
}

// facing lists the members of a set that a neighbouring set is colocated with:
// all, or of a sequential set the end that end picks, which must exist.
func (r *reader) facing(s set, end func([]string) []string) (list []*model.Resource, ok bool) {
	ids := s.refs
	sequential, valid, _ := truth(s.xml, "sequential")
	onlyEnd := len(ids) > 0 && (!valid || sequential)
	if onlyEnd {
		ids = end(ids)
	}
	for _, id := range ids {
		rsc := r.resource(id)
		if rsc == nil {
			r.noResource(s.xml.ID(), id)
			if onlyEnd {
				return nil, false
			}
			continue
		}
		list = append(list, rsc)
	}
	return list, true
}
