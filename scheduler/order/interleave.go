package order

import (
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/assign"
	"holdfast/scheduler/model"
)

// spreadInstances applies an effect to an action of a clone or bundle: between
// pairs of instances if the two sides are interleaved, else to every instance.
func (f *fixpoint) spreadInstances(first, then *model.Action, n *model.Node, flags, filter model.ActionFlags, t model.OrderType) changes {
	if then.Resource == nil {
		return 0
	}
	if interleaved(first, then) {
		return f.spreadPairs(first, then, n, filter, t)
	}
	instances := then.Resource.Instances()
	if len(instances) > 0 && instances[0].Variant == model.Primitive && idle(first, flags, filter, t) {
		return 0
	}
	changed := f.settle(first, then, flags, filter, t)
	for _, instance := range instances {
		a := action.Find(instance, then.Task, n)
		if a == nil || f.flagsHere(a, n)&model.Runnable == 0 {
			continue
		}
		done := f.spread(instance, first, a, n, flags, filter, t)
		if done&thenChanged != 0 {
			f.updateAfter(a)
		}
		changed |= done
	}
	return changed
}

// interleaved decides whether two clones or bundles depend on each other
// instance by instance. Going up, the one that comes second says so with its
// meta-attribute; going down that is the first.
func interleaved(first, then *model.Action) bool {
	if first.Resource == nil || first.Resource == then.Resource ||
		first.Resource.Variant < model.Clone || then.Resource.Variant < model.Clone {
		return false
	}
	dependent := then.Resource
	if strings.HasSuffix(then.Key, "_stop_0") || strings.HasSuffix(then.Key, "_demote_0") {
		dependent = first.Resource
	}
	return dependent.MetaBool("interleave")
}

// spreadPairs applies an effect between each instance of then and the instance
// of first on the same node. An instance without a partner may go down, but
// must not come up if it needs one.
func (f *fixpoint) spreadPairs(first, then *model.Action, n *model.Node, filter model.ActionFlags, t model.OrderType) changes {
	var changed changes
	task := instanceTask(first)
	down := strings.HasSuffix(first.Key, "_stopped_0") || strings.HasSuffix(first.Key, "_demoted_0")
	for _, instance := range then.Resource.Instances() {
		partner := assign.CompatibleInstance(f.c, instance, first.Resource, crm.RoleUnknown, down, "")
		if partner == nil {
			if !down && t.Any(model.UnrunnableFirstBlocks|model.FirstImpliesThen) && assign.Place(f.c, instance, nil, true, true) {
				changed |= thenChanged
			}
			continue
		}
		a := pairAction(first, partner, task, n, true)
		if a == nil {
			continue
		}
		b := pairAction(then, instance, then.Task, n, false)
		if b == nil {
			continue
		}
		if action.Order(a, b, t) {
			changed |= firstChanged | thenChanged
		}
		changed |= f.spread(instance, a, b, n, f.flagsHere(a, n), filter, t)
	}
	return changed
}

// pairAction finds the action of an instance that stands for a collective one.
// Of a replica that is the bundled resource's, where the service in it matters:
// for what comes first anything but a stop, for what comes second a change of
// promotion; else the container's.
func pairAction(a *model.Action, instance *model.Resource, task string, n *model.Node, forFirst bool) *model.Action {
	rsc := instance
	if wantsBundled(a.Task, forFirst) {
		if replica := instance.ReplicaOf(); replica != nil && replica.Container == instance && replica.Child != nil {
			rsc, n = replica.Child, nil // it is on the node in the container
		}
	}
	return action.Find(rsc, task, n)
}

func wantsBundled(task string, forFirst bool) bool {
	if forFirst {
		return task != crm.TaskStop && task != model.TaskStopped
	}
	switch task {
	case crm.TaskPromote, model.TaskPromoted, crm.TaskDemote, model.TaskDemoted:
		return true
	}
	return false
}
