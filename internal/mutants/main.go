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
	"time"

	"holdfast/internal/mutant"
)

func main() {
	h := hunter{}
	flag.IntVar(&h.limit, "seeds", 60, "how many seeds to try at most in a round")
	flag.IntVar(&h.rounds, "rounds", 5, "how often each mistake is hunted, each time with other seeds")
	flag.IntVar(&h.jobs, "jobs", runtime.NumCPU(), "how many clusters to run at the same time")
	only := flag.String("only", "", "the one mistake to switch on")
	flag.Parse()
	begun, tried, missed := time.Now(), 0, 0
	fmt.Print(heading)
	for m := mutant.None + 1; m < mutant.Count; m++ {
		if *only != "" && m.String() != *only {
			continue
		}
		t := h.catch(m)
		fmt.Print(t)
		if tried++; !t.caught() {
			missed++
		}
	}
	fmt.Printf("\n%d of %d mistakes were caught, each in %d rounds; it took %v\n", tried-missed, tried, h.rounds, time.Since(begun).Round(time.Second))
	if missed > 0 || tried == 0 {
		os.Exit(1)
	}
}
