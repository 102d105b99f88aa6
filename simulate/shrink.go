package simulate

import (
	"slices"
	"strings"
)

// Shrink looks for a run with fewer faults that breaks the same invariant: first
// it leaves out those that came after the violation, then halves, then one by one.
// It tries at most so many runs.
func Shrink(o Options, broken Report, runs int) (Options, Report) {
	s := &shrinker{opt: o, best: broken, left: runs}
	var late []int
	for _, f := range broken.Plan {
		if f.At > broken.Virtual {
			late = append(late, f.Number)
		}
	}
	s.try(late)
	for size := max(1, len(s.best.Plan)/2); ; size /= 2 {
		for at := 0; at < len(s.best.Plan); {
			end := min(at+size, len(s.best.Plan))
			if !s.try(numbers(s.best.Plan[at:end])) {
				at = end
			}
		}
		if size <= 1 || s.left <= 0 {
			return s.opt, s.best
		}
	}
}

type shrinker struct {
	opt  Options
	best Report
	left int
}

// try leaves some more faults out and keeps that if the same invariant breaks.
func (s *shrinker) try(without []int) bool {
	if len(without) == 0 || s.left <= 0 {
		return false
	}
	s.left--
	o := s.opt
	o.Without = append(slices.Clone(o.Without), without...)
	slices.Sort(o.Without)
	r := Run(o)
	if invariant(r.Violation) != invariant(s.best.Violation) {
		return false
	}
	s.opt, s.best = o, r
	return true
}

// invariant is which one a violation is about.
func invariant(violation string) string {
	name, _, _ := strings.Cut(violation, ":")
	return name
}

func numbers(faults []Fault) []int {
	var list []int
	for _, f := range faults {
		list = append(list, f.Number)
	}
	return list
}
