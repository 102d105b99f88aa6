// Package simulate runs whole clusters in one goroutine under virtual time: the
// same cluster.Node as in production, on the memory engine, with machines, disks,
// agents and fence devices that exist only here, and with faults drawn from a
// seed. The simulator alone knows the truth (what really runs where), and its
// checkers hold every step against it.
//
// A run has two parts: for a while everything may break; then all faults end, and
// within a bound the cluster must be whole again. The same seed gives the same
// run, event for event, on any machine.
package simulate
