package action

import (
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// Key is the key of a resource's operation: resource_task_interval.
func Key(r *model.Resource, task string, interval uint32) string { return r.Key(task, interval) }

// Find returns the newest of a resource's actions for a task on a node, nil if
// none. A nil node stands for any, also for actions without one.
func Find(r *model.Resource, task string, n *model.Node) *model.Action {
	list := r.Actions
	switch task {
	case crm.TaskMonitor, crm.TaskNotify, model.TaskNotified, crm.TaskCancel:
		// These go by several keys.
	default:
		list = r.ForTask(task)
	}
	for i := len(list) - 1; i >= 0; i-- {
		if a := list[i]; a.Task == task && (n == nil || a.Node == n) {
			return a
		}
	}
	return nil
}

// FindKey returns the newest of a resource's actions with a key on a node, nil if
// none. A nil node stands for any.
func FindKey(r *model.Resource, key string, n *model.Node) *model.Action {
	list := r.Candidates(key)
	for i := len(list) - 1; i >= 0; i-- {
		if a := list[i]; a.Key == key && (n == nil || a.Node == n) {
			return a
		}
	}
	return nil
}

// AllKeyed lists a resource's actions with a key in the order of creation. With a
// node, an action that has none yet is given that node and taken too.
func AllKeyed(r *model.Resource, key string, n *model.Node) []*model.Action {
	var found []*model.Action
	for _, a := range r.Candidates(key) {
		if a.Key == key && settle(a, n) {
			found = append(found, a)
		}
	}
	return found
}

// AllOf lists a resource's actions for a task that does not recur, in the order
// of creation; for the node see AllKeyed.
func AllOf(r *model.Resource, task string, n *model.Node) []*model.Action {
	var found []*model.Action
	for _, a := range r.ForTask(task) {
		if a.Task == task && a.Interval == 0 && settle(a, n) {
			found = append(found, a)
		}
	}
	return found
}

// AllOn lists a resource's actions for a task that does not recur, on just this
// node, in the order of creation.
func AllOn(r *model.Resource, task string, n *model.Node) []*model.Action {
	var found []*model.Action
	for _, a := range r.ForTask(task) {
		if n != nil && a.Node == n && a.Task == task && a.Interval == 0 {
			found = append(found, a)
		}
	}
	return found
}

func settle(a *model.Action, n *model.Node) bool {
	if n != nil && a.Node == nil {
		a.Bind(n)
	}
	return n == nil || a.Node == n
}

// SetReason gives an action its reason. The first reason stays unless it is to
// be overwritten.
func SetReason(a *model.Action, reason string, overwrite bool) {
	if a.Reason == "" || overwrite {
		a.Reason = reason
	}
}
