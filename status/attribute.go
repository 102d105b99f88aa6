package status

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/output"
	"holdfast/scheduler/config"
	"holdfast/scheduler/model"
)

// hiddenPrefixes begin the names of node attributes that have a section of
// their own or are the cluster's private business.
var hiddenPrefixes = []string{"fail-count", "last-failure", "shutdown", "terminate", "standby", "#"}

// Attributes is the list of node attributes of all online nodes.
func (v *View) Attributes() Section {
	return Section{Item: v.attributeItems, Nodes: func() []*xml.Node { return one(v.attributesXML()) }}
}

// attribute is one node attribute as shown. Expected is what a healthy ping
// agent would have set, -1 if none sets it.
type attribute struct {
	name, value string
	expected    int
}

// attributes lists what is shown of a node's attributes, by name.
func (v *View) attributes(n *model.Node) []attribute {
	if !n.Online || !v.OnlyNodes.HasFold(n.Name) {
		return nil
	}
	var list []attribute
	for _, a := range n.Attrs.Sorted() {
		if slices.ContainsFunc(hiddenPrefixes, func(p string) bool { return strings.HasPrefix(a.Name, p) }) {
			continue
		}
		list = append(list, attribute{a.Name, a.Value, v.expectedPing(n, n.Running, a.Name)})
	}
	return list
}

// expectedPing returns the value that a node attribute has while every host is
// reached, if a ping agent that runs on the node sets it; else -1.
func (v *View) expectedPing(n *model.Node, running []*model.Resource, name string) int {
	for _, r := range running {
		if expected := v.expectedPing(n, r.Children, name); expected >= 0 {
			return expected
		}
		if !strings.EqualFold(r.Type, "ping") && !strings.EqualFold(r.Type, "pingd") {
			continue
		}
		params := config.Params(v.Cluster, r, n)
		target := params.Get("name")
		if target == "" {
			target = "pingd"
		}
		if !strings.EqualFold(target, name) {
			continue
		}
		hosts := 0
		if list := params.Get("host_list"); list != "" {
			hosts = strings.Count(list, " ") + 1
		}
		multiplier, err := strconv.Atoi(params.Get("multiplier"))
		if err != nil {
			multiplier = 1 // as the agent has it
		}
		return hosts * multiplier
	}
	return -1
}

// text is the attribute on a line, with a hint if connectivity is lost.
func (a attribute) text() string {
	s := fmt.Sprintf("%-32s\t: %-10s", a.name, a.value)
	if a.expected < 0 {
		return s
	}
	switch value, _ := strconv.Atoi(a.value); {
	case value <= 0:
		return s + "\t: Connectivity is lost"
	case value < a.expected:
		return s + fmt.Sprintf("\t: Connectivity is degraded (Expected=%d)", a.expected)
	}
	return s
}

func (v *View) attributeItems() *output.Item {
	list := output.List("Node Attributes")
	for _, n := range v.ByName {
		node := output.List("Node: " + v.nodeName(n))
		for _, a := range v.attributes(n) {
			node.Add(output.Line(a.text()))
		}
		list.Add(node.OrNil())
	}
	return list.OrNil()
}

func (v *View) attributesXML() *xml.Node {
	list := xml.New("node_attributes")
	for _, n := range v.ByName {
		node := elem("node", "name", n.Name)
		for _, a := range v.attributes(n) {
			e := xml.New("attribute", "name", a.name, "value", a.value)
			if a.expected >= 0 {
				e.SetAttr("expected", strconv.Itoa(a.expected))
			}
			node.Add(e)
		}
		if len(node.Children) > 0 {
			list.Add(node)
		}
	}
	if len(list.Children) == 0 {
		return nil
	}
	return list
}
