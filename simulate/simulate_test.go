package simulate

import (
	"flag"
	"strings"
	"testing"
)

var seeds = flag.Int("seeds", 15, "how many seeds to run")

// TestClustersSurviveTrouble runs clusters through random faults and holds them
// against the invariants.
func TestClustersSurviveTrouble(t *testing.T) {
	for seed := uint64(1); seed <= uint64(*seeds); seed++ {
		survives(t, seed)
	}
}

// TestSeedsThatFoundBugs runs the seeds that once broke a promise, each by what was
// wrong.
func TestSeedsThatFoundBugs(t *testing.T) {
	for _, c := range []struct {
		seed uint64
		bug  string
	}{
		{4, "a fencing request stayed with a node that had been fenced and knew nothing of it"},
		{101, "fencing decided with quorum was done without"},
		{202, "fencing was handed on to a member of a side without quorum"},
		{1011, "a node that lost its engine for a moment was not believed about what it had stopped"},
		{1028, "one of two nodes came back with an older history and believed it to be the newest"},
		{5007, "a node that nobody had probed was let go with its services"},
		{6042, "a machine that had stood still claimed quorum without a break, and its old history won"},
		{2028, "a process that died while it wanted to leave made its successor leave, and was waited for without end"},
	} {
		t.Run(c.bug, func(t *testing.T) { survives(t, c.seed) })
	}
}

// survives runs a seed; if a promise is broken it shows the shortest way there.
func survives(t *testing.T, seed uint64) {
	t.Helper()
	o := Options{Seed: seed}
	r := Run(o)
	if r.Violation == "" {
		return
	}
	o, r = Shrink(o, r, 30)
	o.Story = true
	r = Run(o)
	t.Errorf("seed %d: %s\nfaults: %v\n%s", seed, r.Violation, r.Plan, strings.Join(r.Told(60), "\n"))
}

// TestShrinkingLeavesWhatMatters holds that a violation that two faults bring about
// is shrunk to those.
func TestShrinkingLeavesWhatMatters(t *testing.T) {
	full := Run(Options{Seed: 3})
	if len(full.Plan) < 4 {
		t.Fatalf("the run has only %d faults", len(full.Plan))
	}
	s := &shrinker{opt: Options{Seed: 3}, best: Report{Plan: full.Plan, Violation: "invariant 0: none"}, left: 10}
	if s.try([]int{1}) || len(s.opt.Without) != 0 {
		t.Error("a run that breaks nothing was kept")
	}
	r := Run(Options{Seed: 3, Without: []int{1, 2}})
	if len(r.Plan) != len(full.Plan)-2 || r.Plan[0].Number != 3 || r.Plan[0].At != full.Plan[2].At {
		t.Errorf("leaving out two faults changed the others: %v", r.Plan)
	}
}

// TestSameSeedSameRun holds that a seed determines a run, event for event.
func TestSameSeedSameRun(t *testing.T) {
	a, b := Run(Options{Seed: 7, Story: true}), Run(Options{Seed: 7, Story: true})
	if x, y := strings.Join(a.Story, "\n"), strings.Join(b.Story, "\n"); x != y {
		t.Fatalf("two runs of seed 7 differ:\n%s\n----\n%s", x, y)
	}
}
