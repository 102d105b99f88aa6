// Package replica keeps one state the same on every member of the cluster. It
// decides when commands may be applied, whose history goes on after views met,
// who sends a snapshot, and who coordinates; what the state is, and what a
// command does to it, is its Keeper's business.
//
// # Flow
//
// A view in which nobody is new needs no words: its members have delivered the
// same messages (virtual synchrony), so their states are equal and the log goes
// on at once. When somebody joined, every member multicasts a hello. Once the
// hellos of all members are delivered the round is closed: every member computes
// the same source from them, the source multicasts a snapshot, and whoever
// delivers it is in sync. Commands that are delivered in between wait and are
// applied behind the snapshot, in their order.
//
// A member that says no hello (stopped, hung) is left out by a command, that is,
// at one place in the order for all. Its late hello begins another round.
//
// # Duties of the caller
//
// Views and messages are handed over in the engine's order. Out values are
// carried out in order. Keeper methods are called inside Step, at the log
// position where they count.
package replica
