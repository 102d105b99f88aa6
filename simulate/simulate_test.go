package simulate

import (
	"flag"
	"os"
	"strconv"
	"strings"
	"testing"
)

var seeds = flag.Int("seeds", 15, "how many seeds to run")

// TestClustersSurviveTrouble runs clusters through random faults and holds them
// against the invariants.
func TestClustersSurviveTrouble(t *testing.T) {
	for seed := uint64(1); seed <= uint64(*seeds); seed++ {
		survives(t, Options{Seed: seed})
	}
}

// TestRunsThatFoundBugs runs what once broke a promise, each by what was wrong.
func TestRunsThatFoundBugs(t *testing.T) {
	text, err := os.ReadFile("testdata/cases")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, "#") {
			continue
		}
		arguments, bug, _ := strings.Cut(strings.TrimSpace(line), ": ")
		o := options(t, arguments)
		if o.Arguments() != arguments {
			t.Errorf("the case %q is not what repeats it: %q", arguments, o.Arguments())
		}
		t.Run(bug, func(t *testing.T) { survives(t, o) })
	}
}

// options reads the arguments of a run.
func options(t *testing.T, arguments string) Options {
	var o Options
	words := strings.Fields(arguments)
	for i := 0; i+1 < len(words); i += 2 {
		var numbers []int
		for word := range strings.SplitSeq(words[i+1], ",") {
			n, err := strconv.Atoi(word)
			if err != nil {
				t.Fatalf("case %q: %v", arguments, err)
			}
			numbers = append(numbers, n)
		}
		switch words[i] {
		case "--seed":
			o.Seed = uint64(numbers[0])
		case "--draws":
			o.Draws = numbers[0]
		case "--nodes":
			o.Nodes = numbers[0]
		case "--without":
			o.Without = numbers
		}
	}
	return o
}

// survives runs a seed; if a promise is broken it shows the shortest way there.
func survives(t *testing.T, o Options) {
	t.Helper()
	r := Run(o)
	if r.Violation == "" {
		return
	}
	o, r = Shrink(o, r, 30)
	o.Story = true
	r = Run(o)
	t.Errorf("%s: %s\nfaults: %v\n%s", o.Arguments(), r.Violation, r.Plan, strings.Join(r.Told(60), "\n"))
}

// TestShrinkingLeavesWhatMatters holds that a violation that two faults bring about
// is shrunk to those.
func TestShrinkingLeavesWhatMatters(t *testing.T) {
	full := Run(Options{Seed: 3, Draws: 1})
	if len(full.Plan) < 4 {
		t.Fatalf("the run has only %d faults", len(full.Plan))
	}
	s := &shrinker{opt: Options{Seed: 3, Draws: 1}, best: Report{Plan: full.Plan, Violation: "invariant 0: none"}, left: 10}
	if s.try([]int{1}) || len(s.opt.Without) != 0 {
		t.Error("a run that breaks nothing was kept")
	}
	r := Run(Options{Seed: 3, Draws: 1, Without: []int{1, 2}})
	if len(r.Plan) != len(full.Plan)-2 || r.Plan[0].Number != 3 || r.Plan[0].At != full.Plan[2].At {
		t.Errorf("leaving out two faults changed the others: %v", r.Plan)
	}
}

// TestSameSeedSameRun holds that a seed determines a run, event for event.
func TestSameSeedSameRun(t *testing.T) {
	for _, o := range []Options{{Seed: 7, Draws: 1}, {Seed: 3, Draws: 2}, {Seed: 8, Draws: 2}} {
		o.Story = true
		a, b := Run(o), Run(o)
		if x, y := strings.Join(a.Story, "\n"), strings.Join(b.Story, "\n"); x != y {
			t.Fatalf("two runs of %s differ:\n%s\n----\n%s", o.Arguments(), x, y)
		}
	}
}
