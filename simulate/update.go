package simulate

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"time"

	"holdfast/cluster"
	"holdfast/cluster/view"
	"holdfast/cluster/wire"
)

// updaters are agents and people who update node attributes, of their own node and of
// others, and wait for nothing, for their node, or for the cluster. What they do is
// count something up: one sum for each process and node, so that it can be told what
// was lost and what was done twice. (Second generation of draws, with numbers of their own.)
type updaters struct {
	w    *world
	rng  *rand.Rand
	last uint64
	open map[uint64]*updating
	sums map[sumOf]*sum
}

// sumOf names a sum: who counts, where.
type sumOf struct {
	by *process
	of *machine
}

// sum is what a process should have counted.
type sum struct {
	sure   int // updates that were accepted
	unsure int // that may have been
	target *process
	parted bool // one of the two was away from the other, or without quorum: of itself a node knows better
}

// updating is a client's call that is not answered yet. Reads have no wait.
type updating struct {
	sumOf
	wait  wire.Wait
	least int // what is to be seen then
	call  time.Time
}

const firstUpdater = 1 << 40 // clients of updaters, apart from others

// begin has them act, again and again.
func (u *updaters) begin(w *world) {
	*u = updaters{w: w, rng: rand.New(rand.NewPCG(w.opt.Seed, 0x75706461)), open: map[uint64]*updating{}, sums: map[sumOf]*sum{}}
	u.later()
}

func (u *updaters) later() {
	u.w.after(10*time.Millisecond+time.Duration(u.rng.Int64N(int64(1500*time.Millisecond))), func() {
		if u.w.calm {
			return
		}
		m, of := u.any(), u.any()
		if u.rng.IntN(3) > 0 {
			of = m
		}
		wait := []wire.Wait{wire.WaitNo, wire.WaitNo, wire.WaitLocal, wire.WaitCluster}[u.rng.IntN(4)]
		for range 1 + u.rng.IntN(3) { // one behind the other, as agents do
			if m.proc != nil {
				u.update(m.proc, of, wait)
			}
		}
		u.later()
	})
}

func (u *updaters) any() *machine { return u.w.machines[u.rng.IntN(len(u.w.machines))] }

// name is the attribute that a process counts up.
func (s sumOf) name() string { return fmt.Sprintf("sum-%s-%d", s.by.m.name, s.by.life.Start) }

func (u *updaters) update(p *process, of *machine, wait wire.Wait) {
	peer := p.node.State().Peers[of.id]
	if of != p.m && (peer == nil || !peer.Present) {
		return
	}
	key := sumOf{p, of}
	s := u.sums[key]
	if s == nil {
		s = &sum{target: of.proc}
		u.sums[key] = s
	}
	s.unsure++
	u.w.tell("%s: is asked to count %s of %s up, waiting for %q", p.m.name, key.name(), of.name, wait)
	u.ask(p, &updating{sumOf: key, wait: wait, least: s.sure + 1}, &wire.Attribute{
		Task: "update", Node: of.name, Name: key.name(), Value: "value++", Private: u.rng.IntN(2) == 0, Dampen: -1, Wait: wait,
	})
}

func (u *updaters) ask(p *process, c *updating, command wire.Command) {
	u.last++
	id := firstUpdater + u.last
	u.open[id], c.call = c, u.w.now()
	if command == nil {
		p.step(cluster.Read{Client: id})
		return
	}
	p.step(cluster.Asked{Client: id, Command: command})
}

// replied notes what a client was told.
func (u *updaters) replied(p *process, r cluster.Reply) {
	c := u.open[r.Client]
	if c == nil || c.by != p {
		return
	}
	delete(u.open, r.Client)
	s := u.sums[c.sumOf]
	if c.wait != "" {
		u.w.tell("%s: answers who counts %s of %s up: %s", p.m.name, c.name(), c.of.name, word(r.Result.Err))
	}
	switch {
	case c.wait == "":
		u.saw(c)
		return
	case r.Result.Err != nil && c.wait == wire.WaitNo:
		s.unsure-- // refused
		return
	case r.Result.Err != nil:
		return
	}
	s.unsure--
	s.sure++
	s.parted = s.parted || !p.alone.IsZero() || !p.node.Quorate()
	if c.wait == wire.WaitCluster {
		u.everywhere(c)
	}
	if c.of == p.m && u.rng.IntN(2) == 0 {
		u.ask(p, &updating{sumOf: c.sumOf, least: s.sure}, nil)
	}
}

func word(err error) string {
	if err == nil {
		return "done"
	}
	return err.Error()
}

// saw holds that a read sees what its node has accepted before, unless it need not wait.
func (u *updaters) saw(c *updating) {
	p := c.by
	if !p.node.InSync() || !p.lost.IsZero() || !p.member.Alive() || u.w.now().Sub(c.call) >= cluster.ReadWait {
		return
	}
	if value := c.value(p); value < c.least {
		u.w.violated("invariant 4, store: %s has accepted %d updates of %s, and a read there sees %d", p.m.name, c.least, c.name(), value)
	}
}

// everywhere holds that all who share the history of a node have what its client
// waited for.
func (u *updaters) everywhere(c *updating) {
	own := c.by.node.State()
	for _, m := range u.w.machines {
		p := m.proc
		if p == nil || !p.node.InSync() || p.node.State().Path != own.Path || own.Peers[m.id] == nil || own.Peers[m.id].Life != p.life {
			continue
		}
		if value := c.value(p); c.of == c.by.m && value < c.least {
			u.w.violated("invariant 4, store: %s has told a client that all members have applied %d updates of %s, and %s has %d", c.by.m.name, c.least, c.name(), m.name, value)
		}
	}
}

// value is a sum as a process knows it.
func (s sumOf) value(p *process) int {
	n, _ := strconv.Atoi(attributeOf(p, s.of.name, s.name()))
	return n
}

// met notes who is away from whom, by what a process sees. One that came along may have
// been elsewhere meanwhile: an engine that restarts leaves and joins in one view.
func (u *updaters) met(p *process, v view.View) {
	for of, s := range u.sums {
		if of.by == p && (!v.Has(of.of.id) || slices.ContainsFunc(v.Joined, func(c view.Change) bool { return c.ID == of.of.id })) {
			s.parted = true
		}
	}
}

// parted notes that a process is without quorum, or without an engine.
func (u *updaters) parted(p *process) {
	for of, s := range u.sums {
		if of.by == p || of.of == p.m {
			s.parted = true
		}
	}
}

// checkUpdates holds invariant 4 against what clients were told of updates: whose
// process has lived on, none of them is lost, and none is done twice.
func (t *truth) checkUpdates() {
	for _, by := range t.w.machines {
		for _, of := range t.w.machines {
			key := sumOf{by.proc, of}
			s := t.w.updaters.sums[key]
			if s == nil {
				continue
			}
			least := s.sure
			if of != by && (s.parted || s.target != of.proc || t.w.plan.twoNode) {
				least = 0
			}
			if value := key.value(by.proc); value < least || value > s.sure+s.unsure {
				t.w.violated("invariant 4, store: %s has accepted %d updates of %s of %s, and perhaps %d more, and it is %d at the end", by.name, s.sure, key.name(), of.name, s.unsure, value)
			}
		}
	}
}
