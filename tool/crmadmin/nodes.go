package crmadmin

import (
	"holdfast/cib/xml"
	"holdfast/output"
)

// node is a row of --nodes.
type node struct{ kind, name, id string }

// nodesOf lists the nodes of a configuration: cluster nodes, then guest nodes
// (resources with the meta-attribute remote-node), then remote nodes.
func nodesOf(root *xml.Node) []node {
	var cluster, guest, remote []node
	config := root.Child("configuration")
	for n := range config.Child("nodes").All("node") {
		switch n.Attr("type") {
		case "", "member", "normal":
			cluster = append(cluster, node{"cluster", n.Attr("uname"), n.ID()})
		}
	}
	xml.Walk(config.Child("resources"), func(n *xml.Node, _ xml.Path) bool {
		if n.Kind != xml.Element || n.Name != "primitive" {
			return true
		}
		if n.Attr("provider") == "pacemaker" && n.Attr("type") == "remote" {
			remote = append(remote, node{"remote", n.ID(), n.ID()})
		}
		for set := range n.All("meta_attributes") {
			for nv := range set.All("nvpair") {
				if nv.Attr("name") == "remote-node" {
					guest = append(guest, node{"guest", nv.Attr("value"), nv.Attr("value")})
				}
			}
		}
		return false
	})
	return append(append(cluster, guest...), remote...)
}

type nodeList struct {
	nodes         []node
	export, quiet bool
}

// Text writes a line for each node.
func (n nodeList) Text(l *output.Lines) {
	if len(n.nodes) == 0 && !n.quiet {
		l.Line("No nodes configured")
	}
	for _, node := range n.nodes {
		switch {
		case n.export:
			l.Line("export " + node.name + "=" + node.id)
		case n.quiet:
			l.Line(node.name)
		default:
			l.Line(node.kind + " node: " + node.name + " (" + node.id + ")")
		}
	}
}

// XML adds a nodes element.
func (n nodeList) XML(t *output.Tree) {
	t.Open("nodes")
	for _, node := range n.nodes {
		t.Open("node", "type", node.kind, "name", node.name, "id", node.id)
		t.Close()
	}
	t.Close()
}
