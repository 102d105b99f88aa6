package simulate

import (
	"fmt"
	"strings"

	"holdfast/cluster/controller"
)

// checkHealed holds invariant 9: when faults have stopped, everything that can run
// runs within a bound, without a person.
func (t *truth) checkHealed() {
	if text := t.missing(); text != "" {
		t.w.violated("invariant 9, healing: %v after the last fault, %s", t.w.opt.Heal, text)
	}
}

// missing says what the cluster still lacks, "" if nothing.
func (t *truth) missing() string {
	leaders := 0
	first := t.w.machines[0].proc
	for _, m := range t.w.machines {
		p := m.proc
		switch {
		case p == nil:
			return fmt.Sprintf("%s runs no Holdfast", m.name)
		case !p.node.InSync() || !p.node.Quorate():
			return fmt.Sprintf("%s is out of sync or without quorum (%v)", m.name, p.node.Activity())
		case p.node.State().Epoch != first.node.State().Epoch:
			return fmt.Sprintf("%s is in another view than n1", m.name)
		case p.node.Index() != first.node.Index():
			return fmt.Sprintf("%s is at another place in the log than n1", m.name)
		case p.node.Activity() == controller.Idle:
			leaders++
		}
	}
	if leaders != 1 {
		return fmt.Sprintf("%d idle coordinators (%s)", leaders, t.activities())
	}
	for _, thing := range t.things() {
		if lives := t.where(thing); len(lives) != 1 {
			return fmt.Sprintf("%s runs on %d nodes", thing, len(lives))
		}
	}
	for _, m := range t.w.machines {
		if t.w.plan.clone && !m.active[cloned] || t.w.plan.promoted && !m.active[database] {
			return fmt.Sprintf("%s has no instance of a clone", m.name)
		}
	}
	return ""
}

func (t *truth) activities() string {
	var words []string
	for _, m := range t.w.machines {
		words = append(words, fmt.Sprintf("%s %v %v", m.name, m.proc.node.Activity(), m.proc.node.Holds()))
	}
	return strings.Join(words, ", ")
}
