package plan

import (
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// newNotification makes the points of a clone's notification about a task: pre
// and its confirmation before begin, post and its confirmation after end. Either
// may be nil. It returns nil for a clone without notifications.
func newNotification(c *model.Cluster, r *model.Resource, task string, begin, end *model.Action) *model.Notification {
	if !r.Is(model.Notify) {
		return nil
	}
	n := &model.Notification{Task: task}
	if begin != nil {
		n.Pre = notifyPseudo(c, r, begin, crm.TaskNotify, "pre", task)
		n.PreDone = notifyPseudo(c, r, begin, model.TaskNotified, "confirmed-pre", task)
		n.Pre.Set(model.Runnable)
		n.PreDone.Set(model.Runnable)
		action.Order(n.Pre, n.PreDone, model.Ordered)
		action.Order(n.PreDone, begin, model.Ordered)
	}
	if end != nil {
		n.Post = notifyPost(c, r, end, crm.TaskNotify, "post", task)
		n.PostDone = notifyPost(c, r, end, model.TaskNotified, "confirmed-post", task)
		action.Order(end, n.Post, model.FirstImpliesThen)
		action.Order(n.Post, n.PostDone, model.FirstImpliesThen)
	}
	if begin != nil && end != nil {
		action.Order(n.PreDone, n.Post, model.Ordered)
	}
	return n
}

// notifyPseudo makes one point of a notification. kind is the first word of its
// key; confirmations carry the kind of what they confirm.
func notifyPseudo(c *model.Cluster, r *model.Resource, about *model.Action, task, kind, subject string) *model.Action {
	key := crm.NotifyKey(r.ID, kind, about.Task)
	a := action.Keyed(c, r, key, task, nil, about.Is(model.Optional))
	a.Set(model.Pseudo)
	a.SetMeta("notify_key_type", kind)
	a.SetMeta("notify_key_operation", about.Task)
	a.SetMeta("notify_type", strings.TrimPrefix(kind, "confirmed-"))
	a.SetMeta("notify_operation", subject)
	return a
}

// notifyPost makes a point after the task, which can be reached if its end can.
func notifyPost(c *model.Cluster, r *model.Resource, end *model.Action, task, kind, subject string) *model.Action {
	a := notifyPseudo(c, r, end, task, kind, subject)
	a.Priority = crm.Infinity
	if end.Is(model.Runnable) {
		a.Set(model.Runnable)
	} else {
		a.Clear(model.Runnable)
	}
	return a
}

// notifyStartStop makes the notifications about start and stop of a clone.
func notifyStartStop(c *model.Cluster, clone *model.Resource, start, started, stop, stopped *model.Action) {
	d := clone.CloneData
	if d.StartNotify == nil {
		d.StartNotify = newNotification(c, clone, crm.TaskStart, start, started)
	}
	if d.StopNotify == nil {
		d.StopNotify = newNotification(c, clone, crm.TaskStop, stop, stopped)
		if d.StartNotify != nil && d.StopNotify != nil {
			action.Order(d.StopNotify.PostDone, d.StartNotify.Pre, model.Ordered)
		}
	}
}

// Notify tells the instances of a clone about what happens to their peers. It
// is called when the flags of all actions are final.
func Notify(c *model.Cluster, clone *model.Resource) {
	d := clone.CloneData
	for _, n := range []*model.Notification{d.StartNotify, d.StopNotify, d.PromoteNotify, d.DemoteNotify} {
		if n != nil {
			collect(c, n, clone, true)
			notifyKeys(c, n, clone)
			notifyInstances(c, n, clone)
		}
	}
}

// notifyAfterFencing tells the peers of an instance whose stop is implied by
// fencing about it, once the fencing is done.
func notifyAfterFencing(c *model.Cluster, stop *model.Action, r *model.Resource, fencing *model.Action) {
	n := newNotification(c, r, crm.TaskStop, nil, fencing)
	if n == nil {
		return
	}
	collect(c, n, r, false)
	n.Keys.Set("notify_stop_resource", r.ID)
	n.Keys.Set("notify_stop_uname", stop.Node.Name)
	notifyInstances(c, n, r.Top(false))
}

// notifyInstances plans the notify operation of each instance that is there
// before, after, or both.
func notifyInstances(c *model.Cluster, n *model.Notification, r *model.Resource) {
	if len(r.Children) > 0 {
		for _, child := range r.Children {
			notifyInstances(c, n, child)
		}
		return
	}
	for _, a := range r.Actions {
		if a.Is(model.Optional) || a.Node == nil {
			continue
		}
		switch a.Task {
		case crm.TaskStart, crm.TaskStop, crm.TaskPromote, crm.TaskDemote:
			addKeys(a, n.Keys)
		}
	}
	switch n.Task {
	case crm.TaskStart:
		if len(n.Start) > 0 {
			notifyUp(c, n, r)
		}
	case crm.TaskPromote:
		if len(n.Promote) > 0 {
			notifyUp(c, n, r)
		}
	case crm.TaskDemote:
		if len(n.Demote) > 0 {
			notifyDown(c, n, r)
		}
	case crm.TaskStop: // may be implied by fencing without being listed
		notifyDown(c, n, r)
	}
}

// notifyDown plans the notify operations about a stop or demotion on the nodes
// where the instance is active; one that stops is not told afterwards.
func notifyDown(c *model.Cluster, n *model.Notification, r *model.Resource) {
	if r.Role == crm.RoleStopped {
		return
	}
	stop := action.Find(r, crm.TaskStop, nil)
	for _, node := range r.Active {
		if stop != nil && stop.Is(model.Pseudo) && (node.Unclean || node.RemoteReset) {
			continue // it is being fenced
		}
		notifyOn(c, n, r, node, n.Pre, n.PreDone)
		if n.Task == crm.TaskDemote || stop == nil || stop.Is(model.Optional) {
			notifyAfter(c, n, r, node)
		}
	}
}

// notifyUp plans the notify operations about a start or promotion on the node
// where the instance will be; one that starts is not told before.
func notifyUp(c *model.Cluster, n *model.Notification, r *model.Resource) {
	if r.NextRole == crm.RoleStopped {
		return
	}
	start := action.Find(r, crm.TaskStart, nil)
	if connection := connectionStart(start); connection != nil && !connection.Is(model.Runnable) {
		return // nothing happens behind a connection that will not come up
	}
	if r.Assigned == nil {
		return
	}
	if n.Task != crm.TaskStart || start == nil || start.Is(model.Optional) {
		notifyOn(c, n, r, r.Assigned, n.Pre, n.PreDone)
	}
	notifyAfter(c, n, r, r.Assigned)
}

// connectionStart is the start of the connection that an action goes through.
func connectionStart(a *model.Action) *model.Action {
	if a == nil || a.Node == nil || a.Node.Remote == nil {
		return nil
	}
	return action.Find(a.Node.Remote, crm.TaskStart, nil)
}

// notifyOn plans one notify operation between the clone's point and its
// confirmation.
func notifyOn(c *model.Cluster, n *model.Notification, r *model.Resource, node *model.Node, point, done *model.Action) *model.Action {
	if point == nil || done == nil || !node.Online || !point.Is(model.Runnable) {
		return nil
	}
	key := crm.NotifyKey(r.ID, point.Meta.Get("notify_type"), point.Meta.Get("notify_operation"))
	a := action.Keyed(c, r, key, point.Task, node, point.Is(model.Optional))
	for _, v := range point.Meta {
		if !a.Meta.Has(v.Name) {
			a.SetMeta(v.Name, v.Value)
		}
	}
	addKeys(a, n.Keys)
	action.Order(point, a, model.Ordered)
	action.Order(a, done, model.Ordered)
	return a
}

// notifyAfter plans a notify operation about what has happened. Recurring
// operations begin when all of these are done.
func notifyAfter(c *model.Cluster, n *model.Notification, r *model.Resource, node *model.Node) {
	if a := notifyOn(c, n, r, node, n.Post, n.PostDone); a != nil {
		a.Priority = crm.Infinity
	}
	if n.PostDone == nil {
		return
	}
	for _, a := range r.Actions {
		if a.Interval > 0 && a.Task != crm.TaskCancel {
			action.Order(n.PostDone, a, model.Ordered)
		}
	}
}

func addKeys(a *model.Action, keys model.Vars) {
	for _, v := range keys {
		a.SetMeta(v.Name, v.Value)
	}
}
