//go:build mutants

package main

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/internal/mutant"
)

// tally is what the hunts for a mistake came to.
type tally struct {
	mistake mutant.Mistake
	limit   int
	needed  []int    // seeds in each round, in rising order; more than the limit if it was not caught
	by      []string // the promises that were broken
}

func count(m mutant.Mistake, hunts []*hunt, limit int) tally {
	t := tally{mistake: m, limit: limit}
	for _, h := range hunts {
		if !h.proven {
			t.needed = append(t.needed, limit+1)
			continue
		}
		t.needed = append(t.needed, h.tried)
		if !slices.Contains(t.by, h.how) {
			t.by = append(t.by, h.how)
		}
	}
	slices.Sort(t.needed)
	slices.Sort(t.by)
	return t
}

func (t tally) median() int { return t.needed[len(t.needed)/2] }

// caught reports whether the mistake was found in more than half of the rounds: then
// there is a median.
func (t tally) caught() bool { return t.median() <= t.limit }

const heading = "| mistake | seeds: median (least to most) | caught by |\n|---|---|---|\n"

// String is a line of the table.
func (t tally) String() string {
	if !t.caught() {
		return fmt.Sprintf("| %v | NOT CAUGHT in %d: %v | %s |\n", t.mistake, t.limit, t.needed, strings.Join(t.by, "; "))
	}
	most := fmt.Sprint(t.needed[len(t.needed)-1])
	if t.needed[len(t.needed)-1] > t.limit {
		most = fmt.Sprintf("over %d", t.limit)
	}
	return fmt.Sprintf("| %v | %d (%d to %s) | %s |\n", t.mistake, t.median(), t.needed[0], most, strings.Join(t.by, "; "))
}
