package simulate

import (
	"fmt"
	"strings"
	"time"

	"holdfast/cluster"
	"holdfast/cluster/transition"
	"holdfast/cluster/wire"
	"holdfast/host/engine/memory"
	"holdfast/scheduler"
	"holdfast/scheduler/graph"
)

// process is one life of the Holdfast process.
type process struct {
	m      *machine
	member *memory.Member
	node   *cluster.Node
	life   wire.Incarnation
	dead   bool
	counts bool            // its newest step applied an update that it had accepted, and no more
	newer  bool            // it is of upgraded software
	paused int             // by so many faults
	inbox  []cluster.Input // what waits meanwhile

	calls map[string]*fenceCall // of fence agents, by request

	written time.Time // when the disk is done with what it was given
	alone   time.Time // since when it has no quorum, zero if it has
	begun   time.Time
	asked   bool      // to leave
	lost    time.Time // since when it has no engine, zero if it has
}

func (m *machine) begin() {
	member, err := m.w.net.Attach(m.id)
	if err != nil {
		m.start(100 * time.Millisecond)
		return
	}
	p := &process{m: m, member: member, life: wire.Incarnation{Boot: m.life(), Start: m.w.now().UnixNano()}, newer: m.newer, begun: m.w.now(), calls: map[string]*fenceCall{}}
	m.proc = p
	m.since = m.w.now()
	p.node = cluster.New(cluster.Config{
		Self: m.id, Name: m.name, Life: p.life, Software: m.software(), FeatureSet: m.featureSet(),
		UUID: fmt.Sprintf("%s-%d", m.life(), p.life.Start), Stack: "memory",
		CIB: m.disk.document, Lineage: m.disk.lineage, Nodes: m.w.net.Nodes(), Uncertain: m.adopt(p),
		Digest: cluster.OperationDigest,
	})
	m.w.tell("%s: process starts in life %s", m.name, m.life())
	m.w.attributes(p)
}

// end is the end of the process.
func (p *process) end() {
	p.dead = true
	p.m.proc = nil
	p.m.lose()
	p.m.since = p.m.w.now()
	for _, r := range p.m.runs {
		if r.proc == p {
			r.proc = nil
		}
	}
}

// reopen attaches to a new engine after the old one was lost, as the daemon does.
func (p *process) reopen() {
	w := p.m.w
	wait := w.between(100*time.Millisecond, 3*time.Second)
	if !w.calm && w.rng.IntN(3) == 0 {
		wait = w.between(35*time.Second, 50*time.Second) // it does not start again by itself
	}
	w.after(wait, p.attach)
}

// attach takes a new engine, if there is one, and else tries again later.
func (p *process) attach() {
	if p.dead || p.member.Alive() {
		return
	}
	member, err := p.m.w.net.Attach(p.m.id)
	if err != nil {
		p.reopen()
		return
	}
	p.m.w.tell("%s: has a new engine", p.m.name)
	p.member, p.lost = member, time.Time{}
}

// step advances the node and carries out what it wants.
func (p *process) step(in cluster.Input) {
	switch {
	case p.dead:
		return
	case p.paused > 0:
		p.inbox = append(p.inbox, in)
		return
	}
	index, epoch, updates := p.node.Index(), p.node.State().Epoch, p.updates()
	effects := p.node.Step(p.m.now(), in)
	p.counts = p.node.Index() == index+1 && p.node.State().Epoch == epoch && p.updates() == updates+1
	for _, e := range effects {
		if _, word := e.(cluster.Log); !word && p.m.burn() {
			return
		}
		p.carryOut(e)
		if p.dead {
			return
		}
	}
}

// updates counts those of this process that are applied in its own state.
func (p *process) updates() uint64 {
	peer := p.node.State().Peers[p.m.id]
	if peer == nil {
		return 0
	}
	return peer.OwnUpdates + peer.OtherUpdates
}

// goOn ends a pause.
func (p *process) goOn() {
	if p.paused--; p.paused > 0 {
		return
	}
	if !p.alone.IsZero() {
		p.alone = p.m.w.now() // it could do nothing meanwhile
	}
	if !p.lost.IsZero() {
		p.lost = p.m.w.now()
	}
	waiting := p.inbox
	p.inbox = nil
	for _, in := range waiting {
		p.step(in)
	}
}

// later hands an input over after a time, if the process still lives.
func (p *process) later(d time.Duration, in cluster.Input) {
	p.m.w.after(d, func() { p.step(in) })
}

func (p *process) carryOut(e cluster.Effect) {
	w := p.m.w
	switch e := e.(type) {
	case cluster.Multicast:
		p.member.Multicast(p.dialect(e.Data)) // one that is not sent is lost with the engine
	case cluster.SetTimer:
		p.later(p.m.timed(e.After), cluster.TimerEnded{Serial: e.Serial})
	case cluster.RunAgent:
		p.runAgent(e.CallID, e.Op)
	case cluster.KillAgent:
		p.killAgent(e.CallID)
	case cluster.RunFence:
		p.runFence(e.Run)
	case cluster.DropFence:
		if call := p.calls[e.ID]; call != nil {
			call.dropped = true
		}
	case cluster.Schedule:
		p.schedule(e)
	case cluster.Store:
		p.store(e)
	case cluster.Reply:
		w.writers.replied(w, p, e)
		w.histories.replied(p, e)
		w.updaters.replied(p, e)
	case cluster.Log:
		w.tell("%s: %s", p.m.name, e.Text)
	case cluster.Disconnect:
		p.member.Close()
	case cluster.Exit:
		p.exit(e)
	}
}

// exit ends the process as it wished; its supervisor starts it again unless the
// cluster let it go.
func (p *process) exit(e cluster.Exit) {
	w, m := p.m.w, p.m
	w.tell("%s: process exits: %s", m.name, e.Why)
	if e.Clean {
		w.truth.left(p)
	}
	p.member.Close()
	p.end()
	if !e.Clean || w.calm {
		m.start(w.between(500*time.Millisecond, 2*time.Second))
	}
}

// schedule runs the scheduler, which takes a while.
func (p *process) schedule(s cluster.Schedule) {
	in := cluster.Scheduled{Serial: s.Serial, Input: "memory"}
	result, err := scheduler.Run(scheduler.Input{CIB: s.CIB, Now: p.m.now()})
	if err != nil {
		in.Err = err
	} else {
		in.Graph, in.Err = transition.Read(graph.XML(result.Cluster))
		in.Recheck = result.Cluster.NextLook()
	}
	took := p.m.w.between(time.Millisecond, 30*time.Millisecond)
	if p.m.w.plan.draws > 1 && p.m.w.more.IntN(8) == 0 {
		took = p.m.w.later(30*time.Millisecond, 2*time.Second)
	}
	p.later(took, in)
}

// plain is the name of a resource without an instance number.
func plain(name string) string {
	before, _, _ := strings.Cut(name, ":")
	return before
}
