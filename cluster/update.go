package cluster

import (
	"slices"
	"time"

	"holdfast/cluster/replica"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// Updates of attributes are accepted before they have a place in the log: most clients
// wait for no more. What is accepted is kept until it comes back, and said again after
// every exchange of hellos. Members count what each process has said, so that it is
// applied once and in its order.

const (
	// ReadWait is how long a read waits at most for what its node has accepted before.
	ReadWait = 2 * time.Second

	// Gather is how long an update for which nobody waits is held back after the one
	// before was said. Corosync turns its token 30 times after a message before it rests,
	// which costs each member more than all else; what is said together costs it once.
	Gather = 20 * time.Millisecond

	repeatPause = 5 * time.Second // then what has not come back is said again
	mostUpdates = 1000            // that have not come back; more are refused
)

// update is a change of attributes that this node has accepted.
type update struct {
	command *wire.Attribute
	own     bool   // it is about this node alone
	number  uint64 // counts those accepted
}

// updates are what a node has accepted.
type updates struct {
	open        []*update // not come back yet, in their order
	count       uint64
	own, others uint64 // the serials of the last ones
	repeated    bool   // a timer has the open ones said again
	unsaid      int    // how many of the open ones, at their end, are held back
	said        time.Time
	reads       []*read
}

// askedUpdate accepts an update, or refuses it, and says it to the cluster.
func (n *Node) askedUpdate(in Asked, c *wire.Attribute) {
	if err := n.refusal(in, c); err != nil {
		n.do(Reply{in.Client, Result{Err: err}})
		return
	}
	own := n.aboutSelf(c)
	c.Serial = n.updates.next(own)
	wait := c.Wait
	if c.Wait != wire.WaitCluster {
		c.Wait = "" // of no interest to others
	}
	if wait != wire.WaitNo {
		n.awaitUpdate(in.Client, c)
	}
	n.updates.open = append(n.updates.open, &update{c, own, n.updates.count})
	n.updates.unsaid++
	since := n.now.Sub(n.updates.said)
	if wait != wire.WaitNo || n.lonely || since >= Gather || since < 0 {
		n.sayUnsaid()
	} else if n.updates.unsaid == 1 {
		n.after(Gather-since, func(time.Time) { n.sayUnsaid() })
	}
	n.repeatLater()
	if wait == wire.WaitNo {
		n.do(Reply{in.Client, Result{}})
	}
}

// next numbers an update.
func (u *updates) next(own bool) uint64 {
	u.count++
	serial := &u.others
	if own {
		serial = &u.own
	}
	*serial++
	return *serial
}

// aboutSelf reports whether an update is about this node alone.
func (n *Node) aboutSelf(c *wire.Attribute) bool { return about(c, n.cfg.Name) }

// about reports whether an update is about one node alone. Of itself a node knows best
// what it has accepted, in whatever history that was; of others it does not.
func about(c *wire.Attribute, node crm.NodeName) bool {
	return c.Node == node && c.Task != "peer-remove"
}

// sayUpdate multicasts an update. Without an engine only what is about this node is
// said, to itself: what it does to others is for those who go on with them.
func (n *Node) sayUpdate(c *wire.Attribute) {
	own := n.aboutSelf(c)
	if n.lonely && !own {
		return
	}
	said := *c
	if !own {
		said.Since = n.updates.since(c)
	}
	n.multicast(&said)
}

// since is the first update about others that has not come back yet, or a given one.
func (u *updates) since(c *wire.Attribute) uint64 {
	first := c.Serial
	for _, o := range u.open {
		if !o.own {
			first = min(first, o.command.Serial)
		}
	}
	return first
}

// sayUnsaid says what was held back, before anything else is said. While the members
// look for a common state that must wait: then everything is said again.
func (n *Node) sayUnsaid() {
	if n.updates.unsaid == 0 || !n.InSync() {
		return
	}
	unsaid := n.updates.open[len(n.updates.open)-n.updates.unsaid:]
	n.updates.unsaid, n.updates.said = 0, n.now
	for _, u := range unsaid {
		n.sayUpdate(u.command)
	}
}

// sayUpdatesAgain says what has not come back, in its order.
func (n *Node) sayUpdatesAgain() {
	if mutant.On(mutant.UpdateForgotten) {
		n.updates.open = nil
	}
	n.updates.unsaid = 0
	for _, u := range n.updates.open {
		n.sayUpdate(u.command)
	}
}

// repeatLater has what does not come back said again, should the engine have lost it.
func (n *Node) repeatLater() {
	if n.updates.repeated || len(n.updates.open) == 0 {
		return
	}
	n.updates.repeated = true
	last := n.updates.count
	n.after(repeatPause, func(time.Time) {
		n.updates.repeated = false
		if n.InSync() && len(n.updates.open) > 0 && n.updates.open[0].number <= last {
			n.sayUpdatesAgain()
		}
		n.repeatLater()
	})
}

// turn is what a member makes of an update that it hears.
type turn uint8

const (
	now   turn = iota // it is the next of those that its sender counts, or not counted
	again             // it was applied before
	early             // something before it was lost, and is said again, with this one
)

// updates is where a peer's updates of the same kind are counted.
func (p *Peer) updates(c *wire.Attribute) *uint64 {
	if about(c, p.Name) {
		return &p.OwnUpdates
	}
	return &p.OtherUpdates
}

// turn counts an update of a peer. If one is missing that its sender has found in the
// log, that was on another side. About others it is lost. About the sender it is not:
// the hello tells what it came to, and what was said before the hello has to wait.
func (p *Peer) turn(c *wire.Attribute) turn {
	if p == nil || c.Serial == 0 {
		return now
	}
	count := p.updates(c)
	next := max(*count+1, c.Since)
	switch {
	case mutant.On(mutant.UpdateTwice):
	case c.Serial <= *count:
		return again
	case c.Serial > next && !(mutant.On(mutant.UpdateSkipped) && about(c, p.Name)):
		return early
	}
	*count = c.Serial
	return now
}

// heardUpdate notes that an update of ours has its place in the log.
func (n *Node) heardUpdate(d replica.Deliver, c *wire.Attribute) {
	if d.From != n.cfg.Self || c.Serial == 0 {
		return
	}
	own := n.aboutSelf(c)
	n.updates.open = slices.DeleteFunc(n.updates.open, func(u *update) bool { return u.own == own && u.command.Serial == c.Serial })
	n.settleReads()
}

// read is a client that wants to see what this node accepted before it asked.
type read struct {
	client uint64
	upTo   uint64 // the number of the last of them
}

// Owes reports whether a client may have to wait before it reads: this node has
// accepted updates that it has not applied yet, and soon will.
func (n *Node) Owes() bool {
	return len(n.updates.open) > 0 && n.InSync() && !n.lonely && !mutant.On(mutant.StaleRead)
}

// askedRead answers a read once what this node accepted before is applied; at once
// while that may take long: the members look for a common state, or the engine is gone.
func (n *Node) askedRead(in Read) {
	if !n.Owes() {
		n.do(Reply{Client: in.Client})
		return
	}
	n.sayUnsaid()
	r := &read{in.Client, n.updates.count}
	n.updates.reads = append(n.updates.reads, r)
	n.after(ReadWait, func(time.Time) {
		if i := slices.Index(n.updates.reads, r); i >= 0 {
			n.updates.reads = slices.Delete(n.updates.reads, i, i+1)
			n.do(Reply{Client: in.Client})
		}
	})
}

// settleReads answers the reads that need not wait any more.
func (n *Node) settleReads() {
	n.updates.reads = slices.DeleteFunc(n.updates.reads, func(r *read) bool {
		settled := !n.Owes() || n.updates.open[0].number > r.upTo
		if settled {
			n.do(Reply{Client: r.client})
		}
		return settled
	})
}
