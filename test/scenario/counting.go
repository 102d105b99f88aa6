package scenario

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"holdfast/test/lab"
)

// counter is a machine whose node attribute is counted up, by a client that waits for
// nothing, until told to stop.
type counter struct {
	accepted int
	once     sync.Once
	stop     chan struct{}
	done     chan struct{}
}

func (t *Trial) count(m *lab.Machine) *counter {
	c := &counter{stop: make(chan struct{}), done: make(chan struct{})}
	t.tool(m, "attrd_updater", "--name", "soak-count", "--update", "0", "--wait", "cluster")
	go func() {
		defer close(c.done)
		for {
			select {
			case <-c.stop:
				return
			default:
			}
			if _, err := m.Run(time.Minute, "attrd_updater", "--name", "soak-count", "--update", "value++"); err == nil {
				c.accepted++
			} else {
				time.Sleep(50 * time.Millisecond)
			}
		}
	}()
	return c
}

// end stops counting and returns how many updates were accepted.
func (c *counter) end() int {
	c.once.Do(func() { close(c.stop) })
	<-c.done
	return c.accepted
}

var counting = []Scenario{
	{Name: "count", About: "Corosync is replaced while attributes are updated: what a node accepted is counted once, everywhere.", Nodes: 3, Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("count on %s while its Corosync dies and is started", m.Name)
		t.allowFence(t.Lab.Machines...)
		t.expectLog("the membership layer is gone")
		before, _ := m.Node()
		c := t.count(m)
		defer c.end()
		t.pause(time.Second)
		t.kill(m.CorosyncProcess())
		t.pause(300 * time.Millisecond)
		m.Start(lab.Corosync)
		t.pause(2 * time.Second)
		t.tool(t.any(t.without(m)), "crm_mon", "-1")
		accepted := c.end()
		t.settle(m.Name+" is back", t.all())
		if after, there := m.Node(); !there || !after.Same(before) {
			return // it was fenced: what it had accepted ended with that life
		}
		t.say("%d updates were accepted", accepted)
		for _, at := range t.Lab.Machines {
			want := fmt.Sprintf(`host="%s" value="%d"`, m.Name, accepted)
			if got := t.tool(at, "attrd_updater", "--name", "soak-count", "--node", m.Name, "--query"); !strings.Contains(got, want) {
				t.fail("%s has %s, not %s", at.Name, strings.TrimSpace(got), want)
			}
		}
	}},
}
