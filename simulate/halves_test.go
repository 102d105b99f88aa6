package simulate

import (
	"strings"
	"testing"
	"time"
)

// TestFencedHalfLosesAgainstTheOther divides two nodes. The first changes the
// configuration many times, is fenced by the second and stays off; the second then
// acknowledges one change. After both have lost their power, the history of the second
// goes on, although the first one's, of a ring with the same number, counts higher.
func TestFencedHalfLosesAgainstTheOther(t *testing.T) {
	s := sceneWith(t, func(p *plan) {
		p.nodes, p.twoNode, p.leavesOff = 2, true, true
		p.options = `<nvpair id="sim-off" name="stonith-action" value="off"/>`
	})
	s.whole()
	first, second := s.machines[0], s.machines[1]
	s.devices[0].far[first.name]++
	end := s.split(Fault{Side: []int{0}})
	s.when("the first alone with quorum", func() bool {
		return first.proc.node.Quorate() && first.proc.node.State().Peers[second.id].Present == false
	})
	for range 8 {
		s.writers.change(s.world, first.proc)
	}
	s.when("the first fenced", func() bool { return !s.net.Up(first.id) })
	s.until(s.now().Add(time.Second))
	s.writers.change(s.world, second.proc)
	s.when("the second's acknowledgement", func() bool { return len(s.truth.acked) > 0 })
	mark := s.truth.acked[len(s.truth.acked)-1]
	second.powerOff()
	end()
	s.devices[0].far[first.name]--
	for _, m := range s.machines {
		clear(m.outlets)
		m.powerOn()
	}
	s.whole()
	for _, m := range s.machines {
		if !strings.Contains(m.proc.node.CIB().String(), mark) {
			t.Errorf("%s has lost %s, which was acknowledged after the other half was fenced", m.name, mark)
		}
	}
}
