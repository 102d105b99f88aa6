package corosync_test

import (
	"context"
	"os"
	"syscall"
	"testing"
	"time"

	"holdfast/crm"
	"holdfast/host/engine"
	"holdfast/host/engine/corosync"
	"holdfast/host/engine/corosync/qb"
	"holdfast/host/engine/enginetest"
	"holdfast/host/engine/enginetest/corolab"
)

// cluster is a lab of real Corosyncs, with all members in this process.
type cluster struct {
	lab  *corolab.Lab
	size int
	pid  uint32 // told to the group; every member gets its own
}

func start(tb testing.TB, size int) *cluster {
	if why := corolab.Missing(); why != "" {
		tb.Skip("no real Corosync here: " + why)
	}
	dir := tb.TempDir()
	lab, err := corolab.Start(dir, size, time.Second)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		lab.Stop()
		if tb.Failed() && os.Getenv("COROLAB_KEEP") != "" {
			os.CopyFS(os.Getenv("COROLAB_KEEP"), os.DirFS(dir))
		}
	})
	return &cluster{lab: lab, size: size, pid: 10000}
}

func (c *cluster) Size() int { return c.size }

// open tries until Corosync is up.
func (c *cluster) open(id crm.NodeID, limit time.Duration) (*corosync.Engine, error) {
	c.pid++
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	defer cancel()
	for {
		e, err := corosync.Open(ctx, corosync.Options{
			IPC: qb.Options{Root: c.lab.Root(int(id)), Enter: c.lab.Enter(int(id)), Timeout: 2 * time.Second},
			PID: c.pid,
		})
		if err == nil || ctx.Err() != nil {
			return e, err
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (c *cluster) Open(t testing.TB, id crm.NodeID) engine.Engine {
	t.Helper()
	e, err := c.open(id, 20*time.Second)
	if err != nil {
		t.Fatalf("open on node %d: %v", id, err)
	}
	return e
}

func (c *cluster) Kill(_ testing.TB, e engine.Engine) { e.(*corosync.Engine).Abandon() }

func (c *cluster) PowerOff(_ testing.TB, id crm.NodeID) { c.lab.PowerOff(int(id)) }

func (c *cluster) PowerOn(t testing.TB, id crm.NodeID) { check(t, c.lab.PowerOn(int(id))) }

func (c *cluster) RestartEngine(t testing.TB, id crm.NodeID) {
	check(t, c.lab.Signal(int(id), syscall.SIGKILL))
	time.Sleep(100 * time.Millisecond)
	check(t, c.lab.StartCorosync(int(id)))
}

func (c *cluster) Isolate(t testing.TB, id crm.NodeID) { check(t, c.lab.Isolate(int(id))) }

func (c *cluster) Heal(t testing.TB) { check(t, c.lab.Heal()) }

func check(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestConformance(t *testing.T) { enginetest.Run(t, start(t, 3)) }

func BenchmarkEngine(b *testing.B) { enginetest.Bench(b, start(b, 3)) }
