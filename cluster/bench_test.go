package cluster

import (
	"strconv"
	"testing"

	"holdfast/cluster/wire"
)

// BenchmarkAttributeUpdate takes an attribute through three members: asked at one,
// said to all, written into the status by each.
func BenchmarkAttributeUpdate(b *testing.B) {
	m := newMeeting(b)
	m.meet([]string{"n1", "n2", "n3"})
	m.deliver(1 << 20)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		c := &wire.Attribute{Task: "update", Node: "n1", Name: "load", Value: strconv.Itoa(i), Dampen: -1, Interval: -1}
		m.client++
		m.step(m.named("n1"), Asked{Client: m.client, Command: c})
		m.deliver(1 << 20)
	}
	want := strconv.Itoa(int(m.client) - 1)
	for _, a := range m.nodes {
		if values := a.State().Attributes.Query("load", "", ""); len(values) != 1 || *values[0].Value != want {
			b.Fatalf("%s has %v, want %s", a.cfg.Name, values, want)
		}
	}
}
