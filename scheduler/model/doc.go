// Package model is the working state of one scheduler run: nodes, resources,
// constraints and actions as plain data, with small accessors and no decisions.
// Every stage reads what earlier stages wrote and writes its own part; a field
// says in its comment who writes it.
//
// # Flow
//
// scheduler.Run makes a Cluster and hands it through the stages:
//
//	config.Read(c, cib)        options, nodes, resources, tags, ticket names
//	history.Read(c)            what happened: node states, roles, failures;
//	                           creates fencing and clear_failcount actions (1)
//	constraint.Read(c)         node health, then locations, colocations,
//	                           orderings and tickets of the CIB
//	constraint.Implicit(c)     what a variant implies: group members together,
//	                           stop before start, clone and bundle orderings
//	plan.ConfigChanges(c)      changed parameters: cancel, reload, restart
//	assign.Run(c)              scores, places and roles
//	plan.Run(c)                probes, resource actions, recurring monitors,
//	                           notifications, fencing, shutdown (2)
//	order.Run(c)               relations between actions, their fixed point (3)
//	graph.Build(c)             synapses and inputs, into Cluster.Graph
//
// All of them have the form func(*model.Cluster); config.Read takes the CIB as
// well. A stage may import the packages before it in this list:
// model < config < action < history < constraint < assign < plan < order < graph.
//
// Three exceptions to the order of stages exist in the field: (1) history
// creates actions (fencing of unclean nodes, fail count clearing); (2) ordering
// of remote connections may mark a node for fencing; (3) order may take an
// instance's assignment back when the partner it must follow will not run.
//
// # Vocabulary
//
// A task is a name ("start"), an action is a node of the graph, an operation is
// what the configuration or the history says about a task. A resource is of one
// Variant: primitive, group, clone or bundle; a promotable clone is a clone with
// the Promotable flag. Instances are the children of a clone, members those of a
// group, replicas those of a bundle. Removed resources ("orphans") are in the
// history but no longer in the configuration. A launcher is the resource that
// brings a guest node or a bundle node to life.
//
// # Identity
//
// Nodes, resources and actions are pointers with a dense number (Ix) that
// indexes side tables. Cluster.Nodes, Cluster.All and Cluster.Actions are in the
// order of these numbers; numbers never change or get reused during a run. Nodes
// and resources may still be added by config and history; afterwards their
// number is fixed, so that later stages can size tables by NodeCount and
// ResourceCount. Nothing depends on the iteration order of a map.
package model
