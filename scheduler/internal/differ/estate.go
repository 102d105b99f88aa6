package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// An estate is a cluster drawn with everything a configuration can say at once:
// remote nodes, guests, bundles, tickets, sets, rules, health, capacities, fencing
// topologies. What runs where comes from the life it is then given (life.go).
type estate struct {
	*rand.Rand
	nodes, remotes []string // full nodes; remote and guest ones
	tops           []string // resources that constraints name
	promotable     []string
	primitives     []string
	devices        []string
	template       string // "" if there is none
	count          int    // for ids

	options, members, resources, constraints, levels, status strings.Builder
}

// drawEstate draws a CIB.
func drawEstate(r *rand.Rand) (*xml.Node, error) {
	e := &estate{Rand: r}
	e.drawNodes()
	e.drawOptions()
	e.drawTemplate()
	for range 2 + r.IntN(6) {
		e.drawResource()
	}
	e.drawFencing()
	tags := e.tags()
	for range 1 + r.IntN(7) {
		e.drawConstraint()
	}
	text := fmt.Sprintf(`<cib crm_feature_set="3.19.0" validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0" have-quorum="%s" dc-uuid="1">
		<configuration><crm_config><cluster_property_set id="o">%s</cluster_property_set></crm_config><nodes>%s</nodes><resources>%s</resources>
		<constraints>%s</constraints>%s%s%s</configuration><status>%s</status></cib>`,
		e.often("1", "0"), &e.options, &e.members, &e.resources, &e.constraints, e.topology(), e.defaults(), tags, &e.status)
	cib, err := xml.ParseString(text)
	if err != nil {
		return nil, fmt.Errorf("drawn estate: %w", err)
	}
	return cib, nil
}

// often is the first of two values, mostly.
func (e *estate) often(usual, other string) string {
	if e.chance(10) {
		return other
	}
	return usual
}

func (e *estate) chance(n int) bool { return e.IntN(n) == 0 }

func (e *estate) pick(list ...string) string { return list[e.IntN(len(list))] }

// id makes a new id.
func (e *estate) id(head string) string {
	e.count++
	return fmt.Sprintf("%s%d", head, e.count)
}

// pair is a name with a value in a set.
func (e *estate) pair(name, value string) string {
	return fmt.Sprintf(`<nvpair id="%s" name="%s" value="%s"/>`, e.id("p"), name, value)
}

// set is a set of pairs, "" if there are none.
func (e *estate) set(kind, pairs string) string {
	if pairs == "" {
		return ""
	}
	return fmt.Sprintf(`<%s id="%s">%s</%s>`, kind, e.id("s"), pairs, kind)
}

// some draws a few pairs of a list, each one in so many.
func (e *estate) some(list []values, oneIn int) string {
	var b strings.Builder
	for _, v := range list {
		if e.chance(oneIn) {
			b.WriteString(e.pair(v.name, e.pick(v.list...)))
		}
	}
	return b.String()
}

var nodeAttributes = []values{
	{"standby", []string{"true", "off", "on"}}, {"maintenance", yesno}, {"#health-a", []string{"red", "yellow", "green", "-5"}},
	{"site", []string{"a", "b"}}, {"site", []string{"a", "c"}}, {"disk", []string{"1", "20", "ssd"}}, {"terminate", yesno}, {"resource-discovery-enabled", yesno},
}

var nodeCapacities = []values{{"cpu", []string{"1", "2", "4"}}, {"memory", []string{"5", "8", "1000"}}}

func (e *estate) drawNodes() {
	for i := range 2 + e.IntN(4) {
		name := fmt.Sprintf("n%d", i+1)
		e.nodes = append(e.nodes, name)
		fmt.Fprintf(&e.members, `<node id="%d" uname="%s">%s%s</node>`, i+1, name,
			e.set("instance_attributes", e.some(nodeAttributes, 9)), e.set("utilization", e.some(nodeCapacities, 4)))
		state := e.pick(`in_ccm="true" crmd="online" join="member" expected="member"`, `in_ccm="true" crmd="online" join="member" expected="member"`,
			`in_ccm="true" crmd="online" join="member" expected="member"`, `in_ccm="false" crmd="offline" join="down" expected="down"`,
			`in_ccm="false" crmd="offline" join="down" expected="member"`, `in_ccm="true" crmd="online" join="pending" expected="member"`)
		if e.chance(12) {
			continue // never seen
		}
		fmt.Fprintf(&e.status, `<node_state id="%d" uname="%s" %s><lrm id="%d"><lrm_resources/></lrm>%s</node_state>`, i+1, name, state, i+1, e.said(i+1))
	}
	if e.chance(3) {
		e.status.WriteString(fmt.Sprintf(`<tickets><ticket_state id="T1" granted="%s" standby="%s" last-granted="1767268000"/></tickets>`,
			e.pick(yesno...), e.often("false", "true")))
	}
}

// said are a node's transient attributes.
func (e *estate) said(id int) string {
	pairs := e.some([]values{{"shutdown", []string{"1767268700", "0"}}, {"pingd", []string{"0", "1000"}}, {"#health-b", []string{"red", "yellow", "green", "10"}},
		{"standby", []string{"on", "off"}}, {"site", []string{"a", "b"}}, {"#feature-set", []string{"3.19.0", "3.20.1"}},
		{"#node-unfenced", []string{"1767268000", "0"}}}, 7)
	return fmt.Sprintf(`<transient_attributes id="%d">%s</transient_attributes>`, id, e.set("instance_attributes", pairs))
}

func (e *estate) drawOptions() {
	e.options.WriteString(e.pair("fencing-enabled", e.pick("true", "true", "true", "false")))
	for _, v := range options {
		if !slices.Contains([]string{"fencing-enabled", "stop-all-resources", "maintenance-mode", "remove-after-stop"}, v.name) && e.chance(12) {
			if value := e.pick(v.list...); value != "suicide" { // an older word
				e.options.WriteString(e.pair(v.name, value))
			}
		}
	}
	if e.chance(20) {
		e.options.WriteString(e.pair(e.pick("stop-all-resources", "maintenance-mode", "stop-all-resources"), "true"))
	}
	e.options.WriteString(e.some([]values{{"fence-remote-without-quorum", yesno}, {"node-health-green", []string{"5"}}, {"cluster-recheck-interval", []string{"5min", "0"}}}, 12))
}

// defaults are what resources and operations have if they say nothing.
func (e *estate) defaults() string {
	var b strings.Builder
	if e.chance(4) {
		rule := ""
		if e.chance(2) {
			rule = fmt.Sprintf(`<rule id="%s" boolean-op="and"><rsc_expression id="%s" class="ocf" type="%s"/></rule>`, e.id("r"), e.id("e"), e.pick("Dummy", "Stateful"))
		}
		fmt.Fprintf(&b, `<rsc_defaults><meta_attributes id="%s">%s%s</meta_attributes></rsc_defaults>`, e.id("s"), rule, e.some(metas, 12))
	}
	if e.chance(4) {
		rule := ""
		if e.chance(2) {
			rule = fmt.Sprintf(`<rule id="%s" boolean-op="and"><op_expression id="%s" name="%s"/></rule>`, e.id("r"), e.id("e"), e.pick("monitor", "start", "stop"))
		}
		fmt.Fprintf(&b, `<op_defaults><meta_attributes id="%s">%s%s%s</meta_attributes></op_defaults>`, e.id("s"), rule, e.pair("timeout", "33s"),
			e.some([]values{{"on-fail", onFails}, {"enabled", yesno}}, 5))
	}
	return b.String()
}
