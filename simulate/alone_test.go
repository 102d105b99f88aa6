package simulate

import (
	"strings"
	"testing"
	"time"
)

// TestNodeAloneWaitsForItsOwnStop has the node that runs the promoted database lose its
// engine: it demotes the database and stops it. The new engine comes while the stop is
// under way, and finds nobody. The stop is waited for: what is recorded of it hides the
// demote before it, and another demote would be begun behind it, where there is nothing
// to demote.
func TestNodeAloneWaitsForItsOwnStop(t *testing.T) {
	s := sceneWith(t, func(p *plan) { p.promoted = true })
	s.whole()
	s.when("a promoted database", func() bool { return s.promoted() != nil })
	host := s.promoted()
	defer count(s.devices[0].faults, DeviceFails)()
	s.net.RestartEngine(host.id)
	s.split(Fault{Side: []int{int(host.id) - 1}})
	s.when("the stop", func() bool { return host.delay("stop of "+database, 2*time.Second) })
	epoch := host.proc.node.State().Epoch
	host.proc.attach()
	s.when("a view of the new engine", func() bool { return host.proc.node.State().Epoch > epoch && host.proc.node.InSync() })
	if !host.active[database] {
		t.Fatalf("the stop has ended by now: the scene shows nothing, choose other times for it\n%s", strings.Join(s.report.Told(40), "\n"))
	}
	s.when("the end of the stop", func() bool { return !host.active[database] })
	s.until(s.now().Add(3 * time.Second))
	if n := s.begunOn(host, "demote of "+database); n != 1 {
		t.Errorf("it was demoted %d times\n%s", n, strings.Join(s.report.Told(80), "\n"))
	}
}

// promoted is the machine that runs the promoted database, nil if none does.
func (s *scene) promoted() *machine {
	for _, m := range s.machines {
		if m.promoted[database] {
			return m
		}
	}
	return nil
}

// begunOn counts the agents of a kind that have begun on a machine.
func (s *scene) begunOn(m *machine, what string) int {
	n := 0
	for _, line := range s.report.Story {
		if strings.Contains(line, string(m.name)+": agent "+what+" begins") {
			n++
		}
	}
	return n
}
