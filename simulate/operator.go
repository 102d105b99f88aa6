package simulate

import (
	"fmt"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/cluster/wire"
)

// operate has administrators do what they do on a bad day: put nodes on standby,
// ban services from nodes, clean up, say that something has failed, fence by hand.
func (w *world) operate() {
	w.after(w.later(2*time.Second, 15*time.Second), func() {
		if w.calm {
			return
		}
		if p := w.machines[w.more.IntN(len(w.machines))].proc; p != nil && p.node.InSync() {
			w.operation(p, w.machines[w.more.IntN(len(w.machines))])
		}
		w.operate()
	})
}

// operation does one thing, about a node, on a node.
func (w *world) operation(p *process, m *machine) {
	names := w.plan.exclusive()
	name := names[w.more.IntN(len(names))]
	ask := func(what string, c wire.Command) {
		w.tell("%s: is asked to %s", p.m.name, what)
		w.disturbed = w.now()
		p.step(cluster.Asked{Command: c})
	}
	switch w.more.IntN(7) {
	case 0, 1:
		ask(fmt.Sprintf("put %s on standby", m.name), standby(m, "on"))
	case 2:
		ask(fmt.Sprintf("take %s off standby", m.name), standby(m, "off"))
	case 3:
		ask(fmt.Sprintf("ban g1 from %s", m.name), ban(m))
	case 4:
		ask("lift the ban", liftBan())
	case 5:
		ask(fmt.Sprintf("clean up %s on %s", name, m.name), &wire.Forget{Node: m.name, Resource: name, Failures: true})
	case 6:
		peer := p.node.State().Peers[m.id]
		if peer == nil || w.more.IntN(3) > 0 {
			return
		}
		m.suspect = w.now().Add(closureBound)
		ask(fmt.Sprintf("fence %s", m.name), &wire.Fence{
			Target: m.name, Action: "reboot", Life: peer.Life, Client: "stonith_admin", Origin: p.m.name,
			Timeout: time.Minute.Milliseconds(), Time: p.m.now().Unix(),
		})
	}
}

func standby(m *machine, value string) wire.Command {
	return &wire.Attribute{Task: "update", Node: m.name, Name: "standby", Value: value, Dampen: -1}
}

func ban(m *machine) wire.Command {
	rule := xml.New("rsc_location", "id", "by-hand", "rsc", "g1", "node", string(m.name), "score", "-INFINITY")
	return &wire.CIB{Change: wire.NewChange(cib.Request{Op: cib.Modify, Section: "constraints", Data: xml.New("constraints").Add(rule), AllowCreate: true})}
}

func liftBan() wire.Command {
	return &wire.CIB{Change: wire.NewChange(cib.Request{Op: cib.Delete, Section: "constraints", Data: xml.New("rsc_location", "id", "by-hand")})}
}

// tidyUp has the administrators take back, once all faults are over, what would keep
// services from running.
func (w *world) tidyUp() {
	w.after(2*time.Second, func() {
		for _, p := range w.truth.inSync() {
			if p.node.Coordinator() != p.m.name {
				continue
			}
			for _, m := range w.machines {
				if attributeOf(p, m.name, "standby") == "on" {
					p.step(cluster.Asked{Command: standby(m, "off")})
				}
			}
			for c := range p.node.CIB().Find("configuration", "constraints").All("rsc_location") {
				if c.ID() == "by-hand" {
					p.step(cluster.Asked{Command: liftBan()})
				}
			}
		}
		w.tidyUp()
	})
}
