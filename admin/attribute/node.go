package attribute

import (
	"strings"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// NodeID finds the id under which a node's attributes are kept, by its name in
// any case. Remote and guest nodes may be known by the resource that makes them,
// and are kept under their name.
func NodeID(c cib.CIB, name string) (id string, remote, ok bool) {
	for n := range c.Section("nodes").All("node") {
		if strings.EqualFold(n.Attr("uname"), name) {
			if strings.EqualFold(n.Attr("type"), "remote") {
				return n.Attr("uname"), true, true
			}
			return n.ID(), false, true
		}
	}
	for p := range c.Section("resources").All("primitive") {
		if id, ok := remoteName(p, name); ok {
			return id, true, true
		}
	}
	for n := range c.Section("status").All("node_state") {
		if is, _ := crm.ParseBool(n.Attr("remote_node")); is && strings.EqualFold(n.ID(), name) {
			return n.Attr("uname"), true, true
		}
	}
	return "", false, false
}

// remoteName reports whether a resource makes the remote or guest node with a
// name, and gives the name as it is spelled there.
func remoteName(p *xml.Node, name string) (string, bool) {
	if p.Attr("class") == "ocf" && p.Attr("provider") == "pacemaker" && p.Attr("type") == "remote" &&
		strings.EqualFold(p.ID(), name) {
		return p.ID(), true
	}
	for set := range p.All("meta_attributes") {
		for pair := range set.All("nvpair") {
			if pair.Attr("name") == "remote-node" && strings.EqualFold(pair.Attr("value"), name) {
				return pair.Attr("value"), true
			}
		}
	}
	return "", false
}
