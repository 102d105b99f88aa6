package memory

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
	"holdfast/host/engine/enginetest"
)

// churn is one random life of a cluster: processes talk all the time while
// machines and network are broken and mended around them.
type churn struct {
	net      *Net
	rng      *rand.Rand
	journals []*enginetest.Journal
	of       map[*Member]*enginetest.Journal
	sent     map[*Member][]string
	serial   int
	cuts     bool // single ways are cut, too
}

func newChurn(seed uint64, nodes int) *churn {
	var list []view.Node
	for i := range nodes {
		list = append(list, view.Node{ID: crm.NodeID(i + 1), Name: crm.NodeName(fmt.Sprint("n", i+1))})
	}
	return &churn{
		net:  New(Options{Nodes: list, Seed: seed}),
		rng:  rand.New(rand.NewPCG(seed, 1)),
		of:   map[*Member]*enginetest.Journal{},
		sent: map[*Member][]string{},
	}
}

func (c *churn) any() crm.NodeID { return crm.NodeID(c.rng.IntN(len(c.net.machines)) + 1) }

func (c *churn) attach(id crm.NodeID) {
	m, err := c.net.Attach(id)
	if err != nil {
		return
	}
	j := &enginetest.Journal{Self: id}
	c.journals = append(c.journals, j)
	c.of[m] = j
}

func (c *churn) talk(id crm.NodeID) {
	m := c.net.Attached(id)
	if m == nil || !m.Alive() {
		return
	}
	c.serial++
	text := fmt.Sprintf("%d:%d", id, c.serial)
	m.Multicast([]byte(text))
	c.sent[m] = append(c.sent[m], text)
}

// act does one random thing.
func (c *churn) act() {
	id := c.any()
	switch k := c.rng.IntN(100); {
	case k < 70:
		for range c.rng.IntN(6) {
			c.talk(id)
			c.talk(c.any())
		}
	case k < 76:
		c.attach(id)
	case k < 79:
		if m := c.net.Attached(id); m != nil {
			m.Kill()
		}
	case k < 81:
		if m := c.net.Attached(id); m != nil {
			m.Close()
		}
	case k < 83:
		c.net.PowerOff(id)
	case k < 87:
		c.net.PowerOn(id)
	case k < 88:
		c.net.RestartEngine(id)
	case k < 90:
		c.net.Freeze(id)
	case k < 93:
		c.net.Thaw(id)
	case k < 95 && c.cuts:
		c.net.Cut(id, c.any())
	case k < 96 && c.cuts:
		c.net.Mend(id, c.any())
	case k < 95:
		c.net.Partition([]crm.NodeID{id}, []crm.NodeID{c.any(), c.any()})
	case k < 98:
		c.net.Heal()
	case k < 99:
		if m := c.net.Attached(id); m != nil {
			m.Hold()
		}
	default:
		if m := c.net.Attached(id); m != nil {
			m.Release()
		}
	}
}

func (c *churn) run(until time.Time) {
	for {
		d, ok := c.net.Step(until)
		if !ok {
			return
		}
		j := c.of[d.Member]
		j.Events = append(j.Events, d.Event)
	}
}

// mend ends all faults and gives the cluster time to become one.
func (c *churn) mend() {
	c.net.Heal()
	for _, n := range c.net.Nodes() {
		c.net.PowerOn(n.ID)
		c.net.Thaw(n.ID)
		if m := c.net.Attached(n.ID); m != nil {
			m.Release()
		}
		c.attach(n.ID)
	}
	c.run(c.net.Now().Add(10 * time.Second))
}

// TestVirtualSynchronyHoldsUnderChurn runs many seeds of faults and compares
// what all members were told.
func TestVirtualSynchronyHoldsUnderChurn(t *testing.T) {
	seeds := uint64(300)
	if testing.Short() {
		seeds = 30
	}
	for seed := range seeds {
		c := newChurn(seed, 2+int(seed%4))
		c.cuts = seed%3 == 2
		for range 400 {
			c.act()
			c.run(c.net.Now().Add(time.Duration(c.rng.IntN(int(2 * time.Millisecond)))))
			if c.rng.IntN(20) == 0 {
				c.run(c.net.Now().Add(time.Duration(c.rng.IntN(int(3 * time.Second)))))
			}
		}
		c.mend()
		if err := enginetest.Check(c.journals); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		c.checkHealed(t, seed)
	}
}

// checkHealed wants all members in one view, and every message that a living
// process sent told to that process, in its order.
func (c *churn) checkHealed(t *testing.T, seed uint64) {
	t.Helper()
	for _, n := range c.net.Nodes() {
		m := c.net.Attached(n.ID)
		j := c.of[m]
		var last view.View
		var own []string
		for _, e := range j.Events {
			switch e := e.(type) {
			case engine.ViewChange:
				last = e.View
			case engine.Message:
				if e.From == n.ID {
					own = append(own, string(e.Data))
				}
			}
		}
		if len(last.Members) != len(c.net.machines) || !last.Quorate {
			t.Fatalf("seed %d: after all faults were mended node %d is in %+v", seed, n.ID, last)
		}
		if fmt.Sprint(own) != fmt.Sprint(c.sent[m]) {
			t.Fatalf("seed %d: node %d sent %v and heard of itself %v", seed, n.ID, c.sent[m], own)
		}
	}
}

// TestSameSeedSameRun: two runs from one seed are equal to the last event.
func TestSameSeedSameRun(t *testing.T) {
	trace := func() string {
		c := newChurn(7, 4)
		for range 500 {
			c.act()
			c.run(c.net.Now().Add(5 * time.Millisecond))
		}
		c.mend()
		out := ""
		for _, j := range c.journals {
			out += fmt.Sprintln(j.Self, j.Events)
		}
		return out
	}
	if a, b := trace(), trace(); a != b {
		t.Fatal("two runs from one seed differ")
	}
}

// TestRingsWhereNotAllReachEachOther cuts one way between two of three machines, that
// both reach the third: they are never in one ring, each of them is in one with the
// third now and then, and when the way is mended all three are.
func TestRingsWhereNotAllReachEachOther(t *testing.T) {
	c := newChurn(5, 3)
	for _, n := range c.net.Nodes() {
		c.attach(n.ID)
	}
	c.run(c.net.Now().Add(2 * time.Second))
	whole := func() bool { return len(c.net.machine(1).ring.machines) == 3 }
	if !whole() {
		t.Fatal("three machines that reach each other are not one ring")
	}
	c.net.Cut(1, 2)
	c.run(c.net.Now().Add(3 * time.Second)) // what is on its way
	seen := map[string]bool{}
	for range 300 {
		c.run(c.net.Now().Add(200 * time.Millisecond))
		seen[fmt.Sprint(c.net.machine(3).ring.machines)] = true
	}
	if !seen["[1 3]"] || !seen["[2 3]"] || seen["[1 2 3]"] {
		t.Errorf("the third machine was in the rings %v", seen)
	}
	c.net.Mend(1, 2)
	c.run(c.net.Now().Add(3 * time.Second))
	if !whole() {
		t.Errorf("after the way is mended the rings are %v and %v", c.net.machine(1).ring.machines, c.net.machine(2).ring.machines)
	}
	if err := enginetest.Check(c.journals); err != nil {
		t.Error(err)
	}
}
