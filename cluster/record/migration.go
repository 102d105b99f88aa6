package record

import (
	"iter"
	"strconv"

	"holdfast/cib/xml"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// migration is what the source of a migration has said of it. While that is not over,
// it is the only word that the resource may run on the target.
type migration struct {
	resource, source, target string
	began                    int64 // Unix seconds, 0 if it is not known to have ended
}

// lose notes the migrations that a history tells of which is about to be dropped.
// Their targets' histories say "not running" from before, and that counts no more.
func (e *Editor) lose(rsc *xml.Node) {
	for op := range rsc.All("lrm_rsc_op") {
		if op.Attr("operation") == crm.TaskMigrateTo {
			e.lost = append(e.lost, migration{rsc.ID(), op.Attr("migrate_source"), op.Attr("migrate_target"), changed(op)})
		}
	}
}

// Departed notes that a node is gone whose word on migrations that were under way will not come,
// or not here: their targets are probed, as the resources may have arrived.
func (e *Editor) Departed(id crm.NodeID, name crm.NodeName) {
	p := e.findNode(id, name)
	if p == nil {
		return
	}
	for rsc := range p.At(e.ed.Peek()).Find("lrm", "lrm_resources").All("lrm_resource") {
		for op := range rsc.All("lrm_rsc_op") {
			if op.Attr("operation") == crm.TaskMigrateTo && op.Attr("op-status") == "-1" {
				e.lost = append(e.lost, migration{rsc.ID(), op.Attr("migrate_source"), op.Attr("migrate_target"), 0})
			}
		}
	}
}

// loseAll is lose for all resources of a history (lrm) but those of whose migrations
// its successor tells as well, if there is one.
func (e *Editor) loseAll(history, successor *xml.Node) {
	told := map[string]bool{}
	for rsc := range successor.Find("lrm_resources").All("lrm_resource") {
		for op := range rsc.All("lrm_rsc_op") {
			told[rsc.ID()] = told[rsc.ID()] || op.Attr("operation") == crm.TaskMigrateTo
		}
	}
	for rsc := range history.Find("lrm_resources").All("lrm_resource") {
		if !told[rsc.ID()] {
			e.lose(rsc)
		}
	}
}

// askTargets drops what the targets of lost migrations say of the resource, unless it
// is from after the migration: they are probed, as the resource may have arrived.
func (e *Editor) askTargets() {
	for _, m := range e.lost {
		p := e.history(0, crm.NodeName(m.target))
		if p != nil {
			p = e.find(p, identified("lrm_resource", m.resource))
		}
		if p != nil && !m.over(p.At(e.ed.Peek())) {
			e.remove(p)
		}
	}
	e.lost = nil
}

// over reports whether the history of the resource on the target is from after the
// migration, or will be: something is under way there whose result will tell.
func (m migration) over(target *xml.Node) bool {
	for op := range target.All("lrm_rsc_op") {
		arrived := op.Attr("operation") == crm.TaskMigrateFrom && op.Attr("migrate_source") == m.source
		switch {
		case op.Attr("interval") != "0":
		case op.Attr("op-status") == "-1",
			m.began != 0 && changed(op) > m.began,
			m.began != 0 && changed(op) == m.began && arrived:
			return true
		}
	}
	return false
}

// behindMigration has the time of an operation on the target of a migration show that it is from after that, if it
// is. A history knows seconds, so the order of what two nodes did within one cannot be told from it, nor if their
// clocks differ; and the resource would be taken for one that has arrived, and runs there. The transition
// tells: it is a later one of the same coordinator.
func (e *Editor) behindMigration(target crm.NodeName, r *wire.Result) *wire.Result {
	key, ok := crm.ParseTransitionKey(r.Op.Key)
	if !ok || r.Status == crm.OpPending || r.Op.Interval > 0 {
		return r
	}
	later := *r
	for op := range histories(e.ed.Peek(), r.Op.Resource) {
		if migratedBefore(op, target, key) {
			later.Changed = max(later.Changed, changed(op)+1)
		}
	}
	return &later
}

// histories goes through what all nodes tell of a resource.
func histories(root *xml.Node, resource string) iter.Seq[*xml.Node] {
	return func(yield func(*xml.Node) bool) {
		for state := range root.Child("status").All("node_state") {
			for rsc := range state.Find("lrm", "lrm_resources").All("lrm_resource") {
				if rsc.ID() != resource {
					continue
				}
				for op := range rsc.All("lrm_rsc_op") {
					if !yield(op) {
						return
					}
				}
			}
		}
	}
}

// migratedBefore reports whether an entry is of a migration to a node that ended before
// the transition of a key began.
func migratedBefore(op *xml.Node, target crm.NodeName, key crm.TransitionKey) bool {
	if op.Attr("operation") != crm.TaskMigrateTo || op.Attr("migrate_target") != string(target) || op.Attr("op-status") == "-1" {
		return false
	}
	k, ok := crm.ParseTransitionKey(op.Attr("transition-key"))
	return ok && k.UUID == key.UUID && k.Graph < key.Graph
}

// changed is when an operation of a history began, 0 if it is under way.
func changed(op *xml.Node) int64 {
	t, _ := strconv.ParseInt(op.Attr("last-rc-change"), 10, 64)
	return t
}
