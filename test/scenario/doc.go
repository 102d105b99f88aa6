// Package scenario breaks real clusters on purpose and looks whether they mend: nodes
// start and stop one by one and all at once, parts of the daemon die or hang, services
// fail, power and cables are cut, between pairs of machines, too. The list follows the reference's own lab suite and adds what that
// one does not reach.
//
// A scenario leaves the cluster as it found it: all machines on, all nodes members, every
// service running. Then comes an audit. It asks everybody: each daemon for its
// copy of the CIB, the operating systems for what really runs, the power switch for whom it
// was told to switch, the logs for errors. Meanwhile a watch looks all the time whether
// something runs twice.
//
// The scenarios are for real machines of package lab; package simulate has the same
// faults, and many more, under virtual time.
package scenario
