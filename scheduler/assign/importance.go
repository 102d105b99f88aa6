package assign

import (
	"slices"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// byImportance sorts resources for a placement strategy that minds capacity: by
// priority, then by the score, wishes of primaries included, on the current
// node, then on the nodes from the best.
func (r *run) byImportance(resources []*model.Resource) []*model.Resource {
	nodes := r.rankedNodes()
	tables := make([]model.Placement, r.c.ResourceCount())
	scores := func(rsc *model.Resource) model.Placement {
		if tables[rsc.Ix] == nil {
			r.addWishes(rsc, &tables[rsc.Ix], wish{factor: 1, upward: true})
		}
		return tables[rsc.Ix]
	}
	sorted := slices.Clone(resources)
	slices.SortStableFunc(sorted, func(a, b *model.Resource) int {
		if a.Priority != b.Priority {
			return first(a.Priority > b.Priority)
		}
		x, y := scores(a), scores(b)
		if s, t := scoreNow(a, x), scoreNow(b, y); s != t {
			return first(s > t)
		}
		for _, n := range nodes {
			if s, t := x.Score(n.Ix), y.Score(n.Ix); s != t {
				return first(s > t)
			}
		}
		return 0
	})
	return sorted
}

// scoreNow is the score of a resource on its current node. A bundle of which only an
// address runs has none.
func scoreNow(rsc *model.Resource, scores model.Placement) crm.Score {
	now := rsc.CurrentNode()
	if now == nil {
		return -crm.Infinity
	}
	return scores.Score(now.Ix)
}

// rankedNodes lists all nodes from the best, as for a resource that has no
// scores of its own.
func (r *run) rankedNodes() []*model.Node {
	nodes := slices.Clone(r.c.ByName)
	slices.SortStableFunc(nodes, func(a, b *model.Node) int {
		return r.compareCandidates(candidate{a, a.Score}, candidate{b, b.Score}, nil)
	})
	return nodes
}
