// Package lab is real clusters on one machine, for tests that break them on
// purpose: every machine of a lab is a set of namespaces (network, mounts,
// processes, host name) with a Corosync and a holdfast daemon of its own, a disk that
// survives a power-off, a cable to the switch of each link, and a power supply that a
// fence agent reaches out of band. Cables can be pulled, lose packets, delay them, or
// carry them in one direction only. It knows nothing of resources or scenarios.
//
// Everything lives in one world: a process that has namespaces of its own and is
// the first process in it. When it ends, in whatever way, the kernel ends all
// machines and takes mounts and network along, so nothing is left behind even after
// a panic or a kill. A program that uses a lab therefore begins with Main.
//
// It needs root, iproute2, util-linux and corosync; see Missing.
package lab
