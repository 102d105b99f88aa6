// Package history reads the status half of a CIB into the working state: which
// nodes are up, which must be fenced, what each resource is doing where, what
// failed and what that leads to, and which tickets are held.
//
// # Flow
//
// Read looks at every node_state twice. First it settles what cluster nodes are
// (node.go): online, pending, unclean, leaving. Then it reads the operations of
// each resource on each node, in the order in which they happened, and lets each
// of them change what is known (operation.go and the files below). A remote or
// guest node's operations are read once its connection, and what launches it,
// are known to be up; so the second look is repeated until nothing more can be
// read. What is left then is read last: its operations happened before it was lost.
//
// Of one operation: entry.go parses it, expiry.go decides whether a failure is
// too old to count, outcome.go what its result amounts to, state.go what that
// says about the resource, failure.go what a failure leads to, migration.go how
// the two ends of a live migration fit together. recover.go then draws the
// conclusion for the resource on the node.
//
// # Clones
//
// The history names anonymous instances without (or with any) number; instance.go
// decides which instance each of them is. This is the only place where instances
// and operations meet.
//
// # Exceptions
//
// history creates actions, although plan comes later: fencing of nodes found
// unclean, stops and demotions after failures, clearing of expired failures, and
// the recurring monitors that run already (as optional ones).
package history
