package order

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// Run turns orderings into relations and settles the flags of all actions.
func Run(c *model.Cluster) {
	for o := range c.Orderings.All() {
		apply(c, o)
		if o.AndReload {
			reload := *o
			reload.Type = model.Ordered
			reload.ThenKey = action.Key(o.FirstAction.Resource, crm.TaskReloadAgent, 0)
			apply(c, &reload)
		}
	}
	f := newFixpoint(c)
	for i := len(c.Actions) - 1; i >= 0; i-- {
		f.blockDependents(c.Actions[i])
	}
	orderProbes(c)
	for i := len(c.Actions) - 1; i >= 0; i-- {
		f.update(c.Actions[i])
	}
	dropInvalid(c)
	bindAll(c.Resources)
}

// apply relates the actions that an ordering is about, as far as they exist.
func apply(c *model.Cluster, o *model.Ordering) {
	switch {
	case o.FirstResource != nil:
		applyFirst(c, o)
	case o.ThenResource != nil:
		applyThen(o.FirstAction, o.ThenResource, o)
	default:
		action.Order(o.FirstAction, o.ThenAction, o.Type)
	}
}

// applyFirst finds the first actions, or makes an optional one: something may
// have to wait for it, or cannot run without it.
func applyFirst(c *model.Cluster, o *model.Ordering) {
	var one [1]*model.Action
	firsts := one[:0]
	if o.FirstAction != nil {
		firsts = append(firsts, o.FirstAction)
	} else {
		firsts = keyed(o.FirstResource, o.FirstKey, firsts)
		if len(firsts) == 0 && o.FirstResource != o.ThenResource {
			if a := imagine(c, o); a != nil {
				firsts = append(firsts, a)
			}
		}
	}
	then := o.ThenResource
	if then == nil {
		if o.ThenAction == nil {
			return
		}
		then = o.ThenAction.Resource
	}
	for _, first := range firsts {
		if then == nil {
			action.Order(first, o.ThenAction, o.Type)
		} else {
			applyThen(first, then, o)
		}
	}
}

// imagine makes the first action of an ordering that nobody planned. What is
// down already needs no such action.
func imagine(c *model.Cluster, o *model.Ordering) *model.Action {
	key, _ := crm.ParseOpKey(o.FirstKey)
	role := o.FirstResource.RoleNow()
	if (role == crm.RoleStopped && key.Task == crm.TaskStop) || (role == crm.RoleUnpromoted && key.Task == crm.TaskDemote) {
		return nil
	}
	return action.New(c, o.FirstResource, key.Task, uint32(key.Interval.Milliseconds()), nil, true)
}

// applyThen relates a first action with all that are to come after it. Without
// a first action nothing that it implies can run.
func applyThen(first *model.Action, r *model.Resource, o *model.Ordering) {
	var one [1]*model.Action
	thens := one[:0]
	if o.ThenAction != nil {
		thens = append(thens, o.ThenAction)
	} else {
		thens = keyed(r, o.ThenKey, thens)
	}
	t := o.Type
	if first != nil && first.Resource == r && first.Is(model.MigrationAbort) {
		t &^= model.FirstImpliesThen
	}
	if first == nil && !t.Has(model.FirstImpliesThen) {
		return
	}
	for _, then := range thens {
		if first != nil {
			action.Order(first, then, t)
		} else {
			then.Clear(model.Runnable)
		}
	}
}

// keyed lists the resource's actions with a key or, since an instance may be
// known under several names, with the same task and interval.
func keyed(r *model.Resource, key string, list []*model.Action) []*model.Action {
	for _, a := range r.Candidates(key) {
		if a.Key == key {
			list = append(list, a)
		}
	}
	if len(list) > 0 || len(r.Actions) == 0 {
		return list
	}
	parsed, ok := crm.ParseOpKey(key)
	if !ok || parsed.Resource == r.ID {
		return list
	}
	parsed.Resource = r.ID
	own := parsed.String()
	for _, a := range r.Candidates(own) {
		if a.Key == own {
			list = append(list, a)
		}
	}
	return list
}
