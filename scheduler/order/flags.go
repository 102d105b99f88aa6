package order

import (
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// Flags are the flags of an action, which for a collective resource follow from
// those of its children. What the children rule out is ruled out in the action
// as well. With a node, only instances there count.
func Flags(a *model.Action, n *model.Node) model.ActionFlags {
	if a.Resource.Variant == model.Primitive {
		return a.Flags
	}
	flags, ruledOut := wholeFlags(a, n)
	a.Clear(ruledOut)
	return flags
}

// wholeFlags are the flags of a collective action, and those that its children
// rule out in it.
func wholeFlags(a *model.Action, n *model.Node) (flags, ruledOut model.ActionFlags) {
	switch a.Resource.Variant {
	case model.Group:
		return groupFlags(a, n)
	case model.Clone:
		return instanceFlags(a, a.Resource.Children, n)
	}
	return bundleFlags(a, n)
}

// unopposed are the flags of a collective action until a child objects.
const unopposed = model.Optional | model.Runnable | model.Pseudo

// groupFlags: a group's action is required if a member's is, and runnable if
// all members' are. Members without the action make anything but a stop or
// demotion impossible.
func groupFlags(a *model.Action, n *model.Node) (flags, ruledOut model.ActionFlags) {
	flags = unopposed
	for _, member := range a.Resource.Children {
		task := memberTask(member, a.Task)
		found := action.Find(member, task, n)
		if found == nil {
			if task != crm.TaskStop && task != crm.TaskDemote {
				flags &^= model.Runnable
			}
			continue
		}
		lacking := flags &^ Flags(found, n)
		if task == a.Task {
			lacking &^= model.Runnable
		}
		lacking &= model.Optional | model.Runnable
		flags &^= lacking
		ruledOut |= lacking
	}
	return flags, ruledOut
}

// memberTask is the task of a child that belongs to a collective's: a primitive
// knows no "running", only the start.
func memberTask(child *model.Resource, task string) string {
	if child.Variant != model.Primitive {
		return knownTask(task)
	}
	switch task {
	case model.TaskStopped:
		return crm.TaskStop
	case model.TaskRunning:
		return crm.TaskStart
	case model.TaskPromoted:
		return crm.TaskPromote
	case model.TaskDemoted:
		return crm.TaskDemote
	}
	return knownTask(task)
}

// noTask stands for tasks that say nothing about a resource's state.
const noTask = "no_action"

func knownTask(task string) string {
	switch task {
	case crm.TaskMonitor, crm.TaskStop, crm.TaskStart, crm.TaskPromote, crm.TaskDemote, crm.TaskNotify,
		model.TaskStopped, model.TaskRunning, model.TaskPromoted, model.TaskDemoted, model.TaskNotified,
		model.TaskShutdown, model.TaskFence:
		return task
	}
	return noTask
}

// instanceTask is the task of an instance that an action of its clone or bundle
// is about, also if the action is a notification.
func instanceTask(a *model.Action) string {
	if len(a.Resource.Children) == 0 {
		return noTask
	}
	task := a.Task
	if task == crm.TaskNotify || task == model.TaskNotified {
		_, about, ok := strings.Cut(strings.TrimPrefix(a.Key, a.Resource.ID), "_notify_")
		if !ok {
			return noTask
		}
		task = strings.TrimSuffix(about, "_0")
	}
	return memberTask(a.Resource.Children[0], task)
}

// instanceFlags: an action of a clone or bundle is required if any instance's
// is, and runnable if any instance's is.
func instanceFlags(a *model.Action, instances []*model.Resource, n *model.Node) (flags, ruledOut model.ActionFlags) {
	task, any := instanceTask(a), anyInstance{optional: true}
	for _, instance := range instances {
		any.add(instance, task, n)
	}
	flags, ruledOut = any.flags()
	if n != nil {
		ruledOut &^= model.Runnable
	}
	return flags, ruledOut
}

// anyInstance gathers what the actions of instances amount to.
type anyInstance struct{ optional, runnable bool }

// add takes account of an instance's action for a task.
func (any *anyInstance) add(instance *model.Resource, task string, n *model.Node) {
	var on *model.Node
	if instance.Variant == model.Primitive {
		on = n
	}
	if found := action.Find(instance, task, on); found != nil {
		flags := Flags(found, n)
		any.optional = any.optional && flags&model.Optional != 0
		any.runnable = any.runnable || flags&model.Runnable != 0
	}
}

// flags are those of the collective action; what is missing is ruled out.
func (any *anyInstance) flags() (flags, missing model.ActionFlags) {
	if !any.optional {
		missing |= model.Optional
	}
	if !any.runnable {
		missing |= model.Runnable
	}
	return unopposed &^ missing, missing
}

// bundleFlags: promotion, demotion and notification happen to the bundled
// resource, all else to the containers.
func bundleFlags(a *model.Action, n *model.Node) (flags, ruledOut model.ActionFlags) {
	data := a.Resource.BundleData
	if data.Child != nil {
		switch knownTask(a.Task) {
		case noTask, crm.TaskNotify, model.TaskNotified, crm.TaskPromote, model.TaskPromoted, crm.TaskDemote, model.TaskDemoted:
			return instanceFlags(a, data.Child.Children, n)
		}
	}
	return instanceFlags(a, data.Containers(), n)
}
