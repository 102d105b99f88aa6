// Package demo is the command that shows Holdfast at work in a minute: "holdfast
// demo" starts three nodes on this machine, has them serve a page at an address,
// breaks first the service, then the cluster software, then the node that runs
// both, and shows how long each recovery takes. Nothing need be installed or
// configured, and nothing is left.
//
// # What it is made of
//
// Each node is a process that stands in for a machine (machine.go): everything
// that the node runs is below it, and ends with it like in a power failure. A fence
// agent (power.go) asks the demonstration to switch machines, so that fencing is
// real. The nodes run the ordinary daemon on the one-machine engine.
//
// As root, the whole demonstration lives in namespaces of its own (network.go): its
// machines have network cards and are on one bridge, the service has a real virtual
// address, and when the demonstration ends, however it ends, the kernel removes
// everything. Otherwise the nodes share the machine's loopback interface.
package demo
