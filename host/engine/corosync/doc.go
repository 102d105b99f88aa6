// Package corosync is the membership engine of clusters of more than one
// machine: a client of a running Corosync, in pure Go.
//
// Package qb carries bytes, packages cpg, quorum and cmap know one service
// each, the merger in this package makes one stream of views and messages out
// of them, and Engine runs it all: one goroutine per connection reads, one sends,
// one asks Corosync now and then whether it is still there.
//
// The engine does not come back by itself: when Corosync dies or stops, the
// stream ends with Lost, and whoever reads it opens another engine. It never waits
// for Corosync without a bound.
package corosync
