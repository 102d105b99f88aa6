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
		r.index(a)
	} else if len(r.Actions) > manyActions {
		r.byKey = make(map[string]*sameKey, manyActions)
		for _, a := range r.Actions {
			r.index(a)
		}
	}
}

// A sameKey is the actions of a resource with one key, in the order of creation:
// above all, its probes on all nodes.
type sameKey struct {
	list  []*Action
	first []int32 // by NodeIx the place of the first action there in the list, from 1
	loose int     // how many have no node
}

func (r *Resource) index(a *Action) {
	k := r.byKey[a.Key]
	if k == nil {
		k = &sameKey{}
		r.byKey[a.Key] = k
	}
	k.list = append(k.list, a)
	k.enter(a, len(k.list))
}

func (k *sameKey) enter(a *Action, place int) {
	if a.Node == nil {
		k.loose++
		return
	}
	for int(a.Node.Ix) >= len(k.first) {
		k.first = append(k.first, 0)
	}
	if at := &k.first[a.Node.Ix]; *at == 0 {
		*at = int32(place)
	}
}

// rebind enters the actions with a key anew, since one has got another node.
func (r *Resource) rebind(key string) {
	k := r.byKey[key]
	if k == nil {
		return
	}
	clear(k.first)
	k.loose = 0
	for i, a := range k.list {
		k.enter(a, i+1)
	}
}

// FirstOn returns the first of the resource's actions with a key that is on a
// node or has none yet; a nil node stands for any. It is nil if there is none.
func (r *Resource) FirstOn(key string, n *Node) *Action {
	list := r.Actions
	if r.byKey != nil {
		k := r.byKey[key]
		switch {
		case k == nil:
			return nil
		case n != nil && k.loose == 0:
			if int(n.Ix) < len(k.first) && k.first[n.Ix] > 0 {
				return k.list[k.first[n.Ix]-1]
			}
			return nil
		}
		list = k.list
	}
	for _, a := range list {
		if (n == nil || a.Node == n || a.Node == nil) && a.Key == key {
			return a
		}
	}
	return nil
}

// Candidates lists actions of the resource in the order of creation, among them
// all that have a key. The caller compares keys and does not change the list.
func (r *Resource) Candidates(key string) []*Action {
	if r.byKey != nil {
		return r.withKey(key)
	}
	return r.Actions
}

func (r *Resource) withKey(key string) []*Action {
	if k := r.byKey[key]; k != nil {
		return k.list
	}
	return nil
}

// ForTask is Candidates for a task that does not recur.
func (r *Resource) ForTask(task string) []*Action {
	if r.byKey != nil {
		return r.withKey(r.Key(task, 0))
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

// A foundOp is which configured op is meant by a task at an interval.
type foundOp struct {
	task     string
	interval uint32
	op       *xml.Node
}

// FoundOp returns the op kept by KeepOp, which may be nil.
func (r *Resource) FoundOp(task string, interval uint32) (op *xml.Node, ok bool) {
	for i := range r.found {
		if f := &r.found[i]; f.interval == interval && f.task == task {
			return f.op, true
		}
	}
	return nil, false
}

// KeepOp keeps which op is meant by a task at an interval: it is asked for each
// node.
func (r *Resource) KeepOp(task string, interval uint32, op *xml.Node) {
	r.found = append(r.found, foundOp{task, interval, op})
}

// An opMeta is the meta-attributes of an operation as resolved once.
type opMeta struct {
	task     string
	interval uint32
	op       *xml.Node
	vars     Vars
	variants []variant
}

// A variant is meta-attributes with one more, as many actions have them.
type variant struct {
	more Var
	vars Vars
}

// SetMeta sets a meta-attribute of this action.
func (a *Action) SetMeta(name, value string) {
	if a.Flags&ownMeta == 0 {
		a.Meta = append(make(Vars, 0, len(a.Meta)+1), a.Meta...)
		a.Flags |= ownMeta
	}
	a.Meta.Set(name, value)
}

// SetCommonMeta is SetMeta for what many actions of the resource have: the result
// that is expected of a probe is the same on all nodes.
func (a *Action) SetCommonMeta(name, value string) {
	m := a.Resource.metaOf(a.Meta)
	if m == nil || a.Flags&ownMeta != 0 {
		a.SetMeta(name, value)
		return
	}
	for i := range m.variants {
		if m.variants[i].more == (Var{name, value}) {
			a.Meta = m.variants[i].vars
			return
		}
	}
	with := append(make(Vars, 0, len(m.vars)+1), m.vars...)
	with.Set(name, value)
	m.variants = append(m.variants, variant{Var{name, value}, with})
	a.Meta = with
}

// metaOf finds what an action shares with others, nil if it shares nothing.
func (r *Resource) metaOf(vars Vars) *opMeta {
	for i := range r.metas {
		if m := &r.metas[i]; len(vars) > 0 && len(m.vars) > 0 && &m.vars[0] == &vars[0] {
			return m
		}
	}
	return nil
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
	r.metas = append(r.metas, opMeta{task: task, interval: interval, op: op, vars: vars})
}
