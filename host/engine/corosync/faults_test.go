package corosync_test

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"holdfast/cluster/view"
	"holdfast/host/engine"
	"holdfast/host/engine/corosync"
	"holdfast/host/engine/corosync/qb"
)

// until reads events up to one that is wanted.
func until(t *testing.T, e engine.Engine, what string, limit time.Duration, want func(engine.Event) bool) {
	t.Helper()
	end := time.After(limit)
	for {
		select {
		case ev, ok := <-e.Events():
			if ok && want(ev) {
				return
			}
			if !ok {
				t.Fatalf("the stream ended before %s", what)
			}
		case <-end:
			t.Fatalf("no %s within %v", what, limit)
		}
	}
}

func isLost(ev engine.Event) bool { _, ok := ev.(engine.Lost); return ok }

// TestAStoppedCorosyncIsLostNotWaitedFor: SIGSTOP makes every call of the C
// library hang; here it costs the timeout. A new engine comes up after SIGCONT.
func TestAStoppedCorosyncIsLostNotWaitedFor(t *testing.T) {
	c := start(t, 2)
	e := c.Open(t, 1)
	check(t, c.lab.Signal(1, syscall.SIGSTOP))
	e.Multicast([]byte("into the void"))
	stopped := time.Now()
	until(t, e, "Lost", 10*time.Second, func(ev engine.Event) bool {
		if isLost(ev) && !strings.Contains(ev.(engine.Lost).Err.Error(), "stopped or hangs") {
			t.Errorf("Lost without the cure: %v", ev)
		}
		return isLost(ev)
	})
	t.Logf("Lost after %v", time.Since(stopped))
	if _, err := c.open(1, 500*time.Millisecond); err == nil {
		t.Error("opened an engine on a stopped Corosync")
	}
	check(t, c.lab.Signal(1, syscall.SIGCONT))
	c.Open(t, 1).Close()
}

// TestADeadCorosyncLeavesNothingBehind: after kill -9 its shared memory is
// removed by the client, and the next Corosync is found.
func TestADeadCorosyncLeavesNothingBehind(t *testing.T) {
	c := start(t, 2)
	e := c.Open(t, 1)
	check(t, c.lab.Signal(1, syscall.SIGKILL))
	killed := time.Now()
	until(t, e, "Lost", 2*time.Second, isLost)
	t.Logf("Lost after %v", time.Since(killed))
	e.Close()
	leftovers := func() []string {
		left, _ := filepath.Glob(c.lab.Root(1) + "/dev/shm/qb-*/*-cpg-*")
		return left
	}
	for end := time.Now().Add(3 * time.Second); len(leftovers()) > 0 && time.Now().Before(end); {
		time.Sleep(10 * time.Millisecond)
	}
	if left := leftovers(); len(left) > 0 {
		t.Errorf("left in shared memory: %v", left)
	}
	_, err := c.open(1, 200*time.Millisecond)
	if err == nil || !strings.Contains(err.Error(), "not running") || !strings.Contains(err.Error(), "systemctl start") {
		t.Errorf("open without a Corosync: %v", err)
	}
	check(t, c.lab.StartCorosync(1))
	c.Open(t, 1).Close()
}

// TestTruncatedSharedMemoryIsAnErrorNotACrash: SIGBUS becomes Lost.
func TestTruncatedSharedMemoryIsAnErrorNotACrash(t *testing.T) {
	c := start(t, 2)
	e := c.Open(t, 1)
	files, _ := filepath.Glob(c.lab.Root(1) + "/dev/shm/qb-*/*-cpg-data")
	if len(files) == 0 {
		t.Fatal("no shared memory found")
	}
	for _, f := range files {
		check(t, os.Truncate(f, 0))
	}
	e.Multicast([]byte("into the hole"))
	until(t, e, "Lost", 10*time.Second, isLost)
}

// TestTheNodeListFollowsAReload: a name changed in corosync.conf arrives as
// NodeList, and the map answers the daemon's questions.
func TestTheNodeListFollowsAReload(t *testing.T) {
	c := start(t, 2)
	e := c.Open(t, 1).(*corosync.Engine)
	defer e.Close()
	if token, err := e.Token(); err != nil || token < time.Second {
		t.Errorf("token %v, %v", token, err)
	}
	if name, err := e.ClusterName(); name != "corolab" {
		t.Errorf("cluster name %q, %v", name, err)
	}
	if _, ok, err := e.Get("no.such.key"); ok || err != nil {
		t.Errorf("a key that is not there: %v, %v", ok, err)
	}
	check(t, c.lab.Reload(1, func(conf string) string { return strings.Replace(conf, "name: n2", "name: nova", 1) }))
	want := []view.Node{{ID: 1, Name: "n1"}, {ID: 2, Name: "nova"}}
	until(t, e, "NodeList", 10*time.Second, func(ev engine.Event) bool {
		list, ok := ev.(engine.NodeList)
		return ok && slices.Equal(list.Nodes, want)
	})
	if !slices.Equal(e.Nodes(), want) {
		t.Errorf("Nodes: %v", e.Nodes())
	}
}

// TestNoCorosyncIsAClearError on whatever machine this runs.
func TestNoCorosyncIsAClearError(t *testing.T) {
	root := t.TempDir() // with sockets as files, of which there are none
	check(t, os.MkdirAll(filepath.Join(root, "etc/libqb"), 0o755))
	check(t, os.WriteFile(filepath.Join(root, "etc/libqb/force-filesystem-sockets"), nil, 0o644))
	_, err := corosync.Open(context.Background(), corosync.Options{IPC: qb.Options{Root: root, Timeout: time.Second}})
	if err == nil || !strings.Contains(err.Error(), "start it") {
		t.Errorf("error %v", err)
	}
}
