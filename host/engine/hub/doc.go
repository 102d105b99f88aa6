// Package hub is the membership engine of clusters whose nodes all run on one
// machine: for newcomers, development, demonstrations and single-node clusters.
// It promises nothing across machines.
//
// # How it works
//
// The members meet at a unix socket. One of them, whoever came first, hosts the
// hub: a sequencer that gives every message and every view its place and sends it
// to all. When the host dies, the others notice at once (their sockets close),
// one of them takes the socket's place over and hosts the next hub, and a new
// reign begins:
//
//   - everybody says what it has been told last in the old reign, and keeps what may
//     be missing elsewhere (everything that the hub has not called stable);
//   - the new hub fetches the rest from the one who knows most and hands it to the
//     others, so that all have been told the same (virtual synchrony);
//   - the first view of the new reign follows; messages that got no place in
//     the old one are sent again by their senders.
//
// A host that merely stood still abdicates when it wakes: its clients have gone to
// another reign, and it comes back to them like any member that was away.
//
// # Machines and members
//
// A member is a node's process. Whoever calls HoldMachine keeps the node's
// machine present while the process is away, as a supervisor does: then a death of
// the process is told as ProcessDied, otherwise as NodeDown.
package hub
