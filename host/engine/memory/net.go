package memory

import (
	"container/heap"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
)

// Options describe a cluster. All but Nodes have a default.
type Options struct {
	// Nodes is the configured node list; every node has one vote.
	Nodes []view.Node
	// Seed determines every delay and every choice.
	Seed uint64
	// Start is the instant at which the virtual clock begins.
	Start time.Time
	// MinDelay and MaxDelay bound the time to get a place in the log and the
	// time to travel (default 50 µs and 1 ms).
	MinDelay, MaxDelay time.Duration
	// Token is the time from a fault to the view without the lost machines
	// (default 1 s; up to a quarter more, each side by itself).
	Token time.Duration
	// Merge is the time from contact to a common ring (default 50 ms).
	Merge time.Duration
	// TwoNode lets one of two nodes be quorate once it has seen the other
	// (corosync.conf: two_node with wait_for_all).
	TwoNode bool
	// WaitForAll makes a freshly booted machine not quorate until it has been
	// in a ring with all nodes, or with one that has.
	WaitForAll bool
}

// A Delivery is one event handed to the process on one machine.
type Delivery struct {
	To     crm.NodeID
	Member *Member // the process, to tell one incarnation from the next
	Event  engine.Event
}

// Net is the whole world of the engine. It is not safe for use by more than
// one goroutine; see Live for that.
type Net struct {
	opt      Options
	rng      *rand.Rand
	now      time.Time
	agenda   agenda
	serial   uint64 // orders agenda items of one instant, numbers processes
	machines []*machine
	ready    []Delivery // to be handed out at now
	cuts     map[[2]crm.NodeID]int
	attempts int // to find rings where not all reach each other
}

// New returns a net in which every machine is up, alone in a ring of its own
// until the clock reaches Merge, with no process on it.
func New(o Options) *Net {
	if o.MaxDelay == 0 {
		o.MinDelay, o.MaxDelay = 50*time.Microsecond, time.Millisecond
	}
	if o.Token == 0 {
		o.Token = time.Second
	}
	if o.Merge == 0 {
		o.Merge = 50 * time.Millisecond
	}
	o.Nodes = slices.Clone(o.Nodes)
	slices.SortFunc(o.Nodes, func(a, b view.Node) int { return int(a.ID) - int(b.ID) })
	n := &Net{opt: o, now: o.Start, rng: rand.New(rand.NewPCG(o.Seed, 0x686f6c6466617374)), cuts: map[[2]crm.NodeID]int{}}
	for _, node := range o.Nodes {
		n.machines = append(n.machines, &machine{net: n, id: node.ID})
	}
	for _, m := range n.machines {
		m.boot()
	}
	n.disturbed()
	return n
}

// Now is the virtual time.
func (n *Net) Now() time.Time { return n.now }

// Nodes is the configured node list.
func (n *Net) Nodes() []view.Node { return slices.Clone(n.opt.Nodes) }

// Next is the instant of the next thing that happens by itself (not always a
// delivery); ok is false if the net is at rest.
func (n *Net) Next() (at time.Time, ok bool) {
	if len(n.ready) > 0 {
		return n.now, true
	}
	if len(n.agenda) == 0 {
		return time.Time{}, false
	}
	return n.agenda[0].at, true
}

// Step advances to the next delivery that is due not later than until and
// returns it. Without one it advances to until and returns false.
func (n *Net) Step(until time.Time) (Delivery, bool) {
	for {
		for len(n.ready) > 0 {
			d := n.ready[0]
			n.ready = n.ready[1:]
			if d.Member.state == gone || d.Member.state == leaving {
				continue // it ended after the event was put out
			}
			return d, true
		}
		if len(n.agenda) == 0 || n.agenda[0].at.After(until) {
			if n.now.Before(until) {
				n.now = until
			}
			return Delivery{}, false
		}
		it := heap.Pop(&n.agenda).(item)
		if n.now.Before(it.at) {
			n.now = it.at
		}
		it.do()
	}
}

// machine returns the machine with this id; a wrong id is the caller's bug.
func (n *Net) machine(id crm.NodeID) *machine {
	for _, m := range n.machines {
		if m.id == id {
			return m
		}
	}
	panic(fmt.Sprintf("memory: node %d is not in the node list", id))
}

// after puts do on the agenda.
func (n *Net) after(d time.Duration, do func()) {
	n.serial++
	heap.Push(&n.agenda, item{n.now.Add(d), n.serial, do})
}

// delay draws the time of one hop.
func (n *Net) delay() time.Duration {
	return n.opt.MinDelay + n.upTo(n.opt.MaxDelay-n.opt.MinDelay)
}

func (n *Net) upTo(d time.Duration) time.Duration {
	if d <= 0 {
		return 0
	}
	return time.Duration(n.rng.Int64N(int64(d) + 1))
}

// item is one thing to do at one instant.
type item struct {
	at     time.Time
	serial uint64
	do     func()
}

// agenda is a heap of items, earliest first.
type agenda []item

func (a agenda) Len() int { return len(a) }
func (a agenda) Less(i, j int) bool {
	if a[i].at.Equal(a[j].at) {
		return a[i].serial < a[j].serial
	}
	return a[i].at.Before(a[j].at)
}
func (a agenda) Swap(i, j int) { a[i], a[j] = a[j], a[i] }
func (a *agenda) Push(x any)   { *a = append(*a, x.(item)) }
func (a *agenda) Pop() any {
	old := *a
	last := old[len(old)-1]
	old[len(old)-1] = item{}
	*a = old[:len(old)-1]
	return last
}
