package constraint

import (
	"math"
	"strconv"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// orderKind is the kind of an ordering.
type orderKind uint8

const (
	mandatory orderKind = iota
	optionally
	serialize
)

// symmetry says which relation of an ordering is meant.
type symmetry uint8

const (
	asymmetric symmetry = iota // the only one
	symmetric                  // the one as written
	inverse                    // the reverse of a symmetric one
)

// order reads a rsc_order: resource sets, or "first" and "then", each of which
// may be a template or tag.
func (r *reader) order(e *xml.Node) {
	sets, done := r.orderTags(e)
	if done {
		return
	}
	valid := true
	if sets == nil {
		sets, valid = r.sets(e)
	}
	if len(sets) == 0 && valid {
		r.simpleOrder(e)
		return
	}
	r.orderSetList(e, sets)
}

// orderTags gives the sets that a simple ordering with a template or tag stands
// for; done is true if the constraint must be left out.
func (r *reader) orderTags(e *xml.Node) (sets []set, done bool) {
	first, then := e.Attr("first"), e.Attr("then")
	if first == "" || then == "" || (hasSets(e) && r.expandable(e)) {
		return nil, false
	}
	tags := false
	for _, id := range []string{first, then} {
		if r.resource(id) != nil {
			continue
		}
		if tags = true; r.tag(id) == nil {
			r.noResource(e.ID(), id)
			return nil, true
		}
	}
	if !tags {
		return nil, false
	}
	return []set{
		r.asSet(first, optional(e, "first-action", "action")...),
		r.asSet(then, optional(e, "then-action", "action")...),
	}, false
}

// kindOf reads the kind of an ordering or of a set in one.
func (r *reader) kindOf(e *xml.Node) orderKind {
	switch kind, given := e.Lookup("kind"); {
	case !given:
		text, scored := e.Lookup("score") // the spelling of versions before 1.0.7
		if score, _ := ParseScore(text, r.colours); scored && score == 0 {
			return optionally
		}
	case kind == "Mandatory":
	case kind == "Optional":
		return optionally
	case kind == "Serialize":
		return serialize
	default:
		r.c.Note(model.Error, e.ID(), "constraint %s: %q is no kind of ordering; Mandatory is used", e.ID(), kind)
	}
	return mandatory
}

// symmetryOf reads whether an ordering, or a set in one, is reversed for stops.
func (r *reader) symmetryOf(e *xml.Node, kind orderKind, parent *xml.Node) symmetry {
	if e.Attr("kind") != "" || e.Attr("score") != "" {
		kind = r.kindOf(e)
	}
	value, ok, _ := truth(e, "symmetrical")
	if text, given := parent.Lookup("symmetrical"); !ok && given {
		value, _ = crm.ParseBool(text)
		ok = true
	}
	switch {
	case ok && !value, kind == serialize:
		return asymmetric
	}
	return symmetric
}

// orderType gives the relation of a kind of ordering whose first task is first.
func orderType(kind orderKind, first string, s symmetry) model.OrderType {
	switch {
	case kind == optionally:
		return model.Ordered
	case kind == serialize:
		return model.Serialize
	case s == asymmetric:
		return model.Ordered | model.Asymmetric
	case s == inverse:
		return model.Ordered | model.ThenImpliesFirst
	case isUp(first):
		return model.Ordered | model.FirstImpliesThen | model.UnrunnableFirstBlocks
	}
	return model.Ordered | model.FirstImpliesThen
}

// isUp tells whether a task brings a resource closer to running.
func isUp(task string) bool {
	switch task {
	case crm.TaskStart, crm.TaskPromote, crm.TaskMigrateFrom:
		return true
	}
	return false
}

var opposites = map[string]string{
	crm.TaskStart: crm.TaskStop, crm.TaskStop: crm.TaskStart,
	crm.TaskPromote: crm.TaskDemote, crm.TaskDemote: crm.TaskPromote,
	model.TaskPromoted: model.TaskDemoted, model.TaskDemoted: model.TaskPromoted,
	model.TaskRunning: model.TaskStopped, model.TaskStopped: model.TaskRunning,
}

func (r *reader) simpleOrder(e *xml.Node) {
	first, then := r.resource(e.Attr("first")), r.resource(e.Attr("then"))
	if first == nil {
		r.noResource(e.ID(), e.Attr("first"))
		return
	}
	if then == nil {
		r.noResource(e.ID(), e.Attr("then"))
		return
	}
	firstTask := attrOr(e, "first-action", crm.TaskStart)
	thenTask := attrOr(e, "then-action", firstTask)
	kind := r.kindOf(e)
	s := r.symmetryOf(e, kind, nil)
	t := orderType(kind, firstTask, s)
	if enough := r.enoughInstances(e, first); enough > 0 {
		r.orderEnough(e, first, firstTask, then, thenTask, t, enough)
	} else {
		action.RelateTasks(r.c, first, firstTask, then, thenTask, t)
	}
	if s == symmetric {
		r.inverseOrder(e, kind, first, firstTask, then, thenTask)
	}
}

func attrOr(e *xml.Node, name, otherwise string) string {
	if value, given := e.Lookup(name); given {
		return value
	}
	return otherwise
}

// inverseOrder orders the opposite tasks the other way round.
func (r *reader) inverseOrder(e *xml.Node, kind orderKind, first *model.Resource, firstTask string, then *model.Resource, thenTask string) {
	firstTask, thenTask = opposites[firstTask], opposites[thenTask]
	if firstTask == "" || thenTask == "" {
		r.c.Note(model.Warning, e.ID(), "constraint %s cannot be reversed for stops: say what happens then in a constraint of its own", e.ID())
		return
	}
	action.RelateTasks(r.c, then, thenTask, first, firstTask, orderType(kind, firstTask, inverse))
}

// enoughInstances is how many instances of a clone suffice as "first", 0 for all.
func (r *reader) enoughInstances(e *xml.Node, first *model.Resource) int {
	if first.Variant != model.Clone {
		return 0
	}
	if text, given := first.Meta.Lookup("clone-min"); given {
		return atLeastZero(text)
	}
	if all, _, given := truth(e, "require-all"); given && !all {
		return 1
	}
	return 0
}

// atLeastZero reads a number that is not negative; anything else counts as 0.
func atLeastZero(text string) int {
	n, err := strconv.ParseInt(leadingNumber(text), 10, 64)
	if err != nil && n == 0 {
		return 0
	}
	return int(max(0, min(n, math.MaxInt32)))
}

// orderEnough puts a pseudo-action between the instances of a clone and what
// needs only some of them.
func (r *reader) orderEnough(e *xml.Node, first *model.Resource, firstTask string, then *model.Resource, thenTask string, t model.OrderType, enough int) {
	met := action.PseudoSingleton(r.c, model.TaskCloneOneOrMore+":"+e.ID())
	met.RequireRunnable(enough)
	for _, instance := range first.Children {
		action.RelateFirst(r.c, instance, firstTask, met, model.MinRunnable|model.FirstImpliesThenGraphed)
	}
	action.RelateThen(r.c, met, then, thenTask, t|model.UnrunnableFirstBlocks)
}
