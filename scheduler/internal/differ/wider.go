package main

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// wider are mutations of everything else that a CIB says.
var wider = []mutation{
	{"any attribute", 16, anyAttribute},
	{"drop attribute", 8, dropAttribute},
	{"drop element", 14, dropElement},
	{"move element", 10, moveElement},
	{"repeat element", 8, repeatElement},
	{"constraint detail", 24, constraintDetail},
	{"rich constraint", 20, richConstraint},
	{"transient attribute", 16, transientAttribute},
	{"operation", 16, operation},
	{"history detail", 24, historyDetail},
	{"foreign history", 10, foreignHistory},
	{"ticket", 6, ticket},
	{"utilization", 8, utilization},
	{"wrap", 8, wrap},
	{"unwrap", 4, unwrap},
	{"location rule", 8, locationRule},
	{"node state detail", 10, nodeStateDetail},
	{"agent", 4, agent},
	{"parameter", 10, parameter},
	{"lock", 8, lock},
	{"launched", 4, launched},
	{"graft", 16, graft},
	{"odd value", 14, oddValue},
}

// anyAttribute gives an attribute a value that another element has for it.
func anyAttribute(m *mutator) string {
	p := m.oneOf(all(m.cib))
	if len(p.at.Attrs) == 0 {
		return ""
	}
	name := p.at.Attrs[m.r.IntN(len(p.at.Attrs))].Name
	if name == "uname" || (name == "id" && p.at.Name != "resource_ref") {
		return "" // what is to be unique stays so
	}
	var list []string
	for _, other := range all(m.cib, p.at.Name) {
		if v, ok := other.at.Lookup(name); ok && !slices.Contains(list, v) {
			list = append(list, v)
		}
	}
	if len(list) < 2 {
		return ""
	}
	return change(p.at, name, m.pick(list...))
}

func dropAttribute(m *mutator) string {
	p := m.oneOf(all(m.cib))
	if len(p.at.Attrs) == 0 {
		return ""
	}
	a := p.at.Attrs[m.r.IntN(len(p.at.Attrs))]
	if a.Name == "id" {
		return ""
	}
	p.at.DelAttr(a.Name)
	return fmt.Sprintf("%s: %s=%s", label(p.at), a.Name, a.Value)
}

// parts are the elements that can be missing, come twice, or stand elsewhere.
func (m *mutator) part() place {
	return m.one("nvpair", "op", "primitive", "group", "clone", "bundle", "rsc_location", "rsc_colocation", "rsc_order", "rsc_ticket",
		"resource_set", "resource_ref", "node", "node_state", "lrm_resource", "lrm_rsc_op", "transient_attributes",
		"meta_attributes", "rule", "expression", "fencing-level", "tag", "obj_ref", "network", "storage")
}

func dropElement(m *mutator) string {
	p := m.part()
	if p.at == nil {
		return ""
	}
	p.remove()
	return label(p.at)
}

// moveElement puts an element elsewhere among its siblings.
func moveElement(m *mutator) string {
	p := m.part()
	if p.at == nil || len(p.parent.Children) < 2 {
		return ""
	}
	p.remove()
	i := m.r.IntN(len(p.parent.Children) + 1)
	p.parent.Children = slices.Insert(p.parent.Children, i, p.at)
	return fmt.Sprintf("%s to %d", label(p.at), i)
}

// repeatElement adds a copy with other ids.
func repeatElement(m *mutator) string {
	p := m.part()
	if p.at == nil || p.at.Name == "node" || p.at.Name == "node_state" || strings.HasPrefix(p.at.Name, "lrm") {
		return "" // no cluster has these twice
	}
	again := p.at.Clone()
	for _, q := range append(all(again), place{at: again}) {
		if id := q.at.ID(); id != "" && q.at.Name != "resource_ref" && q.at.Name != "obj_ref" {
			q.at.SetAttr("id", id+"-"+m.id("copy"))
		}
	}
	i := m.r.IntN(len(p.parent.Children) + 1)
	p.parent.Children = slices.Insert(p.parent.Children, i, again)
	return fmt.Sprintf("%s at %d", label(p.at), i)
}

// transientAttribute sets what daemons and agents say of a node.
func transientAttribute(m *mutator) string {
	state := m.one("node_state")
	if state.at == nil {
		return ""
	}
	t := state.at.Child("transient_attributes")
	if t == nil {
		t = xml.New("transient_attributes", "id", state.at.ID())
		state.at.Add(t)
	}
	rsc := m.pick(append(m.resources(), "x")...)
	v := []values{
		{"standby", []string{"on", "off"}}, {"shutdown", []string{"0", "1767268800", "1"}}, {"terminate", []string{"true", "false", "1767268800"}},
		{"maintenance", yesno}, {"#health-b", []string{"red", "yellow", "green", "-10"}}, {"probe_complete", yesno},
		{"master-" + rsc, []string{"10", "-1", "INFINITY", "-INFINITY", "5"}},
		{"fail-count-" + rsc + m.pick("", "#monitor_0", "#start_0", "#monitor_10000", "#stop_0"), []string{"1", "3", "INFINITY"}},
		{"last-failure-" + rsc + m.pick("", "#monitor_10000"), []string{"1767268790", "1000"}},
		{"#node-unfenced", []string{"1767268700", "0"}}, {"pingd", []string{"0", "1000"}},
		{"#feature-set", []string{"3.19.0", "3.20.1"}}, {"site-name", []string{"a", "b"}},
		{m.pick("#digests-all", "#digests-secure"), []string{rsc + ":fence_scsi:0123456789abcdef0123456789abcdef,", rsc + ":fence_xvm:f2317cad3d54cec5d7d7aa7d0bf35cf8,"}},
	}[m.r.IntN(14)]
	return label(state.at) + " " + m.set(t, "instance_attributes", v.name, m.pick(v.list...))
}

// operation adds a configured operation, or says more of one.
func operation(m *mutator) string {
	if p := m.one("op"); p.at != nil && m.chance(2) {
		v := []values{
			{"on-fail", []string{"ignore", "block", "stop", "restart", "fence", "standby", "restart-container", "demote"}},
			{"interval", []string{"0", "10s", "60s", "20"}}, {"enabled", yesno}, {"role", []string{"Started", "Stopped", "Promoted", "Unpromoted"}},
			{"record-pending", yesno}, {"timeout", []string{"5s", "1h"}}, {"start-delay", []string{"0", "15s", "1h"}}, {"interval-origin", []string{"2026-01-01"}},
		}[m.r.IntN(8)]
		return change(p.at, v.name, m.pick(v.list...))
	}
	p := m.oneOf(all(m.section("configuration", "resources"), "primitive"))
	if p.at == nil {
		return ""
	}
	ops := p.at.Child("operations")
	if ops == nil {
		ops = xml.New("operations")
		p.at.Add(ops)
	}
	if ops.Attr("id-ref") != "" {
		return ""
	}
	op := xml.New("op", "id", m.id("op"), "name", m.pick("monitor", "monitor", "start", "stop", "promote", "demote", "notify", "migrate_to"))
	if op.Attr("name") == "monitor" {
		op.SetAttr("interval", m.pick("7s", "10s", "60s", "0"))
		if m.chance(3) {
			op.SetAttr("role", m.pick("Promoted", "Stopped", "Unpromoted", "Started"))
		}
	}
	if m.chance(2) {
		op.SetAttr("on-fail", m.pick("ignore", "block", "stop", "restart", "fence", "standby", "demote"))
	}
	ops.Add(op)
	return label(p.at) + ": " + op.String()
}

func ticket(m *mutator) string {
	name := "ticketA"
	if p := m.one("rsc_ticket"); p.at != nil {
		name = p.at.Attr("ticket")
	} else if rscs := m.resources(); len(rscs) > 0 {
		c := xml.New("rsc_ticket", "id", m.id("ticket"), "rsc", m.pick(rscs...), "ticket", name, "loss-policy", m.pick("stop", "demote", "fence", "freeze"))
		if m.chance(3) {
			c.SetAttr("rsc-role", m.pick("Promoted", "Started", "Stopped", "Unpromoted"))
		}
		m.section("configuration", "constraints").Add(c)
	}
	states := m.section("status", "tickets")
	for state := range states.All("ticket_state") {
		if state.ID() == name {
			return change(state, m.pick("granted", "standby"), m.pick(yesno...))
		}
	}
	states.Add(xml.New("ticket_state", "id", name, "granted", m.pick(yesno...), "standby", m.pick(yesno...), "last-granted", "1767268700"))
	return name
}

func utilization(m *mutator) string {
	p := m.oneOf(append(all(m.section("configuration", "nodes"), "node"), all(m.section("configuration", "resources"), "primitive")...))
	if p.at == nil {
		return ""
	}
	if p.at.Name == "node" {
		return m.set(p.at, "utilization", m.pick("cpu", "memory"), m.pick("0", "1", "2", "4", "1000"))
	}
	return m.set(p.at, "utilization", m.pick("cpu", "memory"), m.pick("1", "2", "300"))
}

// wrap makes a clone of a resource, or a group.
func wrap(m *mutator) string {
	resources := m.section("configuration", "resources")
	var list []int
	for i, child := range resources.Children {
		if child.Name == "primitive" || child.Name == "group" {
			list = append(list, i)
		}
	}
	if len(list) == 0 {
		return ""
	}
	i := list[m.r.IntN(len(list))]
	inner := resources.Children[i]
	outer := xml.New("clone", "id", m.id("clone"))
	if inner.Name == "primitive" && m.chance(3) {
		outer = xml.New("group", "id", m.id("group"))
	}
	outer.Add(inner)
	resources.Children[i] = outer
	if outer.Name == "clone" && m.chance(2) {
		m.set(outer, "meta_attributes", m.pick("promotable", "interleave", "ordered", "notify", "globally-unique"), "true")
	}
	return label(inner) + " in " + outer.Name
}

// unwrap takes a resource out of a clone or a group.
func unwrap(m *mutator) string {
	p := m.oneOf(all(m.section("configuration", "resources"), "clone", "group", "master"))
	if p.at == nil || p.parent.Name != "resources" {
		return ""
	}
	inner := m.oneOf(all(p.at, "primitive"))
	if inner.at == nil {
		return ""
	}
	p.parent.Children[slices.Index(p.parent.Children, p.at)] = inner.at
	return label(inner.at)
}

func agent(m *mutator) string {
	p := m.oneOf(all(m.section("configuration", "resources"), "primitive"))
	if p.at == nil {
		return ""
	}
	kind := strings.Fields(m.pick("ocf pacemaker Dummy", "ocf pacemaker Stateful", "stonith - fence_xvm", "lsb - thing", "systemd - thing", "ocf pacemaker remote"))
	p.at.SetAttr("class", kind[0])
	p.at.SetAttr("type", kind[2])
	p.at.DelAttr("provider")
	if kind[1] != "-" {
		p.at.SetAttr("provider", kind[1])
	}
	return label(p.at) + ": " + strings.Join(kind, ":")
}

// parameter changes what an agent is told.
func parameter(m *mutator) string {
	p := m.oneOf(all(m.section("configuration", "resources"), "primitive", "op"))
	if p.at == nil {
		return ""
	}
	return m.set(p.at, "instance_attributes", m.pick("state", "fake", "OCF_CHECK_LEVEL", "op_sleep", "passwd", "ip"), m.pick("1", "10", "x"))
}

// graft adds a resource of another recorded CIB, under new names.
func graft(m *mutator) string {
	if len(m.donors) == 0 {
		return ""
	}
	donor := m.donors[m.r.IntN(len(m.donors))]
	resources := donor.tree.Find("configuration", "resources")
	if resources == nil {
		return ""
	}
	var list []place
	for child := range resources.Elements() {
		list = append(list, place{resources, child})
	}
	p := m.oneOf(list)
	if p.at == nil || p.at.Name == "template" || strings.Contains(p.at.String(), "template=") || strings.Contains(p.at.String(), "id-ref=") {
		return "" // what it refers to is not here
	}
	taken := p.at.Clone()
	for _, q := range append(all(taken), place{at: taken}) {
		if id := q.at.ID(); id != "" {
			q.at.SetAttr("id", fmt.Sprintf("g%d-%s", m.n, id))
		}
	}
	m.section("configuration", "resources").Add(taken)
	return label(p.at) + " of " + donor.name
}

// odd are values that somebody might write by mistake, or by an older manual.
var odd = []string{"", "garbage", "TRUE", "Yes", "0", "-1", "1.5", "+5", "007", "+INFINITY", "-infinity", "infinity", "10", "10s", "1 min", "2h",
	"PT10M", "100ms", " 5", "5 ", "99999999999", "-99999999999", "stopped", "Master", "slave", "Started", "#default", "poweroff", "reboot", "OFF"}

// oddValue gives something a value that fits little: an option, a meta-attribute, an
// attribute of a constraint or of an operation.
func oddValue(m *mutator) string {
	value := m.pick(odd...)
	switch m.r.IntN(4) {
	case 0:
		config := m.section("configuration", "crm_config")
		if config.Child("cluster_property_set") == nil {
			return ""
		}
		return m.set(config, "cluster_property_set", options[m.r.IntN(len(options))].name, value)
	case 1:
		p := m.oneOf(all(m.section("configuration", "resources"), "primitive", "group", "clone", "bundle"))
		if p.at == nil {
			return ""
		}
		return m.set(p.at, "meta_attributes", metas[m.r.IntN(len(metas))].name, value)
	case 2:
		p := m.one("op")
		if p.at == nil {
			return ""
		}
		return change(p.at, m.pick("interval", "timeout", "start-delay", "on-fail", "enabled", "role", "interval-origin"), value)
	default:
		p := m.one("nvpair")
		if p.at == nil {
			return ""
		}
		return change(p.at, "value", value)
	}
}
