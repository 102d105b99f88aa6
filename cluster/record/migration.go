package record

import (
	"strconv"

	"holdfast/cib/xml"
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

// changed is when an operation of a history began, 0 if it is under way.
func changed(op *xml.Node) int64 {
	t, _ := strconv.ParseInt(op.Attr("last-rc-change"), 10, 64)
	return t
}
