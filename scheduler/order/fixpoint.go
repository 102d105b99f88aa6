package order

import (
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// A fixpoint settles the flags of actions by their relations.
type fixpoint struct {
	c *model.Cluster
	flagCache
}

func newFixpoint(c *model.Cluster) *fixpoint { return &fixpoint{c, newFlagCache()} }

// changes says which side of a relation has changed.
type changes uint8

const (
	firstChanged changes = 1 << iota
	thenChanged
)

// update applies all relations in which an action comes second. Whatever changes
// is looked at again, with what comes after it.
func (f *fixpoint) update(then *model.Action) {
	before := then.Flags
	if then.RequiredRunnable() > 0 {
		then.ResetRunnable()
		then.Clear(model.Runnable) // until enough instances are seen to run
	}
	var changed changes
	for i := len(then.Before) - 1; i >= 0; i-- {
		changed = f.relation(then.Before[i], then, changed)
	}
	if then.RequiredRunnable() > 0 {
		changed &^= thenChanged
		if then.Flags != before {
			changed |= thenChanged
		}
	}
	if changed&thenChanged == 0 {
		return
	}
	if before&model.Runnable != 0 && !then.Is(model.Runnable) {
		f.blockDependents(then)
	}
	f.update(then)
	f.updateAfter(then)
}

// updateAfter looks again at all that comes after an action.
func (f *fixpoint) updateAfter(first *model.Action) {
	for i := len(first.After) - 1; i >= 0; i-- {
		f.update(first.After[i].Action)
	}
}

// relation applies one relation and adds to what has changed so far.
func (f *fixpoint) relation(r *model.Relation, then *model.Action, changed changes) changes {
	first := r.Action
	firstNode, thenNode := groupNode(first), groupNode(then)
	if r.Type.Has(model.IfOnSameNode) && firstNode != nil && thenNode != nil && firstNode != thenNode {
		r.Type = 0
		return changed
	}
	changed &^= firstChanged
	if first.Resource != nil && r.Type.Has(model.ThenCancelsFirst) && !then.Is(model.Optional) {
		first.Set(model.Optional)
		if first.Task == crm.TaskReloadAgent {
			first.Resource.Clear(model.Reload)
		}
	}
	if first.Resource != nil && then.Resource != nil && first.Resource != then.Resource && !then.Resource.IsBelow(first.Resource) {
		first = completion(first)
	}
	if first == r.Action {
		firstFlags, thenFlags := f.flagsFor(first, thenNode), f.flagsFor(then, firstNode)
		changed |= f.effect(r, then, firstFlags, thenFlags)
	} else if action.Order(first, then, r.Type) {
		// Wait for the whole instead; the new relation is still to be seen.
		r.Type = 0
		changed |= thenChanged
	}
	if changed&firstChanged != 0 {
		f.updateAfter(first)
		f.update(first)
	}
	return changed
}

// groupNode is the node of an action; of a group's start, the node of its members.
func groupNode(a *model.Action) *model.Node {
	if a.Resource != nil && a.Resource.Variant == model.Group && a.Task == crm.TaskStart {
		return a.Resource.AssignedNode()
	}
	return a.Node
}

// completed is the task that tells that a task of a collective resource is done.
func completed(task string) string {
	switch task {
	case crm.TaskStop, model.TaskStopped:
		return model.TaskStopped
	case crm.TaskStart, model.TaskRunning:
		return model.TaskRunning
	case crm.TaskPromote, model.TaskPromoted:
		return model.TaskPromoted
	case crm.TaskDemote, model.TaskDemoted:
		return model.TaskDemoted
	}
	return ""
}

// completion is the action that others really wait for: of a collective
// resource the moment when all its children have done their part and, if it
// has notifications, have been told so.
func completion(first *model.Action) *model.Action {
	r := first.Resource
	// A resource named after the task "notify" is never waited for: a quirk of
	// the field that decides graphs.
	if r.Variant == model.Primitive || first.Interval > 0 || strings.Contains(first.Key, crm.TaskNotify) {
		return first
	}
	task := completed(first.Task)
	if task == "" {
		return first
	}
	key := action.Key(r, task, 0)
	if r.Is(model.Notify) && (r.Variant == model.Clone || r.InBundle()) {
		key = crm.NotifyKey(r.ID, "confirmed-post", task)
	}
	if done := action.FindKey(r, key, nil); done != nil {
		return done
	}
	return first
}
