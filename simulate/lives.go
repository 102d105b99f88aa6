package simulate

import (
	"holdfast/cib/xml"
	"holdfast/crm"
)

// checkLives holds invariant 7: no attribute of a former life is known of a member
// that is here in another, neither in the table nor in the status section.
func (t *truth) checkLives() {
	for _, p := range t.inSync() {
		s := p.node.State()
		for _, m := range t.w.machines {
			peer := s.Peers[m.id]
			if peer == nil || !peer.Present {
				continue
			}
			for _, w := range s.Attributes.Query(lifeAttribute, "", m.name) {
				t.ofThisLife(p, m, "the table", *w.Value, peer.Life.Boot)
			}
			t.ofThisLife(p, m, "the status section", statusAttribute(s.CIB, m.name, lifeAttribute), peer.Life.Boot)
		}
	}
}

func (t *truth) ofThisLife(p *process, m *machine, place, value, life string) {
	if value != "" && value != life {
		t.w.violated("invariant 7, incarnations: %s has in %s an attribute of %s, and %s is here as %s", p.m.name, place, value, m.name, life)
	}
}

// statusAttribute is the value of a node attribute in the status section.
func statusAttribute(root *xml.Node, node crm.NodeName, name string) string {
	value := ""
	for state := range root.Child("status").All("node_state") {
		if state.Attr("uname") != string(node) {
			continue
		}
		for set := range state.Child("transient_attributes").Elements() {
			for nv := range set.All("nvpair") {
				if nv.Attr("name") == name {
					value = nv.Attr("value")
				}
			}
		}
	}
	return value
}
