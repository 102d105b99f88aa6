package scenario

import (
	"fmt"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"holdfast/cib/xml"
	"holdfast/test/lab"
)

// recovered waits until a failure of a resource has been noticed and mended, and cleans up.
func (t *Trial) recovered(id string) {
	t.within(bound, "the failure of "+id+" is counted", func() error {
		n, document, err := look(t.Lab.Machines[0])
		if err != nil {
			return err
		}
		if !counted(document, id) {
			return fmt.Errorf("%s sees no fail count of %s", n.Name, id)
		}
		return nil
	})
	w := t.all()
	w.failures = true
	t.settle(id+" runs again", w)
	t.tool(t.any(t.Lab.Machines), "crm_resource", "--cleanup", "--resource", id)
}

// counted reports whether there is a fail count of a resource.
func counted(document *xml.Node, id string) bool {
	if document.Name == "nvpair" && strings.HasPrefix(document.Attr("name"), "fail-count-"+id+"#") {
		return true
	}
	for child := range document.Elements() {
		if counted(child, id) {
			return true
		}
	}
	return false
}

// breakdown is a way in which a service fails.
type breakdown struct {
	id, home string
	how      func(m *lab.Machine) error
}

var breakdowns = []breakdown{
	{"once", "once", func(m *lab.Machine) error { return os.Remove(statePath(m, "Dummy-once")) }},
	{"slow", "slow", func(m *lab.Machine) error { return os.Remove(statePath(m, "Dummy-slow")) }},
	{"every", "every", func(m *lab.Machine) error { return os.Remove(statePath(m, "Dummy-every")) }},
	{"store", promotedStore, func(m *lab.Machine) error { return os.Remove(statePath(m, "Stateful-store")) }},
	{"page", "page", func(m *lab.Machine) error {
		p, _ := webServer(m)
		return p.Signal(unix.SIGKILL)
	}},
	{"address", "address", func(m *lab.Machine) error {
		_, err := m.Run(10*time.Second, "ip", "addr", "flush", "to", serviceAddress, "dev", "ring0")
		return err
	}},
}

var failing = []Scenario{
	{Name: "resource-recover", About: "A service dies; it is noticed, counted and started again.", Do: func(t *Trial) {
		b := breakdowns[t.rand.IntN(len(breakdowns))]
		m := t.home(b.home)
		t.say("%s fails on %s", b.id, m.Name)
		t.check(b.how(m))
		t.recovered(b.id)
	}},
	{Name: "resource-recover-all", About: "Several services die at the same time.", Do: func(t *Trial) {
		for _, b := range breakdowns[:4] {
			t.check(b.how(t.home(b.home)))
		}
		for _, b := range breakdowns[:4] {
			t.recovered(b.id)
		}
	}},
	{Name: "resource-recover-dc", About: "A service dies, and the DC with it.", Do: func(t *Trial) {
		m := t.dc()
		home := t.home("once")
		t.say("once fails on %s, the node process of the DC %s dies", home.Name, m.Name)
		t.expectLog("node process ended")
		t.check(os.Remove(statePath(home, "Dummy-once")))
		t.pause(2 * time.Second)
		node, _ := m.Node()
		t.check(node.Signal(unix.SIGKILL))
		t.recovered("once")
	}},
}
