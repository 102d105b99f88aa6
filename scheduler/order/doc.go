// Package order finds out which of the planned actions will be executed, and
// after which others.
//
// # Flow
//
//	Implicit            before assign: the orderings that variants imply
//	RemoteConnections   after plan: actions on remote nodes and their connection
//	Run                 orderings become relations between actions (apply.go),
//	                    probes come before what they may make needless
//	                    (probe.go), then the fixed point (fixpoint.go)
//
// The fixed point walks over the relations of each action until nothing changes.
// What one relation does to the flags of its two actions is in effect.go and
// settle.go; an action of a group, clone or bundle stands for those of its
// children, whose flags add up to its own (flags.go; flagcache.go remembers
// them). Where both sides are clones or bundles and
// are interleaved, instances are paired instead: interleave.go decides that.
// What cannot run takes its dependents along: blocked.go.
//
// # Exceptions to the order of stages
//
// Remote connections: an action on a remote node whose connection is lost marks
// the node for fencing. Interleaving: an instance whose partner will not run
// loses its assignment.
//
// The walk is recursive, and its result can depend on the sequence: newest
// action first, newest relation first, as the field has it. The corpus holds
// cases that tell (group-dependents, bundle-nested-colocation).
package order
