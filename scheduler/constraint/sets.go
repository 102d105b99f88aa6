package constraint

import (
	"slices"

	"holdfast/cib/xml"
	"holdfast/scheduler/model"
)

// A set is a resource_set with templates and tags replaced by their resources,
// or what a template or tag named directly stands for.
type set struct {
	xml  *xml.Node // attributes
	refs []string  // ids of the resources
}

// sets lists the resource sets of a constraint; ok is false if an id-ref leads
// nowhere, in which case the list ends before it.
func (r *reader) sets(e *xml.Node) (list []set, ok bool) {
	expand := r.expandable(e)
	jumped := map[string]bool{}
	for todo := e.Children; len(todo) > 0; todo = todo[1:] {
		s := todo[0]
		if s.Kind != xml.Element || s.Name != "resource_set" {
			continue
		}
		if ref := s.Attr("id-ref"); ref != "" {
			at, found := r.setNamed(ref)
			if !found || jumped[ref] {
				r.c.Note(model.Error, e.ID(), "constraint %s ends early: resource_set %q is missing or refers to itself", e.ID(), ref)
				return list, false
			}
			jumped[ref] = true
			// The sets that follow the one referred to come next, in its own
			// constraint: a surprise of the field that configurations rely on.
			s, todo = at.node, append([]*xml.Node{at.node}, at.rest...)
			list = append(list, set{s, members(s)})
			continue
		}
		refs := members(s)
		if expand {
			refs, _ = r.expanded(refs)
		}
		list = append(list, set{s, refs})
	}
	return list, true
}

// hasSets tells whether a constraint has resource sets.
func hasSets(e *xml.Node) bool { return e.Child("resource_set") != nil }

// setNamed finds a resource_set of any constraint by id.
func (r *reader) setNamed(id string) (at place, found bool) {
	if r.refs == nil {
		r.refs = map[string]place{}
		for constraint := range r.c.CIB.Find("configuration", "constraints").Elements() {
			for i, s := range constraint.Children {
				if _, taken := r.refs[s.ID()]; s.Name == "resource_set" && !taken {
					r.refs[s.ID()] = place{s, constraint.Children[i+1:]}
				}
			}
		}
	}
	at, found = r.refs[id]
	return at, found
}

// members lists the ids that a set refers to.
func members(s *xml.Node) []string {
	var ids []string
	for ref := range s.All("resource_ref") {
		ids = append(ids, ref.ID())
	}
	return ids
}

// expanded replaces templates and tags among ids by their resources, and those
// among these by theirs. It stops at an id that is none and no resource either, as
// the name of a primitive is not one of the clone around it.
func (r *reader) expanded(ids []string, within ...string) (all []string, unknown string) {
	for _, id := range ids {
		t := r.tag(id)
		switch {
		case r.resource(id) != nil:
			all = append(all, id)
			continue
		case t == nil, slices.Contains(within, id): // a tag cannot be what it stands for
			return nil, id
		}
		more, unknown := r.expanded(t.Refs, append(within, id)...)
		if unknown != "" {
			return nil, unknown
		}
		all = append(all, more...)
	}
	return all, ""
}

// expandable tells whether every member of a constraint's own sets is known; if
// one is not, templates and tags in them are not looked into.
func (r *reader) expandable(e *xml.Node) bool {
	for s := range e.All("resource_set") {
		if _, unknown := r.expanded(members(s)); unknown != "" {
			r.c.Note(model.Warning, e.ID(), noneNamed, unknown)
			r.c.Note(model.Error, e.ID(), "Ignoring resource sets for constraint '%s' because '%s' is not a valid resource or tag", e.ID(), unknown)
			return false
		}
	}
	return true
}

// resources finds the members of a set. It stops at the first that does not
// exist; ok is then false.
func (r *reader) resources(s set) (list []*model.Resource, ok bool) {
	for _, id := range s.refs {
		rsc := r.resource(id)
		if rsc == nil {
			r.c.Note(model.Error, s.xml.ID(), "set %s ends before %s: there is no such resource", s.xml.ID(), id)
			return list, false
		}
		list = append(list, rsc)
	}
	return list, true
}

// asSet is what one side of a simple constraint stands for when the other side,
// or this one, is a template or tag: a set with the attributes given as name,
// value pairs. The members of a template or tag are not related with each other.
func (r *reader) asSet(id string, attrs ...string) set {
	s := set{xml: xml.New("resource_set", append([]string{"id", id}, attrs...)...), refs: []string{id}}
	if r.resource(id) == nil {
		s.refs = r.tag(id).Refs
		s.xml.SetAttr("sequential", "false")
	}
	return s
}

// optional gives an attribute of e under another name, as a name, value pair;
// nothing if e has none.
func optional(e *xml.Node, from, to string) []string {
	if value, given := e.Lookup(from); given {
		return []string{to, value}
	}
	return nil
}
