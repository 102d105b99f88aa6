package main

import (
	"fmt"
	"math/rand/v2"
	"slices"

	"holdfast/cib/xml"
)

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
	for range r.IntN(4) {
		d, err := l.ours.decide(cib, []string{"-S", "-t", whole[2]}, l.folder)
		if err != nil {
			return nil, err
		}
		if d.failed != "" || d.after == "" {
			break // a cluster that nobody can lead further is compared as it is
		}
		if cib, err = xml.ParseString(d.after); err != nil {
			return nil, fmt.Errorf("CIB after a transition: %w", err)
		}
		for range r.IntN(4) {
			mutate(cib, kinds, l.donors, r.Uint64())
		}
	}
	return cib, nil
}
