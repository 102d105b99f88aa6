// Package memory is the membership engine of the simulator: machines, the
// network between them and a group of processes, in one goroutine under a
// virtual clock and a seed. It gives the same views and messages as Corosync,
// and the same nasty corners, but touches nothing outside itself.
//
// # Use
//
//	net := memory.New(memory.Options{Nodes: nodes, Seed: seed, Start: t0})
//	a, _ := net.Attach(1)            // a process joins on machine 1
//	a.Multicast([]byte("hello"))
//	for {
//		d, ok := net.Step(nextTimer) // at most up to nextTimer
//		if !ok { ...run the timer...; continue }
//		handle(d.To, d.Event)        // may Multicast, attach, break things
//	}
//
// Step hands out one event at a time and sets Now to its instant, so that
// whatever its receiver does happens at that instant.
//
// # The model
//
// A ring is a set of machines with one log. A multicast waits at its sender
// until it gets its place in the log (the token), then travels to every machine
// of the ring, each at its own pace; coming and going of processes takes
// places in the same log. A fault breaks the ring: nothing gets a place any
// more, what is on the way may be lost, and after Options.Token the machines
// that can reach each other form a new ring. Those that come from the same old
// ring first deliver the same rest of its log: a common prefix, and beyond
// it only messages of their own (so a message that somebody delivered just
// before a partition may never reach the other side: extended virtual
// synchrony with agreed delivery, as in Totem). Two sides may form
// rings with the same number.
//
// Ways can be cut one by one, so that not all machines reach each other. Nobody
// forwards in Totem: a ring is made only of machines that all hear each other. Which
// rings come about is then a matter of whose join message comes first, and
// whoever hears a machine outside of its ring stops to take it in, again and again:
// the membership flaps. (In Totem a ring of many may survive a cut between two that
// are not neighbours in it, since others repeat what was lost; here it does not.)
package memory
