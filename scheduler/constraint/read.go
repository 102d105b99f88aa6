package constraint

import (
	"holdfast/cib/rule"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// Read enters node health as location constraints, then every constraint of
// the CIB.
func Read(c *model.Cluster) {
	r := newReader(c)
	r.health()
	for e := range c.CIB.Find("configuration", "constraints").Elements() {
		if e.ID() == "" {
			c.Note(model.Error, "", "%s at line %d is ignored: it has no id", e.Name, e.Line)
			continue
		}
		r.constraint(e)
	}
}

// A reader reads constraints for one cluster.
type reader struct {
	c       *model.Cluster
	colours [3]crm.Score // red, yellow, green
	refs    map[string]place
	rules   map[*xml.Node]*rule.Rule
}

// A place is where an element stands among its siblings.
type place struct {
	node *xml.Node
	rest []*xml.Node // what follows it
}

func newReader(c *model.Cluster) *reader {
	return &reader{c: c, colours: healthColours(c.Options), rules: map[*xml.Node]*rule.Rule{}}
}

func (r *reader) constraint(e *xml.Node) {
	switch e.Name {
	case "rsc_location":
		r.location(e)
	case "rsc_colocation":
		r.colocation(e)
	case "rsc_order":
		r.order(e)
	case "rsc_ticket":
		r.ticket(e)
	default:
		r.c.Note(model.Error, e.ID(), "element %s is no constraint that this version knows", e.Name)
	}
}

// resource finds what an id in a constraint means: a resource, or the clone that
// has an instance known to the history under this name. It is nil if there is none.
func (r *reader) resource(id string) *model.Resource {
	if id == "" {
		return nil
	}
	if found := r.c.ResourceWithID(id); found != nil {
		return found
	}
	for _, instance := range r.c.WithHistoryID(id) {
		return instance.Top(false)
	}
	return nil
}

// tag finds the template or tag with an id, nil if there is none (or if the
// template has no resources).
func (r *reader) tag(id string) *model.Tag {
	if t := r.c.TemplateWithID(id); t != nil {
		if len(t.Refs) == 0 {
			return nil
		}
		return t
	}
	if t := r.c.TagWithID(id); t != nil && len(t.Refs) > 0 {
		return t
	}
	return nil
}

const noneNamed = "No resource, template, or tag named '%s'"

// noResource notes that a constraint is left out for want of a resource.
func (r *reader) noResource(id, name string) {
	r.c.Note(model.Warning, id, noneNamed, name)
	r.c.Note(model.Error, id, "Ignoring constraint '%s' because '%s' is not a valid resource or tag", id, name)
}

// roleOf reads a role attribute of a colocation or ticket. Every instance is
// started, so that "Started" restricts nothing.
func (r *reader) roleOf(id string, text string, given bool) (role crm.Role, ok bool) {
	if !given {
		return crm.RoleUnknown, true
	}
	role, known := crm.ParseRole(text)
	if !known || role == crm.RoleUnknown {
		r.c.Note(model.Error, id, "constraint %s is ignored: %q is no role", id, text)
		return role, false
	}
	if role == crm.RoleStarted {
		role = crm.RoleUnknown
	}
	return role, true
}

// score reads a score attribute, 0 if it is absent.
func (r *reader) score(e *xml.Node, id string) (score crm.Score, ok bool) {
	text, given := e.Lookup("score")
	if !given {
		return 0, true
	}
	score, ok = ParseScore(text, r.colours)
	if !ok {
		r.c.Note(model.Error, id, "constraint %s is ignored: %q is no score", id, text)
	}
	return score, ok
}

// truth reads a boolean attribute; given is false if it is absent, and ok false
// if it is absent or no boolean.
func truth(e *xml.Node, name string) (value, ok, given bool) {
	text, given := e.Lookup(name)
	if !given {
		return false, false, false
	}
	value, ok = crm.ParseBool(text)
	return value && ok, ok, true
}
