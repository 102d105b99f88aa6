package graph

import (
	"slices"
	"strconv"

	"holdfast/scheduler/model"
)

// breakCircles takes out inputs that would make actions wait for each other. The
// constraints of a cluster can ask for the impossible, for instance with a
// serialized order and a colocation that keeps its ends apart; the field leaves
// such a transition stuck. Here the weakest input of the circle is dropped, and
// a notice says which.
func breakCircles(c *model.Cluster) {
	for {
		circles := findCircles(c)
		if len(circles) == 0 {
			return
		}
		for _, circle := range circles {
			cut(c, circle)
		}
	}
}

// A walk finds circles by Tarjan's way: a depth-first search that numbers
// synapses as it meets them and keeps the lowest number each can come back to.
type walk struct {
	synapses []model.Synapse
	of       []int32 // by ActionIx, the synapse's place from 1, 0 for actions not in the graph
	number   []int32 // by place, 0 for not met yet
	low      []int32
	onStack  []bool
	stack    []int32
	next     int32
	circles  [][]int32
}

// findCircles lists the groups of synapses that wait for each other, by their places.
func findCircles(c *model.Cluster) [][]int32 {
	n := len(c.Graph.Synapses)
	w := walk{synapses: c.Graph.Synapses, of: make([]int32, len(c.Actions)),
		number: make([]int32, n), low: make([]int32, n), onStack: make([]bool, n)}
	for i, s := range w.synapses {
		w.of[s.Action.Ix] = int32(i) + 1
	}
	for i := range w.synapses {
		if w.number[i] == 0 {
			w.from(int32(i))
		}
	}
	return w.circles
}

// from searches from a synapse, with a stack of its own: chains can be long.
func (w *walk) from(root int32) {
	type step struct {
		at   int32
		next int // relation to look at next
	}
	w.meet(root)
	path := []step{{at: root}}
	for len(path) > 0 {
		top := &path[len(path)-1]
		before := w.synapses[top.at].Action.Before
		if top.next == len(before) {
			at := top.at
			path = path[:len(path)-1]
			if len(path) > 0 {
				below := path[len(path)-1].at
				w.low[below] = min(w.low[below], w.low[at])
			}
			w.close(at)
			continue
		}
		r := before[top.next]
		top.next++
		input := w.of[r.Action.Ix] - 1
		switch {
		case !r.Graphed || input < 0:
		case w.number[input] == 0:
			w.meet(input)
			path = append(path, step{at: input})
		case w.onStack[input]:
			w.low[top.at] = min(w.low[top.at], w.number[input])
		}
	}
}

func (w *walk) meet(at int32) {
	w.next++
	w.number[at], w.low[at] = w.next, w.next
	w.onStack[at] = true
	w.stack = append(w.stack, at)
}

// close ends a group: all synapses met since s that lead back to it.
func (w *walk) close(s int32) {
	if w.low[s] != w.number[s] {
		return
	}
	at := slices.Index(w.stack, s)
	group := slices.Clone(w.stack[at:])
	w.stack = w.stack[:at]
	for _, member := range group {
		w.onStack[member] = false
	}
	if len(group) > 1 {
		w.circles = append(w.circles, group)
	}
}

// cut drops the weakest input inside a circle; among equals that of the newest
// actions.
func cut(c *model.Cluster, circle []int32) {
	inside := map[*model.Action]bool{}
	var actions []*model.Action
	for _, at := range circle {
		a := c.Graph.Synapses[at].Action
		actions = append(actions, a)
		inside[a] = true
	}
	slices.SortFunc(actions, func(a, b *model.Action) int { return int(b.Ix) - int(a.Ix) })
	var then *model.Action
	var weakest *model.Relation
	for _, a := range actions {
		for _, r := range slices.Backward(a.Before) {
			if r.Graphed && inside[r.Action] && (weakest == nil || weight(a, r) < weight(then, weakest)) {
				then, weakest = a, r
			}
		}
	}
	if weakest == nil {
		return
	}
	weakest.Type, weakest.Graphed = 0, false
	c.Warn("", "Orderings contradict each other: %s (action %s) will not wait for %s (action %s)",
		then.Key, strconv.Itoa(then.ID()), weakest.Action.Key, strconv.Itoa(weakest.Action.ID()))
}

// weight says how much depends on an input: little on a mere sequence of
// different resources, more on a requirement, most on what keeps a resource from
// running twice.
func weight(then *model.Action, r *model.Relation) int {
	first := r.Action
	switch {
	case first.Resource == nil, then.Resource == nil: // fencing, shutdown
		return 3
	case first.Resource == then.Resource, first.Resource.IsBelow(then.Resource), then.Resource.IsBelow(first.Resource):
		return 3
	case r.Type&^(model.Ordered|model.Serialize|model.IfFirstUnmigratable|model.IfOnSameNode) == 0:
		return 1
	}
	return 2
}
