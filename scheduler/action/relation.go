package action

import (
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// Order relates two actions and reports whether the relation is new. A pair
// that is already related in one of the ways of t is left alone, and so is an
// action with itself. Either action may be nil.
func Order(first, then *model.Action, t model.OrderType) bool {
	if t == 0 || first == nil || then == nil || first == then || related(first, then, t) {
		return false
	}
	first.After = append(first.After, model.Follower{Action: then, Made: t})
	then.Before = append(then.Before, &model.Relation{Action: first, Type: t, Made: t})
	return true
}

// related walks the shorter of the two lists, so that hubs such as the start of
// a large clone cost nothing.
func related(first, then *model.Action, t model.OrderType) bool {
	if len(then.Before) < len(first.After) {
		for i := len(then.Before) - 1; i >= 0; i-- {
			if r := then.Before[i]; r.Action == first && r.Made.Any(t) {
				return true
			}
		}
		return false
	}
	for i := len(first.After) - 1; i >= 0; i-- {
		if r := &first.After[i]; r.Action == then && r.Made.Any(t) {
			return true
		}
	}
	return false
}

// Relate enters an ordering between actions that may not exist yet. Each side
// is an action, or a resource with a key; what the action tells is filled in.
// Orderings between different resources that can be migrated also get the
// equivalents for the steps of a live migration.
func Relate(c *model.Cluster, o model.Ordering) {
	fillSide(&o.FirstResource, &o.FirstKey, o.FirstAction)
	fillSide(&o.ThenResource, &o.ThenKey, o.ThenAction)
	if (o.FirstAction == nil && o.FirstResource == nil) || (o.ThenAction == nil && o.ThenResource == nil) {
		return
	}
	c.Orderings.Add(o)
	relateMigration(c, &o)
}

func fillSide(r **model.Resource, key *string, a *model.Action) {
	if a == nil {
		return
	}
	if *r == nil {
		*r = a.Resource
	}
	if *key == "" {
		*key = a.Key
	}
}

// RelateTasks enters an ordering between two tasks that do not recur.
func RelateTasks(c *model.Cluster, first *model.Resource, firstTask string, then *model.Resource, thenTask string, t model.OrderType) {
	Relate(c, model.Ordering{
		FirstResource: first, FirstKey: Key(first, firstTask, 0),
		ThenResource: then, ThenKey: Key(then, thenTask, 0),
		Type: t,
	})
}

// RelateStarts orders the starts of two resources.
func RelateStarts(c *model.Cluster, first, then *model.Resource, t model.OrderType) {
	RelateTasks(c, first, crm.TaskStart, then, crm.TaskStart, t)
}

// RelateStops orders the stops of two resources.
func RelateStops(c *model.Cluster, first, then *model.Resource, t model.OrderType) {
	RelateTasks(c, first, crm.TaskStop, then, crm.TaskStop, t)
}

// RelateThen orders an action before a task of a resource.
func RelateThen(c *model.Cluster, first *model.Action, then *model.Resource, thenTask string, t model.OrderType) {
	Relate(c, model.Ordering{
		FirstAction:  first,
		ThenResource: then, ThenKey: Key(then, thenTask, 0),
		Type: t,
	})
}

// RelateFirst orders a task of a resource before an action.
func RelateFirst(c *model.Cluster, first *model.Resource, firstTask string, then *model.Action, t model.OrderType) {
	Relate(c, model.Ordering{
		FirstResource: first, FirstKey: Key(first, firstTask, 0),
		ThenAction: then,
		Type:       t,
	})
}

// relateMigration adds what an ordering of starts, stops, promotions or
// demotions means when a side is migrated live instead.
func relateMigration(c *model.Cluster, o *model.Ordering) {
	first, then := o.FirstResource, o.ThenResource
	if first == nil || then == nil || first == then || first.IsBelow(then) || then.IsBelow(first) {
		return
	}
	firstMoves, thenMoves := first.Is(model.Migratable), then.Is(model.Migratable)
	if !thenMoves {
		return // only then's migration adds anything
	}
	unmigrated := model.Ordered
	if firstMoves {
		unmigrated |= model.IfFirstUnmigratable
	}
	firstTask := sideTask(o.FirstAction, o.FirstKey)
	switch thenTask := sideTask(o.ThenAction, o.ThenKey); {
	case firstTask == crm.TaskStart && thenTask == crm.TaskStart:
		if firstMoves {
			RelateTasks(c, first, crm.TaskMigrateFrom, then, crm.TaskMigrateTo, model.Ordered)
		}
		RelateTasks(c, first, crm.TaskStart, then, crm.TaskMigrateTo, unmigrated)

	case firstTask == crm.TaskStop && thenTask == crm.TaskStop:
		relateDown(c, first, firstTask, then, unmigrated)

	case firstTask == crm.TaskPromote && thenTask == crm.TaskStart:
		RelateTasks(c, first, crm.TaskPromote, then, crm.TaskMigrateTo, model.Ordered)

	case firstTask == crm.TaskDemote && thenTask == crm.TaskStop:
		relateDown(c, first, firstTask, then, model.Ordered)
	}
}

// relateDown orders then's migration after first goes down; a migration that is
// half done already has only its second step left.
func relateDown(c *model.Cluster, first *model.Resource, firstTask string, then *model.Resource, t model.OrderType) {
	RelateTasks(c, first, firstTask, then, crm.TaskMigrateTo, t)
	if then.PartialTarget != nil {
		RelateTasks(c, first, firstTask, then, crm.TaskMigrateFrom, t)
	}
}

func sideTask(a *model.Action, key string) string {
	if a != nil {
		return a.Task
	}
	parsed, _ := crm.ParseOpKey(key)
	return parsed.Task
}
