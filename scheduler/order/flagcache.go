package order

import (
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/model"
)

// A flagCache remembers the flags of collective actions. A clone's action is
// looked at for each of its instances: working out its flags anew from all
// instances each time would take the square of their number.
type flagCache struct {
	whole  map[*model.Action]knownFlags
	places map[*model.Resource]*places
}

func newFlagCache() flagCache {
	return flagCache{whole: map[*model.Action]knownFlags{}, places: map[*model.Resource]*places{}}
}

// knownFlags are those of a collective action without regard to nodes.
type knownFlags struct {
	version         uint32 // Below.Flags of the resource
	flags, ruledOut model.ActionFlags
}

// flagsFor are the flags of an action in an ordering with one on a node. A
// clone's action counts as runnable if any instance's is, wherever.
func (f *flagCache) flagsFor(a *model.Action, n *model.Node) model.ActionFlags {
	if a.Resource == nil {
		return a.Flags
	}
	flags := f.flags(a)
	if n == nil || a.Resource.Variant != model.Clone {
		return flags
	}
	return f.cloneFlagsOn(a, n) | flags&model.Runnable
}

// flags is Flags without a node, remembered.
func (f *flagCache) flags(a *model.Action) model.ActionFlags {
	r := a.Resource
	if r.Variant == model.Primitive {
		return a.Flags
	}
	known, ok := f.whole[a]
	if !ok || known.version != r.Below.Flags {
		known.flags, known.ruledOut = wholeFlags(a, nil)
		known.version = r.Below.Flags // only now: parts may have been ruled out, too
		f.whole[a] = known
	}
	a.Clear(known.ruledOut)
	return known.flags
}

// flagsHere is Flags, remembered if there is no node.
func (f *flagCache) flagsHere(a *model.Action, n *model.Node) model.ActionFlags {
	if n == nil {
		return f.flags(a)
	}
	return Flags(a, n)
}

// cloneFlagsOn is Flags for an action of a clone and a node. Only the instances
// with actions there are looked at: the others all have the same to say.
func (f *flagCache) cloneFlagsOn(a *model.Action, n *model.Node) model.ActionFlags {
	clone, task, any := a.Resource, instanceTask(a), anyInstance{optional: true}
	p := f.placesOf(clone)
	here := p.on[n]
	for _, instance := range here {
		any.add(instance, task, n)
	}
	if !any.runnable && len(clone.Children) > 0 && clone.Children[0].Variant == model.Group {
		any.runnable = p.elsewhere(task, here) && runnableElsewhere(clone.Children[0], task)
	}
	flags, ruledOut := any.flags()
	a.Clear(ruledOut & model.Optional)
	return flags
}

// runnableElsewhere tells whether the action of a group counts as runnable on a
// node where its members have none: if these are all just not to be taken down.
func runnableElsewhere(group *model.Resource, task string) bool {
	for _, member := range group.Children {
		if t := memberTask(member, task); t != crm.TaskStop && t != crm.TaskDemote {
			return false
		}
	}
	return true
}

// places tell which instances of a clone have actions where.
type places struct {
	clone   *model.Resource
	version uint32 // Below.Lists of the clone
	on      map[*model.Node][]*model.Resource
	with    map[string]int // how many instances have an action for a task
}

func (f *flagCache) placesOf(clone *model.Resource) *places {
	p := f.places[clone]
	if p == nil || p.version != clone.Below.Lists {
		p = &places{clone, clone.Below.Lists, map[*model.Node][]*model.Resource{}, map[string]int{}}
		for _, instance := range clone.Children {
			p.enter(instance, instance)
		}
		f.places[clone] = p
	}
	return p
}

// enter notes where an instance, or what is part of it, has actions.
func (p *places) enter(instance, part *model.Resource) {
	for _, a := range part.Actions {
		if a.Node == nil {
			continue
		}
		if list := p.on[a.Node]; len(list) == 0 || list[len(list)-1] != instance {
			p.on[a.Node] = append(list, instance)
		}
	}
	for _, child := range part.Children {
		p.enter(instance, child)
	}
}

// elsewhere tells whether any instance but those given has an action for a task.
func (p *places) elsewhere(task string, here []*model.Resource) bool {
	count, known := p.with[task]
	if !known {
		count = having(task, p.clone.Children)
		p.with[task] = count
	}
	return count > having(task, here)
}

// having counts the instances with an action for a task.
func having(task string, instances []*model.Resource) int {
	count := 0
	for _, instance := range instances {
		if action.Find(instance, task, nil) != nil {
			count++
		}
	}
	return count
}
