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
	if w.chance(5) {
		w.capacities()
	}
	if w.chance(6) {
		w.lines = append(w.lines, "ticket T "+w.pick("granted", "revoked", "standby"))
		w.ticket = true
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
	r          *rand.Rand
	lines      []string
	names      []string // nodes
	able       []string // nodes that can tell what they run
	tops       []string // resources that constraints name
	promotable []string
	ticket     bool
	measured   bool // nodes have capacities
}

// capacities lets placement depend on what nodes have and resources need.
func (w *drawing) capacities() {
	w.measured = true
	w.lines = append(w.lines, w.pick("option placement-strategy=utilization", "option placement-strategy=minimal", "option placement-strategy=balanced"))
	for _, n := range w.names {
		w.lines = append(w.lines, fmt.Sprintf("capacity %s cpu=%d", n, 1+w.r.IntN(4)))
	}
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
	if w.measured && w.chance(2) {
		meta += fmt.Sprintf(" needs cpu=%d", 1+w.r.IntN(2))
	}
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
			w.promotable = append(w.promotable, "c"+id)
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
	id := fmt.Sprintf("k%d", len(w.lines))
	switch {
	case w.ticket && w.chance(3):
		w.lines = append(w.lines, fmt.Sprintf(`<rsc_ticket id=%q rsc=%q ticket="T" loss-policy=%q/>`, id, w.pick(w.tops...), w.pick("stop", "freeze", "demote")))
	case len(w.promotable) > 0 && w.chance(3):
		w.role(id)
	case len(w.tops) > 2 && w.chance(6):
		w.set(id)
	default:
		w.pair(id)
	}
}

// role draws a constraint about the promoted role of a clone.
func (w *drawing) role(id string) {
	clone, other := w.pick(w.promotable...), w.pick(w.tops...)
	w.lines = append(w.lines, fmt.Sprintf(`<rsc_location id=%q rsc=%q node=%q score=%q role="Promoted"/>`, id, clone, w.pick(w.names...), w.pick("INFINITY", "-INFINITY", "20")))
	if other != clone && !strings.HasPrefix(other, "c") {
		w.lines = append(w.lines, w.pick(
			fmt.Sprintf(`<rsc_colocation id="%sc" rsc=%q with-rsc=%q with-rsc-role="Promoted" score=%q/>`, id, other, clone, w.pick("INFINITY", "-INFINITY", "30")),
			fmt.Sprintf(`<rsc_order id="%so" first=%q first-action="promote" then=%q then-action="start"/>`, id, clone, other)))
	}
}

// set draws a constraint over a set of resources in their sequence.
func (w *drawing) set(id string) {
	refs := ""
	for _, top := range w.tops[:3] {
		refs += fmt.Sprintf("<resource_ref id=%q/>", top)
	}
	set := fmt.Sprintf(`<resource_set id="%ss" sequential=%q>%s</resource_set>`, id, w.pick("true", "false"), refs)
	w.lines = append(w.lines, w.pick(
		fmt.Sprintf(`<rsc_order id=%q>%s</rsc_order>`, id, set),
		fmt.Sprintf(`<rsc_colocation id=%q score=%q>%s</rsc_colocation>`, id, w.pick("INFINITY", "10"), set)))
}

// pair draws a location of one resource, or a relation of two.
func (w *drawing) pair(id string) {
	i, j := w.r.IntN(len(w.tops)), w.r.IntN(len(w.tops))
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
