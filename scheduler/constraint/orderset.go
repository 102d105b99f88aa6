package constraint

import (
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// orderSetList orders the members of each set, and each set with the next.
func (r *reader) orderSetList(e *xml.Node, sets []set) {
	kind := r.kindOf(e)
	s := r.symmetryOf(e, kind, nil)
	for i, then := range sets {
		if !r.orderMembers(e, then, kind) {
			return
		}
		if i == 0 {
			continue
		}
		first := sets[i-1]
		if !r.orderSets(e, first, then, kind, s) {
			return
		}
		if s == symmetric && !r.orderSets(e, then, first, kind, inverse) {
			return
		}
	}
}

// orderMembers orders the members of a set one after the other; ok is false if a
// member does not exist.
func (r *reader) orderMembers(e *xml.Node, s set, kind orderKind) (ok bool) {
	members, ok := r.resources(s)
	if !ok {
		return false
	}
	if len(members) == 1 {
		return true
	}
	reversible := r.symmetryOf(s.xml, kind, e)
	if s.xml.Attr("kind") != "" {
		kind = r.kindOf(s.xml)
	}
	task := attrOr(s.xml, "action", crm.TaskStart)
	sequential := true
	if text, given := s.xml.Lookup("sequential"); given {
		sequential, _ = crm.ParseBool(text)
	}
	t := orderType(kind, task, reversible)
	switch {
	case kind == serialize:
		r.serializeAll(members, task, t)
	case sequential:
		for i := 1; i < len(members); i++ {
			action.RelateTasks(r.c, members[i-1], task, members[i], task, t)
		}
	}
	if reversible != asymmetric && sequential {
		r.reverseMembers(s, members, kind, task)
	}
	return true
}

// serializeAll relates every member with all after it.
func (r *reader) serializeAll(members []*model.Resource, task string, t model.OrderType) {
	for i, first := range members {
		for _, then := range members[i+1:] {
			action.RelateTasks(r.c, first, task, then, task, t)
		}
	}
}

func (r *reader) reverseMembers(s set, members []*model.Resource, kind orderKind, task string) {
	task = opposites[task]
	if task == "" {
		r.c.Note(model.Warning, s.xml.ID(), "set %s cannot be reversed for stops", s.xml.ID())
		return
	}
	t := orderType(kind, task, inverse)
	for i := 1; i < len(members); i++ {
		action.RelateTasks(r.c, members[i], task, members[i-1], task, t)
	}
}

// orderSets orders one set before another; ok is false if a member does not exist.
func (r *reader) orderSets(e *xml.Node, first, then set, kind orderKind, s symmetry) (ok bool) {
	firstTask := attrOr(first.xml, "action", crm.TaskStart)
	thenTask := attrOr(then.xml, "action", crm.TaskStart)
	if s == inverse {
		firstTask, thenTask = opposites[firstTask], opposites[thenTask]
		if firstTask == "" || thenTask == "" {
			return true
		}
	}
	t := orderType(kind, firstTask, s)
	// "One is enough" is about coming up: nothing stops before all that need it have.
	all, valid, _ := truth(first.xml, "require-all")
	if valid && !all && firstTask != crm.TaskStop && firstTask != crm.TaskDemote {
		return r.orderAny(first, firstTask, then, thenTask, t)
	}
	firsts, ok1 := r.orderEnd(first, s == inverse)
	thens, ok2 := r.orderEnd(then, s != inverse)
	for _, a := range firsts {
		for _, b := range thens {
			action.RelateTasks(r.c, a, firstTask, b, thenTask, t)
		}
	}
	return ok1 && ok2
}

// orderEnd lists the members of a set that a neighbouring set is ordered with: of
// a set that says it is sequential the first or the last, else all.
func (r *reader) orderEnd(s set, head bool) (list []*model.Resource, ok bool) {
	if sequential, _, _ := truth(s.xml, "sequential"); sequential && len(s.refs) > 0 {
		if head {
			s.refs = s.refs[:1]
		} else {
			s.refs = s.refs[len(s.refs)-1:]
		}
	}
	return r.resources(s)
}

// orderAny puts a pseudo-action between two sets that one runnable member of the
// first is enough for.
func (r *reader) orderAny(first set, firstTask string, then set, thenTask string, t model.OrderType) (ok bool) {
	met := action.PseudoSingleton(r.c, model.TaskOneOrMore+":"+first.xml.ID())
	met.RequireRunnable(1)
	firsts, ok := r.resources(first)
	for _, rsc := range firsts {
		action.RelateFirst(r.c, rsc, firstTask, met, model.MinRunnable|model.FirstImpliesThenGraphed)
	}
	if !ok {
		return false
	}
	thens, ok := r.resources(then)
	for _, rsc := range thens {
		action.RelateThen(r.c, met, rsc, thenTask, t|model.UnrunnableFirstBlocks)
	}
	return ok
}
