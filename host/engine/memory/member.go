package memory

import (
	"fmt"
	"slices"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
)

// Member is one process in the group: the handle through which the simulator
// sends. It is dead after Kill, Close, the death of its machine or Lost.
type Member struct {
	net   *Net
	at    *machine
	inc   uint64
	state memberState
	held  bool
	kept  []engine.Event // what arrived while it was held
}

type memberState uint8

const (
	joining memberState = iota
	joined
	leaving // it asked to leave: it hears nothing any more
	lost    // its engine died under it
	gone
)

// Attach starts a process on machine id and lets it join. Its first event is
// a view with itself in Joined.
func (n *Net) Attach(id crm.NodeID) (*Member, error) {
	m := n.machine(id)
	switch {
	case !m.up:
		return nil, fmt.Errorf("node %d: its machine is switched off", id)
	case m.proc != nil:
		return nil, fmt.Errorf("node %d: a process is attached already", id)
	}
	n.serial++
	p := &Member{net: n, at: m, inc: n.serial}
	m.proc = p
	m.send(entry{kind: procJoin, from: id, inc: p.inc})
	return p, nil
}

// Self is the id of the machine it runs on.
func (p *Member) Self() crm.NodeID { return p.at.id }

// Nodes is the configured node list.
func (p *Member) Nodes() []view.Node { return p.net.Nodes() }

// Alive reports whether the process still takes part.
func (p *Member) Alive() bool { return p.state == joining || p.state == joined }

// Multicast is engine.Engine's.
func (p *Member) Multicast(data []byte) error {
	if !p.Alive() {
		return engine.ErrClosed
	}
	if len(data) > engine.MaxMessage {
		return fmt.Errorf("multicast %d bytes: more than %d", len(data), engine.MaxMessage)
	}
	p.at.send(entry{kind: message, from: p.at.id, inc: p.inc, data: data})
	return nil
}

// Close leaves the group on purpose; the others see Leave after everything
// that was sent before.
func (p *Member) Close() error {
	if p.Alive() {
		p.state = leaving
		p.at.proc = nil
		p.at.send(entry{kind: procLeave, from: p.at.id, inc: p.inc, reason: view.Leave})
	}
	return nil
}

// Kill ends the process at once. Some of its last messages may get lost; the
// others see ProcessDied. The machine stays.
func (p *Member) Kill() {
	if !p.Alive() {
		return
	}
	p.end()
	m := p.at
	first := slices.IndexFunc(m.queue, func(e entry) bool { return e.inc == p.inc })
	if first >= 0 { // its entries are the last ones of the queue
		m.queue = m.queue[:first+p.net.rng.IntN(len(m.queue)-first+1)]
	}
	m.send(entry{kind: procLeave, from: m.id, inc: p.inc, reason: view.ProcessDied})
}

// Hold stops the process (not its machine): it stays a member and hears
// nothing until Release, which brings everything it missed.
func (p *Member) Hold() { p.held = true }

// Release lets a held process go on.
func (p *Member) Release() {
	p.held = false
	kept := p.kept
	p.kept = nil
	for _, e := range kept {
		p.net.ready = append(p.net.ready, Delivery{p.at.id, p, e})
	}
}

// end takes the process from its machine without telling anybody.
func (p *Member) end() {
	p.state = gone
	p.kept = nil
	if p.at.proc == p {
		p.at.proc = nil
	}
}

// hand puts an event out for the process, if it listens.
func (p *Member) hand(e engine.Event) {
	switch {
	case p == nil || p.state != joined:
	case p.held:
		p.kept = append(p.kept, e)
	default:
		p.net.ready = append(p.net.ready, Delivery{p.at.id, p, e})
	}
}
