// Package plan turns placement into actions: what must be stopped, started,
// promoted, demoted, migrated, probed, monitored or cancelled for every resource
// to come from its role and nodes now to its role and node next, and which nodes
// are fenced or shut down.
//
// # Flow
//
//	ConfigChanges     before assign: recorded parameters against configured ones
//	Run               probes, then the actions of every resource
//	FencingAndShutdown   nodes; after order has looked at remote connections,
//	                  which is one more place that can ask for fencing
//	Notify            for each clone when graph reaches it: who is told what,
//	                  known only when order has settled the flags
//
// A resource kind has its file: primitive.go (with roles.go, the step from role
// to role), group.go, clone.go (with promotable.go), bundle.go. The rest are
// subjects: recurring.go, migration.go, probe.go, change.go, cleanup.go,
// notify.go, fencing.go, shutdown.go.
//
// # Vocabulary
//
// An optional action exists as a point for others to be ordered with, and is
// executed only if one of them requires it; order finds that out. A pseudo action
// is such a point that calls no agent: "start" and "running" of a group, clone or
// bundle, a stop that fencing implies, the start that a migration replaces.
//
// Plan does not decide flags through relations; it only states what is needed by
// itself, and enters the orderings that belong to the actions it makes.
package plan
