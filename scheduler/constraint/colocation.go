package constraint

import (
	"slices"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// colocation reads a rsc_colocation: resource sets, or a dependent ("rsc") with a
// primary ("with-rsc"), either of which may be a template or tag.
func (r *reader) colocation(e *xml.Node) {
	sets, done := r.colocationTags(e)
	if done {
		return
	}
	score, ok := r.score(e, e.ID())
	if !ok {
		return
	}
	valid := true
	if sets == nil {
		sets, valid = r.sets(e)
	}
	if len(sets) == 0 && valid {
		r.simpleColocation(e, score)
		return
	}
	for i, s := range sets {
		if s.xml.ID() == "" {
			continue
		}
		r.colocateMembers(e, s, score)
		if i > 0 {
			r.colocateSets(e, sets[i-1], s, score)
		}
	}
}

// colocationTags gives the sets that a simple constraint with a template or tag
// stands for; done is true if the constraint must be left out.
func (r *reader) colocationTags(e *xml.Node) (sets []set, done bool) {
	dependent, primary := e.Attr("rsc"), e.Attr("with-rsc")
	if dependent == "" || primary == "" || (hasSets(e) && r.expandable(e)) {
		return nil, false
	}
	tags := 0
	for _, id := range []string{dependent, primary} {
		if r.resource(id) != nil {
			continue
		}
		if tags++; r.tag(id) == nil {
			r.noResource(e.ID(), id)
			return nil, true
		}
	}
	switch tags {
	case 0:
		return nil, false
	case 2:
		r.c.Note(model.Error, e.ID(), "constraint %s is ignored: two templates or tags cannot be colocated", e.ID())
		return nil, true
	}
	return []set{
		r.asSet(dependent, optional(e, "rsc-role", "role")...),
		r.asSet(primary, optional(e, "with-rsc-role", "role")...),
	}, false
}

func (r *reader) simpleColocation(e *xml.Node, score crm.Score) {
	dependent, primary := r.resource(e.Attr("rsc")), r.resource(e.Attr("with-rsc"))
	if dependent == nil {
		r.noResource(e.ID(), e.Attr("rsc"))
		return
	}
	if primary == nil {
		r.noResource(e.ID(), e.Attr("with-rsc"))
		return
	}
	dependentRole, ok1 := r.constraintRole(e, "rsc-role", e.ID())
	primaryRole, ok2 := r.constraintRole(e, "with-rsc-role", e.ID())
	if !ok1 || !ok2 {
		return
	}
	Colocate(r.c, model.Colocation{
		ID: e.ID(), NodeAttribute: e.Attr("node-attribute"), Score: score,
		Dependent: dependent, Primary: primary, DependentRole: dependentRole, PrimaryRole: primaryRole,
		Explicit: true, Influence: r.influence(e, dependent),
	})
}

// constraintRole reads a role attribute that applies to a constraint.
func (r *reader) constraintRole(e *xml.Node, name, id string) (crm.Role, bool) {
	text, given := e.Lookup(name)
	return r.roleOf(id, text, given)
}

// influence tells whether the dependent's wishes count for an active primary:
// as the constraint says, else as the dependent's meta-attribute critical says.
func (r *reader) influence(e *xml.Node, dependent *model.Resource) bool {
	value, ok, given := truth(e, "influence")
	if ok {
		return value
	}
	if given {
		r.c.Note(model.Error, e.ID(), "constraint %s: influence is no truth value; the default is used", e.ID())
	}
	return dependent.Is(model.Critical)
}

// Colocate enters a colocation, unless its score is 0, with the orderings that
// keep two resources apart while one comes and the other goes.
func Colocate(c *model.Cluster, col model.Colocation) {
	if col.Score == 0 {
		return
	}
	if col.NodeAttribute == "" {
		col.NodeAttribute = NodeName
	}
	added := &col
	InsertThisWith(&col.Dependent.ThisWith, added)
	InsertWithThis(&col.Primary.WithThis, added)
	c.Colocations = append(c.Colocations, added)
	if col.Score <= -crm.Infinity {
		keepApart(c, col.Dependent, col.DependentRole, col.Primary, col.PrimaryRole)
		keepApart(c, col.Primary, col.PrimaryRole, col.Dependent, col.DependentRole)
	}
}

// NodeName is the node attribute by which resources are colocated unless the
// constraint names another.
const NodeName = "#uname"

// keepApart orders what makes first lose its role before what gives then its.
func keepApart(c *model.Cluster, first *model.Resource, firstRole crm.Role, then *model.Resource, thenRole crm.Role) {
	for _, down := range tasksLosing(firstRole) {
		for _, up := range tasksGaining(thenRole) {
			action.RelateTasks(c, first, down, then, up, model.IfRequiredOnSameNode)
		}
	}
}

func tasksLosing(role crm.Role) []string {
	switch role {
	case crm.RolePromoted:
		return []string{"demote"}
	case crm.RoleUnpromoted:
		return []string{"stop", "promote"}
	}
	return []string{"stop"}
}

func tasksGaining(role crm.Role) []string {
	switch role {
	case crm.RolePromoted:
		return []string{"promote"}
	case crm.RoleUnpromoted:
		return []string{"start", "demote"}
	}
	return []string{"start"}
}

// InsertThisWith enters a colocation into a list of a dependent's colocations,
// kept in the order of the primaries (see compare).
func InsertThisWith(list *[]*model.Colocation, col *model.Colocation) {
	insert(list, col, func(c *model.Colocation) *model.Resource { return c.Primary })
}

// InsertWithThis enters a colocation into a list of a primary's colocations, kept
// in the order of the dependents.
func InsertWithThis(list *[]*model.Colocation, col *model.Colocation) {
	insert(list, col, func(c *model.Colocation) *model.Resource { return c.Dependent })
}

// insert enters a colocation before the first that does not come before it: of
// equals, the last entered comes first.
func insert(list *[]*model.Colocation, col *model.Colocation, other func(*model.Colocation) *model.Resource) {
	at := 0
	for at < len(*list) && compare(other(col), other((*list)[at])) > 0 {
		at++
	}
	*list = slices.Insert(slices.Clip(*list), at, col) // a copy: somebody may walk the old list
}

// compare orders resources by how early colocations with them count: by
// priority, then the more complex kinds first, promotable clones before others,
// then by id.
func compare(a, b *model.Resource) int {
	switch {
	case a.Priority != b.Priority:
		return b.Priority - a.Priority
	case a.Variant != b.Variant:
		return int(b.Variant) - int(a.Variant)
	case a.Variant == model.Clone && a.Is(model.Promotable) != b.Is(model.Promotable):
		if a.Is(model.Promotable) {
			return -1
		}
		return 1
	}
	return strings.Compare(a.ID, b.ID)
}
