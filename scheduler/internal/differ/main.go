// Command differ draws random small clusters and compares what this scheduler
// plans with what an installed crm_simulate plans. A cluster on which they differ
// is made smaller, line by line, as long as they still do.
//
//	go run ./scheduler/internal/differ [--count=N] [--seed=N] [--reference=PATH]
//
// Debian's reference is older (2.1.5) than the one whose decisions count; what is
// known to have changed since is listed in explained.go, and only counted.
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
)

func main() {
	count := flag.Int("count", 500, "how many clusters to draw")
	seed := flag.Uint64("seed", 1, "the first cluster; each has a seed of its own")
	reference := flag.String("reference", "/usr/sbin/crm_simulate", "the crm_simulate to compare with")
	keep := flag.Int("keep", 5, "how many unexplained differences to show")
	flag.Parse()

	folder, err := os.MkdirTemp("", "differ")
	if err != nil {
		fmt.Fprintln(os.Stderr, "differ:", err)
		os.Exit(1)
	}
	defer os.RemoveAll(folder)
	r := referee{reference: *reference, folder: folder}
	t := tally{explained: map[string]int{}}
	for i := range *count {
		s := *seed + uint64(i)
		lines := draw(rand.New(rand.NewPCG(s, 0)))
		t.add(&r, s, lines, *keep)
	}
	t.print()
	if t.unexplained > 0 {
		os.Exit(1)
	}
}

// A tally counts what came out.
type tally struct {
	same, failed, unexplained int
	explained                 map[string]int
}

// add compares both on one cluster. Unexplained differences are shown, up to a
// number, in their smallest form.
func (t *tally) add(r *referee, seed uint64, lines []string, keep int) {
	d, err := r.compare(lines)
	switch {
	case err != nil:
		t.failed++
		fmt.Printf("seed %d: %v\n", seed, err)
	case d == nil:
		t.same++
	default:
		lines, d = r.shrink(lines, d)
		if why := explain(lines, d); why != "" {
			t.explained[why]++
			return
		}
		t.unexplained++
		if t.unexplained <= keep {
			fmt.Printf("seed %d differs:\n%s\n", seed, d.text(lines))
		}
	}
}

func (t *tally) print() {
	var reasons []string
	for why := range t.explained {
		reasons = append(reasons, why)
	}
	slices.Sort(reasons)
	for _, why := range reasons {
		fmt.Printf("%4d explained: %s\n", t.explained[why], why)
	}
	fmt.Printf("%d the same, %d unexplained, %d could not be compared\n", t.same, t.unexplained, t.failed)
}
