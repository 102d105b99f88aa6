package cluster

import (
	"testing"

	"holdfast/cluster/wire"
)

// TestSecondHello has a member hear a second hello of another, behind the common state: its
// engine had kept the first while it was in sync alone. Its own attributes are as in the
// newer one, and counted so; an older one changes nothing.
func TestSecondHello(t *testing.T) {
	m := newMeeting(t)
	m.meet([]string{"n1", "n2", "n3"})
	m.deliver(1 << 20)
	second := (*keeper)(m.nodes[1].Node).Describe()
	second.Members = m.nodes[1].with
	for _, step := range []struct {
		updates uint64
		value   string
		want    string
	}{{7, "5", "5"}, {6, "4", "5"}, {8, "6", "6"}} {
		second.Updates, second.Held = step.updates, []wire.Held{{Name: "load", Value: &step.value}}
		for _, a := range m.nodes {
			m.step(a, Received{From: 2, Data: wire.Encode(&second)})
			found := a.State().Attributes.Query("load", "", "")
			if len(found) != 1 || *found[0].Value != step.want || a.Index() != m.nodes[0].Index() {
				t.Errorf("%s: load of n2 is %v at %d, want %s", a.cfg.Name, found, a.Index(), step.want)
			}
		}
	}
}
