package scenario

import (
	"fmt"
	"time"

	"holdfast/test/lab"
)

// endure lets time pass in which trouble could be noticed, and ends the trial if
// somebody minded: services were touched, or the cluster does not take changes.
func (t *Trial) endure(before trace) {
	time.Sleep(4 * t.opt.Token)
	value := fmt.Sprint(t.rand.IntN(1e6))
	t.check(t.note(t.any(t.Lab.Machines), "soak-note", value))
	t.settle("the cluster goes on as before", t.all())
	t.untouched(before)
	for _, m := range t.Lab.Machines {
		if got := t.noted(m, "soak-note"); got != value {
			t.fail("%s has %q, not %q as was written", m.Name, got, value)
		}
	}
}

// apart has the network fail between two machines only, and waits until the cluster
// has had time to do something about it: the others hear both, so the membership has
// no good answer, and any answer will do that runs nothing twice.
func (t *Trial) apart(trouble func(b []*lab.Machine) lab.Trouble) (a, b *lab.Machine) {
	pair, _ := t.some(2)
	if t.rand.IntN(2) == 0 {
		pair[0], pair[1] = pair[1], pair[0]
	}
	t.anyAnswer()
	t.check(t.Lab.Disturb(pair[0], trouble(pair[1:])))
	time.Sleep(4*t.opt.Token + time.Duration(t.rand.Int64N(int64(8*t.opt.Token))))
	return pair[0], pair[1]
}

// anyAnswer says that the membership has no good answer to what happens, so that
// anybody may be fenced, and fail.
func (t *Trial) anyAnswer() {
	t.allowFence(t.Lab.Machines...)
	for _, m := range t.Lab.Machines {
		t.lives[m.Name] = 3 // while the network is as it is, the next life is no better off
	}
	t.expectLog(" error: ")
}

// mend has the network whole again, and what failed meanwhile forgotten.
func (t *Trial) mend() {
	t.check(t.Lab.Heal())
	w := t.all()
	w.failures = true
	t.settle("the network is whole again", w)
	t.tool(t.any(t.Lab.Machines), "crm_resource", "--cleanup")
}

var cabling = []Scenario{
	{Name: "cut-pair", About: "Two machines do not hear each other; the others hear both.", Nodes: 3, Do: func(t *Trial) {
		a, b := t.apart(func(b []*lab.Machine) lab.Trouble { return lab.Trouble{NotTo: b, NotOf: b} })
		t.say("%s and %s do not hear each other", a.Name, b.Name)
		t.mend()
	}},
	{Name: "cut-one-way", About: "One machine is not heard by another, which it hears; the others hear both.", Nodes: 3, Do: func(t *Trial) {
		a, b := t.apart(func(b []*lab.Machine) lab.Trouble { return lab.Trouble{NotTo: b} })
		t.say("%s is not heard by %s", a.Name, b.Name)
		t.mend()
	}},
	{Name: "deaf", About: "A machine hears nobody and is heard: it is fenced.", Nodes: 3, Do: func(t *Trial) {
		t.fencedFor("deaf", func(others []*lab.Machine) lab.Trouble { return lab.Trouble{NotOf: others} })
	}},
	{Name: "mute", About: "A machine hears everybody and is not heard: it is fenced.", Nodes: 3, Do: func(t *Trial) {
		t.fencedFor("mute", func(others []*lab.Machine) lab.Trouble { return lab.Trouble{NotTo: others} })
	}},
	{Name: "packet-loss", About: "A machine's cable loses some packets: nobody minds.", Do: func(t *Trial) {
		m, before := t.any(t.Lab.Machines), t.traces()
		t.say("the cable of %s loses packets", m.Name)
		t.check(t.Lab.Disturb(m, lab.Trouble{Loss: 0.03}))
		t.endure(before)
		t.check(t.Lab.Heal())
	}},
	{Name: "packet-delay", About: "A machine's cable is slow, and packets overtake one another: nobody minds.", Do: func(t *Trial) {
		m, before := t.any(t.Lab.Machines), t.traces()
		t.say("the cable of %s is slow", m.Name)
		t.check(t.Lab.Disturb(m, lab.Trouble{Delay: t.opt.Token / 50, Jitter: t.opt.Token / 25}))
		t.endure(before)
		t.check(t.Lab.Heal())
	}},
	{Name: "bad-cable", About: "A machine's cable loses most packets, and delays the others: nothing runs twice.", Nodes: 3, Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.say("the cable of %s is hardly one", m.Name)
		t.anyAnswer() // who is left out of a membership that the machine takes part in for a moment is not always it
		t.check(t.Lab.Disturb(m, lab.Trouble{Loss: 0.6, Delay: t.opt.Token / 20, Jitter: t.opt.Token / 5}))
		time.Sleep(4*t.opt.Token + time.Duration(t.rand.Int64N(int64(8*t.opt.Token))))
		t.mend()
	}},
	{Name: "cable-flaps", About: "A machine's cable is out and in again, for about as long as the token.", Nodes: 3, Do: func(t *Trial) {
		m := t.any(t.Lab.Machines)
		t.allowFence(m)
		t.mayFenceTwice(m)
		t.expectLog(" error: ")
		for range 3 + t.rand.IntN(3) {
			t.check(m.Unplug(0))
			t.pause(2 * t.opt.Token)
			t.check(t.Lab.Heal())
			t.pause(2 * t.opt.Token)
		}
		t.say("the cable of %s was out again and again", m.Name)
		t.mend()
	}},
	{Name: "link-fails", About: "One of two links of a machine fails: nobody minds.", Links: 2, Do: func(t *Trial) {
		m, link, before := t.any(t.without(t.home("address"))), t.rand.IntN(2), t.traces()
		t.say("link %d of %s fails", link, m.Name)
		t.check(m.Unplug(link))
		t.endure(before)
		t.check(t.Lab.Heal())
	}},
	{Name: "link-fails-everywhere", About: "One of two links fails for all machines: nobody minds.", Links: 2, Do: func(t *Trial) {
		before := t.traces()
		for _, m := range t.Lab.Machines {
			t.check(m.Unplug(1))
		}
		t.endure(before)
		t.check(t.Lab.Heal())
	}},
	{Name: "links-fail", About: "One link of a machine fails, later the other: it is fenced then, and not before.", Links: 2, Nodes: 3, Do: func(t *Trial) {
		m, before := t.any(t.Lab.Machines), t.traces()
		t.say("link 1 of %s fails, then link 0", m.Name)
		t.check(m.Unplug(1))
		t.endure(before)
		if len(t.Lab.Power.Log(t.began)) > 0 {
			t.fail("somebody was fenced while there was a link left")
		}
		t.expectFence(m)
		t.check(m.Unplug(0))
		t.fenced(m)
		t.settle("the others go on", wish{members: t.without(m)})
		t.check(t.Lab.Heal())
	}},
}

// fencedFor gives a machine trouble with all others and expects that they fence it.
func (t *Trial) fencedFor(what string, trouble func(others []*lab.Machine) lab.Trouble) {
	m := t.any(t.Lab.Machines)
	others := t.without(m)
	t.say("%s is %s", m.Name, what)
	t.expectFence(m)
	t.check(t.Lab.Disturb(m, trouble(others)))
	t.fenced(m)
	t.settle("the others go on", wish{members: others})
	t.check(t.Lab.Heal())
}
