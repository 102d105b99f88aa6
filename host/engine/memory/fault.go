package memory

import (
	"errors"

	"holdfast/crm"
	"holdfast/host/engine"
)

var errEngineDied = errors.New("the engine on this node died")

// Up reports whether the machine is switched on.
func (n *Net) Up(id crm.NodeID) bool { return n.machine(id).up }

// Frozen reports whether the machine stands still.
func (n *Net) Frozen(id crm.NodeID) bool { return n.machine(id).frozen }

// Attached is the process on the machine, nil if there is none.
func (n *Net) Attached(id crm.NodeID) *Member { return n.machine(id).proc }

// Reaches reports whether two machines are up and can talk.
func (n *Net) Reaches(a, b crm.NodeID) bool { return n.reaches(n.machine(a), n.machine(b)) }

// PowerOff switches a machine off: its process dies with it, and the others
// notice after Token (NodeDown).
func (n *Net) PowerOff(id crm.NodeID) {
	m := n.machine(id)
	if !m.up {
		return
	}
	if m.proc != nil {
		m.proc.end()
	}
	m.up, m.queue = false, nil
	n.disturbed()
}

// PowerOn switches a machine on, with no process. It is a member after Merge.
func (n *Net) PowerOn(id crm.NodeID) {
	m := n.machine(id)
	if m.up {
		return
	}
	m.boot()
	n.disturbed()
}

// RestartEngine kills the engine below the process and starts it anew. The
// process gets Lost and must attach again; the machine stays on.
func (n *Net) RestartEngine(id crm.NodeID) {
	m := n.machine(id)
	if !m.up {
		return
	}
	p := m.proc
	if p != nil {
		p.end()
	}
	frozen := m.frozen
	m.up = false
	n.disturbed()
	m.boot()
	m.frozen = frozen
	n.disturbed()
	if p != nil {
		p.state = joined // to hear its last event
		p.hand(engine.Lost{Err: errEngineDied})
		p.state = lost
	}
}

// Freeze stops a whole machine, process included, as a paused virtual machine
// does. It hears nothing; the others lose it after Token.
func (n *Net) Freeze(id crm.NodeID) {
	m := n.machine(id)
	if m.up && !m.frozen {
		m.frozen = true
		n.disturbed()
	}
}

// Thaw lets a frozen machine go on. What had reached it before is delivered
// first, in the view it still believes in.
func (n *Net) Thaw(id crm.NodeID) {
	m := n.machine(id)
	if !m.up || !m.frozen {
		return
	}
	m.frozen = false
	n.after(0, m.receive)
	m.plan()
	n.disturbed()
}

// Partition divides the network: the machines of each side reach each other
// and nobody else. Machines that are not named form one more side.
func (n *Net) Partition(sides ...[]crm.NodeID) {
	for _, m := range n.machines {
		m.side = 0
	}
	for k, side := range sides {
		for _, id := range side {
			n.machine(id).side = k + 1
		}
	}
	n.disturbed()
}

// Heal joins all sides again, and mends all cuts.
func (n *Net) Heal() {
	clear(n.cuts)
	n.Partition()
}
