package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// draw makes the lines of a sketch: nodes in various states, resources of several
// kinds, some of them running, and constraints among them.
func draw(r *rand.Rand) []string {
	w := drawing{r: r}
	w.nodes()
	if w.chance(3) {
		w.lines = append(w.lines, "device f")
	}
	if w.chance(8) {
		w.lines = append(w.lines, "option have-quorum=0")
	}
	if w.chance(6) {
		w.lines = append(w.lines, w.pick("option no-quorum-policy=ignore", "option no-quorum-policy=freeze", "option symmetric-cluster=false",
			"option maintenance-mode=true", "option stop-all-resources=true", "option placement-strategy=balanced"))
	}
	for i := range 1 + r.IntN(6) {
		w.resource(fmt.Sprintf("r%d", i))
	}
	for range r.IntN(6) {
		w.constraint()
	}
	return w.lines
}

type drawing struct {
	r      *rand.Rand
	lines  []string
	names  []string // nodes
	able   []string // nodes that can tell what they run
	tops   []string // resources that constraints name
	clones map[string]bool
}

func (w *drawing) chance(n int) bool { return w.r.IntN(n) == 0 }

func (w *drawing) pick(list ...string) string { return list[w.r.IntN(len(list))] }

func (w *drawing) nodes() {
	line := "nodes"
	for i := range 1 + w.r.IntN(4) {
		name := fmt.Sprintf("n%d", i+1)
		state := w.pick("", "", "", "", "-standby", "-offline", "-unclean", "-leaving")
		line += " " + name + state
		w.names = append(w.names, name)
		if state != "-offline" {
			w.able = append(w.able, name)
		}
	}
	w.lines = append(w.lines, line)
}

func (w *drawing) resource(id string) {
	meta := w.pick("", "", "", " target-role=Stopped", " priority=5", " allow-migrate=true", " resource-stickiness=10",
		" is-managed=false", " migration-threshold=2", " multiple-active=stop_only", " requires=nothing")
	kind := w.pick("", "", "", "group", "clone", "clone interleave=true", "clone ordered=true", "clone promotable=true", "clone notify=true", "clone clone-max=1")
	w.lines = append(w.lines, "primitive "+id+meta+w.place(kind))
	if w.chance(4) {
		w.lines = append(w.lines, "op "+id+" monitor interval=10s")
	}
	if w.chance(8) && len(w.able) > 0 {
		w.lines = append(w.lines, fmt.Sprintf("fail %s %s %d", id, w.pick(w.able...), 1+w.r.IntN(3)))
	}
	switch word, rest, _ := strings.Cut(kind, " "); word {
	case "group":
		w.lines = append(w.lines, "primitive "+id+"b", "group g"+id+": "+id+" "+id+"b")
		w.tops = append(w.tops, "g"+id)
	case "clone":
		w.lines = append(w.lines, "clone c"+id+": "+id+" "+rest)
		w.tops = append(w.tops, "c"+id)
		if strings.Contains(rest, "promotable") {
			w.lines = append(w.lines, "attr "+w.pick(w.names...)+" master-"+id+"=10")
		}
	default:
		w.tops = append(w.tops, id)
	}
}

// place says where a resource runs: nowhere, on one node, or more of a clone.
func (w *drawing) place(kind string) string {
	var on string
	for _, n := range w.able {
		if w.chance(2) {
			on += " on " + n
			if !strings.HasPrefix(kind, "clone") && !w.chance(20) {
				break
			}
		}
	}
	return on
}

func (w *drawing) constraint() {
	i, j := w.r.IntN(len(w.tops)), w.r.IntN(len(w.tops))
	id := fmt.Sprintf("k%d", len(w.lines))
	if i >= j {
		w.lines = append(w.lines, fmt.Sprintf(`<rsc_location id=%q rsc=%q node=%q score=%q/>`, id, w.tops[i], w.pick(w.names...),
			w.pick("INFINITY", "-INFINITY", "100", "-100")))
		return
	}
	first, then := w.tops[i], w.tops[j]
	w.lines = append(w.lines, w.pick(
		fmt.Sprintf(`<rsc_colocation id=%q rsc=%q with-rsc=%q score="INFINITY"/>`, id, then, first),
		fmt.Sprintf(`<rsc_colocation id=%q rsc=%q with-rsc=%q score="-INFINITY"/>`, id, then, first),
		fmt.Sprintf(`<rsc_colocation id=%q rsc=%q with-rsc=%q score="50"/>`, id, then, first),
		fmt.Sprintf(`<rsc_order id=%q first=%q then=%q/>`, id, first, then),
		fmt.Sprintf(`<rsc_order id=%q first=%q then=%q kind="Optional"/>`, id, first, then),
		fmt.Sprintf(`<rsc_order id=%q first=%q then=%q kind="Serialize"/>`, id, first, then),
		fmt.Sprintf(`<rsc_order id=%q first=%q then=%q symmetrical="false"/>`, id, first, then),
	))
}
