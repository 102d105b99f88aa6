// Package cluster is what a node decides. A Node is one value with one method,
//
//	Step(now, Input) []Effect
//
// and no goroutine, clock, file or socket: package daemon drives it against the
// real world, package simulate drives many of them with virtual time.
//
// # The parts
//
// Node composes cores that do not know one another: replica (one ordered log,
// whose history goes on), controller (when to think), transition (carrying out a
// graph), executor (what runs on this node), fencing and attribute (replicated
// tables), record (the status section). The replicated state is one value,
// State, and changes only when a command is applied at its place in the log, so
// that it is equal on all members.
//
// # What is ordered and what is not
//
// Members and messages come in one order. Quorum and the membership of machines
// do not: they are local facts until the coordinator has said them in a Standing
// command. Timers, agents' outcomes and requests are local, too; whatever follows
// from them for others goes through the log.
//
// # Duties of the caller
//
// Inputs are handed over one at a time; effects are carried out in order, above
// all multicasts. Every RunAgent is answered by one AgentEnded, every RunFence by
// one FenceEnded (after DropFence only if the target was switched off all the
// same), every Schedule by one Scheduled, every Store by one Stored.
package cluster
