//go:build mutants

package main

import (
	"fmt"
	"strings"

	"holdfast/internal/mutant"
	"holdfast/simulate"
)

// longestStory is how many lines of a story are shown.
const longestStory = 80

// tell shows how a mistake came to light in one seed: for whoever doubts that it was
// this mistake, or looks for a better profile. Honestly means without the mistake.
func tell(m mutant.Mistake, honestly bool, seed uint64) {
	if !honestly {
		mutant.Active = m
	}
	r := simulate.Run(simulate.Options{Seed: seed, Draws: draws, Profile: profiles[m], Story: true})
	mutant.Active = mutant.None
	fmt.Printf("\n%v, seed %d: %s\n%s\n", m, seed, r.Violation, strings.Join(r.Told(longestStory), "\n"))
}
