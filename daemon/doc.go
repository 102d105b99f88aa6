// Package daemon drives a cluster.Node against the real world. It is the only
// package that wires decisions to engines, agents, disks and sockets.
//
// One goroutine, the loop, owns the Node: everything that happens reaches it as an
// input over one channel, and it carries out the effects of each Step in order.
// Whatever takes time (agents, the scheduler, fsync) runs elsewhere and comes back
// as an input.
//
// Supervise is the process that an administrator starts. It decides nothing: it
// starts the node process again when that dies or hangs, and passes signals on.
package daemon
