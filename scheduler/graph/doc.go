// Package graph makes the transition out of settled actions: which are in it,
// what each waits for, and how it is written down for the controller.
//
// Build is the last stage. It visits resources in their order, and tells clones
// to plan their notifications when it comes to them, since only now it is final
// what they have to tell. XML gives the transition the form that controllers and
// crm_simulate know.
//
// A synapse holds one action and its inputs: the actions in the graph that must
// be done before. Inputs that are not in the graph count as done.
package graph
