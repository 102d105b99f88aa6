package assign

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// SortByInstanceNumber sorts instances by their numbers.
func SortByInstanceNumber(instances []*model.Resource) {
	slices.SortStableFunc(instances, compareNumbers)
}

func compareNumbers(a, b *model.Resource) int { return cmp.Compare(number(a), number(b)) }

// number is what follows the last colon (or, for containers, dash) of an id.
func number(instance *model.Resource) int {
	at := strings.LastIndexByte(instance.ID, ':')
	if at < 0 {
		at = strings.LastIndexByte(instance.ID, '-')
	}
	n, _ := strconv.Atoi(leading(instance.ID[at+1:]))
	return n
}

func leading(text string) string {
	end := 0
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	return text[:end]
}

// sortInstances puts instances in the order in which they are assigned.
func (r *run) sortInstances(instances []*model.Resource) {
	slices.SortStableFunc(instances, r.instanceOrder().compare)
}

// An instanceOrder compares instances. What colocations think of one is worked out
// once, however often it is compared.
type instanceOrder struct {
	run   *run
	known map[*model.Resource]crm.Score
}

// instanceOrder is for one sort: what is liked changes with what is placed.
func (r *run) instanceOrder() instanceOrder {
	return instanceOrder{run: r, known: map[*model.Resource]crm.Score{}}
}

func (o instanceOrder) liked(instance *model.Resource) crm.Score {
	score, known := o.known[instance]
	if !known {
		score = o.run.liked(instance)
		o.known[instance] = score
	}
	return score
}

// compare orders instances: less multiply active before more, not on a
// forbidden node before on one, then by priority; among active ones those whose
// node can run resources and is allowed, has fewer instances, and which did not
// fail, then those whom colocations like more where they are, then by number.
func (o instanceOrder) compare(a, b *model.Resource) int {
	whereA, whereB := a.Presence(), b.Presence()
	if whereA.All > 0 && whereB.All > 0 && whereA.All != whereB.All {
		return whereA.All - whereB.All
	}
	nodeA, okA := allowedNode(a, whereA.Node)
	nodeB, okB := allowedNode(b, whereB.Node)
	if okA != okB {
		return first(okA)
	}
	if a.Priority != b.Priority {
		return cmp.Compare(b.Priority, a.Priority)
	}
	if nodeA == nil || nodeB == nil {
		if nodeA == nodeB {
			return 0
		}
		return first(nodeA != nil)
	}
	if x, y := Available(nodeA), Available(nodeB); x != y {
		return first(x)
	}
	return o.compareActive(a, b, nodeA, nodeB)
}

// compareActive continues compare for two active instances.
func (o instanceOrder) compareActive(a, b *model.Resource, nodeA, nodeB *model.Node) int {
	placeA, placeB := topPlace(a, nodeA), topPlace(b, nodeB)
	if placeA == nil || placeB == nil {
		if placeA == placeB {
			return 0
		}
		return first(placeA != nil)
	}
	if placeA.Count != placeB.Count {
		return cmp.Compare(placeA.Count, placeB.Count)
	}
	if x, y := a.AnyIs(model.Failed), b.AnyIs(model.Failed); x != y {
		return first(y)
	}
	if x, y := o.liked(a), o.liked(b); x != y {
		return cmp.Compare(y, x)
	}
	return compareNumbers(a, b)
}

// first is the order in which the first of two comes first, or the other.
func first(a bool) int {
	if a {
		return -1
	}
	return 1
}

// allowedNode returns an instance's current node if it may stay there, else nil;
// ok is false for an instance on a forbidden node.
func allowedNode(instance *model.Resource, n *model.Node) (allowed *model.Node, ok bool) {
	if n == nil {
		return nil, true
	}
	if place := instance.Allowed.At(n.Ix); place == nil || place.Score < 0 {
		return nil, false
	}
	return n, true
}

// liked is the score that colocations give an instance's current node.
func (r *run) liked(instance *model.Resource) crm.Score {
	primaries, dependents := ThisWith(instance), WithThis(instance)
	n := instance.CurrentNode()
	if len(primaries) == 0 && len(dependents) == 0 {
		return n.Score
	}
	var table model.Placement
	table.Put(n.Ix, model.Place{Score: n.Score, Probe: n.Probe})
	for _, col := range primaries {
		r.addWishes(col.Primary, &table, wish{target: instance, col: col, factor: factorOf(col)})
	}
	for _, col := range dependents {
		if hasInfluence(col, instance) {
			r.addWishes(col.Dependent, &table, wish{target: instance, col: col, factor: factorOf(col), positive: true})
		}
	}
	return table[n.Ix].Score
}

func equalFold(a, b string) bool { return strings.EqualFold(a, b) }
