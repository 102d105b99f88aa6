package assign

import (
	"fmt"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// placeBecause gives a resource a node and, if it can take it, records why.
func (r *run) placeBecause(rsc *model.Resource, c candidate, final bool, why func() string) {
	text := ""
	if r.c.WantCauses {
		text = why() // before the placement changes what it is told by
	}
	r.place(rsc, c.node, c.score, false, final)
	if r.c.WantCauses && rsc.Assigned == c.node {
		r.c.Because(model.Cause{Kind: model.CauseChoice, Resource: rsc, Node: c.node, Score: c.score, Text: text})
	}
}

// whyPreferred tells why a preferred node was taken.
func whyPreferred(rsc *model.Resource, n, roomiest *model.Node) string {
	switch {
	case n == roomiest:
		return "no node has room for everything that must be together, and this one has the most"
	case rsc.ActiveOn(n):
		return "it is there already, and no node has a better score"
	}
	return "it was asked for, and no node has a better score"
}

// whyBest tells what made the best candidate better than the second.
func (r *run) whyBest(rsc *model.Resource, best candidate, current *model.Node) string {
	second, found := candidate{}, false
	for ix, place := range rsc.Allowed.All() {
		next := candidate{r.c.Nodes[ix], place.Score}
		if next.node != best.node && next.effective() > -crm.Infinity &&
			(!found || r.compareCandidates(next, second, current) < 0) {
			second, found = next, true
		}
	}
	switch {
	case !found:
		return "it is the only node that can run it"
	case best.score != second.score:
		return fmt.Sprintf("it has the best score, %s; next is %s with %s", best.score, second.node.DisplayName(), second.score)
	}
	return fmt.Sprintf("it has the same score as %s, %s, %s", second.node.DisplayName(), best.score, r.tieBreak(best.node, second.node, current))
}

// tieBreak tells what decided between two nodes with the same score.
func (r *run) tieBreak(best, second, current *model.Node) string {
	strategy := r.c.Options.Placement
	switch {
	case strategy == model.PlaceMinimal:
	case strategy == model.PlaceBalanced && compareFree(best, second) != 0:
		return "but more free capacity"
	case best.ActiveCount != second.ActiveCount:
		return fmt.Sprintf("but fewer resources placed so far (%d against %d)", best.ActiveCount, second.ActiveCount)
	case best == current:
		return "but the resource is there already"
	}
	return "and its name comes first"
}
