package history

import (
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// A complete live migration is migrate_to on the source, migrate_from on the
// target, stop on the source. Without the migrate_from it is partial, without
// the stop dangling. Either node's history may have been erased at any point.

// ends returns the names of source and target that a migration's operation
// records; ok is false if they are missing or are not those of this node.
func (r *reader) ends(e *entry, source, target *model.Node) (from, to string, ok bool) {
	from, to = e.xml.Attr("migrate_source"), e.xml.Attr("migrate_target")
	switch {
	case from == "" || to == "":
		r.c.Note(model.Error, e.id, "Ignoring resource history entry %s without migrate_source and migrate_target", e.id)
	case source != nil && !strings.EqualFold(from, source.Name):
		r.c.Note(model.Error, e.id, "Ignoring resource history entry %s because migrate_source='%s' does not match %s",
			e.id, from, source.Name)
	case target != nil && !strings.EqualFold(to, target.Name):
		r.c.Note(model.Error, e.id, "Ignoring resource history entry %s because migrate_target='%s' does not match %s",
			e.id, to, target.Name)
	default:
		return from, to, true
	}
	return "", "", false
}

// migratedTo deals with a successful migrate_to.
func (r *reader) migratedTo(e *entry) {
	rsc := e.rsc
	source, target, ok := r.ends(e, e.node, nil)
	if !ok {
		return
	}
	sourceNewer := r.changedAfter(rsc.ID, source, e.xml)
	from := r.findOp(rsc.ID, crm.TaskMigrateFrom, target, source)
	if from != nil && sourceNewer {
		return // all of this is over
	}
	targetNewer := r.newerAfterMigration(rsc.ID, target, e.xml, from)
	if sourceNewer && targetNewer {
		return
	}
	code, status := crm.OCFOK, crm.OpPending
	if from != nil {
		code, status = result(from)
	}
	if code == crm.OCFOK && status == crm.OpDone {
		rsc.Role = crm.RoleStopped
		rsc.Dangling = append([]*model.Node{e.node}, rsc.Dangling...)
		return
	}
	rsc.Role = crm.RoleStarted
	n := r.c.NodeNamed(target)
	onTarget := !targetNewer && n != nil && n.Online
	if status != crm.OpPending {
		r.migrationFailed(rsc, n, onTarget)
		return
	}
	r.partialMigration(rsc, source, n, onTarget, sourceNewer)
}

// migrationFailed deals with a migrate_to whose migrate_from failed.
func (r *reader) migrationFailed(rsc *model.Resource, target *model.Node, onTarget bool) {
	if onTarget {
		r.addActive(rsc, target, true)
		return
	}
	rsc.Set(model.Failed | model.StopIfFailed)
	rsc.Clear(model.Migratable)
}

// partialMigration deals with a migrate_to whose migrate_from is pending, erased,
// or yet to come.
func (r *reader) partialMigration(rsc *model.Resource, source string, target *model.Node, onTarget, sourceNewer bool) {
	if target != nil && target.Online && r.unknownOn(rsc.ID, target.Name) {
		return // cleaned up there; a probe will tell
	}
	if onTarget {
		r.addActive(rsc, target, false)
		if n := r.c.NodeNamed(source); n != nil && n.Online {
			rsc.PartialSource, rsc.PartialTarget = n, target
		}
		return
	}
	if !sourceNewer {
		rsc.Set(model.Failed | model.StopIfFailed)
		rsc.Clear(model.Migratable)
	}
}

// migrateToFailed deals with a failed migrate_to: the resource may be active on
// either end.
func (r *reader) migrateToFailed(e *entry) {
	rsc := e.rsc
	source, target, ok := r.ends(e, e.node, nil)
	if !ok {
		return
	}
	rsc.Role = crm.RoleStarted
	from := r.successfulOp(rsc.ID, crm.TaskMigrateFrom, target, source, crm.OCFOK)
	if !r.unknownOn(rsc.ID, target) && !r.newerAfterMigration(rsc.ID, target, e.xml, from) {
		if n := r.c.NodeNamed(target); n != nil && n.Online {
			r.addActive(rsc, n, false)
		}
	} else if !r.changedAfter(rsc.ID, source, e.xml) {
		rsc.Dangling = append([]*model.Node{e.node}, rsc.Dangling...)
	}
}

// migrateFromFailed deals with a failed migrate_from: the resource may still be
// active on the source.
func (r *reader) migrateFromFailed(e *entry) {
	rsc := e.rsc
	source, target, ok := r.ends(e, nil, e.node)
	if !ok {
		return
	}
	rsc.Role = crm.RoleStarted
	to := r.successfulOp(rsc.ID, crm.TaskMigrateTo, source, target, crm.OCFOK)
	if !r.unknownOn(rsc.ID, source) && !r.newerAfterMigration(rsc.ID, source, to, e.xml) {
		if n := r.c.NodeNamed(source); n != nil && n.Online {
			r.addActive(rsc, n, true)
		}
	}
}

// lrmResource returns the recorded operations of a resource on a node, nil if
// there are none. The index is made for nodes that take part in a migration.
func (r *reader) lrmResource(id, node string) *xml.Node {
	index := r.lrm[node]
	if index == nil {
		index = map[string]*xml.Node{}
		for state := range r.status.All("node_state") {
			if state.Attr("uname") != node {
				continue
			}
			for element := range state.Find("lrm", "lrm_resources").All("lrm_resource") {
				if index[element.ID()] == nil {
					index[element.ID()] = element
				}
			}
		}
		r.lrm[node] = index
	}
	return index[id]
}

// findOp returns the first recorded operation of a resource on a node. For the
// steps of a migration other is the name of the other end, "" for any.
func (r *reader) findOp(id, task, node, other string) *xml.Node {
	for op := range r.lrmResource(id, node).All("lrm_rsc_op") {
		switch {
		case op.Attr("operation") != task:
		case other != "" && task == crm.TaskMigrateTo && op.Attr("migrate_target") != other:
		case other != "" && task == crm.TaskMigrateFrom && op.Attr("migrate_source") != other:
		default:
			return op
		}
	}
	return nil
}

// successfulOp is findOp for an operation that ended with a status.
func (r *reader) successfulOp(id, task, node, other string, want crm.OCF) *xml.Node {
	op := r.findOp(id, task, node, other)
	if op == nil {
		return nil
	}
	if code, status := result(op); code != want || status != crm.OpDone {
		return nil
	}
	return op
}

func result(op *xml.Node) (crm.OCF, crm.OpStatus) {
	code, ok := crm.ParseOCF(op.Attr("rc-code"))
	if !ok {
		code = crm.OCFError
	}
	status, ok := crm.ParseOpStatus(op.Attr("op-status"))
	if !ok {
		status = crm.OpError
	}
	return code, status
}

// unknownOn tells whether a node's history has no result for a resource.
func (r *reader) unknownOn(id, node string) bool {
	for op := range r.lrmResource(id, node).All("lrm_rsc_op") {
		if code, ok := crm.ParseOCF(op.Attr("rc-code")); ok && code != crm.OCFUnknown {
			return false
		}
	}
	return true
}

// changedAfter tells whether a resource was started, stopped or migrated on a
// node after an operation.
func (r *reader) changedAfter(id, node string, than *xml.Node) bool {
	for op := range r.lrmResource(id, node).All("lrm_rsc_op") {
		if op == than {
			continue
		}
		switch op.Attr("operation") {
		case crm.TaskStart, crm.TaskStop, crm.TaskMigrateTo, crm.TaskMigrateFrom:
			if CompareOperations(op, than) > 0 {
				return true
			}
		}
	}
	return false
}

// newerAfterMigration tells whether a node's history has something newer about
// a resource than its migration. Of the two steps the one on the same node is
// compared if there is one: call ids are more reliable than clocks.
func (r *reader) newerAfterMigration(id, node string, to, from *xml.Node) bool {
	than := from
	if than == nil {
		than = to
	}
	if than != to && to != nil && strings.EqualFold(node, than.Attr("migrate_source")) {
		than = to
	}
	if r.changedAfter(id, node, than) {
		return true
	}
	stopped := r.successfulOp(id, crm.TaskMonitor, node, "", crm.OCFNotRunning)
	return stopped != nil && CompareOperations(stopped, than) > 0
}
