package scenario

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/test/lab"
)

// fenced waits until the cluster has switched a machine off.
func (t *Trial) fenced(list ...*lab.Machine) {
	for _, m := range list {
		t.within(bound, m.Name+" is fenced", func() error {
			for _, s := range t.Lab.Power.Log(t.began) {
				if s.Target == m.Name && s.Action != "on" && s.Err == nil {
					return nil
				}
			}
			return fmt.Errorf("nobody has switched it off")
		})
	}
}

// signalAll sends a signal to all processes of a machine but the first.
func (t *Trial) signalAll(m *lab.Machine, s unix.Signal) {
	for _, p := range m.Processes() {
		p.Signal(s) // it may have ended meanwhile
	}
}

var losing = []Scenario{
	{Name: "power-off", About: "A machine loses its power: it is fenced, its services move, and it comes back.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("cut the power of %s", m.Name)
		t.expectFence(m)
		t.check(m.Off())
		t.fenced(m)
	}},
	{Name: "power-off-dc", About: "The DC's machine loses its power.", Do: func(t *Trial) {
		m := t.dc()
		t.say("cut the power of %s, the DC", m.Name)
		t.expectFence(m)
		t.check(m.Off())
		t.fenced(m)
	}},
	{Name: "power-off-twice", About: "A machine loses its power again while it is coming back.", Nodes: 3, Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.expectFence(m)
		t.check(m.Off())
		t.fenced(m)
		t.within(bound, m.Name+" is on", func() error {
			if !m.IsOn() {
				return fmt.Errorf("it is off")
			}
			return nil
		})
		t.pause(3 * time.Second)
		t.say("cut the power of %s, and again when it was on", m.Name)
		t.mayFenceTwice(m)
		t.check(m.Off())
		time.Sleep(time.Second)
		t.check(m.On())
	}},
	{Name: "blackout", About: "All machines lose their power at once, and it comes back for all.", Do: func(t *Trial) {
		for _, m := range t.Lab.Machines {
			t.check(m.Off())
		}
		for _, m := range t.Lab.Machines {
			t.check(m.On())
		}
	}},
	{Name: "near-quorum-power", About: "So many machines lose their power that the rest has no quorum and lets go; one comes back, and with it quorum.", Nodes: 3, Do: func(t *Trial) {
		away, here := t.some((len(t.Lab.Machines) + 1) / 2)
		back := t.any(away)
		t.say("cut the power of %s; later %s comes back", names(away), back.Name)
		for _, m := range away {
			t.check(m.Off())
		}
		t.released(here)
		t.settle("without quorum nothing runs", wish{members: here})
		t.allowFence(back)
		t.expectFence(but(away, back)...)
		t.check(back.On())
		t.fenced(but(away, back)...)
	}},
	{Name: "fence-by-hand", About: "An administrator has a node fenced; it comes back.", Do: func(t *Trial) {
		drawn, rest := t.some(1)
		m, by := drawn[0], t.any(rest)
		t.say("%s is asked to fence %s", by.Name, m.Name)
		t.expectFence(m)
		t.tool(by, "stonith_admin", "--reboot", m.Name)
	}},
	{Name: "fence-dc-by-hand", About: "An administrator has the DC fenced.", Do: func(t *Trial) {
		m := t.dc()
		by := t.any(t.without(m))
		t.say("%s is asked to fence %s, the DC", by.Name, m.Name)
		t.expectFence(m)
		t.tool(by, "stonith_admin", "--reboot", m.Name)
	}},
	{Name: "fence-off-by-hand", About: "An administrator has a node switched off, and switches it on later.", Do: func(t *Trial) {
		drawn, rest := t.some(1)
		m, by := drawn[0], t.any(rest)
		t.expectFence(m)
		t.say("%s is asked to switch %s off", by.Name, m.Name)
		t.tool(by, "stonith_admin", "--fence", m.Name)
		t.settle("the others go on", wish{members: rest})
		t.check(m.On())
	}},
	{Name: "freeze", About: "A whole machine stands still for too long: it is fenced.", Nodes: 3, Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("freeze %s", m.Name)
		t.expectFence(m)
		t.signalAll(m, unix.SIGSTOP)
		t.fenced(m)
	}},
	{Name: "freeze-shortly", About: "A whole machine stands still for less than the token: nobody minds.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("freeze %s for a moment", m.Name)
		t.signalAll(m, unix.SIGSTOP)
		time.Sleep(t.opt.Token / 5)
		t.signalAll(m, unix.SIGCONT)
		time.Sleep(2 * t.opt.Token) // should somebody mind nevertheless
	}},
	{Name: "power-switch-fails", About: "A machine is lost while the fence device is broken: nothing is taken over until it works again.", Nodes: 3, Do: func(t *Trial) {
		m := t.home("address")
		t.say("%s loses its power while the fence device is broken", m.Name)
		t.expectFence(m)
		t.expectLog(" error: ")
		t.Lab.Power.SetBroken(true)
		defer t.Lab.Power.SetBroken(false)
		t.check(m.Off())
		time.Sleep(8 * time.Second)
		for _, o := range t.without(m) {
			if yes, _ := holds(serviceAddress)(o); yes {
				t.fail("%s took the address over although %s was not fenced", o.Name, m.Name)
			}
		}
		t.Lab.Power.SetBroken(false)
		t.fenced(m)
		t.within(bound, "the cluster is at rest", func() error {
			if m.IsOn() {
				return t.auditMembers(t.all(), &sight{})
			}
			return fmt.Errorf("%s is off", m.Name)
		})
		w := t.all()
		w.failures = true
		t.settle("services run", w)
		t.tool(t.any(t.Lab.Machines), "crm_resource", "--cleanup")
	}},
}
