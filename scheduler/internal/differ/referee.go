package main

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// A referee asks both schedulers about the same CIB.
type referee struct {
	ours, theirs player
	views        []view
	folder       string
}

// stuck is how a reference fails whose transition waits for itself.
const stuck = "exit status 1"

// A difference is one side of a decision that is not the same: the lines that only
// one of the schedulers has.
type difference struct {
	view         string
	ours, theirs []string
}

// compare returns nil if both decide the same, or fail alike; taken is false if the
// reference fails. One that dies has said nothing, and where constraints ask for a
// circle of actions ours breaks it, the reference does not (docs/design/scheduler.md).
func (r *referee) compare(cib *xml.Node, args []string) (d *difference, taken bool, err error) {
	theirs, err := r.theirs.decide(cib, args, r.folder)
	if err != nil || strings.HasPrefix(theirs.failed, died) {
		return nil, false, err
	}
	if theirs.failed == stuck {
		return r.compareCircle(cib, args, theirs)
	}
	taken = theirs.failed == ""
	ours, err := r.ours.decide(cib, args, r.folder)
	if err != nil || ours == theirs || (!taken && ours.failed == theirs.failed) {
		return nil, taken, err
	}
	for _, v := range r.views {
		a, b := v.lines(ours), v.lines(theirs)
		if slices.Equal(a, b) {
			continue
		}
		d := &difference{view: v.name, ours: without(a, b), theirs: without(b, a)}
		if len(d.ours)+len(d.theirs) == 0 {
			d.ours = []string{"(the same lines in another sequence)"}
		}
		return d, taken, nil
	}
	return nil, taken, nil
}

// compareCircle compares a decision of the reference that waits for itself: ours is
// to be the same but for what it leaves out to break the circle.
func (r *referee) compareCircle(cib *xml.Node, args []string, theirs decision) (d *difference, taken bool, err error) {
	ours, err := r.ours.decide(cib, args, r.folder)
	if err != nil {
		return nil, false, err
	}
	a, b := graphLines(ours.graph), graphLines(theirs.graph)
	d = &difference{view: "graph with a circle", ours: without(a, b)}
	for _, line := range without(b, a) {
		if !strings.Contains(line, " after ") {
			d.theirs = append(d.theirs, line)
		}
	}
	if len(d.ours)+len(d.theirs) == 0 {
		return nil, false, nil
	}
	return d, false, nil
}

// without are the lines of a list that another has not, or not as often.
func without(list, other []string) []string {
	count := map[string]int{}
	for _, line := range other {
		count[line]++
	}
	var left []string
	for _, line := range list {
		if count[line]--; count[line] < 0 {
			left = append(left, line)
		}
	}
	return left
}

// shown is how many lines of each side are worth reading.
const shown = 8

func (d *difference) text() string {
	var b strings.Builder
	b.WriteString("  in the " + d.view + "\n")
	few(&b, "    only ours:   ", d.ours)
	few(&b, "    only theirs: ", d.theirs)
	return b.String()
}

// few writes the first lines of a list, cut where they get long.
func few(b *strings.Builder, head string, list []string) {
	for i, line := range list {
		if i == shown {
			fmt.Fprintf(b, "%sand %d more\n", head, len(list)-i)
			return
		}
		fmt.Fprintf(b, "%s%.200s\n", head, line)
	}
}
