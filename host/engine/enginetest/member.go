package enginetest

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
)

// member reads one engine's stream into a journal.
type member struct {
	engine.Engine
	mu      sync.Mutex
	journal Journal
	view    view.View
	heard   int // messages
	closed  bool
	bell    *sync.Cond    // rung at every event
	gate    chan struct{} // closed: the reader may read
}

// watch starts reading; a held member reads nothing before release.
func watch(e engine.Engine, held bool) *member {
	m := &member{Engine: e, gate: make(chan struct{})}
	m.bell = sync.NewCond(&m.mu)
	m.journal.Self = e.Self()
	if !held {
		m.release()
	}
	go m.read()
	return m
}

func (m *member) release() { close(m.gate) }

func (m *member) read() {
	<-m.gate
	for e := range m.Events() {
		m.mu.Lock()
		m.journal.Events = append(m.journal.Events, e)
		switch e := e.(type) {
		case engine.ViewChange:
			m.view = e.View
		case engine.Message:
			m.heard++
		}
		m.mu.Unlock()
		m.bell.Broadcast()
	}
	m.mu.Lock()
	m.closed = true
	m.mu.Unlock()
}

// wait polls until the condition holds; it is called under the lock.
func (m *member) wait(t testing.TB, limit time.Duration, what string, ok func() bool) {
	t.Helper()
	end := time.Now().Add(limit)
	for {
		m.mu.Lock()
		good := ok()
		m.mu.Unlock()
		if good {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("node %d: no %s within %v; %s", m.Self(), what, limit, m.tail())
		}
		time.Sleep(time.Millisecond)
	}
}

// tail describes the last events, for messages.
func (m *member) tail() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	text := fmt.Sprintf("%d events", len(m.journal.Events))
	for _, e := range m.journal.Events[max(0, len(m.journal.Events)-6):] {
		text += "\n\t" + describe(e)
	}
	return text
}

// waitMembers waits for a view with exactly these members.
func (m *member) waitMembers(t testing.TB, limit time.Duration, ids ...crm.NodeID) {
	t.Helper()
	m.wait(t, limit, fmt.Sprintf("view of %v", ids), func() bool {
		return fmt.Sprint(m.view.Members) == fmt.Sprint(ids)
	})
}

// waitHeard waits for a number of messages in all.
func (m *member) waitHeard(t testing.TB, limit time.Duration, n int) {
	t.Helper()
	m.wait(t, limit, fmt.Sprintf("%d messages", n), func() bool { return m.heard >= n })
}

// waitLeft waits until some view has told that id left, and returns the reason.
func (m *member) waitLeft(t testing.TB, limit time.Duration, id crm.NodeID) view.Reason {
	t.Helper()
	var reason view.Reason
	m.wait(t, limit, fmt.Sprintf("view that %d left", id), func() bool {
		for _, e := range m.journal.Events {
			v, _ := e.(engine.ViewChange)
			for _, c := range v.Left {
				if c.ID == id {
					reason = c.Reason
					return true
				}
			}
		}
		return false
	})
	return reason
}

// waitClosed waits until the stream has ended.
func (m *member) waitClosed(t testing.TB, limit time.Duration) {
	t.Helper()
	m.wait(t, limit, "end of the stream", func() bool { return m.closed })
}

func (m *member) ended() bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.closed
}

func (m *member) say(t testing.TB, text string) {
	t.Helper()
	if err := m.Multicast([]byte(text)); err != nil {
		t.Fatalf("node %d: %v; %s", m.Self(), err, m.tail())
	}
}

// snapshot copies the journal as it stands.
func (m *member) snapshot() *Journal {
	m.mu.Lock()
	defer m.mu.Unlock()
	return &Journal{Self: m.journal.Self, Events: append([]engine.Event(nil), m.journal.Events...)}
}
