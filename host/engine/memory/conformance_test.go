package memory_test

import (
	"fmt"
	"testing"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
	"holdfast/host/engine/enginetest"
	"holdfast/host/engine/memory"
)

// cluster is a net driven by the real clock.
type cluster struct {
	live *memory.Live
	size int
}

func start(tb testing.TB, size int) *cluster {
	var nodes []view.Node
	for i := range size {
		nodes = append(nodes, view.Node{ID: crm.NodeID(i + 1), Name: crm.NodeName(fmt.Sprint("n", i+1))})
	}
	live := memory.NewLive(memory.New(memory.Options{Nodes: nodes, Seed: 1, Token: 100 * time.Millisecond, Merge: 20 * time.Millisecond}))
	tb.Cleanup(live.Close)
	return &cluster{live, size}
}

func (c *cluster) Size() int { return c.size }

func (c *cluster) Open(t testing.TB, id crm.NodeID) engine.Engine {
	e, err := c.live.Attach(id)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (c *cluster) Kill(_ testing.TB, e engine.Engine) { e.(*memory.Process).Kill() }

func (c *cluster) PowerOff(_ testing.TB, id crm.NodeID) {
	c.live.Do(func(n *memory.Net) { n.PowerOff(id) })
}

func (c *cluster) PowerOn(_ testing.TB, id crm.NodeID) {
	c.live.Do(func(n *memory.Net) { n.PowerOn(id) })
}

func (c *cluster) RestartEngine(_ testing.TB, id crm.NodeID) {
	c.live.Do(func(n *memory.Net) { n.RestartEngine(id) })
}

func (c *cluster) Isolate(_ testing.TB, id crm.NodeID) {
	c.live.Do(func(n *memory.Net) { n.Partition([]crm.NodeID{id}) })
}

func (c *cluster) Heal(testing.TB) { c.live.Do((*memory.Net).Heal) }

func TestConformance(t *testing.T) { enginetest.Run(t, start(t, 3)) }

func BenchmarkEngine(b *testing.B) { enginetest.Bench(b, start(b, 3)) }
