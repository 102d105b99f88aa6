package constraint

import (
	"regexp"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// location reads a rsc_location: for resource sets, for a resource, template or
// tag ("rsc"), or for all resources whose id fits rsc-pattern.
func (r *reader) location(e *xml.Node) {
	tagged, done := r.locationTag(e)
	if done {
		return
	}
	sets, valid := []set{tagged}, true
	if tagged.xml == nil {
		sets, valid = r.sets(e)
	}
	for _, s := range sets {
		if !r.locateSet(e, s) {
			return
		}
	}
	if len(sets) == 0 && valid {
		r.simpleLocation(e)
	}
}

// locationTag gives the set that a template or tag named by the constraint stands
// for; done is true if the constraint must be left out.
func (r *reader) locationTag(e *xml.Node) (s set, done bool) {
	id := e.Attr("rsc")
	if id == "" || r.resource(id) != nil || (hasSets(e) && r.expandable(e)) {
		return set{}, false
	}
	if r.tag(id) == nil {
		r.noResource(e.ID(), id)
		return set{}, true
	}
	return r.asSet(id, optional(e, "role", "role")...), false
}

// locateSet applies a location to every member of a set, whose role and score
// go before those of the constraint.
func (r *reader) locateSet(e *xml.Node, s set) bool {
	if s.xml.ID() == "" {
		r.c.Note(model.Error, e.ID(), "constraint %s ends early: a resource_set has no id", e.ID())
		return false
	}
	members, ok := r.resources(s)
	for _, rsc := range members {
		r.locate(e, rsc, s.xml, match{})
	}
	return ok
}

func (r *reader) simpleLocation(e *xml.Node) {
	if id, given := e.Lookup("rsc"); given {
		if rsc := r.resource(id); rsc != nil {
			r.locate(e, rsc, nil, match{})
		} else {
			r.noResource(e.ID(), id)
		}
	}
	if pattern, given := e.Lookup("rsc-pattern"); given {
		r.locatePattern(e, pattern)
	}
}

// A match is a resource id that fitted a rsc-pattern.
type match struct {
	id     string
	groups []string
}

// locatePattern applies a location to the top-level resources that fit an
// extended regular expression, or that do not if it begins with "!".
func (r *reader) locatePattern(e *xml.Node, pattern string) {
	expr, inverted := strings.CutPrefix(pattern, "!")
	re, err := regexp.CompilePOSIX(expr)
	if err != nil {
		r.c.Note(model.Error, e.ID(), "constraint %s is ignored: rsc-pattern: %v", e.ID(), err)
		return
	}
	for _, rsc := range r.c.Resources {
		groups := re.FindStringSubmatch(rsc.ID)
		switch {
		case groups != nil && !inverted:
			r.locate(e, rsc, nil, match{rsc.ID, groups})
		case groups == nil && inverted:
			r.locate(e, rsc, nil, match{})
		}
	}
}

// locate enters the location of one resource: a node with a score, or a rule.
// Attributes of the set, if any, go before those of the constraint.
func (r *reader) locate(e *xml.Node, rsc *model.Resource, set *xml.Node, m match) {
	name, named := e.Lookup("node")
	scoreText, scored := either(set, e, "score")
	if !named || !scored {
		r.locateByRule(e, rsc, m)
		return
	}
	node := r.c.NodeNamed(name)
	if node == nil {
		return // perhaps a node that comes and goes
	}
	score, ok := ParseScore(scoreText, r.colours)
	if !ok {
		r.c.Note(model.Error, e.ID(), "constraint %s is ignored: %q is no score", e.ID(), scoreText)
		return
	}
	roleText, given := either(set, e, "role")
	role, ok := locationRole(roleText, given)
	if !ok {
		r.c.Note(model.Error, e.ID(), "constraint %s is ignored: %q is no role", e.ID(), roleText)
		return
	}
	r.newLocation(&model.Location{
		ID: e.ID(), Resource: rsc, Role: role, Probe: r.probeMode(e),
		Nodes: []model.NodeScore{{Node: node, Score: score}},
	})
}

// either looks an attribute up in the first element, then in the second.
func either(first, second *xml.Node, name string) (string, bool) {
	if value, given := first.Lookup(name); given {
		return value, true
	}
	return second.Lookup(name)
}

// locationRole reads the role of a location. Whatever is promoted has been
// started and unpromoted before, so only Promoted (and Stopped) restrict.
func locationRole(text string, given bool) (role crm.Role, ok bool) {
	if !given {
		return crm.RoleUnknown, true
	}
	role, known := crm.ParseRole(text)
	if !known || role == crm.RoleUnknown {
		return role, false
	}
	if role == crm.RoleStarted || role == crm.RoleUnpromoted {
		role = crm.RoleUnknown
	}
	return role, true
}

// probeMode reads resource-discovery; a wrong value means the default.
func (r *reader) probeMode(e *xml.Node) model.ProbeMode {
	text := e.Attr("resource-discovery")
	mode, ok := model.ParseProbeMode(strings.ToLower(text))
	if !ok {
		r.c.Note(model.Error, e.ID(), "constraint %s: %q is no resource-discovery", e.ID(), text)
	}
	return mode
}

// newLocation enters a location.
func (r *reader) newLocation(l *model.Location) {
	if l.Probe == model.ProbeExclusive {
		l.Resource.Set(model.ExclusiveProbes)
	}
	l.Resource.Locations = append(l.Resource.Locations, l)
	r.c.Locations = append(r.c.Locations, l)
}
