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
	of      []*model.Synapse // by ActionIx, nil for actions not in the graph
	number  []int32          // by synapse ID, 0 for not met yet
	low     []int32
	onStack []bool
	stack   []*model.Synapse
	next    int32
	circles [][]*model.Synapse
}

// findCircles lists the groups of synapses that wait for each other.
func findCircles(c *model.Cluster) [][]*model.Synapse {
	n := len(c.Graph.Synapses)
	w := walk{of: make([]*model.Synapse, len(c.Actions)), number: make([]int32, n), low: make([]int32, n), onStack: make([]bool, n)}
	for _, s := range c.Graph.Synapses {
		w.of[s.Action.Ix] = s
	}
	for _, s := range c.Graph.Synapses {
		if w.number[s.ID] == 0 {
			w.from(s)
		}
	}
	return w.circles
}

// from searches from a synapse, with a stack of its own: chains can be long.
func (w *walk) from(root *model.Synapse) {
	type step struct {
		s    *model.Synapse
		next int // input to look at next
	}
	w.meet(root)
	path := []step{{s: root}}
	for len(path) > 0 {
		top := &path[len(path)-1]
		if top.next == len(top.s.Inputs) {
			path = path[:len(path)-1]
			if len(path) > 0 {
				below := path[len(path)-1].s
				w.low[below.ID] = min(w.low[below.ID], w.low[top.s.ID])
			}
			w.close(top.s)
			continue
		}
		input := w.of[top.s.Inputs[top.next].Ix]
		top.next++
		switch {
		case input == nil:
		case w.number[input.ID] == 0:
			w.meet(input)
			path = append(path, step{s: input})
		case w.onStack[input.ID]:
			w.low[top.s.ID] = min(w.low[top.s.ID], w.number[input.ID])
		}
	}
}

func (w *walk) meet(s *model.Synapse) {
	w.next++
	w.number[s.ID], w.low[s.ID] = w.next, w.next
	w.onStack[s.ID] = true
	w.stack = append(w.stack, s)
}

// close ends a group: all synapses met since s that lead back to it.
func (w *walk) close(s *model.Synapse) {
	if w.low[s.ID] != w.number[s.ID] {
		return
	}
	at := slices.Index(w.stack, s)
	group := slices.Clone(w.stack[at:])
	w.stack = w.stack[:at]
	for _, member := range group {
		w.onStack[member.ID] = false
	}
	if len(group) > 1 {
		w.circles = append(w.circles, group)
	}
}

// cut drops the weakest input inside a circle; among equals that of the newest
// actions.
func cut(c *model.Cluster, circle []*model.Synapse) {
	inside := map[*model.Action]bool{}
	for _, s := range circle {
		inside[s.Action] = true
	}
	slices.SortFunc(circle, func(a, b *model.Synapse) int { return int(b.Action.Ix) - int(a.Action.Ix) })
	var at *model.Synapse
	var weakest *model.Relation
	for _, s := range circle {
		for _, r := range slices.Backward(s.Action.Before) {
			if r.Graphed && inside[r.Action] && (weakest == nil || weight(s.Action, r) < weight(at.Action, weakest)) {
				at, weakest = s, r
			}
		}
	}
	if weakest == nil {
		return
	}
	weakest.Type, weakest.Graphed = 0, false
	at.Inputs = slices.DeleteFunc(at.Inputs, func(a *model.Action) bool { return a == weakest.Action })
	c.Warn("", "Orderings contradict each other: %s (action %s) will not wait for %s (action %s)",
		at.Action.Key, strconv.Itoa(at.Action.ID()), weakest.Action.Key, strconv.Itoa(weakest.Action.ID()))
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
