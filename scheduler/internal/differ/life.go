package main

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"

	"holdfast/cib/xml"
)

// moment is the time in whole, in seconds since 1970.
const moment = 1767268800

// A life is what happens to a cluster before it is compared: transitions that are
// carried out on paper, and what goes wrong between them. So its history fits its
// configuration.
type life struct {
	ours   player
	folder string
	wide   bool
	donors []base
}

// lead leads a CIB through as many transitions as luck wants, each after up to
// three mishaps.
func (l life) lead(cib *xml.Node, r *rand.Rand) (*xml.Node, error) {
	kinds := recorded
	if l.wide {
		kinds = slices.Concat(recorded, wider)
	}
	for left := r.IntN(4); left > 0; left-- {
		args, m := []string{"-S", "-t", whole[2]}, &mutator{r: r, cib: cib}
		for range r.IntN(3) {
			args = append(args, m.mode()...)
		}
		d, err := l.ours.decide(cib, args, l.folder)
		if err != nil {
			return nil, err
		}
		if d.failed != "" || d.after == "" {
			break // a cluster that nobody can lead further is compared as it is
		}
		// What was done on paper was done today: put it into the past of the comparison.
		after := today.ReplaceAllString(d.after, strconv.Itoa(moment-left*(10+r.IntN(3000))))
		if cib, err = xml.ParseString(after); err != nil {
			return nil, fmt.Errorf("CIB after a transition: %w", err)
		}
		for range r.IntN(4) {
			mutate(cib, kinds, l.donors, r.Uint64())
		}
	}
	return cib, nil
}
