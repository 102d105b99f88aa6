//go:build mutants

package main

import (
	"fmt"
	"strings"
	"sync"

	"holdfast/internal/mutant"
	"holdfast/simulate"
)

// hunter looks for mistakes.
type hunter struct {
	limit  int // seeds in a round
	rounds int
	jobs   int // clusters at the same time
	first  int // the first round's number
}

// A hunt is one round: seeds are tried one after the other until one shows the
// mistake.
type hunt struct {
	from   uint64 // the first seed
	tried  int
	how    string // what the newest seed showed
	proven bool   // and only with the mistake
}

// roundGap is between the first seeds of two rounds.
const roundGap = 10000

// catch hunts one mistake in every round, side by side. Which mistake is switched on
// holds for the whole program, so all rounds search first, and then all hold what
// they found against the code without the mistake.
func (h hunter) catch(m mutant.Mistake) tally {
	hunts := make([]*hunt, h.rounds)
	for round := range hunts {
		hunts[round] = &hunt{from: uint64(1 + (h.first+round)*roundGap)}
	}
	profile := profiles[m]
	for open := hunts; len(open) > 0; open = h.open(hunts) {
		mutant.Active = m
		h.each(open, func(t *hunt) { t.search(profile, h.limit) })
		mutant.Active = mutant.None
		h.each(open, func(t *hunt) { t.proven = t.how != "" && run(profile, t.seed()) == "" })
	}
	return count(m, hunts, h.limit)
}

// open are the hunts that go on.
func (h hunter) open(hunts []*hunt) []*hunt {
	var list []*hunt
	for _, t := range hunts {
		if !t.proven && t.tried < h.limit {
			list = append(list, t)
		}
	}
	return list
}

// each does something with all hunts, so many at a time as there are jobs.
func (h hunter) each(hunts []*hunt, do func(*hunt)) {
	free := make(chan struct{}, h.jobs)
	var wait sync.WaitGroup
	for _, t := range hunts {
		free <- struct{}{}
		wait.Go(func() {
			do(t)
			<-free
		})
	}
	wait.Wait()
}

// seed is the newest one.
func (t *hunt) seed() uint64 { return t.from + uint64(t.tried-1) }

// search tries the next seeds until one fails.
func (t *hunt) search(p simulate.Profile, limit int) {
	for t.how = ""; t.how == "" && t.tried < limit; {
		t.tried++
		t.how, _, _ = strings.Cut(run(p, t.seed()), ":")
	}
}

// draws is the generation of draws that seeds go through.
const draws = 3

// run runs one seed and returns what it breaks; a mistake that makes the code fall
// over is caught as well.
func run(p simulate.Profile, seed uint64) (violation string) {
	defer func() {
		if p := recover(); p != nil {
			violation = fmt.Sprintf("a panic: %v", p)
		}
	}()
	return simulate.Run(simulate.Options{Seed: seed, Draws: draws, Profile: p}).Violation
}
