package simulate

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"holdfast/cib/xml"
)

// checkReplicas holds invariant 4 while the cluster works: two members of one view
// that are at the same place in the log hold the same document.
func (t *truth) checkReplicas() {
	seen := map[string]*process{}
	for _, p := range t.inSync() {
		s := p.node.State()
		var ids []string
		for _, m := range t.w.machines {
			if peer := s.Peers[m.id]; peer != nil && peer.Present {
				ids = append(ids, fmt.Sprintf("%s/%d", peer.Life.Boot, peer.Life.Start))
			}
		}
		place := fmt.Sprintf("%v %d %d", ids, s.Epoch, p.node.Index())
		other := seen[place]
		if other == nil {
			seen[place] = p
			continue
		}
		if !xml.Equal(s.CIB, other.node.CIB()) {
			t.w.violated("invariant 4, store: %s and %s are both at %d in the log and hold different documents", other.m.name, p.m.name, p.node.Index())
		}
	}
}

// checkStore holds invariant 4 after faults ended: all members hold the same, and
// nothing that was acknowledged is lost.
func (t *truth) checkStore() {
	first := t.w.machines[0].proc.node
	config := first.CIB().String()
	for _, m := range t.w.machines[1:] {
		n := m.proc.node
		switch {
		case n.CIB().String() != config:
			t.w.violated("invariant 4, store: the documents of n1 and %s differ", m.name)
		case !same(n.State().Attributes, first.State().Attributes):
			t.w.violated("invariant 4, store: the node attributes that n1 and %s know differ", m.name)
		case !same(n.State().Fencing, first.State().Fencing):
			t.w.violated("invariant 6, fence closure: n1 and %s know different verdicts", m.name)
		}
	}
	t.checkSets(first.CIB())
	for _, mark := range t.acked {
		if !strings.Contains(config, mark) {
			t.w.violated("invariant 4, store: the acknowledged change %s is lost", mark)
		}
	}
}

// checkSets holds that no set of attributes of one node has the id of another's.
func (t *truth) checkSets(root *xml.Node) {
	nodes := map[string]string{}
	for state := range root.Child("status").All("node_state") {
		name := state.Attr("uname")
		for set := range state.Child("transient_attributes").Elements() {
			if other, taken := nodes[set.ID()]; taken {
				t.w.violated("invariant 4, store: the attributes of %s and %s are both in the set %s", other, name, set.ID())
			}
			nodes[set.ID()] = name
		}
	}
}

func same(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}
