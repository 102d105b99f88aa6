package simulate

import (
	"fmt"
	"time"

	"holdfast/cluster"
	"holdfast/cluster/executor"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// run is an agent under way. It outlives the process that started it.
type run struct {
	op     wire.Operation
	callID int
	proc   *process // who hears of its end
	fate   Kind     // what goes wrong with it, 0 if nothing
}

// runAgent starts an agent. It changes the truth when it ends.
func (p *process) runAgent(callID int, op wire.Operation) {
	m, w := p.m, p.m.w
	w.truth.alone(m, op)
	m.serial++
	r := &run{op: op, callID: callID, proc: p, fate: m.fate(op)}
	m.runs[m.serial] = r
	w.tell("%s: agent %s of %s begins (call %d)", m.name, op.Task, op.Resource, callID)
	w.truth.begins(m, op)
	m.busied(op)
	took := w.between(5*time.Millisecond, 400*time.Millisecond)
	if w.plan.draws > 2 && w.more.IntN(10) == 0 {
		took = w.later(400*time.Millisecond, 4*time.Second) // as databases do
	}
	limit := time.Duration(max(op.Timeout, 1000)) * time.Millisecond
	if r.fate == AgentsSlow {
		took = w.later(time.Second, limit+2*time.Second)
		if took >= limit {
			r.fate = AgentsHang
		}
	}
	if r.fate == AgentsHang {
		took = limit
	}
	m.endLater(m.serial, took)
}

// fate draws what happens to an agent.
func (m *machine) fate(op wire.Operation) Kind {
	if op.Class == "stonith" {
		return 0
	}
	for _, k := range []Kind{AgentsFail, AgentsHang, AgentsLie, AgentsSlow, AgentsCrash} {
		if m.faults[k] > 0 && m.w.rng.IntN(2) == 0 && (k != AgentsLie || op.Task == "stop") {
			return k
		}
	}
	return 0
}

func (m *machine) endLater(number int, after time.Duration) {
	r, boot := m.runs[number], m.boot
	m.w.after(after, func() {
		m.whenAwake(func() {
			if m.boot != boot || m.runs[number] != r {
				return // the power went, or it was killed
			}
			delete(m.runs, number)
			m.ended(r)
		})
	})
}

// killAgent ends a run of this process before its time.
func (p *process) killAgent(callID int) {
	for number, r := range p.m.runs {
		if r.proc == p && r.callID == callID {
			delete(p.m.runs, number)
			p.later(time.Millisecond, cluster.AgentEnded{CallID: callID, Outcome: executor.Outcome{Status: crm.OpCancelled, Code: crm.OCFError}})
			return
		}
	}
}

func (m *machine) ended(r *run) {
	out := m.act(r)
	m.busied(r.op)
	m.failed(r, out)
	m.w.truth.looked(m, r.op, out.Code)
	m.w.tell("%s: agent %s of %s ends: %v %v (call %d)", m.name, r.op.Task, r.op.Resource, out.Status, out.Code, r.callID)
	if r.proc == nil {
		return
	}
	if plain(r.op.Resource) == database && m.active[database] {
		m.w.promotionScore(r.proc)
	}
	r.proc.step(cluster.AgentEnded{CallID: r.callID, Outcome: out})
}

// act does what the agent does, or fails to do.
func (m *machine) act(r *run) executor.Outcome {
	out := executor.Outcome{Status: crm.OpDone, Code: crm.OCFOK, Exec: 10 * time.Millisecond}
	name := plain(r.op.Resource)
	half := false
	switch r.fate {
	case AgentsFail:
		out.Code, out.Reason, half = crm.OCFError, "simulated failure", true
	case AgentsHang:
		out.Status, out.Code, out.Reason, half = crm.OpTimeout, crm.OCFError, "simulated hang", true
	case AgentsCrash:
		out.Status, out.Code, out.Reason = crm.OpError, crm.OCFError, "simulated agent interrupted by Killed signal"
		m.doHalf(r.op, name)
		return out
	case AgentsLie:
		m.w.tell("%s: the stop of %s is a lie", m.name, name)
		m.lied[name] = true
		m.w.truth.stopped(m, name)
		return out
	}
	if half {
		if r.op.Task == "start" && m.w.rng.IntN(2) == 0 {
			m.comesUp(name)
		}
		return out
	}
	switch r.op.Task {
	case "start":
		m.comesUp(name)
	case "stop":
		delete(m.active, name)
		delete(m.promoted, name)
		delete(m.lied, name)
		m.w.truth.stopped(m, name)
	case "promote":
		m.promoted[name] = true
		m.w.truth.active(m, promotedRole)
	case "demote":
		delete(m.promoted, name)
		m.w.truth.ended(promotedRole, m.life())
	case "migrate_to":
		if !m.moveTo(r.op, name) {
			out.Code, out.Reason = crm.OCFError, "simulated move found no way"
		}
	case "migrate_from":
		if !m.active[name] {
			out.Code, out.Reason = crm.OCFError, "simulated move did not arrive"
		}
	case "monitor":
		out.Code = m.look(r.op, name)
	}
	return out
}

// moveTo moves a service to another machine while it runs. It is on one of them
// at every moment.
func (m *machine) moveTo(op wire.Operation, name string) bool {
	for _, p := range op.Meta {
		if p.Name != "migrate_target" {
			continue
		}
		to := m.w.named(crm.NodeName(p.Value))
		if to == nil || !m.active[name] || !m.w.net.Reaches(m.id, to.id) {
			return false
		}
		delete(m.active, name)
		m.w.truth.stopped(m, name)
		m.w.truth.takesOver(to, name)
		to.comesUp(name)
		return true
	}
	return false
}

// doHalf is what an agent has done when it is killed half-way: nothing yet, or all
// but say so. What it has ended without a word is no evidence for anybody.
func (m *machine) doHalf(op wire.Operation, name string) {
	if m.w.more.IntN(2) == 0 {
		return
	}
	switch op.Task {
	case "start":
		m.comesUp(name)
	case "stop":
		delete(m.active, name)
		delete(m.promoted, name)
	case "migrate_to":
		m.moveTo(op, name)
	case "promote":
		m.promoted[name] = true
		m.w.truth.active(m, promotedRole)
	case "demote":
		delete(m.promoted, name)
	}
}

func (m *machine) comesUp(name string) {
	m.active[name] = true
	delete(m.lied, name) // it is known now
	m.w.truth.active(m, name)
}

// look is what a monitor finds.
func (m *machine) look(op wire.Operation, name string) crm.OCF {
	switch {
	case op.Class == "stonith" && op.Interval == 0:
		return crm.OCFNotRunning
	case op.Class == "stonith":
		return crm.OCFOK
	case !m.active[name]:
		m.w.truth.stopped(m, name) // a look that finds nothing is evidence
		return crm.OCFNotRunning
	case m.promoted[name]:
		return crm.OCFPromoted
	}
	m.w.truth.ended(promotedRole, m.life())
	return crm.OCFOK
}

// promotionScore has the database's agent say how well this node suits.
func (w *world) promotionScore(p *process) {
	p.step(cluster.Asked{Client: 0, Command: &wire.Attribute{Task: "update", Node: p.m.name, Name: "master-" + database, Value: fmt.Sprint(10 + p.m.id), Dampen: -1}})
}
