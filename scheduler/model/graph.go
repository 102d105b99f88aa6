package model

import (
	"iter"

	"holdfast/crm"
)

// A Graph is the transition that the controller executes; graph writes it.
type Graph struct {
	Attrs    Vars // attributes of transition_graph
	Synapses []Synapse
}

// A Synapse is one action, ready once all of its inputs are done. Its number is
// its place in the graph.
type Synapse struct {
	Action   *Action
	Priority crm.Score
}

// Inputs yields the actions that must be done before.
func (s Synapse) Inputs() iter.Seq[*Action] {
	return func(yield func(*Action) bool) {
		for _, r := range s.Action.Before {
			if r.Graphed && !yield(r.Action) {
				return
			}
		}
	}
}
