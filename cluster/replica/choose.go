package replica

import "holdfast/crm"

// choose says whose history goes on: that of the newest quorate view; among
// equals one that is alive (it has the status, too, not only what was on disk),
// then the higher CIB version, then the lowest id. It is the same on all
// members, since all judge the same hellos.
func choose(said []Said) crm.NodeID {
	best := said[0]
	for _, s := range said[1:] {
		if better(s.Hello.Lineage, s.Hello.Live, best.Hello.Lineage, best.Hello.Live) ||
			(s.Hello.Lineage == best.Hello.Lineage && s.Hello.Live == best.Hello.Live && best.Hello.CIB.Less(s.Hello.CIB)) {
			best = s
		}
	}
	return best.ID
}

func better(lineage uint64, live bool, other uint64, otherLive bool) bool {
	if lineage != other {
		return lineage > other
	}
	return live && !otherLive
}
