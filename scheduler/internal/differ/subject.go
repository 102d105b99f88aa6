package main

import (
	"fmt"
	"iter"
	"slices"
	"strings"

	"holdfast/cib/xml"
	"holdfast/scheduler/internal/sketch"
)

// A subject is what both schedulers are asked about, and knows how to be smaller.
type subject interface {
	cib() (*xml.Node, error)
	// smaller are the subjects that are a little less than this one.
	smaller() iter.Seq[subject]
	text() string
}

// shrink leaves out of a subject whatever it can as long as the schedulers still
// differ in the same view.
func (r *referee) shrink(s subject, d *difference, args []string) (subject, *difference) {
	for again := true; again; {
		again = false
		for less := range s.smaller() {
			cib, err := less.cib()
			if err != nil {
				continue
			}
			if left, _, err := r.compare(cib, args); err == nil && left != nil && left.view == d.view {
				s, d, again = less, left, true
				break
			}
		}
	}
	return s, d
}

// A drawn cluster is the lines of a sketch.
type drawn []string

func (s drawn) cib() (*xml.Node, error) {
	cib, err := sketch.CIB(strings.Join(s, "\n"))
	if err != nil {
		return nil, err
	}
	// What both understand.
	cib.SetAttr("validate-with", "pacemaker-3.9")
	cib.SetAttr("crm_feature_set", "3.16.2")
	return cib, nil
}

func (s drawn) text() string { return "  " + strings.Join(s, "\n  ") + "\n" }

// smaller leaves out a line, or a word of a line, the last ones first.
func (s drawn) smaller() iter.Seq[subject] {
	return func(yield func(subject) bool) {
		for i := len(s) - 1; i > 0; i-- {
			for _, less := range s.reductions(i) {
				if !yield(less) {
					return
				}
			}
		}
	}
}

// reductions are a sketch without one of its lines, or with less in it.
func (s drawn) reductions(i int) []drawn {
	list := []drawn{slices.Delete(slices.Clone(s), i, i+1)}
	words := strings.Fields(s[i])
	if strings.HasPrefix(s[i], "<") {
		return list
	}
	for w := 2; w < len(words); w++ {
		fewer := slices.Clone(s)
		until := w + 1
		if words[w] == "on" && w+1 < len(words) {
			until++
		}
		fewer[i] = strings.Join(slices.Delete(slices.Clone(words), w, until), " ")
		list = append(list, fewer)
	}
	return list
}

// A mutant is a recorded CIB and the seeds of what was changed in it.
type mutant struct {
	base   string // name of the recorded case
	tree   *xml.Node
	kinds  []mutation
	donors []base
	seeds  []uint64
}

func (s *mutant) cib() (*xml.Node, error) {
	cib, _ := s.make()
	return cib, nil
}

// make makes the mutations and says what they were.
func (s *mutant) make() (*xml.Node, []string) {
	cib := s.tree.Clone()
	var did []string
	for _, seed := range s.seeds {
		did = append(did, mutate(cib, s.kinds, s.donors, seed))
	}
	return cib, did
}

func (s *mutant) text() string {
	_, did := s.make()
	return fmt.Sprintf("  %s with\n    %s\n", s.base, strings.Join(did, "\n    "))
}

// smaller undoes one mutation; those after it may then find another place.
func (s *mutant) smaller() iter.Seq[subject] {
	return func(yield func(subject) bool) {
		for i := range s.seeds {
			less := *s
			less.seeds = slices.Delete(slices.Clone(s.seeds), i, i+1)
			if !yield(&less) {
				return
			}
		}
	}
}

// A remainder is a CIB of which elements were left out.
type remainder struct {
	tree *xml.Node
	from int // elements before this one, counted from the last, cannot be missed
}

func (s remainder) cib() (*xml.Node, error) { return s.tree, nil }

func (s remainder) text() string { return s.tree.Indented() }

// smaller leaves out one element with all in it, the first ones first: what is far
// up is large.
func (s remainder) smaller() iter.Seq[subject] {
	return func(yield func(subject) bool) {
		count := len(all(s.tree))
		for i := s.from; i < count; i++ {
			tree := s.tree.Clone()
			all(tree)[i].remove()
			if !yield(remainder{tree, i}) {
				return
			}
		}
	}
}
