//go:build mutants

package main

import (
	"fmt"

	"holdfast/internal/mutant"
)

// honest runs every profile without its mistake: a search of the code as it is, where
// mistakes show soonest. It prints the seeds that break a promise and returns how
// many there are.
func (h hunter) honest(list []mutant.Mistake) (broken int) {
	runs := 0
	for _, m := range list {
		if len(profiles[m].Kinds) == 0 {
			continue // nothing is narrowed: the simulator itself searches that
		}
		found := h.sweep(m)
		for _, t := range found {
			fmt.Printf("%v: --honest --only %q --story %d\n", t.how, m.String(), t.from)
		}
		broken += len(found)
		runs += h.limit
	}
	fmt.Printf("%d of %d runs of %d profiles break a promise\n", broken, runs, runs/max(1, h.limit))
	return broken
}

// sweep runs as many seeds as the limit says through the profile of a mistake that is
// switched off, and returns those that fail.
func (h hunter) sweep(m mutant.Mistake) (failed []*hunt) {
	hunts := make([]*hunt, h.limit)
	for i := range hunts {
		hunts[i] = &hunt{from: uint64(1 + h.first*roundGap + i)}
	}
	h.each(hunts, func(t *hunt) { t.search(profiles[m], 1) })
	for _, t := range hunts {
		if t.how != "" {
			failed = append(failed, t)
		}
	}
	return failed
}
