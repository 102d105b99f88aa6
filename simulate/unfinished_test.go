package simulate

import (
	"slices"
	"testing"
	"time"

	"holdfast/cluster/record"
	"holdfast/cluster/replica"
	"holdfast/crm"
)

// TestResultOfAnUnfinishedViewIsSaidAgain cuts a node off, so that it stops its
// services. Before the stop has ended it meets one whose process stands still, and the
// two come to no common state; then they meet the others, whose history goes on. The
// result was held back where nobody of the others was: it is said again, or the stop
// would stand as under way, and the coordinator would wait for it.
func TestResultOfAnUnfinishedViewIsSaidAgain(t *testing.T) {
	u := newUnfinished(t, func(p *plan) { p.nodes = 5 })
	u.net.Partition()
	u.commonState()
}

// TestResultsSurviveEachOther lets another stop end while the node already looks for a
// common state with the others: this result has its place in the log of them all. The
// one before it was held back elsewhere, and has not.
func TestResultsSurviveEachOther(t *testing.T) {
	u := newUnfinished(t, func(p *plan) { p.nodes, p.clone = 5, true })
	if !u.host.delay("stop of "+cloned, time.Hour) {
		t.Fatal("no other stop is under way: the scene shows nothing, choose other times for it")
	}
	u.net.Partition()
	u.until(u.now().Add(replica.HelloWait / 2)) // they wait for the hello of the silent one
	if u.host.proc.node.InSync() || !u.host.delay("stop of "+cloned, 0) {
		t.Fatal("they have a common state by now: the scene shows nothing, choose other times for it")
	}
	u.commonState()
}

// unfinished is a scene in which a stop has ended in a view that came to no common state.
type unfinished struct {
	*scene
	host *machine
	ease func() // ends what was done to the others
}

func newUnfinished(t *testing.T, differ func(*plan)) unfinished {
	s := sceneWith(t, differ)
	s.whole()
	host := s.host("g1-c")
	silent := s.machines[host.id%5]
	fencingWorks := count(s.devices[0].faults, DeviceFails)
	s.split(Fault{Side: []int{int(host.id) - 1}})
	stops := []string{"stop of g1-c"}
	if s.plan.clone {
		stops = append(stops, "stop of "+cloned)
	}
	s.when("the stops", func() bool {
		stops = slices.DeleteFunc(stops, func(stop string) bool { return host.delay(stop, time.Minute) })
		return len(stops) == 0
	})
	host.delay("stop of g1-c", 1900*time.Millisecond)
	goesOn := silent.pause()
	s.split(Fault{Side: []int{int(host.id) - 1, int(silent.id) - 1}})
	s.when("a view without a common state", func() bool { return !host.proc.node.InSync() })
	s.when("the end of the stop", func() bool { return !host.active["g1-c"] })
	if host.proc.node.InSync() {
		t.Fatal("the two have a common state by now: the scene shows nothing, choose other times for it")
	}
	return unfinished{s, host, func() {
		goesOn()
		fencingWorks()
	}}
}

// commonState waits until the node shares a state with the others: no stop is under
// way a second later.
func (u *unfinished) commonState() {
	u.t.Helper()
	u.when("a common state with the others", func() bool { return u.host.proc.node.InSync() })
	u.until(u.now().Add(time.Second))
	all := func(string) bool { return true }
	if op := record.Underway(u.host.proc.node.CIB(), all, crm.TaskStop); op != "" {
		u.t.Errorf("%s stands as under way", op)
	}
	u.ease()
	u.whole()
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
