package simulate

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/cluster/record"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// scene is a cluster of three nodes with one group, in which only what a test does
// goes wrong.
type scene struct {
	*world
	t *testing.T
}

func newScene(t *testing.T) *scene { return sceneWith(t, func(*plan) {}) }

// sceneWith is a scene of a cluster that is different in something.
func sceneWith(t *testing.T, differ func(*plan)) *scene {
	p := &plan{rng: rand.New(rand.NewPCG(1, 1)), nodes: 3, policy: "stop", devices: []string{"fence-a"}, groups: [][]string{{"g1-a", "g1-b", "g1-c"}}}
	differ(p)
	p.config = p.configuration()
	w := newWorld(Options{Seed: 1, Story: true}.withDefaults(), p)
	for _, m := range w.machines {
		m.start(0)
	}
	w.configure()
	w.inspections()
	return &scene{w, t}
}

// when lets time pass until something is so.
func (s *scene) when(what string, is func() bool) {
	s.t.Helper()
	for end := s.now().Add(time.Minute); !is(); s.until(s.now().Add(time.Millisecond)) {
		if s.report.Violation != "" || s.now().After(end) {
			s.t.Fatalf("%s does not come about: %s\n%s", what, s.report.Violation, strings.Join(s.report.Told(80), "\n"))
		}
	}
}

func (s *scene) whole() { s.when("a whole cluster", func() bool { return s.truth.missing() == "" }) }

func (s *scene) host(name string) *machine {
	for _, m := range s.machines {
		if m.active[name] {
			return m
		}
	}
	return nil
}

func (s *scene) coordinator() *machine {
	i := slices.IndexFunc(s.machines, func(m *machine) bool { return m.proc != nil && m.proc.node.Coordinator() == m.name })
	if i < 0 {
		return nil
	}
	return s.machines[i]
}

// begun counts the agents of a kind that have begun.
func (s *scene) begun(what string) int {
	n := 0
	for _, line := range s.report.Story {
		if strings.Contains(line, "agent "+what+" begins") {
			n++
		}
	}
	return n
}

// TestNewCoordinatorBeginsWithTheStatus has the coordinator's machine die between two
// actions of a transition: the next one goes on with what the status section says,
// and starts nothing twice.
func TestNewCoordinatorBeginsWithTheStatus(t *testing.T) {
	s := newScene(t)
	s.when("g1-a on another node than the coordinator's", func() bool {
		dc, host := s.coordinator(), s.host("g1-a")
		if host != nil && host == dc {
			t.Fatal("the scheduler has put it on the coordinator: the scene shows nothing, choose another seed for it")
		}
		return host != nil && !host.active["g1-b"]
	})
	host, dead := s.host("g1-a"), s.coordinator()
	dead.powerOff()
	s.when("another coordinator", func() bool { m := s.coordinator(); return m != nil && m != dead })
	s.when("the rest of the group", func() bool { return host.active["g1-b"] && host.active["g1-c"] })
	if n := s.begun("start of g1-a"); n != 1 {
		t.Errorf("g1-a was started %d times", n)
	}
}

// TestProcessComesBackInTime kills a process and brings it back within the grace:
// nobody is fenced, and its services go on undisturbed.
func TestProcessComesBackInTime(t *testing.T) {
	s := newScene(t)
	s.whole()
	host := s.host("g1-a")
	acts := s.truth.acts
	host.crash()
	host.start(2 * time.Second)
	s.until(s.now().Add(3 * time.Second))
	s.whole()
	if s.report.Fencings > 0 || s.begun("stop of g1-a") > 0 || s.begun("start of g1-a") != 1 {
		t.Errorf("fencings %d, and the last of %d operations: %s", s.report.Fencings, s.truth.acts-acts, s.truth.acted)
	}
}

// TestProcessStaysAway kills a process for good: after the grace its node is fenced
// and its services start elsewhere.
func TestProcessStaysAway(t *testing.T) {
	s := newScene(t)
	s.whole()
	host := s.host("g1-a")
	killed := s.now()
	host.crash()
	s.when("the services on another node", func() bool { h := s.host("g1-c"); return h != nil && h != host })
	if s.report.Fencings != 1 || s.now().Sub(killed) < cluster.Grace {
		t.Errorf("%d fencings, after %v", s.report.Fencings, s.now().Sub(killed))
	}
}

// TestLeavingNodeHandsOver has a node leave: its services stop there, start
// elsewhere, and it is let go without fencing; then it returns.
func TestLeavingNodeHandsOver(t *testing.T) {
	s := newScene(t)
	s.whole()
	host := s.host("g1-a")
	host.leave()
	s.when("the node to be gone", func() bool { return host.proc == nil })
	s.when("the services on another node", func() bool { h := s.host("g1-c"); return h != nil && h != host })
	host.start(0)
	s.whole()
	if s.report.Fencings != 0 {
		t.Errorf("%d fencings", s.report.Fencings)
	}
}

// TestMinorityStopsItself cuts the host of the services off, with fencing out of
// order: it stops them by itself, and nobody starts them before it is fenced.
func TestMinorityStopsItself(t *testing.T) {
	s := newScene(t)
	s.whole()
	host := s.host("g1-a")
	repaired := count(s.device("fence-a").faults, DeviceFails)
	cut := s.now()
	s.split(Fault{Side: []int{int(host.id) - 1}})
	s.when("the services to stop", func() bool { return !host.active["g1-a"] })
	if took := s.now().Sub(cut); took > 10*time.Second {
		t.Errorf("it took %v", took)
	}
	s.until(s.now().Add(5 * time.Second))
	if s.host("g1-a") != nil {
		t.Error("the services were started before the node was fenced")
	}
	repaired()
	s.when("the services on the other side", func() bool { return s.host("g1-c") != nil })
	if s.report.Fencings == 0 {
		t.Error("nobody was fenced")
	}
}

// TestLateOffIsFollowedByOn has the member that switches a node off lose its engine
// while the device is slow: another one fences the node, which boots. Then the first
// call, given up too late, switches it off again before it is a member. Nobody would
// miss it: whoever made the call says so, and it is switched on.
func TestLateOffIsFollowedByOn(t *testing.T) {
	s, _, target := sceneOfLateOff(t, "fence-a")
	s.when("the end of that life", func() bool { return !s.net.Up(target.id) })
	s.whole()
	if target.boot != 3 {
		t.Errorf("it is in life %d", target.boot)
	}
}

// TestOneOfThreeIsNotTheNewest has the processes of two nodes die, then that of the
// third. The two come back without it and accept a change. Then they go, and the
// third comes back alone among the machines: it was the last in sync once, and must
// not believe that nobody has gone on.
func TestOneOfThreeIsNotTheNewest(t *testing.T) {
	s := newScene(t)
	s.whole()
	a, b, c := s.machines[0], s.machines[1], s.machines[2]
	b.crash()
	c.crash()
	s.when("a alone, with quorum by its machines", func() bool {
		return len(a.disk.lineage.MemberList()) == 1 && a.proc.node.Quorate()
	})
	a.crash()
	b.start(0)
	c.start(0)
	s.when("the others with quorum", func() bool { return b.proc != nil && b.proc.node.Quorate() && c.proc.node.Quorate() })
	acked := len(s.truth.acked)
	s.writers.change(s.world, b.proc)
	s.when("a change of theirs", func() bool { return len(s.truth.acked) > acked })
	c.crash()
	defer b.pause()()
	a.start(0)
	s.when("the third in sync", func() bool { return a.proc != nil && a.proc.node.InSync() })
	s.until(s.now().Add(time.Second))
	if a.proc.node.Quorate() {
		t.Error("it believes its history to be the newest")
	}
}

// TestMinorityStopsWhatOthersHoldUp cuts the host of a group off, with fencing out of
// order. A service that runs on the other side would have to stop before the group:
// the minority stops the group all the same.
func TestMinorityStopsWhatOthersHoldUp(t *testing.T) {
	s := sceneWith(t, func(p *plan) {
		p.single = []string{"s1"}
		p.rules = `<rsc_order id="order" first="g1" then="s1"/><rsc_colocation id="apart" rsc="s1" with-rsc="g1" score="-INFINITY"/>`
	})
	s.whole()
	host := s.host("g1-a")
	defer count(s.device("fence-a").faults, DeviceFails)()
	s.split(Fault{Side: []int{int(host.id) - 1}})
	if other := s.host("s1"); other == nil || other == host {
		t.Fatal("the service does not run on the other side")
	}
	s.when("the group to stop", func() bool { return !host.active["g1-a"] })
}

// TestNewCoordinatorWaitsForNoAgent has the coordinator's machine die while an agent
// hangs on another one: the new coordinator has the dead node fenced before that
// agent has ended.
func TestNewCoordinatorWaitsForNoAgent(t *testing.T) {
	s := newScene(t)
	s.whole()
	host, dead := s.host("g1-a"), s.coordinator()
	if host == dead {
		t.Fatal("the scheduler has put the group on the coordinator: the scene shows nothing, choose another seed for it")
	}
	host.loseService()
	var hanging *run
	s.when("an agent at work", func() bool { hanging = host.hang(); return hanging != nil })
	dead.powerOff()
	s.when("the fencing of the dead node", func() bool { return s.report.Fencings > 0 })
	if !slices.Contains(slices.Collect(maps.Values(host.runs)), hanging) {
		t.Error("the agent that hung has ended before")
	}
}

// TestNewEngineIsNotAlone has a node lose its engine where quorum is ignored. The new
// engine begins in a ring of its own: the node does not fence everybody else before
// that ring had time to find theirs.
func TestNewEngineIsNotAlone(t *testing.T) {
	s := sceneWith(t, func(p *plan) { p.policy = "ignore" })
	s.whole()
	m := s.host("g1-a")
	for _, other := range s.machines {
		if other != m { // it is not fenced itself
			defer count(s.devices[0].far, other.name)()
		}
	}
	s.net.RestartEngine(m.id)
	whole := s.split(Fault{Side: []int{int(m.id) - 1}})
	s.when("a node without engine", func() bool { return !m.proc.lost.IsZero() })
	s.when("the node with a new engine", func() bool { return m.proc.lost.IsZero() })
	s.until(s.now().Add(3 * time.Second))
	whole()
	s.whole()
	if s.report.Fencings > 0 {
		t.Errorf("%d nodes were fenced", s.report.Fencings)
	}
}

// TestHungMemberIsFenced stops the process of a node that runs a group, and has a
// person put that node on standby. It is a member and does not answer: when its stop
// is overdue, the node is fenced, and the group starts elsewhere.
func TestHungMemberIsFenced(t *testing.T) {
	s := newScene(t)
	s.whole()
	m, other := s.host("g1-a"), s.machines[0]
	if other == m {
		other = s.machines[1]
	}
	defer m.pause()()
	set := xml.New("instance_attributes", "id", "i").Add(xml.New("nvpair", "id", "standby", "name", "standby", "value", "on"))
	node := xml.New("node", "id", fmt.Sprint(m.id), "uname", string(m.name)).Add(set)
	change := wire.NewChange(cib.Request{Op: cib.Modify, Section: "nodes", Data: xml.New("nodes").Add(node)})
	other.proc.step(cluster.Asked{Command: &wire.CIB{Change: change}})
	s.until(s.now().Add(time.Minute))
	if !s.net.Up(m.id) || m.boot != 1 {
		t.Error("it was fenced before the stop was overdue")
	}
	s.when("the group on another node", func() bool { h := s.host("g1-c"); return h != nil && h != m })
	if s.report.Fencings != 1 {
		t.Errorf("%d fencings", s.report.Fencings)
	}
}

// TestResultLostWithTheEngineIsSaidAgain has an engine die just after a service came
// up, with the word of that still to be sent. The node stops the service by itself,
// and the start does not stand as under way.
func TestResultLostWithTheEngineIsSaidAgain(t *testing.T) {
	s := newScene(t)
	var m *machine
	s.when("a start that has ended", func() bool {
		m = s.host("g1-a")
		return m != nil
	})
	s.net.RestartEngine(m.id)
	s.when("a node without engine", func() bool { return !m.proc.lost.IsZero() })
	if record.Awaits(m.proc.node.CIB(), m.id, "g1-a", transitionKey(m.proc.node.CIB(), m.id, "g1-a")) {
		t.Error("the start stands as under way")
	}
	s.whole()
}

// transitionKey is the key of the last operation of a resource on a node.
func transitionKey(root *xml.Node, id crm.NodeID, resource string) string {
	for rsc := range record.Own(root, id).Find("lrm", "lrm_resources").All("lrm_resource") {
		for op := range rsc.All("lrm_rsc_op") {
			if rsc.ID() == resource && op.Attr("id") == resource+"_last_0" {
				return op.Attr("transition-key")
			}
		}
	}
	return ""
}

// TestFrozenSideMovesNothingToStrangers has the node that a group likes best fenced;
// the group runs elsewhere. Then that host and the node, which has booted, are cut
// off from three others, in a cluster that freezes without quorum. The others take
// the node for off: the group is not moved to it.
func TestFrozenSideMovesNothingToStrangers(t *testing.T) {
	s := sceneWith(t, func(p *plan) {
		p.policy, p.nodes = "freeze", 5
		p.rules = `<rsc_location id="best" rsc="g1" node="n2" score="500"/>`
	})
	s.whole()
	stranger := s.host("g1-a")
	stranger.powerOff()
	s.when("its second life", func() bool { return stranger.boot == 2 })
	boots := stranger.freeze()
	s.when("the group elsewhere", func() bool { return s.host("g1-c") != nil })
	host := s.host("g1-c")
	defer count(s.devices[0].faults, DeviceFails)()
	s.split(Fault{Side: []int{int(host.id) - 1, int(stranger.id) - 1}})
	boots()
	s.when("both on the side without quorum", func() bool {
		p := stranger.proc
		return p != nil && p.node.InSync() && p.node.State().Peers[host.id] != nil && p.node.State().Peers[host.id].Present
	})
	s.until(s.now().Add(10 * time.Second))
	if stranger.active["g1-a"] || !host.active["g1-a"] {
		t.Error("the group was moved to a node that the other side takes for off")
	}
}

// hang has an agent that changes something, if one is at work, go on until its
// timeout.
func (m *machine) hang() *run {
	for number, r := range m.runs {
		if r.op.Task != "monitor" {
			delete(m.runs, number)
			m.serial++
			m.runs[m.serial], r.fate = r, AgentsHang
			m.endLater(m.serial, time.Duration(r.op.Timeout)*time.Millisecond)
			return r
		}
	}
	return nil
}
