package replica

import (
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// choose says whose history goes on. It is the same on all members, since all
// judge the same hellos.
func choose(said []Said) crm.NodeID {
	best := said[0]
	for _, s := range said[1:] {
		if better(s.Hello, best.Hello) {
			best = s
		}
	}
	return best.ID
}

// better compares two histories: one in which somebody has configured something beats
// one that began with empty disks and has nothing to lose, be it of a majority that lost
// its disks; then one that has had quorum without a break beats all; then one of two halves that has ended the other; then what the newest quorum left; then the newer configuration, which may be
// only on a disk; then one whose status goes back to a time with quorum, for it
// knows who left in good order, and one that began alone does not; then one that is
// alive (it has a status at all); then the newer status. Of equals the first, the
// lowest id, goes on.
func better(a, b *wire.Hello) bool {
	config := func(h *wire.Hello) wire.Version { return wire.Version{h.CIB[0], h.CIB[1]} }
	switch {
	case mutant.On(mutant.LineageIgnored):
		return b.CIB.Less(a.CIB)
	case a.Lineage.Blank != b.Lineage.Blank:
		return b.Lineage.Blank
	case a.Current != b.Current:
		return a.Current
	case a.Lineage.Ends(b.Lineage) != b.Lineage.Ends(a.Lineage):
		return a.Lineage.Ends(b.Lineage)
	case a.Lineage.Less(b.Lineage), b.Lineage.Less(a.Lineage):
		return b.Lineage.Less(a.Lineage)
	case config(a) != config(b):
		return config(b).Less(config(a))
	case a.Formed != b.Formed:
		return a.Formed
	case a.Live != b.Live:
		return a.Live
	}
	return b.CIB.Less(a.CIB)
}
