package hub

import (
	"context"
	"strings"
	"testing"
	"time"

	"holdfast/cluster/view"
	"holdfast/host/engine"
)

func open(t *testing.T, o Options) (*Engine, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
	defer cancel()
	e, err := Open(ctx, o)
	if err == nil {
		t.Cleanup(func() { kill(e) })
	}
	return e, err
}

// nextView reads up to the next view.
func nextView(t *testing.T, e *Engine) view.View {
	t.Helper()
	limit := time.After(3 * time.Second)
	for {
		select {
		case ev := <-e.Events():
			if v, ok := ev.(engine.ViewChange); ok {
				return v.View
			}
		case <-limit:
			t.Fatal("no view within 3 s")
		}
	}
}

// TestOneNodeIsAClusterOfItsOwn: a single-node cluster is quorate at once.
func TestOneNodeIsAClusterOfItsOwn(t *testing.T) {
	e, err := open(t, Options{Path: t.TempDir() + "/hub", Self: 7, Nodes: []view.Node{{ID: 7, Name: "only"}}})
	if err != nil {
		t.Fatal(err)
	}
	if v := nextView(t, e); !v.Quorate || !v.Has(7) || !v.HasMachine(7) {
		t.Errorf("%+v", v)
	}
}

// TestOneOfTwoIsQuorateOnceItHasSeenTheOther (two_node with wait_for_all).
func TestOneOfTwoIsQuorateOnceItHasSeenTheOther(t *testing.T) {
	o := Options{Path: t.TempDir() + "/hub", Nodes: threeNodes()[:2], TwoNode: true}
	a, b := o, o
	a.Self, b.Self = 1, 2
	first, err := open(t, a)
	if err != nil {
		t.Fatal(err)
	}
	if nextView(t, first).Quorate {
		t.Error("one of two nodes is quorate before it has seen the other")
	}
	second, err := open(t, b)
	if err != nil {
		t.Fatal(err)
	}
	if !nextView(t, first).Quorate || !nextView(t, second).Quorate {
		t.Error("two of two nodes are not quorate")
	}
	kill(first) // and with it the hub
	if v := nextView(t, second); !v.Quorate || len(v.Members) != 1 {
		t.Errorf("the survivor is in %+v", v)
	}
}

// TestRefusalsNameTheCause: a second process of a node, and a member of another
// cluster.
func TestRefusalsNameTheCause(t *testing.T) {
	o := Options{Path: t.TempDir() + "/hub", Self: 1, Nodes: threeNodes()}
	if _, err := open(t, o); err != nil {
		t.Fatal(err)
	}
	stranger := o
	stranger.Nodes = stranger.Nodes[:2]
	for _, c := range []struct {
		o    Options
		want string
	}{
		{o, "node 1 takes part already"},
		{stranger, "differs from the cluster's"},
		{Options{Path: o.Path, Self: 9, Nodes: o.Nodes}, "not in the node list"},
		{Options{Path: "/nowhere/hub", Self: 1, Nodes: o.Nodes, Token: 20 * time.Millisecond}, "/nowhere/hub"},
	} {
		if _, err := open(t, c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("error %v, not one with %q", err, c.want)
		}
	}
}

// TestDamagedFramesAreRefused: lengths beyond the cap, and entries too short.
func TestDamagedFramesAreRefused(t *testing.T) {
	e := &Engine{now: &viewBody{}}
	for _, body := range [][]byte{nil, {1}, make([]byte, entryHead), make([]byte, entryHead+3)} {
		if e.onMessage(body) == nil {
			t.Errorf("a message entry of %d bytes was taken", len(body))
		}
		if e.onView(body) == nil {
			t.Errorf("a view entry of %d bytes was taken", len(body))
		}
	}
}

// TestTheHostMayLeave: it is told as leaving, and the others have another hub.
func TestTheHostMayLeave(t *testing.T) {
	o := Options{Path: t.TempDir() + "/hub", Nodes: threeNodes()}
	var all []*Engine
	for _, n := range o.Nodes {
		o.Self = n.ID
		e, err := open(t, o)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, e)
	}
	if !all[0].Hosts() {
		t.Fatal("the first member is not the host")
	}
	for _, e := range all[1:] {
		for len(nextView(t, e).Members) < 3 {
		}
	}
	all[0].Multicast([]byte("goodbye"))
	if err := all[0].Close(); err != nil {
		t.Error(err)
	}
	for _, e := range all[1:] {
		v := nextView(t, e)
		if len(v.Left) != 1 || v.Left[0] != (view.Change{ID: 1, Reason: view.Leave}) {
			t.Errorf("node %d was told %+v", e.Self(), v)
		}
	}
	all[1].Multicast([]byte("we go on"))
	for _, e := range all[1:] {
		limit := time.After(3 * time.Second)
		for done := false; !done; {
			select {
			case ev := <-e.Events():
				m, ok := ev.(engine.Message)
				done = ok && string(m.Data) == "we go on"
			case <-limit:
				t.Fatalf("node %d does not hear the next hub", e.Self())
			}
		}
	}
}
