package corosync

import (
	"cmp"
	"slices"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
	"holdfast/host/engine/corosync/cpg"
	"holdfast/host/engine/corosync/quorum"
)

// merger makes one stream out of two: cpg's ordered events, and quorum's
// verdicts, which come earlier or later. It is a plain state machine.
//
// A new ring of machines comes from cpg as: changes with reasons NodeDown and
// NodeUp (none if no member is concerned), then Ring, which ends them. All
// of it becomes one view at the place of Ring. A process that comes or goes within
// a ring becomes a view at the place of its change. No view is told before
// quorum has spoken about its ring; until then everything behind it is held.
type merger struct {
	self    crm.NodeID
	selfPID uint32

	group    []cpg.Process // the present members, ascending by node
	ring     cpg.Ring
	joined   []view.Change // of changes that no view has told yet
	left     []view.Change
	changing bool     // changes of a new ring have come, but not its Ring
	started  bool     // the local node is in the group
	told     bool     // at least one view is out
	gone     bool     // the local process is not in the group any more: nothing more is told
	rivals   []uint32 // other processes of this node in the group

	verdicts []quorum.State // the last few
	waiting  bool           // a view is due, quorum has not spoken about its ring
	held     []cpg.Event    // what came behind that view
	heldSize int

	out []engine.Event
}

const (
	maxVerdicts = 16
	// maxHeld bounds the bytes held; beyond it the view is told as not quorate.
	maxHeld = 256 << 20
)

// take hands out what is ready.
func (m *merger) take() []engine.Event {
	out := m.out
	m.out = nil
	return out
}

// fromGroup takes cpg's next event.
func (m *merger) fromGroup(e cpg.Event) {
	if m.waiting {
		m.held = append(m.held, e)
		if msg, ok := e.(cpg.Message); ok {
			m.heldSize += len(msg.Data)
		}
		if m.heldSize > maxHeld {
			m.giveUpWaiting()
		}
		return
	}
	switch e := e.(type) {
	case cpg.ConfChg:
		m.confChg(e)
	case cpg.Ring:
		m.newRing(e)
	case cpg.Message:
		m.message(e)
	}
}

// fromQuorum takes quorum's next verdict.
func (m *merger) fromQuorum(s quorum.State) {
	before, known := m.quorate()
	m.verdicts = append(m.verdicts, s)
	if len(m.verdicts) > maxVerdicts {
		m.verdicts = m.verdicts[1:]
	}
	if m.waiting {
		m.settle()
		return
	}
	if after, _ := m.quorate(); m.told && !m.changing && known && after != before {
		m.tell(after)
	}
}

// giveUpWaiting tells the view that is due as not quorate: quorum stays
// silent. If it speaks later, another view follows.
func (m *merger) giveUpWaiting() {
	if m.waiting {
		m.verdicts = append(m.verdicts, quorum.State{Node: m.ring.Node, Seq: m.ring.Seq})
		m.settle()
	}
}

// settle tells the view that was due, if it can be told now, and goes on with
// what was held behind it.
func (m *merger) settle() {
	quorate, known := m.quorate()
	if !known {
		return
	}
	m.waiting = false
	m.tell(quorate)
	held := m.held
	m.held, m.heldSize = nil, 0
	for _, e := range held {
		m.fromGroup(e)
	}
}

// quorate is the verdict about the present ring. If quorum has gone on to a
// later ring without one, nobody will ever know: not quorate.
func (m *merger) quorate() (quorate, known bool) {
	later := false
	for _, s := range slices.Backward(m.verdicts) {
		if s.Seq == m.ring.Seq && s.Node == m.ring.Node {
			return s.Quorate, true
		}
		later = later || s.Seq > m.ring.Seq
	}
	return false, later && m.ring.Seq > 0
}

// confChg applies a change of the group.
func (m *merger) confChg(c cpg.ConfChg) {
	if !m.started {
		m.start(c)
		return
	}
	for _, p := range c.Left {
		m.leave(p)
		m.changing = m.changing || view.Reason(p.Reason) == view.NodeDown
	}
	for _, p := range c.Joined {
		m.join(p)
		m.changing = m.changing || view.Reason(p.Reason) == view.NodeUp
	}
	if !m.changing && len(m.joined)+len(m.left) > 0 {
		m.due()
	}
}

// start waits for the change that brings this process in.
func (m *merger) start(c cpg.ConfChg) {
	own := func(p cpg.Process) bool { return crm.NodeID(p.Node) == m.self && p.PID == m.selfPID }
	if !slices.ContainsFunc(c.Joined, own) {
		return
	}
	m.started = true
	for _, p := range c.Members {
		if crm.NodeID(p.Node) == m.self && !own(p) {
			m.rivals = append(m.rivals, p.PID)
			continue
		}
		m.join(p)
	}
	m.joined = nil
	for _, p := range c.Joined {
		m.joined = append(m.joined, change(p))
	}
	if m.ring.Seq > 0 {
		m.due() // else the Ring follows
	}
}

// join puts a process into the group. If its node is in already, with a process
// whose end has not been told yet, that one is replaced.
func (m *merger) join(p cpg.Process) {
	if i := m.find(p.Node); i >= 0 {
		if m.group[i].PID == p.PID {
			return
		}
		m.left = append(m.left, view.Change{ID: crm.NodeID(p.Node), Reason: view.ProcessDied})
		m.group = slices.Delete(m.group, i, i+1)
	}
	m.group = append(m.group, cpg.Process{Node: p.Node, PID: p.PID})
	slices.SortFunc(m.group, func(a, b cpg.Process) int { return cmp.Compare(a.Node, b.Node) })
	m.joined = append(m.joined, change(p))
}

func (m *merger) leave(p cpg.Process) {
	if crm.NodeID(p.Node) == m.self && p.PID != m.selfPID {
		m.rivals = slices.DeleteFunc(m.rivals, func(pid uint32) bool { return pid == p.PID })
	}
	i := m.find(p.Node)
	if i < 0 || m.group[i].PID != p.PID {
		return // it was replaced before
	}
	m.group = slices.Delete(m.group, i, i+1)
	id := crm.NodeID(p.Node)
	if j := slices.IndexFunc(m.joined, func(c view.Change) bool { return c.ID == id }); j >= 0 {
		m.joined = slices.Delete(m.joined, j, j+1) // came and went, untold
		return
	}
	m.left = append(m.left, change(p))
}

// newRing ends the changes of a new membership of machines.
func (m *merger) newRing(r cpg.Ring) {
	slices.Sort(r.Machines)
	if r.Seq == m.ring.Seq && r.Node == m.ring.Node && m.told {
		return
	}
	m.ring, m.changing = r, false
	if m.started {
		m.due()
	}
}

func (m *merger) message(msg cpg.Message) {
	i := m.find(msg.Node)
	if !m.told || m.gone || i < 0 || m.group[i].PID != msg.PID {
		return // from a process that no view knows
	}
	m.out = append(m.out, engine.Message{From: crm.NodeID(msg.Node), Data: msg.Data})
}

// due tells a view, or waits for quorum to do so.
func (m *merger) due() {
	m.waiting = true
	m.settle()
}

func (m *merger) tell(quorate bool) {
	if m.gone = m.find(uint32(m.self)) < 0; m.gone {
		return
	}
	if !m.told {
		m.left = nil // nobody was there to see them leave
	}
	v := view.View{Ring: m.ring.Seq, Joined: m.joined, Left: m.left, Quorate: quorate}
	for _, p := range m.group {
		v.Members = append(v.Members, crm.NodeID(p.Node))
	}
	for _, id := range m.ring.Machines {
		v.Machines = append(v.Machines, crm.NodeID(id))
	}
	m.joined, m.left, m.told = nil, nil, true
	m.out = append(m.out, engine.ViewChange{View: v})
}

func (m *merger) find(node uint32) int {
	return slices.IndexFunc(m.group, func(p cpg.Process) bool { return p.Node == node })
}

func change(p cpg.Process) view.Change {
	return view.Change{ID: crm.NodeID(p.Node), Reason: view.Reason(p.Reason)}
}
