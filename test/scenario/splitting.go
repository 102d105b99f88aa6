package scenario

import (
	"fmt"
	"time"

	"holdfast/test/lab"
)

// releaseBound is how long a side that lost quorum may hold services: Corosync's
// patience, the decision, and the slowest stop of ours with room for a busy machine.
func (t *Trial) releaseBound() time.Duration { return 3*t.opt.Token + 9*time.Second }

// minority draws fewer than half of the machines, with those that run the
// address if holder is set.
func (t *Trial) minority(holder bool) (few, most []*lab.Machine) {
	n := len(t.Lab.Machines)
	few, most = t.some(1 + t.rand.IntN((n-1)/2))
	if home := t.home("address"); holder && !contains(few, home) {
		few[0] = home
		most = t.without(few...)
	}
	return few, most
}

func contains(list []*lab.Machine, m *lab.Machine) bool { return len(but(list, m)) < len(list) }

// released waits until machines run nothing any more, and returns how long it took.
func (t *Trial) released(list []*lab.Machine) time.Duration {
	begun := time.Now()
	t.within(t.releaseBound(), names(list)+" has let go of everything", func() error {
		for _, m := range list {
			for _, s := range t.services {
				if yes, _ := s.active(m); yes {
					return fmt.Errorf("%s still runs on %s", s.id, m.Name)
				}
			}
		}
		return nil
	})
	return time.Since(begun)
}

var splitting = []Scenario{
	{Name: "split", About: "Some machines are cut off: the majority fences them and goes on.", Nodes: 3, Do: func(t *Trial) {
		few, most := t.minority(false)
		t.say("cut off %s", names(few))
		t.expectFence(few...)
		t.check(t.Lab.Split(most, few))
		t.fenced(few...)
		t.settle("the majority goes on", wish{members: most})
		t.check(t.Lab.Heal())
	}},
	{Name: "split-holder", About: "The machine with the address is cut off.", Nodes: 3, Do: func(t *Trial) {
		few, most := t.minority(true)
		t.say("cut off %s", names(few))
		t.expectFence(few...)
		t.check(t.Lab.Split(most, few))
		t.fenced(few...)
		t.settle("the majority goes on", wish{members: most})
		t.check(t.Lab.Heal())
	}},
	{Name: "split-no-fencing", About: "Without fencing, who is cut off stops its services by itself, within the bound.", Nodes: 3, Do: func(t *Trial) {
		few, most := t.minority(true)
		t.option("stonith-enabled", "false")
		t.within(bound, "fencing is off", t.idle)
		// Without fencing the majority has no evidence and takes over at once: that is what was asked for.
		t.mayTwice = t.releaseBound()
		t.check(t.Lab.Split(most, few))
		took := t.released(few)
		t.say("cut off %s without fencing: it had let go after %v", names(few), took.Round(10*time.Millisecond))
		t.settle("the majority goes on", wish{members: most})
		t.check(t.Lab.Heal())
		t.settle("the sides meet", t.all())
		t.option("stonith-enabled", "true")
	}},
	{Name: "split-slow-fencing", About: "The fence device is slow: who is cut off has let go long before, and nobody takes over earlier.", Nodes: 3, Do: func(t *Trial) {
		few, most := t.minority(true)
		delay := t.releaseBound() + time.Second
		t.Lab.Power.SetDelay(delay)
		defer t.Lab.Power.SetDelay(0)
		t.expectFence(few...)
		t.check(t.Lab.Split(most, few))
		took := t.released(few)
		for _, m := range most {
			if yes, _ := holds(serviceAddress)(m); yes {
				t.fail("%s took the address over before the fence device had switched anything", m.Name)
			}
		}
		t.say("cut off %s, fencing takes %v: it had let go after %v", names(few), delay, took.Round(10*time.Millisecond))
		t.fenced(few...)
		t.Lab.Power.SetDelay(0)
		t.settle("the majority goes on", wish{members: most})
		t.check(t.Lab.Heal())
	}},
	{Name: "split-shortly", About: "Cables are out for less than the token: nobody minds.", Do: func(t *Trial) {
		few, most := t.some(1)
		t.say("cut off %s for a moment", names(few))
		t.check(t.Lab.Split(most, few))
		time.Sleep(t.opt.Token / 5)
		t.check(t.Lab.Heal())
		time.Sleep(2 * t.opt.Token) // should somebody mind nevertheless
	}},
	{Name: "split-in-half", About: "Both halves lose quorum, stop everything, and start again when they meet.",
		Nodes: 4, Fits: func(n int) bool { return n%2 == 0 }, Do: func(t *Trial) {
			a, b := t.some(len(t.Lab.Machines) / 2)
			t.say("%s and %s do not hear each other", names(a), names(b))
			t.check(t.Lab.Split(a, b))
			t.released(t.Lab.Machines)
			t.settle("one half waits", wish{members: a})
			t.settle("the other half waits", wish{members: b})
			t.check(t.Lab.Heal())
		}},
	{Name: "split-in-pieces", About: "Every machine is alone, and nothing runs anywhere until they meet.", Nodes: 3, Do: func(t *Trial) {
		var alone [][]*lab.Machine
		for _, m := range t.Lab.Machines {
			alone = append(alone, []*lab.Machine{m})
		}
		t.say("everybody is alone")
		// They meet one after the other: the first who are enough have quorum, and fence who is not there yet.
		t.allowFence(t.Lab.Machines...)
		t.check(t.Lab.Split(alone...))
		t.released(t.Lab.Machines)
		if fenced := t.Lab.Power.Log(t.began); len(fenced) > 0 {
			t.fail("%s was fenced although nobody had quorum", fenced[0].Target)
		}
		t.check(t.Lab.Heal())
	}},
	{Name: "split-two", About: "Two nodes that do not hear each other: one of them is fenced.", Fits: func(n int) bool { return n == 2 }, Do: func(t *Trial) {
		t.allowFence(t.Lab.Machines...)
		t.check(t.Lab.Split(t.Lab.Machines[:1], t.Lab.Machines[1:]))
		t.within(bound, "one of both is fenced", func() error {
			if len(t.Lab.Power.Log(t.began)) == 0 {
				return fmt.Errorf("nobody was")
			}
			return nil
		})
		time.Sleep(2 * time.Second)
		t.check(t.Lab.Heal())
	}},
}
