// Package qb speaks the client side of libqb's shared-memory IPC, the way into
// Corosync's services: a unix socket for the handshake and as a bell, and three
// ring buffers in shared memory for requests, answers and events. It knows
// bytes, not services, and it never waits without a deadline: a stopped server
// costs a timeout, not a thread.
//
// The layout of the shared memory is that of libqb 1.x and 2.x on 64-bit
// little-endian glibc systems; elsewhere Dial refuses.
package qb
