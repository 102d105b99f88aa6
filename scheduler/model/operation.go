package model

import (
	"strconv"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// manyActions is how many actions a resource has before they are indexed: a
// resource has a handful, but one probe for every node.
const manyActions = 16

// addAction enters an action of the resource.
func (r *Resource) addAction(a *Action) {
	r.Actions = append(r.Actions, a)
	a.changed(&listChange)
	if r.byKey != nil {
		r.byKey[a.Key] = append(r.byKey[a.Key], a)
	} else if len(r.Actions) > manyActions {
		r.byKey = make(map[string][]*Action, manyActions)
		for _, a := range r.Actions {
			r.byKey[a.Key] = append(r.byKey[a.Key], a)
		}
	}
}

// Candidates lists actions of the resource in the order of creation, among them
// all that have a key. The caller compares keys and does not change the list.
func (r *Resource) Candidates(key string) []*Action {
	if r.byKey != nil {
		return r.byKey[key]
	}
	return r.Actions
}

// ForTask is Candidates for a task that does not recur.
func (r *Resource) ForTask(task string) []*Action {
	if r.byKey != nil {
		return r.byKey[r.Key(task, 0)]
	}
	return r.Actions
}

// keyTasks are the tasks whose keys are asked for over and over.
var keyTasks = [...]string{
	crm.TaskMonitor, crm.TaskStart, crm.TaskStop, crm.TaskPromote, crm.TaskDemote, crm.TaskReloadAgent,
	TaskRunning, TaskStopped, TaskPromoted, TaskDemoted,
}

// Key is the key of an operation of the resource: resource_task_interval. Equal
// keys of common tasks are the same string, which makes comparing them cheap.
func (r *Resource) Key(task string, interval uint32) string {
	if interval == 0 {
		for i, t := range keyTasks {
			if t == task {
				if r.keys[i] == "" {
					r.keys[i] = r.ID + "_" + task + "_0"
				}
				return r.keys[i]
			}
		}
	}
	return r.ID + "_" + task + "_" + strconv.FormatUint(uint64(interval), 10)
}

// An opMeta is the meta-attributes of an operation as resolved once.
type opMeta struct {
	task     string
	interval uint32
	op       *xml.Node
	vars     Vars
}

// OpMeta returns the meta-attributes of an operation kept by KeepOpMeta. The
// caller must not change them.
func (r *Resource) OpMeta(task string, interval uint32, op *xml.Node) (Vars, bool) {
	for i := range r.metas {
		if m := &r.metas[i]; m.interval == interval && m.op == op && m.task == task {
			return m.vars, true
		}
	}
	return nil, false
}

// KeepOpMeta keeps the meta-attributes of an operation; they are the same on all nodes.
func (r *Resource) KeepOpMeta(task string, interval uint32, op *xml.Node, vars Vars) {
	r.metas = append(r.metas, opMeta{task, interval, op, vars})
}
