package main

import "holdfast/cib/xml"

// recorded are the mutations of the recorded mutants, about as frequent as there.
var recorded = []mutation{
	{"history", 24, history},
	{"meta", 40, meta},
	{"quorum", 8, quorum},
	{"option", 14, option},
	{"node-state", 13, nodeState},
	{"add constraint", 12, addConstraint},
	{"drop", 10, dropConstraint},
	{"forget history", 10, forgetHistory},
	{"node-attribute", 10, nodeAttribute},
	{"score", 5, score},
}

var scores = []string{"INFINITY", "-INFINITY", "0", "1", "-1", "50", "-100", "100", "5000"}

func history(m *mutator) string {
	p := m.one("lrm_rsc_op")
	if p.at == nil {
		return ""
	}
	if m.chance(3) {
		return change(p.at, "op-status", m.pick("0", "4", "0", "2", "4", "1", "-1"))
	}
	did := change(p.at, "rc-code", m.pick("0", "1", "5", "6", "7", "8", "9"))
	if m.chance(4) {
		did += "; " + change(p.at, "op-status", m.pick("0", "4"))
	}
	return did
}

func forgetHistory(m *mutator) string {
	p := m.one("lrm_resource")
	if p.at == nil {
		return ""
	}
	p.remove()
	return label(p.at)
}

func quorum(m *mutator) string {
	return change(m.cib, "have-quorum", m.pick("0", "1", "true", "false"))
}

func nodeState(m *mutator) string {
	p := m.one("node_state")
	if p.at == nil {
		return ""
	}
	switch m.r.IntN(6) {
	case 0:
		change(p.at, "in_ccm", "false")
		change(p.at, "crmd", "offline")
		return change(p.at, "join", "down")
	case 1:
		return change(p.at, "join", m.pick("pending", "member", "down"))
	case 2:
		return change(p.at, "in_ccm", m.pick("true", "false"))
	case 3:
		return change(p.at, "expected", m.pick("down", "member"))
	case 4:
		change(p.at, "in_ccm", "true")
		change(p.at, "crmd", "online")
		return change(p.at, "join", "member")
	default:
		return change(p.at, "crmd", m.pick("offline", "online"))
	}
}

func nodeAttribute(m *mutator) string {
	p := m.oneOf(all(m.section("configuration", "nodes"), "node"))
	if p.at == nil {
		return ""
	}
	return m.set(p.at, "instance_attributes", m.pick("standby", "maintenance", "#health-a"),
		m.pick("true", "false", "on", "red", "yellow", "green"))
}

func dropConstraint(m *mutator) string {
	var list []place
	for child := range m.section("configuration", "constraints").Elements() {
		list = append(list, place{m.section("configuration", "constraints"), child})
	}
	p := m.oneOf(list)
	if p.at == nil {
		return ""
	}
	p.remove()
	return label(p.at)
}

func addConstraint(m *mutator) string {
	rscs, nodes := m.resources(), m.nodes()
	if len(rscs) == 0 || len(nodes) == 0 {
		return ""
	}
	a, b, id := m.pick(rscs...), m.pick(rscs...), m.id("constraint")
	var c *xml.Node
	switch m.r.IntN(3) {
	case 0:
		c = xml.New("rsc_location", "id", id, "rsc", a, "node", m.pick(nodes...), "score", m.pick(scores...))
	case 1:
		c = xml.New("rsc_colocation", "id", id, "rsc", a, "with-rsc", b, "score", m.pick(scores...))
	default:
		c = xml.New("rsc_order", "id", id, "first", a, "then", b, "kind", m.pick("Mandatory", "Optional", "Serialize"))
	}
	m.section("configuration", "constraints").Add(c)
	return c.String()
}

func score(m *mutator) string {
	var list []place
	for _, p := range all(m.section("configuration", "constraints")) {
		if p.at.Attr("score") != "" {
			list = append(list, p)
		}
	}
	p := m.oneOf(list)
	if p.at == nil {
		return ""
	}
	return change(p.at, "score", m.pick(scores...))
}

// values are a name and what it may be.
type values struct {
	name string
	list []string
}

var yesno = []string{"true", "false"}

var metas = []values{
	{"critical", yesno}, {"allow-migrate", yesno}, {"notify", yesno}, {"interleave", yesno}, {"ordered", yesno},
	{"is-managed", yesno}, {"maintenance", yesno}, {"globally-unique", yesno},
	{"target-role", []string{"Started", "Stopped", "Promoted", "Unpromoted"}},
	{"resource-stickiness", []string{"0", "1", "100", "INFINITY", "-100"}},
	{"requires", []string{"nothing", "quorum", "fencing", "unfencing"}},
	{"multiple-active", []string{"stop_start", "stop_only", "block", "stop_unexpected"}},
	{"priority", []string{"0", "5", "10", "-5"}},
	{"promoted-max", []string{"0", "1", "2"}}, {"promoted-node-max", []string{"1", "2"}},
	{"clone-max", []string{"0", "1", "2", "3"}}, {"clone-node-max", []string{"0", "1", "2"}}, {"clone-min", []string{"0", "1", "2"}},
	{"migration-threshold", []string{"1", "3", "INFINITY"}},
	{"failure-timeout", []string{"0", "60s", "1h"}},
}

func meta(m *mutator) string {
	p := m.oneOf(all(m.section("configuration", "resources"), "primitive", "group", "clone", "master", "bundle"))
	if p.at == nil {
		return ""
	}
	v := metas[m.r.IntN(len(metas))]
	return m.set(p.at, "meta_attributes", v.name, m.pick(v.list...))
}

var options = []values{
	{"symmetric-cluster", yesno}, {"start-failure-is-fatal", yesno}, {"stop-all-resources", yesno}, {"shutdown-lock", yesno},
	{"maintenance-mode", yesno}, {"fencing-enabled", yesno}, {"enable-startup-probes", yesno}, {"concurrent-fencing", yesno},
	{"stop-removed-resources", yesno}, {"startup-fencing", yesno}, {"cancel-removed-actions", yesno}, {"have-watchdog", yesno},
	{"node-health-strategy", []string{"none", "migrate-on-red", "only-green", "progressive", "custom"}},
	{"no-quorum-policy", []string{"stop", "freeze", "ignore", "demote", "fence", "suicide"}},
	{"fencing-action", []string{"reboot", "off"}},
	{"placement-strategy", []string{"default", "utilization", "minimal", "balanced"}},
	{"priority-fencing-delay", []string{"0", "15s"}},
	{"remove-after-stop", yesno}, {"shutdown-lock-limit", []string{"0", "60s", "1000h"}},
	{"fencing-watchdog-timeout", []string{"0", "10s"}}, {"batch-limit", []string{"0", "3"}}, {"migration-limit", []string{"-1", "1"}},
	{"cluster-delay", []string{"30s"}}, {"fencing-timeout", []string{"90s"}}, {"node-pending-timeout", []string{"0", "2h"}},
	{"node-health-base", []string{"0", "10"}}, {"node-health-red", []string{"-INFINITY", "-10"}}, {"node-health-yellow", []string{"0", "-10", "5"}},
}

func option(m *mutator) string {
	config := m.section("configuration", "crm_config")
	if config.Child("cluster_property_set") == nil {
		config.Add(xml.New("cluster_property_set", "id", m.id("options")))
	}
	v := options[m.r.IntN(len(options))]
	return m.set(config, "cluster_property_set", v.name, m.pick(v.list...))
}
