package enginetest

import (
	"fmt"
	"slices"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
)

// Journal is what one incarnation of one member was told, in order.
type Journal struct {
	Self   crm.NodeID
	Events []engine.Event
}

// Check compares the journals of a whole run: messages come in one order
// everywhere, none twice, each from a member of the view; views follow from their
// predecessors; and members that go from view to view together have been told
// the same between (virtual synchrony). Messages must be unique.
// journals are in the order of their beginning.
func Check(journals []*Journal) error {
	for _, j := range journals {
		if err := j.check(); err != nil {
			return fmt.Errorf("node %d: %w", j.Self, err)
		}
	}
	for i, a := range journals {
		for _, b := range journals[i+1:] {
			if a.Self == b.Self {
				continue
			}
			if err := sameOrder(a, b); err != nil {
				return fmt.Errorf("nodes %d and %d: %w", a.Self, b.Self, err)
			}
			if err := synchronous(a, b); err != nil {
				return fmt.Errorf("nodes %d and %d: %w", a.Self, b.Self, err)
			}
		}
	}
	return nil
}

// check looks at one journal alone.
func (j *Journal) check() error {
	var now *view.View
	seen := map[string]bool{}
	for i, e := range j.Events {
		switch e := e.(type) {
		case engine.ViewChange:
			if err := follows(now, &e.View, j.Self); err != nil {
				return fmt.Errorf("event %d, %s: %w", i, describe(e), err)
			}
			now = &e.View
		case engine.Message:
			if now == nil {
				return fmt.Errorf("event %d: a message before the first view", i)
			}
			if !now.Has(e.From) {
				return fmt.Errorf("event %d: %s from outside of the view %v", i, describe(e), now.Members)
			}
			if seen[string(e.Data)] {
				return fmt.Errorf("event %d: %s a second time", i, describe(e))
			}
			seen[string(e.Data)] = true
		case engine.Lost:
			if i != len(j.Events)-1 {
				return fmt.Errorf("event %d: Lost is not the last event", i)
			}
		}
	}
	return nil
}

// follows checks that v is well-formed and that its changes lead to it from old.
func follows(old, v *view.View, self crm.NodeID) error {
	if !slices.IsSorted(v.Members) || !slices.IsSorted(v.Machines) {
		return fmt.Errorf("lists out of order")
	}
	if !v.Has(self) {
		return fmt.Errorf("a view without the local node")
	}
	for _, id := range v.Members {
		if !v.HasMachine(id) {
			return fmt.Errorf("member %d has no machine in %v", id, v.Machines)
		}
	}
	if old == nil {
		if !has(v.Joined, self) || len(v.Left) > 0 {
			return fmt.Errorf("the first view must tell the own joining and nobody's leaving")
		}
		return nil
	}
	if v.Ring < old.Ring {
		return fmt.Errorf("the ring went back from %d", old.Ring)
	}
	var want []crm.NodeID
	for _, id := range old.Members {
		if !has(v.Left, id) {
			want = append(want, id)
		}
	}
	for _, c := range v.Joined {
		if slices.Contains(want, c.ID) {
			return fmt.Errorf("%d joined but was there", c.ID)
		}
		want = append(want, c.ID)
	}
	for _, c := range v.Left {
		if !old.Has(c.ID) {
			return fmt.Errorf("%d left but was not there", c.ID)
		}
	}
	slices.Sort(want)
	if !slices.Equal(want, v.Members) {
		return fmt.Errorf("from members %v the changes lead to %v", old.Members, want)
	}
	return nil
}

func has(changes []view.Change, id crm.NodeID) bool {
	return slices.ContainsFunc(changes, func(c view.Change) bool { return c.ID == id })
}

// sameOrder checks that what both were told, they were told in the same order.
func sameOrder(a, b *Journal) error {
	place := map[string]int{}
	for i, e := range a.Events {
		if m, ok := e.(engine.Message); ok {
			place[string(m.Data)] = i
		}
	}
	last := -1
	for _, e := range b.Events {
		m, ok := e.(engine.Message)
		if !ok {
			continue
		}
		at, both := place[string(m.Data)]
		if both && at < last {
			return fmt.Errorf("%s comes in different orders", describe(e))
		}
		if both {
			last = at
		}
	}
	return nil
}

// synchronous compares the times that a and b spent together. A message that
// both were told shows that two times are one; then they must begin with the same
// view and go on alike.
func synchronous(a, b *Journal) error {
	bs := b.epochs(a.Self)
	at := map[string]int{} // message: epoch of b
	for i, eb := range bs {
		for _, m := range messages(eb) {
			at[string(m.(engine.Message).Data)] = i
		}
	}
	for _, ea := range a.epochs(b.Self) {
		for _, m := range messages(ea) {
			i, shared := at[string(m.(engine.Message).Data)]
			if !shared {
				continue
			}
			if key(ea[0]) != key(bs[i][0]) {
				return fmt.Errorf("%s was told in views that began with %s and with %s", describe(m), describe(ea[0]), describe(bs[i][0]))
			}
			if err := compare(ea, bs[i]); err != nil {
				return err
			}
			break
		}
	}
	return nil
}

// epochs cuts the journal into the times with other: from the view that has
// it (again) to the one that loses it, which is left out.
func (j *Journal) epochs(other crm.NodeID) [][]engine.Event {
	var all [][]engine.Event
	var current []engine.Event
	for _, e := range j.withoutQuorum() {
		v, isView := e.(engine.ViewChange)
		if isView && (has(v.Left, other) || has(v.Joined, j.Self)) && current != nil {
			all, current = append(all, current), nil
		}
		if isView && current == nil && v.Has(other) {
			current = []engine.Event{}
		}
		if current != nil {
			current = append(current, e)
		}
	}
	if current != nil {
		all = append(all, current)
	}
	return all
}

// withoutQuorum leaves out the views that only change Quorate: they are told
// when each side learns it, not at one place of the order.
func (j *Journal) withoutQuorum() []engine.Event {
	var kept []engine.Event
	last := ""
	for _, e := range j.Events {
		if v, ok := e.(engine.ViewChange); ok {
			if len(v.Joined)+len(v.Left) == 0 && key(e) == last {
				continue
			}
			last = key(e)
		}
		kept = append(kept, e)
	}
	return kept
}

// compare walks two epochs view by view. All but the last view that both have
// must have brought the same messages.
func compare(a, b []engine.Event) error {
	for {
		nextA, nextB := nextView(a), nextView(b)
		if nextA < 0 || nextB < 0 {
			return nil // one of them went its own way from here; order is checked elsewhere
		}
		if err := sameMessages(a[1:nextA], b[1:nextB], a[0]); err != nil {
			return err
		}
		a, b = a[nextA:], b[nextB:]
		if key(a[0]) != key(b[0]) {
			return fmt.Errorf("after the same events one goes to %s, the other to %s", describe(a[0]), describe(b[0]))
		}
	}
}

func nextView(events []engine.Event) int {
	for i := 1; i < len(events); i++ {
		if _, ok := events[i].(engine.ViewChange); ok {
			return i
		}
	}
	return -1
}

func sameMessages(a, b []engine.Event, in engine.Event) error {
	a, b = messages(a), messages(b)
	for i := range max(len(a), len(b)) {
		switch {
		case i >= len(a):
			return fmt.Errorf("in %s only the second was told %s", describe(in), describe(b[i]))
		case i >= len(b):
			return fmt.Errorf("in %s only the first was told %s", describe(in), describe(a[i]))
		case describe(a[i]) != describe(b[i]):
			return fmt.Errorf("in %s message %d is %s here and %s there", describe(in), i, describe(a[i]), describe(b[i]))
		}
	}
	return nil
}

func messages(events []engine.Event) []engine.Event {
	var list []engine.Event
	for _, e := range events {
		if _, ok := e.(engine.Message); ok {
			list = append(list, e)
		}
	}
	return list
}

// key names a view across members; quorum is left out because it may be told late.
func key(e engine.Event) string {
	v := e.(engine.ViewChange)
	return fmt.Sprint(v.Ring, v.Members, v.Machines)
}

// describe renders an event in one line.
func describe(e engine.Event) string {
	switch e := e.(type) {
	case engine.ViewChange:
		return fmt.Sprintf("view ring %d members %v machines %v joined %v left %v quorate %v",
			e.Ring, e.Members, e.Machines, e.Joined, e.Left, e.Quorate)
	case engine.Message:
		text := string(e.Data)
		if len(text) > 40 {
			text = fmt.Sprintf("%s… (%d bytes)", text[:40], len(text))
		}
		return fmt.Sprintf("message %q of %d", text, e.From)
	case engine.Lost:
		return fmt.Sprintf("lost: %v", e.Err)
	case engine.NodeList:
		return fmt.Sprintf("node list %v", e.Nodes)
	}
	return fmt.Sprintf("%T", e)
}
