package plan

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// createClone plans the instances' actions and the clone's own.
func createClone(c *model.Cluster, clone *model.Resource) {
	createInstances(c, clone, clone.Children)
	if clone.Is(model.Promotable) {
		createPromotable(c, clone)
	}
}

// instanceState says what the instances of a clone or bundle do, taken together.
type instanceState struct {
	starting, stopping bool
	restarting         bool // one instance does both
	active             bool
}

// createInstances plans the actions of the instances, and the start, running,
// stop and stopped of what they belong to.
func createInstances(c *model.Cluster, r *model.Resource, instances []*model.Resource) {
	var state instanceState
	for _, instance := range instances {
		create(c, instance)
		state.add(instance)
	}
	start := action.Pseudo(c, r, crm.TaskStart, !state.starting, true)
	started := action.Pseudo(c, r, model.TaskRunning, !state.starting, false)
	started.Priority = crm.Infinity
	if state.active || state.starting {
		started.Set(model.Runnable)
	}
	stop := action.Pseudo(c, r, crm.TaskStop, !state.stopping, true)
	stopped := action.Pseudo(c, r, model.TaskStopped, !state.stopping, true)
	stopped.Priority = crm.Infinity
	if !state.restarting {
		stop.Set(model.MigratableStep)
	}
	if r.Variant == model.Clone {
		notifyStartStop(c, r, start, started, stop, stopped)
	}
}

// add looks at the planned starts and stops of an instance, or of its members.
func (s *instanceState) add(instance *model.Resource) {
	if instance.Variant != model.Primitive {
		for _, member := range instance.Children {
			s.add(member)
		}
		return
	}
	var starting, stopping bool
	for _, a := range instance.Actions {
		switch {
		case a.Is(model.Optional):
		case a.Task == crm.TaskStart:
			starting = starting || a.Is(model.Runnable)
		case a.Task == crm.TaskStop:
			// A pseudo stop of a primitive is implied by fencing.
			stopping = stopping || a.Any(model.Pseudo|model.Runnable)
		}
	}
	s.starting = s.starting || starting
	s.stopping = s.stopping || stopping
	s.restarting = s.restarting || (starting && stopping)
	s.active = s.active || len(instance.Active) > 0
}
