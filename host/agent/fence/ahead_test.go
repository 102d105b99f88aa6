package fence

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"
)

// What the agents of an action were told, in the order in which they were told.
func (y toy) told(action string) []string {
	text, _ := os.ReadFile(y.state + "." + action)
	return strings.Fields(string(text))
}

// An agent that was begun ahead knows its action, but not yet its target.
func TestAheadWaitsForItsTarget(t *testing.T) {
	y := newToy(t)
	dev := y.open(t)
	on := Order{ID: "f1", Action: "on", Target: "n1"}
	on.Ahead = dev.Begin(y.host, on)
	for end := time.Now().Add(bound); len(y.told("on")) == 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	if told := strings.Join(y.told("on"), " "); told != "action=on" {
		t.Fatalf("before its time it was told %q", told)
	}
	os.WriteFile(y.state, []byte("off\n"), 0o600)
	out := dev.Carry(context.Background(), y.host, on)
	if !out.Succeeded() || out.Evidence != ReadBack {
		t.Errorf("on: %+v", out)
	}
	if told := strings.Join(y.told("on"), " "); !strings.Contains(told, "plug=n1") || strings.Count(told, "action=on") != 1 {
		t.Errorf("it was told %q", told)
	}
}

// One that did not wait has looked before there was something to see: it does not count.
func TestHastyAgentIsAskedAgain(t *testing.T) {
	y := newToy(t)
	dev := y.open(t)
	look := Order{ID: "f2", Action: "status", Target: "n1"}
	look.Ahead = dev.Begin(y.host, look)
	look.Ahead.run.Cancel() // ends before its time
	for end := time.Now().Add(bound); len(look.Ahead.run.Done()) == 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
	os.WriteFile(y.state, []byte("off\n"), 0o600)
	if out := dev.Carry(context.Background(), y.host, look); out.Exit != powerOff {
		t.Errorf("status: %+v", out)
	}
}

// One that is not needed goes, and leaves nothing running.
func TestDropped(t *testing.T) {
	y := newToy(t)
	dev := y.open(t)
	a := dev.Begin(y.host, Order{ID: "f3", Action: "on", Target: "n1"})
	p, ok := a.run.Process()
	if !ok {
		t.Fatal("nothing was started")
	}
	a.Drop()
	a.Drop()
	if p.Alive() {
		t.Errorf("process %d is still there", p.Pid)
	}
	if state, _ := os.ReadFile(y.state); string(state) != "on\n" || strings.Contains(strings.Join(y.told("on"), " "), "plug") {
		t.Errorf("it has done something: %s, told %v", state, y.told("on"))
	}
}
