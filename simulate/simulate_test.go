package simulate

import (
	"flag"
	"strings"
	"testing"
)

var seeds = flag.Int("seeds", 60, "how many seeds to run")

// TestClustersSurviveTrouble runs a cluster through random faults for each seed
// and holds it against the invariants.
func TestClustersSurviveTrouble(t *testing.T) {
	for seed := uint64(1); seed <= uint64(*seeds); seed++ {
		if r := Run(Options{Seed: seed}); r.Violation != "" {
			r = Run(Options{Seed: seed, Story: true})
			story := r.Story
			if len(story) > 400 {
				story = story[len(story)-400:]
			}
			t.Fatalf("seed %d: %s\n%s", seed, r.Violation, strings.Join(story, "\n"))
		}
	}
}

// TestSameSeedSameRun holds that a seed determines a run, event for event.
func TestSameSeedSameRun(t *testing.T) {
	a, b := Run(Options{Seed: 7, Story: true}), Run(Options{Seed: 7, Story: true})
	if x, y := strings.Join(a.Story, "\n"), strings.Join(b.Story, "\n"); x != y {
		t.Fatalf("two runs of seed 7 differ:\n%s\n----\n%s", x, y)
	}
}
