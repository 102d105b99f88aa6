package simulate

import (
	"holdfast/scheduler"
	"holdfast/scheduler/graph"
)

// quiet is the moment from which nothing may happen any more.
func (t *truth) quiet() {
	t.still, t.fired = t.acts, t.w.report.Fencings
}

// checkCalm holds invariant 8: a cluster that is left alone does nothing, and its
// state scheduled again plans nothing, twice the same.
func (t *truth) checkCalm() {
	if text := t.missing(); text != "" {
		t.w.violated("invariant 9, healing: the cluster was whole and was left alone, and %s", text)
		return
	}
	if t.acts != t.still {
		t.w.violated("invariant 8, calm: nothing was wrong any more, and there were %d operations, the last a %s", t.acts-t.still, t.acted)
	}
	if t.w.report.Fencings != t.fired {
		t.w.violated("invariant 8, calm: nothing was wrong any more, and a node was fenced")
	}
	in := scheduler.Input{CIB: t.w.machines[0].proc.node.CIB(), Now: t.w.now()}
	a, err := scheduler.Run(in)
	if err != nil {
		t.w.violated("invariant 8, calm: the scheduler cannot run: %v", err)
		return
	}
	b, _ := scheduler.Run(in)
	first, second := graph.XML(a.Cluster), graph.XML(b.Cluster)
	if first.String() != second.String() {
		t.w.violated("invariant 8, calm: the scheduler answers the same question in two ways")
	}
	for s := range first.All("synapse") {
		t.w.violated("invariant 8, calm: nothing is wrong, and the scheduler plans %s", s.String())
	}
}
