package scenario

import (
	"fmt"
	"os"
	"syscall"
	"time"

	"holdfast/test/lab"
)

// option sets a cluster option as an administrator does.
func (t *Trial) option(name, value string) {
	t.tool(t.any(t.running()), "crm_attribute", "--name", name, "--update", value)
}

// running are the machines whose node process answers.
func (t *Trial) running() []*lab.Machine {
	var list []*lab.Machine
	for _, m := range t.Lab.Machines {
		if joined(m) == nil {
			list = append(list, m)
		}
	}
	if len(list) == 0 {
		t.fail("no node is in the cluster")
	}
	return list
}

// trace is what a service leaves on its machine while it runs without a break.
type trace map[string]string

// traces tells for every service of every machine by what it would be known again.
func (t *Trial) traces() trace {
	seen := trace{}
	for _, m := range t.Lab.Machines {
		for _, s := range t.services {
			if yes, _ := s.active(m); yes {
				seen[m.Name+" "+s.id] = "runs"
			}
		}
		for _, name := range []string{"Dummy-once", "Dummy-slow", "Dummy-roam", "Dummy-every", "Stateful-store"} {
			if info, err := os.Stat(statePath(m, name)); err == nil {
				seen[m.Name+" "+name] = fmt.Sprint(info.Sys().(*syscall.Stat_t).Ino)
			}
		}
		if p, ok := webServer(m); ok {
			seen[m.Name+" page process"] = fmt.Sprint(p.PID)
		}
	}
	return seen
}

// untouched ends the trial if a service was stopped or started since.
func (t *Trial) untouched(before trace) {
	now := t.traces()
	for _, m := range t.Lab.Machines {
		for _, name := range []string{"once", "slow", "roam", "address", "page", "every", "store", promotedStore,
			"Dummy-once", "Dummy-slow", "Dummy-roam", "Dummy-every", "Stateful-store", "page process"} {
			key := m.Name + " " + name
			if before[key] != now[key] {
				t.fail("services should have been left alone, but %q was %q and is %q", key, before[key], now[key])
			}
		}
	}
}

var resting = []Scenario{
	{Name: "standby", About: "A node goes to standby, gives up its services and takes part again.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("standby of %s", m.Name)
		t.standby(m)
	}},
	{Name: "standby-dc", About: "The DC goes to standby.", Do: func(t *Trial) {
		m := t.dc()
		t.say("standby of %s, the DC", m.Name)
		t.standby(m)
	}},
	{Name: "standby-all", About: "All nodes go to standby: nothing runs. Then all take part again.", Do: func(t *Trial) {
		for _, m := range t.Lab.Machines {
			t.tool(t.any(t.Lab.Machines), "crm_standby", "--node", m.Name, "--update", "on")
		}
		w := t.all()
		w.resting = t.Lab.Machines
		t.settle("nothing runs", w)
		for _, m := range t.Lab.Machines {
			t.tool(t.any(t.Lab.Machines), "crm_standby", "--node", m.Name, "--delete")
		}
	}},
	{Name: "maintenance", About: "In maintenance the cluster touches nothing, not even what fails.", Do: func(t *Trial) {
		t.option("maintenance-mode", "true")
		t.within(bound, "maintenance begins", t.idle)
		before := t.traces()
		m := t.home("once")
		t.say("once fails on %s in maintenance", m.Name)
		t.check(os.Remove(statePath(m, "Dummy-once")))
		time.Sleep(4 * time.Second)
		delete(before, m.Name+" once")
		delete(before, m.Name+" Dummy-once")
		t.untouched(before)
		t.option("maintenance-mode", "false")
		t.recovered("once")
	}},
	{Name: "reattach", About: "In maintenance the whole stack stops and starts; the services run on and are found again.", Do: func(t *Trial) {
		t.option("maintenance-mode", "true")
		t.within(bound, "maintenance begins", t.idle)
		before := t.traces()
		t.leave(t.Lab.Machines...)
		t.left(t.Lab.Machines...)
		t.untouched(before)
		t.start(t.Lab.Machines...)
		t.within(bound, "the cluster forms again", func() error { return t.auditMembers(t.all(), &sight{}) })
		t.within(bound, "the services are found", t.idle)
		t.untouched(before)
		t.option("maintenance-mode", "false")
		t.settle("maintenance has ended", t.all())
		t.untouched(before)
	}},
	{Name: "move", About: "Services are moved by hand and let go again.", Do: func(t *Trial) {
		for _, id := range []string{"once", "roam", "site"} {
			here := id
			if id == "site" {
				here = "address"
			}
			m := t.any(t.without(t.home(here)))
			t.say("move %s to %s", id, m.Name)
			t.tool(t.any(t.Lab.Machines), "crm_resource", "--resource", id, "--move", "--node", m.Name)
			t.settle(id+" has moved", t.all())
			if at := t.home(here); at != m {
				t.fail("%s was moved to %s and is on %s", id, m.Name, at.Name)
			}
			t.tool(t.any(t.Lab.Machines), "crm_resource", "--resource", id, "--clear")
		}
	}},
}

func (t *Trial) standby(m *lab.Machine) {
	t.tool(t.any(t.Lab.Machines), "crm_standby", "--node", m.Name, "--update", "on")
	w := t.all()
	w.resting = []*lab.Machine{m}
	t.settle(m.Name+" is in standby", w)
	t.tool(t.any(t.Lab.Machines), "crm_standby", "--node", m.Name, "--delete")
}

// idle tells why the scheduler would still do something.
func (t *Trial) idle() error {
	var s sight
	if err := t.auditMembers(t.all(), &s); err != nil {
		return err
	}
	_, err := decide(s.cib)
	return err
}
