package assign

import (
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/constraint"
	"holdfast/scheduler/model"
)

// addPromotionScores adds, once, the promotion scores of nodes to the scores of
// every instance, so that instances go where they can be promoted.
func (r *run) addPromotionScores(clone *model.Resource) {
	if clone.CloneData.PromotionAdded {
		return
	}
	clone.CloneData.PromotionAdded = true
	for _, instance := range clone.Children {
		for ix, place := range instance.Allowed.All() {
			n := r.c.Nodes[ix]
			if !Available(n) {
				continue
			}
			score, _ := r.promotionScore(instance, n)
			if score > 0 {
				place.Score = place.Score.Add(score)
				r.scored(instance, n, score, "", "promotion score")
			}
			if int(score) > instance.Priority {
				instance.Priority = int(score)
			}
		}
	}
}

// promotionScore is the score that an instance's agent gave a node for promotion;
// of a cloned group it is the sum of the members' scores. given is false if no
// agent gave one.
func (r *run) promotionScore(instance *model.Resource, n *model.Node) (score crm.Score, given bool) {
	if len(instance.Children) > 0 {
		for _, member := range instance.Children {
			s, set := r.promotionScore(member, n)
			score += s
			given = given || set
		}
		return score, given
	}
	if !scoreApplies(instance, n) {
		return 0, false
	}
	text := promotionAttr(instance, n, instance.HistoryName())
	if base := baseID(instance.ID); text == "" && !instance.Is(model.Unique) && base != instance.ID {
		text = promotionAttr(instance, n, base)
	}
	if text == "" {
		return 0, false
	}
	score, ok := constraint.ParseScore(text, constraint.HealthColours(r.c))
	if !ok {
		r.c.Warn(instance.ID, "0 is used as promotion score of %s on %s: %q is no score", instance.ID, n.DisplayName(), text)
	}
	return score, true
}

// promotionAttr looks up the node attribute with the promotion score of a name.
// The attribute keeps its historic name.
func promotionAttr(instance *model.Resource, n *model.Node, name string) string {
	when := model.HostNext
	if instance.Is(model.Unassigned) {
		when = model.HostNow
	}
	return n.AttrFor(instance, "master-"+name, when)
}

// scoreApplies tells whether a node's promotion score is about an instance: one
// that is active there, or, if none is, any that the node is known to be able to
// have. As long as nothing at all is known, all scores count.
func scoreApplies(instance *model.Resource, n *model.Node) bool {
	if place := instance.Allowed.At(n.Ix); place == nil || place.Score < 0 {
		return false
	}
	if !instance.Is(model.Unique) {
		clone := instance.Top(false)
		active := activeMember(clone, instance, n)
		if active == instance || active == nil && memberKnown(clone, instance, n) {
			return true
		}
	}
	if len(instance.Active) == 0 && instance.Known.Empty() {
		return true
	}
	return instance.Known.Has(n.Ix) || instance.ActiveOn(n)
}

// baseID is an id without instance number.
func baseID(id string) string {
	if at := strings.LastIndexByte(id, ':'); at >= 0 && leading(id[at+1:]) == id[at+1:] {
		return id[:at]
	}
	return id
}

// members yields the primitive that corresponds to like in each instance of a clone.
func members(clone, like *model.Resource, yield func(*model.Resource) bool) bool {
	base := baseID(like.ID)
	for _, instance := range clone.Children {
		if !eachMember(instance, base, yield) {
			return false
		}
	}
	return true
}

// eachMember yields the first primitive with a base id in an instance.
func eachMember(rsc *model.Resource, base string, yield func(*model.Resource) bool) bool {
	if len(rsc.Children) == 0 {
		return rsc.XML.ID() != base && rsc.ID != base || yield(rsc)
	}
	for _, child := range rsc.Children {
		if !eachMember(child, base, yield) {
			return false
		}
	}
	return true
}

// activeMember finds what corresponds to like and is active on a node.
func activeMember(clone, like *model.Resource, n *model.Node) (found *model.Resource) {
	members(clone, like, func(rsc *model.Resource) bool {
		if rsc.ActiveOn(n) {
			found = rsc
		}
		return found == nil
	})
	return found
}

// memberKnown tells whether the state of what corresponds to like is known on a node.
func memberKnown(clone, like *model.Resource, n *model.Node) bool {
	return !members(clone, like, func(rsc *model.Resource) bool { return !rsc.Known.Has(n.Ix) })
}
