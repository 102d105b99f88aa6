// Package action knows what an operation is: which op of the configuration a
// task means, how long it may take, what a failure of it leads to, what its
// parameters hash to; and it creates, finds and relates the actions of the
// working state. Whether an action is needed is for plan and order to say.
//
// # Flow
//
// New (or Keyed, Pseudo, Singleton) returns an action, an existing one if
// there is one for the same key and node. A new action is described by Describe:
// its op, its meta-attributes as the graph will show them, what it needs and what
// its failure leads to. Each call then updates whether the action is optional and
// whether it can run at all (node offline, no quorum, and so on).
//
// # Exceptions
//
// An action on a node that is offline may make it necessary to fence that node:
// New calls FenceNode, which changes the node and creates the fencing action.
package action
