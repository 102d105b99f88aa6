//go:build mutants

package main

import (
	"testing"

	"holdfast/internal/mutant"
)

// tries is how many rounds a mistake may take here: seeds come to mean something else
// with every change of the cluster, and one bad round must not stop that change.
const tries = 3

// Every mistake is caught. How soon is for the program to say, which hunts more often.
func TestEveryMistakeIsCaught(t *testing.T) {
	for _, m := range chosen("") {
		t.Run(m.String(), func(t *testing.T) {
			for round := range tries {
				caught := hunter{limit: 60, rounds: 1, jobs: 1, first: round}.catch(m)
				if t.Logf("%v", caught); caught.caught() {
					return
				}
			}
			t.Errorf("no seed of %d rounds shows it: either the checkers have lost their edge, or other code now covers for it, or it wants another profile", tries)
		})
	}
}

// What holds without a mistake is no proof: a seed that fails anyway is passed over.
func TestNothingIsCaughtWithoutAMistake(t *testing.T) {
	if got := (hunter{limit: 8, rounds: 1, jobs: 1}).catch(mutant.None); got.caught() {
		t.Errorf("caught nothing, by %v", got.by)
	}
}
