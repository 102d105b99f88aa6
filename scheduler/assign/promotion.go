package assign

import (
	"slices"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// setRoles decides which instances of a promotable clone are promoted: each gets a
// priority, from that and from colocations the promotion scores of the nodes are
// made, and the best instances are chosen by these.
func (r *run) setRoles(clone *model.Resource) {
	for _, place := range clone.Allowed.All() {
		place.Count = 0 // from here on the number of promoted instances
	}
	for _, instance := range clone.Children {
		r.setPriority(instance, clone)
	}
	r.sortForPromotion(clone)
	promoted := 0
	for _, instance := range clone.Children {
		if r.setRole(instance, promoted) {
			promoted++
		}
	}
}

// setPriority gives an instance that will run its priority for promotion: the
// promotion score of the node, what locations and colocations for the promoted
// role add, or none if it can only be unpromoted.
func (r *run) setPriority(instance, clone *model.Resource) {
	if instance.RoleNow() == crm.RoleStarted {
		markUnpromoted(instance)
	}
	chosen := r.onlyNode(instance)
	if chosen == nil {
		return
	}
	next := instance.RoleNext()
	switch next {
	case crm.RoleStarted, crm.RoleUnknown:
		// With neither a score nor a location constraint nothing is promoted.
		score, given := r.promotionScore(instance, chosen)
		if !given {
			score = -1
		}
		instance.Priority = int(score)
	case crm.RoleUnpromoted, crm.RoleStopped:
		instance.Priority = int(-crm.Infinity)
	}
	r.addPromotedLocations(instance, instance, chosen)
	r.addPromotedLocations(instance, clone, chosen)
	for _, col := range ThisWith(instance) {
		r.colocateDependent(instance, col.Primary, col)
	}
	instance.PromotionPriority = crm.Score(instance.Priority)
	if next == crm.RolePromoted {
		instance.PromotionPriority = crm.Infinity
	}
}

// onlyNode is the node of an instance. A cloned group whose members went apart
// has none.
func (r *run) onlyNode(instance *model.Resource) *model.Node {
	n := instance.AssignedNode()
	if n == nil && anyAssigned(instance) {
		r.c.Note(model.Error, instance.ID, "%s cannot be promoted: its members are on different nodes", instance.ID)
	}
	return n
}

func anyAssigned(rsc *model.Resource) bool {
	if len(rsc.Children) == 0 {
		return rsc.Assigned != nil
	}
	return slices.ContainsFunc(rsc.Children, anyAssigned)
}

// markUnpromoted corrects the role of what is found merely started.
func markUnpromoted(rsc *model.Resource) {
	if rsc.Role == crm.RoleStarted {
		rsc.Role = crm.RoleUnpromoted
	}
	for _, child := range rsc.Children {
		markUnpromoted(child)
	}
}

// addPromotedLocations adds to an instance's priority what the locations of owner
// say about the promoted role on its node.
func (r *run) addPromotedLocations(instance, owner *model.Resource, chosen *model.Node) {
	for i := len(owner.Locations) - 1; i >= 0; i-- {
		l := owner.Locations[i]
		if l.Role != crm.RolePromoted {
			continue
		}
		for _, at := range l.Nodes {
			if at.Node == chosen {
				addPriority(instance, at.Score)
				r.scored(instance, chosen, at.Score, l.ID, "promotion")
				break
			}
		}
	}
}

// sortForPromotion turns the instances' priorities into promotion scores, by way
// of the clone's scores for the nodes, and sorts the instances by them. It is done
// once.
func (r *run) sortForPromotion(clone *model.Resource) {
	if clone.CloneData.PromotionConstrained {
		return
	}
	clone.CloneData.PromotionConstrained = true
	clone.Set(model.UpdatingNodes)
	for _, instance := range clone.Children {
		if n := instance.AssignedNode(); n != nil && instance.PromotionPriority >= 0 {
			if place := clone.Allowed.At(n.Ix); place != nil {
				place.Score = instance.PromotionPriority.Add(place.Score)
			}
		}
	}
	for _, col := range WithThis(clone) {
		if col.PrimaryRole == crm.RolePromoted && hasInfluence(col, nil) {
			r.addWishes(col.Dependent, &clone.Allowed, wish{
				target: clone, col: col, factor: factorOf(col), positive: true, chained: true,
			})
		}
	}
	r.requireTickets(clone)
	for _, instance := range clone.Children {
		instance.PromotionPriority = promotionOf(instance, clone)
	}
	slices.SortStableFunc(clone.Children, r.instanceOrder().compareForPromotion)
	clone.Clear(model.UpdatingNodes)
}

// requireTickets bans a clone from all nodes as promoted if it needs a ticket for
// that which the site does not have.
func (r *run) requireTickets(clone *model.Resource) {
	for _, t := range clone.Tickets {
		if t.Role == crm.RolePromoted && (!t.Ticket.Granted || t.Ticket.Standby) {
			r.c.Ban(clone, t.ID, "promotion needs ticket "+t.Ticket.ID)
		}
	}
}

// promotionOf is the final promotion score of an instance.
func promotionOf(instance, clone *model.Resource) crm.Score {
	n := instance.AssignedNode()
	switch {
	case !instance.Is(model.Managed) && instance.NextRole == crm.RolePromoted:
		return crm.Infinity
	case n == nil:
		return -crm.Infinity
	case instance.PromotionPriority < 0:
		return instance.PromotionPriority
	}
	return clone.Allowed.Score(n.Ix)
}

// compareForPromotion orders instances by promotion score, then the higher role
// now, then as for assignment.
func (o instanceOrder) compareForPromotion(a, b *model.Resource) int {
	if a.PromotionPriority != b.PromotionPriority {
		return first(a.PromotionPriority > b.PromotionPriority)
	}
	if x, y := a.RoleNow(), b.RoleNow(); x != y {
		return first(x > y)
	}
	return o.compare(a, b)
}

// setRole decides the role of an instance, promoted being the number of those
// chosen before, and reports whether it is promoted.
func (r *run) setRole(instance *model.Resource, promoted int) bool {
	clone := instance.Top(false)
	r.showPromotion(instance, instance.AssignedNode())
	var place *model.Place
	if instance.PromotionPriority >= 0 && (promoted < clone.CloneData.PromotedMax || !clone.Is(model.Managed)) {
		place = r.promotionPlace(instance)
	}
	frozen := instance.Role < crm.RolePromoted && !r.c.Quorate && r.c.Options.NoQuorumPolicy == model.QuorumFreeze
	if place == nil || frozen {
		r.setUnpromoted(instance)
		return false
	}
	place.Count++
	r.setPromoted(instance)
	return true
}

// promotionPlace is where an instance can be promoted, nil if nowhere.
func (r *run) promotionPlace(rsc *model.Resource) *model.Place {
	for _, member := range rsc.Children {
		if r.promotionPlace(member) == nil {
			return nil
		}
	}
	n := rsc.AssignedNode()
	managed := rsc.Is(model.Managed)
	switch {
	case n == nil,
		!managed && rsc.RoleNow() != crm.RolePromoted,
		managed && (rsc.Priority < 0 || !r.canPromoteOn(n)):
		return nil
	}
	clone := rsc.Top(false)
	place := clone.Allowed.At(n.Ix)
	if place == nil || managed && int(place.Count) >= clone.CloneData.PromotedNodeMax {
		return nil
	}
	return place
}

// canPromoteOn tells whether a node, and what launches it, will be up.
func (r *run) canPromoteOn(n *model.Node) bool {
	return Available(n) && (!n.IsGuest() || n.Remote.Launcher.AssignedNode() != nil)
}

func (r *run) setUnpromoted(rsc *model.Resource) {
	if anyAssigned(rsc) {
		r.setNextRole(rsc, crm.RoleUnpromoted, "unpromoted instance")
	} else {
		r.setNextRole(rsc, crm.RoleStopped, "stopped instance")
	}
	for _, child := range rsc.Children {
		r.setUnpromoted(child)
	}
}

func (r *run) setPromoted(rsc *model.Resource) {
	if rsc.NextRole == crm.RoleUnknown {
		r.setNextRole(rsc, crm.RolePromoted, "promoted instance")
	}
	for _, child := range rsc.Children {
		r.setPromoted(child)
	}
}
