package scenario

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/test/lab"
)

// returned waits until another process stands in for one that is gone.
func (t *Trial) returned(limit time.Duration, old lab.Process, now func() (lab.Process, bool)) {
	t.within(limit, fmt.Sprintf("%s (process %d) is replaced", old.Name, old.PID), func() error {
		p, ok := now()
		if !ok || p.Same(old) {
			return fmt.Errorf("there is %v", p)
		}
		return nil
	})
}

func (t *Trial) kill(p lab.Process, there bool) lab.Process {
	if !there {
		t.fail("there is no process to kill")
	}
	t.check(p.Signal(unix.SIGKILL))
	return p
}

// killDaemon kills supervisor and node process of a machine, whose init leaves it at that.
func (t *Trial) killDaemon(m *lab.Machine) {
	t.kill(m.Supervisor())
	t.kill(m.Node())
	t.within(momentBound, "nothing of the daemon runs", func() error { return noStack(m) })
}

// replaceBound is how long a part that died may be away, hangBound one that hangs.
const (
	replaceBound = 20 * time.Second
	hangBound    = 60 * time.Second
)

var dying = []Scenario{
	{Name: "kill-node-process", About: "The node process dies. Its services run on, nobody is fenced.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("kill the node process of %s", m.Name)
		before := t.traces()
		t.expectLog("node process ended")
		old := t.kill(m.Node())
		t.returned(replaceBound, old, m.Node)
		t.settle("the node is back", t.all())
		t.untouched(before)
	}},
	{Name: "kill-node-process-dc", About: "The node process of the DC dies.", Do: func(t *Trial) {
		m := t.dc()
		t.say("kill the node process of %s, the DC", m.Name)
		before := t.traces()
		t.expectLog("node process ended")
		old := t.kill(m.Node())
		t.returned(replaceBound, old, m.Node)
		t.settle("the node is back", t.all())
		t.untouched(before)
	}},
	{Name: "kill-node-process-again", About: "The node process dies several times in a row.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		before := t.traces()
		t.expectLog("node process ended")
		for range 2 + t.rand.IntN(2) {
			old := t.kill(m.Node())
			t.returned(replaceBound, old, m.Node)
			t.pause(1500 * time.Millisecond)
		}
		t.say("killed the node process of %s again and again", m.Name)
		t.settle("the node is back", t.all())
		t.untouched(before)
	}},
	{Name: "kill-all-node-processes", About: "The node processes of all nodes die at once.", Do: func(t *Trial) {
		before := t.traces()
		t.expectLog("node process ended")
		var old []lab.Process
		for _, m := range t.Lab.Machines {
			old = append(old, t.kill(m.Node()))
		}
		for i, m := range t.Lab.Machines {
			t.returned(replaceBound, old[i], m.Node)
		}
		t.settle("the nodes are back", t.all())
		t.untouched(before)
	}},
	{Name: "kill-supervisor", About: "The supervisor dies; the next one takes the node process over.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("kill the supervisor of %s", m.Name)
		before := t.traces()
		node, _ := m.Node()
		old := t.kill(m.Supervisor())
		t.returned(replaceBound, old, m.Supervisor)
		t.settle("all is as before", t.all())
		t.untouched(before)
		if now, _ := m.Node(); !now.Same(node) {
			t.fail("the node process was replaced with its supervisor: %v, then %v", node, now)
		}
	}},
	{Name: "kill-daemon", About: "Supervisor and node process die together.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("kill supervisor and node process of %s", m.Name)
		before := t.traces()
		t.expectLog("node process ended")
		supervisor, node := t.kill(m.Supervisor()), t.kill(m.Node())
		t.returned(replaceBound, supervisor, m.Supervisor)
		t.returned(replaceBound, node, m.Node)
		t.settle("the node is back", t.all())
		t.untouched(before)
	}},
	{Name: "kill-daemon-by-hand", About: "The node process dies, then both it and the supervisor; somebody starts them by hand. The services run on, nobody is fenced.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("kill the node process of %s, then all of its daemon", m.Name)
		before := t.traces()
		t.expectLog("node process ended")
		t.check(m.Leave(lab.Holdfast))
		old := t.kill(m.Node())
		t.returned(replaceBound, old, m.Node)
		t.settle("the supervisor has brought it back", t.all())
		t.killDaemon(m)
		t.pause(2 * time.Second) // the others wait for cluster.Grace
		t.check(m.Start(lab.Holdfast))
		t.settle("the node is back", t.all())
		t.untouched(before)
	}},
	{Name: "lose-daemon", About: "Supervisor and node process die and nobody starts them: the node is fenced, and comes back.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("kill all of the daemon of %s", m.Name)
		t.expectFence(m)
		t.check(m.Leave(lab.Holdfast))
		t.killDaemon(m)
		t.fenced(m)
	}},
	{Name: "kill-daemon-busy", About: "The node process dies while it carries out operations.", Do: func(t *Trial) {
		m := t.home("slow")
		t.expectLog("node process ended")
		t.tool(t.any(t.Lab.Machines), "crm_standby", "--node", m.Name, "--update", "on")
		t.pause(2 * time.Second)
		victim := t.any(t.Lab.Machines)
		t.say("kill the node process of %s while %s goes to standby", victim.Name, m.Name)
		old := t.kill(victim.Node())
		t.returned(replaceBound, old, victim.Node)
		w := t.all()
		w.resting = []*lab.Machine{m}
		t.settle(m.Name+" is in standby", w)
		t.tool(t.any(t.Lab.Machines), "crm_standby", "--node", m.Name, "--delete")
	}},
	{Name: "kill-agent", About: "An agent dies in the middle of its work.", Do: func(t *Trial) {
		m := t.home("slow")
		t.say("kill the agent of slow on %s", m.Name)
		t.expectLog(" error: ")
		var agent lab.Process
		t.within(20*time.Second, "an agent of slow runs", func() error {
			for _, p := range m.Processes() {
				if p.Name == "sleep" || p.Name == "Dummy" {
					agent = p
					return nil
				}
			}
			return fmt.Errorf("there is none")
		})
		agent.Signal(unix.SIGKILL) // it may have ended meanwhile
		w := t.all()
		w.failures = true
		time.Sleep(2 * time.Second)
		t.settle("slow runs", w)
		t.tool(t.any(t.Lab.Machines), "crm_resource", "--cleanup")
	}},
	{Name: "hang-node-process", About: "The node process hangs; the supervisor notices and replaces it.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("stop the node process of %s", m.Name)
		before := t.traces()
		t.expectLog("node process ended|does not answer any more")
		old, _ := m.Node()
		t.check(old.Signal(unix.SIGSTOP))
		t.returned(hangBound, old, m.Node)
		t.settle("the node is back", t.all())
		t.untouched(before)
	}},
	{Name: "kill-corosync", About: "Corosync dies: the node is lost to the others, which fence it.", Nodes: 3, Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("kill Corosync on %s", m.Name)
		t.expectFence(m)
		t.expectLog("the membership layer is gone")
		t.kill(m.CorosyncProcess())
	}},
	{Name: "restart-corosync", About: "Corosync dies and is started at once.", Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("kill Corosync on %s and start it", m.Name)
		t.allowFence(t.Lab.Machines...)
		t.expectLog("the membership layer is gone")
		t.kill(m.CorosyncProcess())
		t.pause(300 * time.Millisecond)
		m.Start(lab.Corosync) // it may have been fenced already
		t.within(bound, m.Name+" runs", func() error {
			_, ok := m.CorosyncProcess()
			if !ok {
				return fmt.Errorf("no Corosync on %s", m.Name)
			}
			return nil
		})
	}},
}
