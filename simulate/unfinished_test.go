package simulate

import (
	"testing"
	"time"

	"holdfast/cluster/record"
)

// TestResultOfAnUnfinishedViewIsSaidAgain cuts a node off, so that it stops its
// services. Before the stop has ended it meets one whose process stands still, and the
// two come to no common state; then they meet the others, whose history goes on. The
// result was held back where nobody of the others was: it is said again, or the stop
// would stand as under way, and the coordinator would wait for it.
func TestResultOfAnUnfinishedViewIsSaidAgain(t *testing.T) {
	s := sceneWith(t, func(p *plan) { p.nodes = 5 })
	s.whole()
	host := s.host("g1-c")
	silent := s.machines[host.id%5]
	fencingWorks := count(s.devices[0].faults, DeviceFails)
	s.split(Fault{Side: []int{int(host.id) - 1}})
	s.when("the stop", func() bool { return host.delay("stop", 1900*time.Millisecond) })
	goesOn := silent.pause()
	s.split(Fault{Side: []int{int(host.id) - 1, int(silent.id) - 1}})
	s.when("a view without a common state", func() bool { return !host.proc.node.InSync() })
	s.when("the end of the stop", func() bool { return !host.active["g1-c"] })
	if host.proc.node.InSync() {
		t.Fatal("the two have a common state by now: the scene shows nothing, choose other times for it")
	}
	s.net.Partition()
	s.when("a common state with the others", func() bool { return host.proc.node.InSync() })
	s.until(s.now().Add(time.Second))
	all := func(string) bool { return true }
	if op := record.Underway(host.proc.node.CIB(), all); op != "" {
		t.Errorf("%s stands as under way", op)
	}
	goesOn()
	fencingWorks()
	s.whole()
}

// delay has an agent that does a task, if there is one, end so much later. The task is
// one of any resource or, "stop of db", of one.
func (m *machine) delay(task string, by time.Duration) bool {
	for number, r := range m.runs {
		if r.op.Task == task || r.op.Task+" of "+plain(r.op.Resource) == task {
			delete(m.runs, number)
			m.serial++
			m.runs[m.serial] = r
			m.endLater(m.serial, by)
			return true
		}
	}
	return false
}
