package main

import (
	"fmt"

	"holdfast/cib/xml"
)

var roles = []string{"Promoted", "Unpromoted", "Started", "Stopped"}

// constraintDetail gives a constraint, or a set in one, an attribute that such have.
func constraintDetail(m *mutator) string {
	p := m.one("rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket", "resource_set")
	if p.at == nil {
		return ""
	}
	task := []string{"start", "stop", "promote", "demote"}
	kinds := map[string][]values{
		"rsc_location": {{"score", scores}, {"role", roles}, {"resource-discovery", []string{"always", "never", "exclusive"}}, {"rsc", m.resources()}, {"node", m.nodes()}},
		"rsc_colocation": {{"score", scores}, {"rsc-role", roles}, {"with-rsc-role", roles}, {"influence", yesno}, {"rsc", m.resources()},
			{"with-rsc", m.resources()}, {"node-attribute", []string{"site-name", "#uname", "pingd"}}},
		"rsc_order": {{"kind", []string{"Optional", "Mandatory", "Serialize"}}, {"first-action", task}, {"then-action", task}, {"symmetrical", yesno},
			{"require-all", yesno}, {"first", m.resources()}, {"then", m.resources()}},
		"rsc_ticket":   {{"loss-policy", []string{"stop", "demote", "fence", "freeze"}}, {"rsc-role", roles}, {"rsc", m.resources()}},
		"resource_set": {{"sequential", yesno}, {"require-all", yesno}, {"role", roles}, {"action", task}, {"score", scores}, {"ordering", []string{"group", "listed"}}},
	}[p.at.Name]
	v := kinds[m.r.IntN(len(kinds))]
	if len(v.list) == 0 {
		return ""
	}
	return change(p.at, v.name, m.pick(v.list...))
}

// richConstraint adds a constraint that says more than what it must.
func richConstraint(m *mutator) string {
	rscs := m.resources()
	if len(rscs) == 0 {
		return ""
	}
	id := m.id("rich")
	var c *xml.Node
	switch m.r.IntN(4) {
	case 0:
		c = xml.New("rsc_colocation", "id", id, "rsc", m.pick(rscs...), "with-rsc", m.pick(rscs...), "score", m.pick(scores...))
		m.maybe(c, "rsc-role", roles...)
		m.maybe(c, "with-rsc-role", roles...)
		m.maybe(c, "influence", yesno...)
	case 1:
		c = xml.New("rsc_order", "id", id, "first", m.pick(rscs...), "then", m.pick(rscs...))
		m.maybe(c, "first-action", "start", "stop", "promote", "demote")
		m.maybe(c, "then-action", "start", "stop", "promote", "demote")
		m.maybe(c, "kind", "Optional", "Mandatory", "Serialize")
		m.maybe(c, "symmetrical", yesno...)
		m.maybe(c, "require-all", yesno...)
	case 2:
		c = xml.New("rsc_order", "id", id)
		m.maybe(c, "kind", "Optional", "Mandatory", "Serialize")
		m.maybe(c, "symmetrical", yesno...)
		m.sets(c, rscs, "start", "stop", "promote")
	default:
		c = xml.New("rsc_colocation", "id", id, "score", m.pick(scores...))
		m.sets(c, rscs)
	}
	m.section("configuration", "constraints").Add(c)
	return c.String()
}

// maybe sets an attribute, or not.
func (m *mutator) maybe(n *xml.Node, name string, list ...string) {
	if m.chance(3) {
		n.SetAttr(name, m.pick(list...))
	}
}

// sets adds one to three sets of resources, with a role or with an action.
func (m *mutator) sets(c *xml.Node, rscs []string, tasks ...string) {
	for i := range 1 + m.r.IntN(3) {
		set := xml.New("resource_set", "id", fmt.Sprintf("%s-%d", c.ID(), i))
		m.maybe(set, "sequential", yesno...)
		if tasks == nil {
			m.maybe(set, "role", roles...)
		} else {
			m.maybe(set, "action", tasks...)
			m.maybe(set, "require-all", yesno...)
		}
		for range 1 + m.r.IntN(3) {
			set.Add(xml.New("resource_ref", "id", m.pick(rscs...)))
		}
		c.Add(set)
	}
}

// locationRule adds a location that depends on what a node says, or on the date.
func locationRule(m *mutator) string {
	rscs := m.resources()
	if len(rscs) == 0 {
		return ""
	}
	rule := xml.New("rule", "id", m.id("rule"), "score", m.pick(scores...))
	m.maybe(rule, "boolean-op", "and", "or")
	m.maybe(rule, "role", "Promoted")
	for i := range 1 + m.r.IntN(2) {
		e := xml.New("expression", "id", fmt.Sprintf("%s-%d", m.id("expression"), i), "attribute", m.pick("#uname", "#kind", "pingd", "site-name", "standby"),
			"operation", m.pick("eq", "ne", "lt", "gte", "defined", "not_defined"))
		if op := e.Attr("operation"); op != "defined" && op != "not_defined" {
			e.SetAttr("value", m.pick(append(m.nodes(), "100", "cluster", "a")...))
		}
		m.maybe(e, "type", "string", "integer", "number", "version")
		rule.Add(e)
	}
	c := xml.New("rsc_location", "id", m.id("location"), "rsc", m.pick(rscs...)).Add(rule)
	m.maybe(c, "resource-discovery", "never", "exclusive")
	m.section("configuration", "constraints").Add(c)
	return c.String()
}
