package assign

import (
	"iter"
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/constraint"
	"holdfast/scheduler/model"
)

// unusable marks a node, while wishes are added up, that they would make
// negative though it was not.
const unusable = -100 * crm.Infinity

// A wish is how the wishes of one resource are added to the scores of another.
type wish struct {
	target *model.Resource // on whose behalf attributes are looked up
	col    *model.Colocation
	factor float32
	// upward follows colocations to primaries instead of dependents.
	upward bool
	// positive drops what would make a score negative.
	positive bool
	// chained is set below the first colocation of a chain.
	chained bool
}

// hasInfluence tells whether a colocation's dependent is asked where the primary
// should go: always, or only while the primary (or the instance of it given)
// is not active yet.
func hasInfluence(col *model.Colocation, primary *model.Resource) bool {
	if primary == nil {
		primary = col.Primary
	}
	// A connection is moved lightly, its container is not: a clean, active
	// container stays.
	if col.Dependent.Is(model.RemoteNestingAllowed) && !primary.Is(model.Failed) && len(primary.Active) == 1 {
		return false
	}
	return col.Influence || len(primary.Active) == 0
}

// factorOf is the weight of a colocation's score.
func factorOf(col *model.Colocation) float32 {
	return float32(col.Score) / float32(crm.Infinity)
}

// addDependentWishes adds a dependent's wishes to the scores of the primary.
func (r *run) addDependentWishes(col *model.Colocation, primary *model.Resource) {
	if !hasInfluence(col, nil) {
		return
	}
	r.addWishes(col.Dependent, &primary.Allowed, wish{
		target: primary, col: col, factor: factorOf(col), positive: isClone(primary), chained: true,
	})
}

// addWishes adds the scores of a resource, weakened, to a table, and then those of
// what is colocated with it. If the table would have no node left, nothing is
// added. A nil table is filled with the resource's own scores first.
func (r *run) addWishes(source *model.Resource, table *model.Placement, w wish) {
	if source.Is(model.UpdatingNodes) {
		return // colocations in a circle
	}
	if w.factor == 0 && !w.positive {
		return // so long a chain that nothing is left
	}
	r.echoes.enter()
	defer r.echoes.leave()
	if r.addEcho(source, *table, w) {
		return
	}
	source.Set(model.UpdatingNodes)
	if source.Variant == model.Group {
		r.addGroupWishes(source, table, w)
		return
	}
	defer source.Clear(model.UpdatingNodes)
	mark := len(r.c.Causes)
	var work model.Placement
	if *table == nil {
		work = r.copyOf(source.Allowed)
		w.target = source
	} else {
		work = r.copyOf(*table)
		r.addMatching(work, source, w)
	}
	if r.anyAvailable(work) {
		r.addChained(source, &work, w)
	} else if w.chained {
		r.release(work)
		r.c.Causes = r.c.Causes[:mark]
		return
	}
	if w.positive {
		for ix := range work {
			if work[ix].Score == unusable {
				work[ix].Score = 1
			}
		}
	}
	if *table == nil {
		*table = work
		return
	}
	copy(*table, work)
	r.release(work)
}

// addGroupWishes lets a member speak for its group: the first, from which the
// colocations inside lead to the others, or the last when primaries are followed.
func (r *run) addGroupWishes(group *model.Resource, table *model.Placement, w wish) {
	if len(group.Children) == 0 {
		return // marked for good: it never has anything to say
	}
	member := group.Children[0]
	if *table == nil {
		member = lastMember(group)
	}
	r.addWishes(member, table, w)
	group.Clear(model.UpdatingNodes)
}

// addChained adds the wishes along the further colocations of a resource.
func (r *run) addChained(source *model.Resource, work *model.Placement, w wish) {
	for next, follower := range r.chained(source, w) {
		r.addWishes(follower, work, next)
	}
}

// chained yields the resources that come next in the chain, with their wishes.
func (r *run) chained(source *model.Resource, w wish) iter.Seq2[wish, *model.Resource] {
	return func(yield func(wish, *model.Resource) bool) {
		list := WithThis(source)
		if w.upward {
			list = ThisWith(source)
		}
		for _, col := range list {
			next := w
			next.col, next.chained = col, true
			next.factor = passOn(w.factor, col.Score)
			follower := col.Dependent
			if w.upward {
				follower = col.Primary
			} else if !hasInfluence(col, nil) {
				continue
			}
			if !yield(next, follower) {
				return
			}
		}
	}
}

// addMatching adds to every node's score the weakened best score that a resource
// has on a node with the same value of the colocation's attribute.
func (r *run) addMatching(table model.Placement, source *model.Resource, w wish) {
	best := r.bestScores(source, w)
	for ix, place := range table.All() {
		score := best.on(ix)
		if w.factor < 0 && score < 0 && !r.avoidsMatter(w.col, score) {
			continue
		}
		if place.Score == unusable {
			continue
		}
		sum := weaken(score, w.factor).Add(place.Score)
		if w.positive && sum < 0 && place.Score > 0 {
			place.Score = unusable
			continue
		}
		if w.positive && sum < 0 && place.Score == 0 {
			continue
		}
		if sum != place.Score {
			r.scored(w.target, r.c.Nodes[ix], weaken(score, w.factor), w.col.ID, "wish of "+source.ID)
		}
		place.Score = sum
	}
}

// avoidsMatter tells whether a node that a dependent avoids should attract the
// primary that the dependent avoids: only if the dependent has no other node to
// go to, and the primary is not too sticky.
func (r *run) avoidsMatter(col *model.Colocation, score crm.Score) bool {
	return col.Primary.Stickiness < score.Neg() && hasInfluence(col, nil) && allowedOnOne(col.Dependent)
}

// allowedOnOne tells whether exactly one node has no negative score.
func allowedOnOne(rsc *model.Resource) bool {
	count := 0
	for _, place := range rsc.Allowed.All() {
		if place.Score >= 0 {
			if count++; count > 1 {
				return false
			}
		}
	}
	return count == 1
}

// weaken multiplies a score, rounding away from zero by half; a score that counts
// stays at least 1 in size.
func weaken(score crm.Score, factor float32) crm.Score {
	product := factor * float32(score)
	var delta crm.Score
	if product < 0 {
		delta = crm.Score(float64(product) - 0.5)
	} else {
		delta = crm.Score(float64(product) + 0.5)
	}
	if delta == 0 && score != 0 {
		switch {
		case factor > 0:
			return 1
		case factor < 0:
			return -1
		}
	}
	return delta
}

// A bestScore tells, per node of a target, the best score of a source on an
// available node with the same value of the attribute.
type bestScore struct {
	nodes     []*model.Node
	allowed   model.Placement // of the source
	target    *model.Resource
	attribute string
	values    []string // of the attribute on the source's nodes, nil for the plain name
}

// bestScores is valid until the next call.
func (r *run) bestScores(source *model.Resource, w wish) bestScore {
	b := bestScore{nodes: r.c.Nodes, allowed: r.ownScores(source, w.col), target: w.target, attribute: w.col.NodeAttribute}
	if r.plainName(b.attribute) {
		return b
	}
	for len(r.values) < len(r.c.Nodes) {
		r.values = append(r.values, "")
	}
	b.values = r.values
	for ix := range b.allowed.All() {
		b.values[ix] = b.nodes[ix].ColocationAttr(source, b.attribute)
	}
	return b
}

func (b *bestScore) on(ix model.NodeIx) crm.Score {
	if b.values == nil {
		if place := b.allowed.At(ix); place != nil && Available(b.nodes[ix]) {
			return max(place.Score, -crm.Infinity)
		}
		return -crm.Infinity
	}
	value := b.nodes[ix].ColocationAttr(b.target, b.attribute)
	best := -crm.Infinity
	for other := range b.allowed {
		place := &b.allowed[other]
		if place.Present && place.Score > best && strings.EqualFold(value, b.values[other]) && Available(b.nodes[other]) {
			best = place.Score
		}
	}
	return best
}

// plainName tells whether an attribute is the node's name and every resource
// sees every node under its own.
func (r *run) plainName(attribute string) bool {
	return attribute == constraint.NodeName && !r.c.HaveRemoteNodes
}

// ownScores are the scores with which a resource speaks in a colocation. The
// scores of a group's locations are with its first member; a later member that
// was colocated explicitly must count them too.
func (r *run) ownScores(source *model.Resource, col *model.Colocation) model.Placement {
	group := source.Parent
	if source != col.Dependent || !col.Explicit || group == nil || group.Variant != model.Group || source == group.Children[0] {
		return source.Allowed
	}
	own := source.Allowed
	source.Allowed = own.Clone()
	for i := len(group.Locations) - 1; i >= 0; i-- {
		r.applyLocation(source, group.Locations[i])
	}
	with := source.Allowed
	source.Allowed = own
	return with
}
