package simulate

import (
	"slices"
	"testing"
	"time"
)

// TestLateOffWithoutQuorum has a fence call end too late, as in
// TestLateOffIsFollowedByOn, while the member that made it is cut off. The device holds
// all power of its target: no verdict of others can become wrong if it is on again.
func TestLateOffWithoutQuorum(t *testing.T) {
	s, actor, target := sceneOfLateOff(t, "fence-a")
	s.cutOff(actor)
	s.when("the end of that life", func() bool { return !s.net.Up(target.id) })
	s.when("the next one", func() bool { return s.net.Up(target.id) })
	if actor.proc.node.Quorate() {
		t.Error("the actor is not alone: the scene shows nothing")
	}
}

// TestLateOffOfOneOfTwoWaits has the same happen with one of two devices that must both be
// off. Whoever has quorum may be about to fence that node, and count on the device: it is
// switched on when the caller is back, and not before.
func TestLateOffOfOneOfTwoWaits(t *testing.T) {
	s, actor, target := sceneOfLateOff(t, "fence-a", "fence-b")
	meet := s.cutOff(actor)
	s.when("the late off", func() bool { return target.outlets["fence-a"] })
	s.until(s.now().Add(5 * time.Second))
	if !target.outlets["fence-a"] || actor.proc.node.Quorate() {
		t.Error("it is switched on by a side without quorum")
	}
	meet()
	s.when("both supplies", func() bool { return !target.outlets["fence-a"] })
}

// cutOff leaves a machine alone, until the function that it returns is called, and nobody else
// reaches the first device.
func (s *scene) cutOff(m *machine) (meet func()) {
	for _, other := range s.machines {
		if other != m {
			count(s.devices[0].far, other.name)
		}
	}
	return s.split(Fault{Side: []int{int(m.id) - 1}})
}

// sceneOfLateOff has a slow device, whose call for the target its actor gave up when it
// lost its engine; another member fenced the target, which is in its second life and
// stands still. The call is about to end that.
func sceneOfLateOff(t *testing.T, devices ...string) (s *scene, actor, target *machine) {
	t.Helper()
	s = sceneWith(t, func(p *plan) { p.nodes, p.devices, p.together = 5, devices, len(devices) > 1 })
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
	s.when("the loss of its engine", func() bool { return !actor.proc.lost.IsZero() })
	actor.proc.attach() // now, and not when the world would have it come back
	s.when("the node in its second life", func() bool { return s.net.Up(target.id) })
	target.freeze()
	return s, actor, target
}
