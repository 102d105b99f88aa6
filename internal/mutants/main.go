//go:build mutants

// Command mutants proves that the simulator's checkers work: it switches on one
// known mistake after the other and runs seeds until a checker catches it. A seed
// that fails without the mistake as well proves nothing and is passed over.
package main

import (
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"holdfast/internal/mutant"
	"holdfast/simulate"
)

func main() {
	limit := flag.Int("seeds", 200, "how many seeds to try at most in a round")
	rounds := flag.Int("rounds", 3, "how often each mistake is hunted, each time with other seeds")
	jobs := flag.Int("jobs", runtime.NumCPU(), "how many clusters to run at the same time")
	draws := flag.Int("draws", 3, "the generation of draws that seeds go through")
	only := flag.String("only", "", "the one mistake to switch on")
	flag.Parse()
	h := hunter{limit: *limit, rounds: *rounds, jobs: *jobs, draws: *draws}
	tried, missed := 0, 0
	for m := mutant.None + 1; m < mutant.Count; m++ {
		if *only != "" && m.String() != *only {
			continue
		}
		tried++
		if !h.catch(m) {
			missed++
		}
	}
	fmt.Printf("%d of %d mistakes were caught\n", tried-missed, tried)
	if missed > 0 || tried == 0 {
		os.Exit(1)
	}
}

type hunter struct{ limit, rounds, jobs, draws int }

// catch hunts one mistake in every round and prints how many seeds it took. It is
// caught if that is so in more than half of the rounds: then there is a median.
func (h hunter) catch(m mutant.Mistake) bool {
	var needed []int
	var by []string
	for round := range h.rounds {
		n, how := h.hunt(m, uint64(1+round*10000))
		needed = append(needed, n)
		if how != "" && !slices.Contains(by, how) {
			by = append(by, how)
		}
	}
	slices.Sort(needed)
	slices.Sort(by)
	median := needed[len(needed)/2]
	if median > h.limit {
		fmt.Printf("%-20s NOT CAUGHT in %d seeds: %v\n", m, h.limit, needed)
		return false
	}
	fmt.Printf("%-20s caught, median %3d seeds %v, by %s\n", m, median, needed, strings.Join(by, "; "))
	return true
}

// hunt returns how many seeds it took to catch a mistake, more than the limit if
// it was not caught, and by which invariant.
func (h hunter) hunt(m mutant.Mistake, from uint64) (int, string) {
	for begin := 0; begin < h.limit; {
		mutant.Active = m
		i, how := h.search(from, begin)
		mutant.Active = mutant.None
		if how == "" || h.run(from+uint64(i)) == "" {
			return i + 1, how
		}
		begin = i + 1
	}
	return h.limit + 1, ""
}

// search runs seeds side by side and returns the first that fails and how, or the
// limit.
func (h hunter) search(from uint64, begin int) (int, string) {
	var next, found atomic.Int64
	next.Store(int64(begin))
	found.Store(int64(h.limit))
	how := make([]string, h.limit+1)
	var wait sync.WaitGroup
	for range h.jobs {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < found.Load(); i = next.Add(1) - 1 {
				if text := h.run(from + uint64(i)); text != "" {
					how[i], _, _ = strings.Cut(text, ":")
					for old := found.Load(); i < old && !found.CompareAndSwap(old, i); old = found.Load() {
					}
				}
			}
		})
	}
	wait.Wait()
	i := found.Load()
	return int(i), how[i]
}

// run runs one seed; a mistake that makes the code fall over is caught as well.
func (h hunter) run(seed uint64) (violation string) {
	defer func() {
		if p := recover(); p != nil {
			violation = fmt.Sprintf("a panic: %v", p)
		}
	}()
	return simulate.Run(simulate.Options{Seed: seed, Draws: h.draws}).Violation
}
