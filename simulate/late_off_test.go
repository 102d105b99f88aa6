package simulate

import (
	"slices"
	"testing"
	"time"
)

// TestLateOffWithoutQuorumWaits has a fence call end too late, as in
// TestLateOffIsFollowedByOn, while the member that made it is cut off. Whoever has
// quorum may be about to fence that node, and count on the device: it is switched on
// when the caller is back, and not before.
func TestLateOffWithoutQuorumWaits(t *testing.T) {
	s, actor, target := sceneOfLateOff(t)
	var reach []func()
	for _, m := range s.machines {
		if m != actor {
			reach = append(reach, count(s.devices[0].far, m.name))
		}
	}
	meet := s.split(Fault{Side: []int{int(actor.id) - 1}})
	s.when("the end of that life", func() bool { return !s.net.Up(target.id) })
	s.until(s.now().Add(5 * time.Second))
	if s.net.Up(target.id) || actor.proc.node.Quorate() {
		t.Error("it is switched on by a side without quorum")
	}
	all(reach)()
	meet()
	s.whole()
	if target.boot != 3 {
		t.Errorf("it is in life %d", target.boot)
	}
}

// sceneOfLateOff has a slow device, whose call for the target its actor gave up when it
// lost its engine; another member fenced the target, which is in its second life and
// stands still. The call is about to end that.
func sceneOfLateOff(t *testing.T) (s *scene, actor, target *machine) {
	t.Helper()
	s = sceneWith(t, func(p *plan) { p.nodes = 5 })
	s.whole()
	fence := s.devices[0]
	fence.heedless, fence.takes = true, 20*time.Second
	target = s.host("g1-a")
	target.powerOff()
	s.when("a fence agent at work", func() bool {
		i := slices.IndexFunc(s.machines, func(m *machine) bool { return m.proc != nil && len(m.proc.calls) > 0 })
		if i >= 0 {
			actor = s.machines[i]
		}
		return i >= 0
	})
	fence.takes = 0
	s.net.RestartEngine(actor.id)
	s.when("the node in its second life", func() bool { return s.net.Up(target.id) })
	target.freeze()
	return s, actor, target
}
