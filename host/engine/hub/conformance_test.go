package hub

import (
	"context"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
	"holdfast/host/engine/enginetest"
)

// cluster is one socket; every node has a holder of its machine, as with a
// supervisor.
type cluster struct {
	nodes    []view.Node
	path     string
	token    time.Duration
	machines map[crm.NodeID]*Machine
	engines  map[crm.NodeID]*Engine
}

func start(tb testing.TB, size int) *cluster {
	c := &cluster{path: filepath.Join(tb.TempDir(), "hub"), token: 500 * time.Millisecond,
		machines: map[crm.NodeID]*Machine{}, engines: map[crm.NodeID]*Engine{}}
	for i := range size {
		c.nodes = append(c.nodes, view.Node{ID: crm.NodeID(i + 1), Name: crm.NodeName(fmt.Sprint("n", i+1))})
	}
	for _, n := range c.nodes {
		c.PowerOn(tb, n.ID)
	}
	tb.Cleanup(func() {
		for _, n := range c.nodes {
			c.PowerOff(tb, n.ID)
		}
	})
	return c
}

func (c *cluster) options(id crm.NodeID) Options {
	return Options{Path: c.path, Self: id, Nodes: c.nodes, Token: c.token}
}

func (c *cluster) Size() int { return len(c.nodes) }

func (c *cluster) Open(t testing.TB, id crm.NodeID) engine.Engine {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	e, err := Open(ctx, c.options(id))
	if err != nil {
		t.Fatalf("open node %d: %v", id, err)
	}
	c.engines[id] = e
	return e
}

func (c *cluster) Kill(_ testing.TB, e engine.Engine) { kill(e.(*Engine)) }

// dead are the incarnations that were killed: as far as the hub can see, their
// processes are gone.
var dead sync.Map

func init() {
	runs = func(w who) bool {
		_, gone := dead.Load(w.Inc)
		return !gone
	}
}

func kill(e *Engine) {
	dead.Store(e.self.Inc, true)
	e.Abandon()
}

func (c *cluster) PowerOff(_ testing.TB, id crm.NodeID) {
	if e := c.engines[id]; e != nil {
		kill(e)
	}
	if m := c.machines[id]; m != nil {
		dead.Store(m.inc, true)
		m.Close()
	}
	delete(c.engines, id)
	delete(c.machines, id)
}

func (c *cluster) PowerOn(t testing.TB, id crm.NodeID) {
	m, err := HoldMachine(c.options(id))
	if err != nil {
		t.Fatal(err)
	}
	c.machines[id] = m
}

// RestartEngine kills the hub, wherever it is, but not the member there.
func (c *cluster) RestartEngine(t testing.TB, _ crm.NodeID) {
	for _, e := range c.engines {
		e.mu.Lock()
		h := e.host
		e.mu.Unlock()
		if h != nil && !h.finished() {
			h.crashed.Store(true)
			h.stop(time.Second)
			return
		}
	}
	t.Fatal("nobody hosts the hub")
}

func TestConformance(t *testing.T) { enginetest.Run(t, start(t, 3)) }

func BenchmarkEngine(b *testing.B) { enginetest.Bench(b, start(b, 3)) }
