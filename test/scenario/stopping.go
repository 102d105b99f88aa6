package scenario

import (
	"fmt"
	"os"
	"time"

	"holdfast/test/lab"
)

// stopBound is how long a node may take to leave: its services must end or move first.
const stopBound = 60 * time.Second

// leave asks the nodes of some machines to leave the cluster.
func (t *Trial) leave(list ...*lab.Machine) {
	for _, m := range list {
		t.check(m.Stop(lab.Holdfast))
	}
}

// left waits until they have, and stops their Corosyncs.
func (t *Trial) left(list ...*lab.Machine) {
	for _, m := range list {
		t.within(stopBound, "leaving the cluster in good order", func() error { return noStack(m) })
		t.check(m.Stop(lab.Corosync))
	}
	for _, m := range list {
		t.within(stopBound, "stopping Corosync", func() error { return gone(m.CorosyncProcess()) })
	}
}

func (t *Trial) stop(list ...*lab.Machine) {
	t.leave(list...)
	t.left(list...)
}

// start starts what is enabled at boot, where it does not run.
func (t *Trial) start(list ...*lab.Machine) {
	for _, m := range list {
		t.check(m.Start(lab.Corosync))
		t.check(m.Start(lab.Holdfast))
	}
}

func noStack(m *lab.Machine) error {
	if err := gone(m.Supervisor()); err != nil {
		return fmt.Errorf("%s: %w", m.Name, err)
	}
	return gone(m.Node())
}

func gone(p lab.Process, there bool) error {
	if there {
		return fmt.Errorf("%s still runs", p)
	}
	return nil
}

var stopping = []Scenario{
	{Name: "restart", About: "One node leaves and comes back.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("restart %s", m.Name)
		t.stop(m)
		t.settle(m.Name+" has left", wish{members: t.without(m)})
		t.start(m)
	}},
	{Name: "restart-holdfast", About: "One node's Holdfast is restarted; its Corosync stays.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("restart Holdfast on %s", m.Name)
		t.leave(m)
		t.within(stopBound, "leaving the cluster in good order", func() error { return noStack(m) })
		t.check(m.Start(lab.Holdfast))
	}},
	{Name: "restart-dc", About: "The DC leaves and comes back.", Do: func(t *Trial) {
		m := t.dc()
		t.say("restart %s, the DC", m.Name)
		t.stop(m)
		t.settle(m.Name+" has left", wish{members: t.without(m)})
		t.start(m)
	}},
	{Name: "restart-one-by-one", About: "All nodes restart, each after the other.", Do: func(t *Trial) {
		for _, m := range t.Lab.Machines {
			t.stop(m)
			t.start(m)
			t.settle(m.Name+" is back", t.all())
		}
	}},
	{Name: "stop-one-by-one", About: "All nodes leave one after the other, then all start.", Do: func(t *Trial) {
		up := t.Lab.Machines
		for len(up) > 0 {
			m := t.any(up)
			t.say("stop %s", m.Name)
			t.stop(m)
			if up = but(up, m); len(up) > 0 {
				t.settle(m.Name+" has left", wish{members: up})
			}
		}
		t.start(t.Lab.Machines...)
	}},
	{Name: "start-one-by-one", About: "All nodes stop at once, then start one after the other.", Do: func(t *Trial) {
		t.stop(t.Lab.Machines...)
		order := t.shuffled()
		for i, m := range order {
			t.say("start %s", m.Name)
			// Who has not been seen when the others have quorum is fenced, after a while.
			t.allowFence(order[i+1:]...)
			t.start(m)
			t.within(bound, m.Name+" has joined", func() error { return joined(m) })
		}
	}},
	{Name: "stop-start-all", About: "All nodes stop at once, and start at once.", Do: func(t *Trial) {
		t.stop(t.Lab.Machines...)
		for _, s := range t.services {
			for _, m := range t.Lab.Machines {
				if yes, _ := s.active(m); yes {
					t.fail("%s still runs on %s although the whole cluster was stopped", s.id, m.Name)
				}
			}
		}
		t.start(t.Lab.Machines...)
	}},
	{Name: "flip", About: "Nodes that are up stop, nodes that are down start, in any order.", Nodes: 3, Do: func(t *Trial) {
		down := map[*lab.Machine]bool{}
		for range 2 + t.rand.IntN(4) {
			m := t.any(t.Lab.Machines)
			if down[m] {
				t.say("start %s", m.Name)
				t.start(m)
			} else if 2*(len(t.Lab.Machines)-len(down)-1) > len(t.Lab.Machines) {
				t.say("stop %s", m.Name)
				t.stop(m)
			} else {
				continue
			}
			if down[m] = !down[m]; !down[m] {
				delete(down, m)
			}
			t.pause(3 * time.Second)
		}
		t.start(t.Lab.Machines...)
	}},
	{Name: "partial-start", About: "A node is stopped while it is still starting.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.stop(m)
		t.start(m)
		begun := time.Now()
		t.pause(2500 * time.Millisecond)
		t.say("stop %s %v after its start", m.Name, time.Since(begun).Round(time.Millisecond))
		t.stop(m)
		t.settle(m.Name+" has left", wish{members: t.without(m)})
		t.start(m)
	}},
	{Name: "stop-blocked", About: "A service cannot be stopped and nobody may be fenced: its node leaves after shutdown-escalation.", Do: stopBlocked},
	{Name: "near-quorum", About: "So many nodes leave that the rest has no quorum, then one comes back.", Nodes: 3, Do: func(t *Trial) {
		n := len(t.Lab.Machines)
		away, here := t.some((n + 1) / 2)
		t.say("stop %s", names(away))
		for _, m := range away {
			t.stop(m)
		}
		t.settle("without quorum nothing runs", wish{members: here})
		back := t.any(away)
		t.say("start %s", back.Name)
		t.start(back)
		t.settle("quorum is back", wish{members: t.without(but(away, back)...)})
		t.start(away...)
	}},
}

// stuck is a service whose stop does not end in time.
const stuck = `<primitive id="stuck" class="ocf" provider="pacemaker" type="Dummy">
<instance_attributes id="stuck-ia"><nvpair id="stuck-sleep" name="op_sleep" value="2"/></instance_attributes>
<operations><op id="stuck-stop" name="stop" interval="0" timeout="1s"/></operations></primitive>`

func stopBlocked(t *Trial) {
	const escalation = 6 * time.Second
	by := t.any(t.Lab.Machines)
	t.option("stonith-enabled", "false")
	t.option("shutdown-escalation", escalation.String())
	t.tool(by, "cibadmin", "--create", "-o", "resources", "-X", stuck)
	t.settle("stuck runs", t.all())
	var m *lab.Machine
	for _, o := range t.Lab.Machines {
		if _, err := os.Stat(statePath(o, "Dummy-stuck")); err == nil {
			m = o
		}
	}
	if m == nil {
		t.fail("stuck runs nowhere")
	}
	t.say("stop %s, where a service does not end", m.Name)
	t.expectLog("stuck|have not ended within shutdown-escalation|exit status")
	begun := time.Now()
	t.leave(m)
	t.within(stopBound, "leaving although a service does not end", func() error { return noStack(m) })
	if took := time.Since(begun); took < escalation {
		t.fail("%s left after %v, with a service that had not ended", m.Name, took)
	}
	t.start(m)
	t.within(bound, m.Name+" is back", func() error { return t.auditMembers(t.all(), &sight{}) })
	t.tool(by, "crm_resource", "--resource", "stuck", "--set-parameter", "op_sleep", "--parameter-value", "0")
	t.tool(by, "crm_resource", "--resource", "stuck", "--cleanup")
	t.settle("stuck is well again", t.all())
	t.tool(by, "cibadmin", "--delete", "-o", "resources", "-X", `<primitive id="stuck"/>`)
	t.option("shutdown-escalation", "20min")
	t.option("stonith-enabled", "true")
}

// shuffled returns the machines in any order.
func (t *Trial) shuffled() (list []*lab.Machine) {
	for _, at := range t.rand.Perm(len(t.Lab.Machines)) {
		list = append(list, t.Lab.Machines[at])
	}
	return list
}

// but returns a list without one machine.
func but(list []*lab.Machine, m *lab.Machine) []*lab.Machine {
	var rest []*lab.Machine
	for _, o := range list {
		if o != m {
			rest = append(rest, o)
		}
	}
	return rest
}

// joined tells why a node is not a member in step with the others.
func joined(m *lab.Machine) error {
	n, _, err := look(m)
	if err == nil && (!n.InSync || n.DC == "") {
		err = fmt.Errorf("not in sync (%s)", n.Unavailable)
	}
	return err
}
