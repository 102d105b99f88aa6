package assign

import (
	"slices"
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// Available tells whether a node can run resources at all now.
func Available(n *model.Node) bool {
	return n != nil && n.Online && !n.Shutdown && !n.Unclean && !n.Standby && !n.FailStandby && !n.Maintenance
}

// availableAt tells whether a node is available to a resource whose place there
// is given.
func availableAt(n *model.Node, place *model.Place) bool {
	return place != nil && place.Score >= 0 && Available(n)
}

// anyAvailable tells whether a table has a node that is available.
func (r *run) anyAvailable(p model.Placement) bool {
	for ix := range p {
		if p[ix].Present && p[ix].Score >= 0 && Available(r.c.Nodes[ix]) {
			return true
		}
	}
	return false
}

// A candidate is a node with its score for some resource.
type candidate struct {
	node  *model.Node
	score crm.Score
}

// effective is the score of a candidate, the lowest if its node is not available.
func (c candidate) effective() crm.Score {
	if Available(c.node) {
		return c.score
	}
	return -crm.Infinity
}

// compareCandidates orders candidates from the best: by score, then as the
// placement strategy says by free capacity and number of resources, then the
// current node first, then by name.
func (r *run) compareCandidates(a, b candidate, current *model.Node) int {
	if x, y := a.effective(), b.effective(); x != y {
		if x > y {
			return -1
		}
		return 1
	}
	if r.c.Options.Placement != model.PlaceMinimal {
		if d := r.compareLoad(a.node, b.node); d != 0 {
			return d
		}
		if current != nil && a.node != b.node {
			if a.node == current {
				return -1
			}
			if b.node == current {
				return 1
			}
		}
	}
	return strings.Compare(a.node.Name, b.node.Name)
}

// compareLoad orders nodes by free capacity, if the strategy is balanced, then by
// how few resources were given to them.
func (r *run) compareLoad(a, b *model.Node) int {
	if r.c.Options.Placement == model.PlaceBalanced {
		if d := compareFree(a, b); d != 0 {
			return d
		}
	}
	return a.ActiveCount - b.ActiveCount
}

// best returns the best candidate of a table, and whether there is one.
func (r *run) best(p model.Placement, current *model.Node) (best candidate, ok bool) {
	for ix := range p {
		if !p[ix].Present {
			continue
		}
		next := candidate{r.c.Nodes[ix], p[ix].Score}
		if !ok || r.compareCandidates(next, best, current) < 0 {
			best, ok = next, true
		}
	}
	return best, ok
}

// ranked lists the candidates of a table from the best.
func (r *run) ranked(p model.Placement) []candidate {
	list := make([]candidate, 0, len(p))
	for ix, place := range p.All() {
		list = append(list, candidate{r.c.Nodes[ix], place.Score})
	}
	slices.SortStableFunc(list, func(a, b candidate) int { return r.compareCandidates(a, b, nil) })
	return list
}
