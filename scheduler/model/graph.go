package model

// A Graph is the transition that the controller executes; graph writes it.
type Graph struct {
	Attrs    Vars // attributes of transition_graph
	Synapses []*Synapse
}

// A Synapse is one action, ready once all of its inputs are done.
type Synapse struct {
	ID       int
	Priority int
	Action   *Action
	Inputs   []*Action
}
