//go:build mutants

// Command mutants proves that the simulator's checkers work: it switches on one
// known mistake after the other and runs seeds until a checker catches it.
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
	limit := flag.Int("seeds", 150, "how many seeds to try at most")
	rounds := flag.Int("rounds", 3, "how often each mistake must be caught, each time with other seeds, for the median")
	only := flag.String("only", "", "the one mistake to switch on")
	flag.Parse()
	missed := 0
	for m := mutant.None + 1; m < mutant.Count; m++ {
		if *only != "" && m.String() != *only {
			continue
		}
		mutant.Active = m
		var needed []int
		by := map[string]bool{}
		for round := range *rounds {
			n, how := hunt(uint64(1+round*10000), *limit)
			if n == 0 {
				break
			}
			needed = append(needed, n)
			by[how] = true
		}
		if len(needed) == 0 {
			missed++
			fmt.Printf("%-20s NOT CAUGHT in %d seeds\n", m, *limit)
			continue
		}
		slices.Sort(needed)
		fmt.Printf("%-20s caught, median %3d seeds %v, by %s\n", m, needed[len(needed)/2], needed, strings.Join(sorted(by), "; "))
	}
	if missed > 0 {
		fmt.Printf("%d mistakes were not caught\n", missed)
		os.Exit(1)
	}
}

func sorted(set map[string]bool) []string {
	var list []string
	for s := range set {
		list = append(list, s)
	}
	slices.Sort(list)
	return list
}

// hunt runs seeds side by side and returns how many it took to catch the mistake,
// 0 if it was not caught, and by which invariant.
func hunt(from uint64, limit int) (int, string) {
	var next, found atomic.Int64
	found.Store(int64(limit))
	how := make([]string, limit)
	var wait sync.WaitGroup
	for range runtime.NumCPU() {
		wait.Go(func() {
			for i := next.Add(1) - 1; i < found.Load(); i = next.Add(1) - 1 {
				if text := run(from + uint64(i)); text != "" {
					how[i], _, _ = strings.Cut(text, ":")
					for old := found.Load(); i < old && !found.CompareAndSwap(old, i); old = found.Load() {
					}
				}
			}
		})
	}
	wait.Wait()
	i := found.Load()
	if i == int64(limit) {
		return 0, ""
	}
	return int(i) + 1, how[i]
}

// run runs one seed; a mistake that makes the code fall over is caught as well.
func run(seed uint64) (violation string) {
	defer func() {
		if p := recover(); p != nil {
			violation = fmt.Sprintf("a panic: %v", p)
		}
	}()
	return simulate.Run(simulate.Options{Seed: seed}).Violation
}
