package main

import (
	"fmt"
	"strings"

	"holdfast/cib/xml"
)

// historyDetail changes one more thing that an operation's record says.
func historyDetail(m *mutator) string {
	p := m.one("lrm_rsc_op")
	if p.at == nil {
		return ""
	}
	switch m.r.IntN(9) {
	case 0:
		return change(p.at, "call-id", m.pick("-1", "0", "1", "99", "999"))
	case 1:
		return change(p.at, m.pick("op-digest", "op-restart-digest", "op-secure-digest"), "0123456789abcdef0123456789abcdef")
	case 2:
		return change(p.at, "last-rc-change", m.pick("1767268790", "1767260000", "1000", "1767268900"))
	case 3:
		return change(p.at, "op-status", m.pick("-1", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"))
	case 4:
		return change(p.at, "rc-code", m.pick("-1", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "189", "190", "191", "192", "193", "194"))
	case 5:
		return change(p.at, "transition-key", m.pick("1:2:0:", "1:2:7:", "1:2:8:", "1:2:9:")+"00000000-0000-4000-8000-000000000001")
	case 6:
		return change(p.at, "operation", m.pick("start", "stop", "monitor", "promote", "demote", "notify", "migrate_to", "migrate_from"))
	case 7:
		return change(p.at, "interval", m.pick("0", "10000", "60000", "7000"))
	default:
		return change(p.at, "exit-reason", m.pick("it broke", ""))
	}
}

// foreignHistory adds a record of an operation: of a resource on a node, or of one
// that is no longer configured.
func foreignHistory(m *mutator) string {
	state := m.one("lrm_resources")
	primitive := m.oneOf(all(m.section("configuration", "resources"), "primitive"))
	if state.at == nil || primitive.at == nil {
		return ""
	}
	id := primitive.at.ID()
	if m.chance(3) {
		id = m.pick("orphan", id+":0", id+":1", id+":7")
	}
	var history *xml.Node
	for r := range state.at.All("lrm_resource") {
		if r.ID() == id {
			history = r
		}
	}
	if history == nil {
		history = xml.New("lrm_resource", "id", id, "class", primitive.at.Attr("class"), "type", primitive.at.Attr("type"))
		if p := primitive.at.Attr("provider"); p != "" {
			history.SetAttr("provider", p)
		}
		state.at.Add(history)
	}
	record := m.record(id)
	history.Add(record)
	return fmt.Sprintf("%s in %s", record, label(state.parent))
}

// record makes one of an operation.
func (m *mutator) record(id string) *xml.Node {
	task := m.pick("start", "stop", "monitor", "monitor", "promote", "demote", "migrate_to", "migrate_from")
	interval := "0"
	if task == "monitor" {
		interval = m.pick("0", "10000")
	}
	rc := m.pick("0", "0", "0", "7", "8", "1", "5")
	status := "0"
	if m.chance(4) {
		status = m.pick("-1", "2", "4")
	}
	uuid := "00000000-0000-4000-8000-000000000001"
	return xml.New("lrm_rsc_op", "id", strings.Join([]string{id, task, interval, m.id("op")}, "_"), "operation_key", id+"_"+task+"_"+interval,
		"operation", task, "crm-debug-origin", "differ", "crm_feature_set", "3.19.0", "transition-key", "1:2:0:"+uuid,
		"transition-magic", status+":"+rc+";1:2:0:"+uuid, "call-id", m.pick("1", "50", "500"), "rc-code", rc, "op-status", status,
		"interval", interval, "last-rc-change", m.pick("1767268790", "1000"), "op-digest", "f2317cad3d54cec5d7d7aa7d0bf35cf8",
		"migrate_source", m.pick(append(m.nodes(), "gone")...), "migrate_target", m.pick(append(m.nodes(), "gone")...))
}

// nodeStateDetail changes the rest of what is known of a node.
func nodeStateDetail(m *mutator) string {
	p := m.one("node_state")
	if p.at == nil {
		return ""
	}
	v := []values{
		{"in_ccm", []string{"true", "false", "0", "1767268700"}}, {"crmd", []string{"online", "offline", "0", "1767268700", "1000"}},
		{"expected", []string{"member", "down", ""}}, {"join", []string{"member", "down", "pending", "nack"}},
		{"remote_node", yesno}, {"node_fenced", []string{"0", "1", "1767268700"}}, {"node_in_maintenance", yesno},
	}[m.r.IntN(7)]
	return change(p.at, v.name, m.pick(v.list...))
}

// lock says that a resource waits for the node that it was stopped on.
func lock(m *mutator) string {
	p := m.one("lrm_resource")
	if p.at == nil {
		return ""
	}
	config := m.section("configuration", "crm_config")
	if config.Child("cluster_property_set") == nil {
		config.Add(xml.New("cluster_property_set", "id", m.id("locks")))
	}
	m.set(config, "cluster_property_set", "shutdown-lock", "true")
	if m.chance(2) {
		m.set(config, "cluster_property_set", "shutdown-lock-limit", m.pick("0", "5min", "100h"))
	}
	return change(p.at, "shutdown-lock", m.pick("1767268790", "1767260000", "1000", "0", "true"))
}

// launched says that what is no longer configured ran in a machine that is.
func launched(m *mutator) string {
	p, launcher := m.one("lrm_resource"), m.one("primitive")
	if p.at == nil || launcher.at == nil {
		return ""
	}
	if m.chance(2) {
		p.at.SetAttr("id", m.pick("orphan", "guest9"))
	}
	if m.chance(2) {
		p.at.SetAttr("class", "ocf")
		p.at.SetAttr("provider", "pacemaker")
		p.at.SetAttr("type", "remote")
	}
	return change(p.at, "container", launcher.at.ID())
}
