package enginetest

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
)

func formation(t *testing.T, c Cluster) {
	all := openAll(t, c)
	for _, m := range all {
		m.wait(t, late, "all machines", func() bool { return slices.Equal(m.view.Machines, everybody(all)) })
		if nodes := m.Nodes(); len(nodes) != c.Size() || nodes[0].ID != 1 || nodes[0].Name == "" {
			t.Errorf("node %d: node list %v", m.Self(), nodes)
		}
	}
	closeAll(t, all)
	if err := all[0].Multicast([]byte("late")); !errors.Is(err, engine.ErrClosed) {
		t.Errorf("multicast after Close: %v, not ErrClosed", err)
	}
}

func totalOrder(t *testing.T, c Cluster) {
	const each = 300
	all := openAll(t, c)
	for i := range each {
		for _, m := range all {
			m.say(t, fmt.Sprintf("%d:%d", m.Self(), i))
		}
	}
	var first []string
	for _, m := range all {
		m.waitHeard(t, late, each*len(all))
		order := texts(m.snapshot(), 0)
		if first == nil {
			first = order
		}
		if !slices.Equal(order, first) {
			t.Errorf("node %d heard another order than node %d", m.Self(), all[0].Self())
		}
		own := texts(m.snapshot(), m.Self())
		for i, text := range own {
			if text != fmt.Sprintf("%d:%d", m.Self(), i) {
				t.Fatalf("node %d: own message %d is %s", m.Self(), i, text)
			}
		}
	}
	closeAll(t, all)
}

// texts are the messages of one sender, or of all.
func texts(j *Journal, from crm.NodeID) []string {
	var list []string
	for _, e := range j.Events {
		if m, ok := e.(engine.Message); ok && (from == 0 || from == m.From) {
			list = append(list, string(m.Data))
		}
	}
	return list
}

func largeMessages(t *testing.T, c Cluster) {
	all := openAll(t, c)
	sizes := []int{2 << 20, 1, 1<<20 - 1024, 1 << 20, 3<<20 + 17, engine.MaxMessage}
	for i, size := range sizes {
		for _, m := range all {
			if size == engine.MaxMessage && m != all[0] {
				continue
			}
			m.say(t, pattern(m.Self(), i, size))
		}
	}
	want := len(sizes)*len(all) - (len(all) - 1)
	for _, m := range all {
		m.waitHeard(t, late, want)
		for _, text := range texts(m.snapshot(), 0) {
			checkPattern(t, text)
		}
	}
	if err := all[0].Multicast(make([]byte, engine.MaxMessage+1)); err == nil {
		t.Error("a message larger than MaxMessage was accepted")
	}
	closeAll(t, all)
}

// pattern is a text of a size whose every part shows where it belongs.
func pattern(id crm.NodeID, serial, size int) string {
	head := fmt.Sprintf("%d/%d/%d;", id, serial, size)
	if size < len(head) {
		return string(rune('a' + int(id)))
	}
	return head + strings.Repeat(head, size/len(head))[:size-len(head)]
}

func checkPattern(t *testing.T, text string) {
	t.Helper()
	var id crm.NodeID
	var serial, size int
	if n, _ := fmt.Sscanf(text[:min(len(text), 40)], "%d/%d/%d;", &id, &serial, &size); n == 3 {
		if !bytes.Equal([]byte(text), []byte(pattern(id, serial, size))) {
			t.Errorf("message %d of node %d with %d bytes arrived damaged", serial, id, size)
		}
	}
}

func slowReceiver(t *testing.T, c Cluster) {
	const count, size = 1500, 4096
	all := openAll(t, c)
	slow := all[len(all)-1]
	slow.Close()
	slow.waitClosed(t, soon)
	for _, m := range all[:len(all)-1] {
		m.waitLeft(t, soon, slow.Self())
	}
	slow = watch(c.Open(t, slow.Self()), true)
	t.Cleanup(func() { slow.Close() })
	for _, m := range all[:len(all)-1] {
		m.wait(t, late, "return of the slow one", func() bool { return len(m.view.Members) == len(all) })
	}
	for i := range count {
		all[0].say(t, pattern(1, i, size))
	}
	all[0].waitHeard(t, late, count)
	all[1].waitHeard(t, late, count)
	slow.release()
	slow.waitHeard(t, late, count)
	closeAll(t, append(all[:len(all)-1:len(all)-1], slow))
}

func leaving(t *testing.T, c Cluster) {
	all := openAll(t, c)
	last := all[len(all)-1]
	last.say(t, "the last word")
	if err := last.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	for _, m := range all[:len(all)-1] {
		if why := m.waitLeft(t, soon, last.Self()); why != view.Leave {
			t.Errorf("node %d: reason %v; %s", m.Self(), why, m.tail())
		}
		if heard := texts(m.snapshot(), last.Self()); len(heard) != 1 {
			t.Errorf("node %d did not hear what the leaving one said before: %v", m.Self(), heard)
		}
		m.wait(t, soon, "machine", func() bool { return m.view.HasMachine(last.Self()) })
	}
	closeAll(t, all[:len(all)-1])
}

func processDeath(t *testing.T, c Cluster) {
	all := openAll(t, c)
	last := all[len(all)-1]
	c.Kill(t, last.Engine)
	for _, m := range all[:len(all)-1] {
		if why := m.waitLeft(t, soon, last.Self()); why != view.ProcessDied {
			t.Errorf("node %d: reason %v; %s", m.Self(), why, m.tail())
		}
		m.wait(t, soon, "quorate view with the machine", func() bool { return m.view.HasMachine(last.Self()) && m.view.Quorate })
	}
	again := watch(c.Open(t, last.Self()), false)
	all = append(all[:len(all)-1:len(all)-1], again)
	waitCommon(t, all)
	closeAll(t, all)
}

func machineDeath(t *testing.T, c Cluster) {
	all := openAll(t, c)
	last := all[len(all)-1]
	c.PowerOff(t, last.Self())
	rest := all[:len(all)-1]
	for _, m := range rest {
		if why := m.waitLeft(t, late, last.Self()); why != view.NodeDown {
			t.Errorf("node %d: reason %v; %s", m.Self(), why, m.tail())
		}
		m.wait(t, late, "view without the machine", func() bool { return !m.view.HasMachine(last.Self()) && m.view.Quorate })
	}
	rest[0].say(t, "life goes on")
	for _, m := range rest {
		m.waitHeard(t, soon, 1)
	}
	c.PowerOn(t, last.Self())
	again := watch(c.Open(t, last.Self()), false)
	all = append(slices.Clone(rest), again)
	waitCommon(t, all)
	closeAll(t, all)
}

// engineRestart wants a member either to be told Lost and able to open again, or
// to go on by itself in a new ring. It may not hang.
func engineRestart(t *testing.T, c Cluster) {
	all := openAll(t, c)
	last := all[len(all)-1]
	last.mu.Lock()
	ring := last.view.Ring
	last.mu.Unlock()
	c.RestartEngine(t, last.Self())
	last.wait(t, late, "Lost or new ring", func() bool { return last.closed || last.view.Ring > ring })
	if last.ended() {
		events := last.snapshot().Events
		if _, ok := events[len(events)-1].(engine.Lost); !ok {
			t.Errorf("the stream ended with %s, not Lost", describe(events[len(events)-1]))
		}
		if err := last.Multicast([]byte("too late")); !errors.Is(err, engine.ErrClosed) {
			t.Errorf("multicast after Lost: %v, not ErrClosed", err)
		}
		last.Close()
		all[len(all)-1] = watch(c.Open(t, last.Self()), false)
		for _, m := range all[:len(all)-1] {
			m.waitLeft(t, late, last.Self())
		}
	}
	waitCommon(t, all)
	all[0].say(t, "together again")
	for _, m := range all {
		m.waitHeard(t, soon, 1)
	}
	closeAll(t, all)
}

func split(t *testing.T, c Cluster) {
	s, ok := c.(Splitter)
	if !ok {
		t.Skip("this engine has no network to cut")
	}
	all := openAll(t, c)
	last := all[len(all)-1]
	s.Isolate(t, last.Self())
	last.wait(t, late, "view without quorum", func() bool {
		return len(last.view.Members) == 1 && len(last.view.Machines) == 1 && !last.view.Quorate
	})
	for _, m := range all[:len(all)-1] {
		if why := m.waitLeft(t, late, last.Self()); why != view.NodeDown {
			t.Errorf("node %d: reason %v; %s", m.Self(), why, m.tail())
		}
		m.wait(t, soon, "quorum", func() bool { return m.view.Quorate })
	}
	last.say(t, "from the desert")
	all[0].say(t, "from the town")
	last.waitHeard(t, soon, 1)
	all[0].waitHeard(t, soon, 1)
	s.Heal(t)
	waitCommon(t, all)
	for _, m := range all {
		heard := texts(m.snapshot(), 0)
		if len(heard) != 1 {
			t.Errorf("node %d heard %q across the cut", m.Self(), heard)
		}
	}
	closeAll(t, all)
}

// churn lets the members talk while one after the other dies, leaves and comes
// back.
func churn(t *testing.T, c Cluster) {
	all := openAll(t, c)
	ever := slices.Clone(all)
	stop := time.Now().Add(3 * time.Second)
	serial := 0
	for round := 0; round < 30 && time.Now().Before(stop); round++ {
		for range 40 {
			for _, m := range all {
				serial++
				m.say(t, fmt.Sprintf("%d:%d", m.Self(), serial))
			}
			if serial%7 == 0 {
				time.Sleep(time.Millisecond)
			}
		}
		victim := round % len(all)
		if round%2 == 0 {
			c.Kill(t, all[victim].Engine)
		} else {
			all[victim].Close()
		}
		for i, m := range all {
			if i != victim {
				serial++
				m.say(t, fmt.Sprintf("%d:%d", m.Self(), serial))
			}
		}
		all[victim] = watch(c.Open(t, all[victim].Self()), false)
		ever = append(ever, all[victim])
		all[victim].wait(t, late, "first view", func() bool { return len(all[victim].view.Members) > 0 })
	}
	waitCommon(t, all)
	all[0].say(t, "the end")
	for _, m := range all {
		m.wait(t, late, "the last message", func() bool {
			for _, e := range m.journal.Events[max(0, len(m.journal.Events)-3):] {
				if msg, ok := e.(engine.Message); ok && string(msg.Data) == "the end" {
					return true
				}
			}
			return false
		})
	}
	judge(t, ever)
	closeAll(t, all)
}
