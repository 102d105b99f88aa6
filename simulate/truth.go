package simulate

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"holdfast/cluster/controller"
	"holdfast/cluster/wire"
)

// services are the exclusive resources of a run, in the order of the group they
// form.
var services = []string{"address", "database"}

// truth knows what really runs where, and what evidence there is of the end of
// former holders. It is what the checkers judge by.
type truth struct {
	w *world
	// holders are the lives that may hold a service: a start has begun there, and
	// nothing proves its end.
	holders map[string]map[string]bool
	acked   []string // configuration changes acknowledged by a quorate node
}

func newTruth(w *world) *truth {
	t := &truth{w: w, holders: map[string]map[string]bool{}}
	for _, name := range services {
		t.holders[name] = map[string]bool{}
	}
	return t
}

// begins is called when an agent starts: a service may be started only where
// every other life that held it is known to have ended (invariant 2).
func (t *truth) begins(m *machine, op wire.Operation) {
	holders := t.holders[op.Resource]
	if holders == nil || op.Task != "start" {
		return
	}
	for _, life := range slices.Sorted(maps.Keys(holders)) {
		if t.overtaken(m, life) {
			delete(holders, life)
			continue
		}
		if life != m.life() {
			t.w.violated("invariant 2, no takeover without evidence: %s is started on %s while %s may hold it", op.Resource, m.life(), life)
		}
	}
	holders[m.life()] = true
	if p := m.proc; p != nil && p.node.InSync() && !p.node.Quorate() {
		t.w.violated("invariant 3, one quorate side: %s is started on %s without quorum", op.Resource, m.life())
	}
}

// active is called when a service has come up (invariant 1).
func (t *truth) active(m *machine, name string) {
	if t.holders[name] == nil {
		return
	}
	var where []string
	for _, other := range t.w.machines {
		if other.active[name] {
			where = append(where, other.life())
		}
	}
	if len(where) > 1 {
		t.w.violated("invariant 1, at most one: %s runs on %s", name, strings.Join(where, " and "))
	}
}

func (t *truth) stopped(m *machine, name string) { t.ended(name, m.life()) }

func (t *truth) ended(name, life string) {
	if h := t.holders[name]; h != nil {
		delete(h, life)
	}
}

// fencedBy is called when a fence device switches a machine off: the proof that
// this life has ended, and every one before it.
func (t *truth) fencedBy(by, target *machine) {
	if !t.w.net.Up(target.id) {
		t.w.tell("%s was off already", target.name)
	}
	for _, name := range services {
		for boot := 1; boot <= target.boot; boot++ {
			t.ended(name, lifeName(target.name, boot))
		}
	}
}

// overtaken reports whether the cluster that m belongs to has seen the machine of
// a life in a later one: then the old one has ended.
func (t *truth) overtaken(m *machine, life string) bool {
	for _, other := range t.w.machines {
		for boot := 1; boot < other.boot; boot++ {
			if lifeName(other.name, boot) != life {
				continue
			}
			peer := m.proc.node.State().Peers[other.id]
			return peer != nil && peer.Life.Boot != life
		}
	}
	return false
}

// whole reports whether the cluster has nothing left to do.
func (t *truth) whole() bool { return t.missing() == "" }

// checkWhole holds the cluster against invariants 4 and 9 after faults ended.
func (t *truth) checkWhole() {
	if text := t.missing(); text != "" {
		t.w.violated("invariant 9, healing: %v after the last fault, %s", t.w.opt.Heal, text)
		return
	}
	first := t.w.machines[0].proc.node
	config := first.CIB().String()
	for _, m := range t.w.machines[1:] {
		if m.proc.node.CIB().String() != config {
			t.w.violated("invariant 4, store: the documents of n1 and %s differ", m.name)
		}
	}
	for _, mark := range t.acked {
		if !strings.Contains(config, mark) {
			t.w.violated("invariant 4, store: the acknowledged change %s is lost", mark)
		}
	}
}

// missing says what the cluster still lacks, "" if nothing.
func (t *truth) missing() string {
	leaders := 0
	for _, m := range t.w.machines {
		p := m.proc
		switch {
		case p == nil:
			return fmt.Sprintf("%s runs no Holdfast", m.name)
		case !p.node.InSync() || !p.node.Quorate():
			return fmt.Sprintf("%s is out of sync or without quorum (%v)", m.name, p.node.Activity())
		case p.node.Activity() == controller.Idle:
			leaders++
		}
		if p.node.State().Epoch != t.w.machines[0].epochNow() {
			return fmt.Sprintf("%s is in another view than n1", m.name)
		}
	}
	for _, m := range t.w.machines {
		if m.proc.node.Index() != t.w.machines[0].proc.node.Index() {
			return fmt.Sprintf("%s is at another place in the log than n1", m.name)
		}
	}
	if leaders != 1 {
		return fmt.Sprintf("%d idle coordinators (%s)", leaders, t.activities())
	}
	for _, name := range services {
		if n := t.count(name); n != 1 {
			return fmt.Sprintf("%s runs on %d nodes", name, n)
		}
	}
	return ""
}

func (m *machine) epochNow() uint64 {
	if m.proc == nil {
		return 0
	}
	return m.proc.node.State().Epoch
}

func (t *truth) activities() string {
	var words []string
	for _, m := range t.w.machines {
		words = append(words, fmt.Sprintf("%s %v %v", m.name, m.proc.node.Activity(), m.proc.node.Holds()))
	}
	return strings.Join(words, ", ")
}

func (t *truth) count(name string) int {
	n := 0
	for _, m := range t.w.machines {
		if m.active[name] {
			n++
		}
	}
	return n
}
