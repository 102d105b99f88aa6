// Package simulate is the command that searches for faults in whole simulated
// clusters: "holdfast simulate".
package simulate

import (
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"holdfast/crm"
	"holdfast/simulate"
	"holdfast/tool"
)

type options struct {
	seed, seeds, nodes, jobs int
	draws                    int
	limit, without, document string
	story, keepGoing         bool
}

// Tool returns the command.
func Tool() *tool.Tool {
	o := &options{seed: 1, seeds: 1, jobs: runtime.NumCPU()}
	return &tool.Tool{
		Name:    "holdfast simulate",
		Summary: "Run whole clusters under virtual time and random faults, and check that they keep their promises",
		Groups: []tool.Group{{Options: []tool.Option{
			{Long: "seed", Arg: "N", Set: tool.Int(&o.seed), Help: "The first seed (default: 1); a seed determines a run, event for event"},
			{Long: "seeds", Arg: "N", Set: tool.Int(&o.seeds), Help: "How many seeds to run (default: 1)"},
			{Long: "for", Arg: "time", Set: tool.String(&o.limit), Help: "Run as many seeds as fit in this time instead"},
			{Long: "nodes", Arg: "N", Set: tool.Int(&o.nodes), Help: "How many nodes the clusters have (default: drawn from the seed, 1 to 16)"},
			{Long: "draws", Arg: "N", Set: tool.Int(&o.draws), Help: "What seeds mean: 1 as in the first generation of draws, 2 as in the second, 3 with slow agents and networks besides (default: 2)"},
			{Long: "jobs", Arg: "N", Set: tool.Int(&o.jobs), Help: "How many clusters to run at the same time (default: one per processor)"},
			{Long: "without", Arg: "list", Set: tool.String(&o.without), Help: "Leave faults out, by their numbers with commas between"},
			{Long: "keep-going", Set: tool.Switch(&o.keepGoing), Help: "Run all seeds and list those that break a promise, instead of stopping at the first to explain it"},
			{Long: "document", Arg: "file", Set: tool.String(&o.document), Help: "With --story, write the CIB as it is at the end of the run, for crm_simulate and holdfast explain"},
			{Long: "story", Set: tool.Switch(&o.story), Help: "Tell what happens in the run of --seed"},
		}}},
		Do: o.run,
	}
}

// garbage lets the heap grow to so many percent of what is in use before it is
// cleared: runs are short and their garbage is small.
const garbage = 1000

func (o *options) run(c *tool.Call) error {
	debug.SetGCPercent(garbage)
	without, err := numbers(o.without)
	if err != nil {
		return err
	}
	if o.story {
		opt := o.each(o.seed, without)
		opt.Story = true
		r := simulate.Run(opt)
		for _, line := range slices.Concat(r.Cast, r.Story, r.Picture) {
			fmt.Fprintln(c.Env.Stdout, line)
		}
		if o.document != "" {
			if err := os.WriteFile(o.document, []byte(r.Document), 0o644); err != nil {
				return tool.Fail(crm.ExitError, "the document cannot be written: %v", err)
			}
		}
		return verdict(c, []simulate.Report{r}, 0, false)
	}
	limit := time.Duration(0)
	if o.limit != "" {
		d, err := crm.ParseInterval(o.limit)
		if err != nil {
			return tool.Fail(crm.ExitUsage, "--for %s is not a time: %v", strconv.Quote(o.limit), err)
		}
		limit = d
	}
	begun := time.Now()
	reports := o.search(limit, begun, without, c.Env.Stdout)
	for _, r := range reports {
		if r.Violation != "" && !o.keepGoing {
			explain(c, o.each(int(r.Seed), without), r)
		}
	}
	return verdict(c, reports, time.Since(begun), o.keepGoing)
}

// each is what one seed is run with.
func (o *options) each(seed int, without []int) simulate.Options {
	return simulate.Options{Seed: uint64(seed), Draws: o.draws, Nodes: o.nodes, Without: without}
}

// search runs seeds side by side until there are enough, the time is up, or one
// breaks a promise and it is not to keep going.
func (o *options) search(limit time.Duration, begun time.Time, without []int, out io.Writer) []simulate.Report {
	var mu sync.Mutex
	var reports []simulate.Report
	next, broken := o.seed, false
	take := func() (int, bool) {
		mu.Lock()
		defer mu.Unlock()
		enough := next >= o.seed+o.seeds
		if limit > 0 {
			enough = time.Since(begun) >= limit
		}
		if enough || broken {
			return 0, false
		}
		next++
		return next - 1, true
	}
	var wait sync.WaitGroup
	for range max(1, o.jobs) {
		wait.Go(func() {
			for seed, ok := take(); ok; seed, ok = take() {
				r := simulate.Run(o.each(seed, without))
				mu.Lock()
				reports = append(reports, r)
				broken = broken || r.Violation != "" && !o.keepGoing
				if r.Violation != "" && o.keepGoing {
					fmt.Fprintf(out, "seed %d: %s\n", r.Seed, r.Violation)
				}
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	sort.Slice(reports, func(i, j int) bool { return reports[i].Seed < reports[j].Seed })
	return reports
}

// numbers reads a list of faults.
func numbers(text string) ([]int, error) {
	var list []int
	for _, word := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' }) {
		n, err := strconv.Atoi(word)
		if err != nil {
			return nil, tool.Fail(crm.ExitUsage, "--without %s: %s is not the number of a fault", strconv.Quote(text), strconv.Quote(word))
		}
		list = append(list, n)
	}
	return list, nil
}

// patience is how many runs a broken one may take to be made shorter.
const patience = 60

// explain shows the shortest way to a violation that can be found.
func explain(c *tool.Call, opt simulate.Options, broken simulate.Report) {
	opt, broken = simulate.Shrink(opt, broken, patience)
	opt.Story = true
	broken = simulate.Run(opt)
	out := func(format string, args ...any) { fmt.Fprintf(c.Env.Stdout, format+"\n", args...) }
	out("seed %d: %s", broken.Seed, strings.Join(broken.Cast, "\n"))
	out("%d faults are enough:", len(broken.Plan))
	for _, f := range broken.Plan {
		out("  %2d %v", f.Number, f)
	}
	for _, line := range broken.Told(40) {
		out("%s", line)
	}
	out("holdfast simulate %s --story tells all", opt.Arguments())
	out("a line for simulate/testdata/cases, to keep it:")
	out("%s: %s", opt.Arguments(), broken.Violation)
}

// verdict sums up, and fails if a promise was broken. Violations that have been told
// are not told again.
func verdict(c *tool.Call, reports []simulate.Report, took time.Duration, told bool) error {
	var events, faults, fencings int
	var virtual time.Duration
	failed := 0
	for _, r := range reports {
		events, faults, fencings, virtual = events+r.Events, faults+r.Faults, fencings+r.Fencings, virtual+r.Virtual
		if r.Violation != "" {
			failed++
			if !told {
				fmt.Fprintf(c.Env.Stdout, "seed %d: %s\n", r.Seed, r.Violation)
			}
		}
	}
	fmt.Fprintf(c.Env.Stdout, "%d runs, %s of virtual time, %d events, %d faults, %d fencings", len(reports), virtual.Round(time.Second), events, faults, fencings)
	if took > 0 {
		fmt.Fprintf(c.Env.Stdout, "; %.0f times as fast as real time", virtual.Seconds()/took.Seconds())
	}
	fmt.Fprintf(c.Env.Stdout, "\n%d passed, %d failed\n", len(reports)-failed, failed)
	if failed > 0 {
		return tool.Fail(crm.ExitError, "")
	}
	return nil
}
