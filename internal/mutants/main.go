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
	flag.IntVar(&h.first, "round", 0, "the number of the first round; each has seeds of its own")
	honest := flag.Bool("honest", false, "switch no mistake on: search the code as it is with the profiles of all mistakes, --seeds each")
	only := flag.String("only", "", "the one mistake to switch on")
	story := flag.Uint64("story", 0, "with --only: hunt nothing, tell what happens in this seed; with --honest without the mistake")
	flag.Parse()
	list := chosen(*only)
	switch {
	case len(list) == 0:
		fmt.Fprintf(os.Stderr, "mutants: there is no mistake %q; there are %v\n", *only, chosen(""))
		os.Exit(1)
	case *story > 0:
		tell(list[0], *honest, *story)
	case *honest:
		if h.honest(list) > 0 {
			os.Exit(1)
		}
	case h.all(list) > 0:
		os.Exit(1)
	}
}

// chosen are the mistakes with a name, or all.
func chosen(name string) (list []mutant.Mistake) {
	for m := mutant.None + 1; m < mutant.Count; m++ {
		if name == "" || m.String() == name {
			list = append(list, m)
		}
	}
	return list
}

// all hunts one mistake after the other, prints the table, and returns how many were
// not caught.
func (h hunter) all(list []mutant.Mistake) (missed int) {
	begun := time.Now()
	fmt.Print(heading)
	for _, m := range list {
		t := h.catch(m)
		fmt.Print(t)
		if !t.caught() {
			missed++
		}
	}
	fmt.Printf("\n%d of %d mistakes were caught, each in %d rounds of at most %d seeds; it took %v\n",
		len(list)-missed, len(list), h.rounds, h.limit, time.Since(begun).Round(time.Second))
	return missed
}
