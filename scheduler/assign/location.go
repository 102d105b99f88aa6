package assign

import (
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// applyLocation adds the scores of a location to a resource and what it is made of.
func (r *run) applyLocation(rsc *model.Resource, l *model.Location) {
	r.addLocation(rsc, l, true)
}

// addLocation is applyLocation, with the choice to only enter the nodes.
func (r *run) addLocation(rsc *model.Resource, l *model.Location, scores bool) {
	r.locate(rsc, l, scores)
	switch rsc.Variant {
	case model.Group:
		// Later members follow the first, so the score must not count for each;
		// but all of them are allowed where the location says.
		for i, member := range rsc.Children {
			r.addLocation(member, l, scores && (i == 0 || !rsc.GroupData.Colocated))
		}
	case model.Clone:
		for _, instance := range rsc.Children {
			r.addLocation(instance, l, scores)
		}
	case model.Bundle:
		r.locateBundle(rsc, l, scores)
	}
}

func (r *run) locateBundle(bundle *model.Resource, l *model.Location, scores bool) {
	for _, replica := range bundle.BundleData.Replicas {
		r.addLocation(replica.Container, l, scores)
		if replica.IP != nil {
			r.addLocation(replica.IP, l, scores)
		}
	}
	child := bundle.BundleData.Child
	if child != nil && (l.Role == crm.RoleUnpromoted || l.Role == crm.RolePromoted) {
		r.addLocation(child, l, scores)
		child.Locations = append(child.Locations, l)
	}
}

// locate adds the scores of a location to one resource, if its role is the one the
// location is for. A node new to the resource starts with the location's score.
func (r *run) locate(rsc *model.Resource, l *model.Location, scores bool) {
	if l.Role > crm.RoleUnknown && l.Role != rsc.NextRole {
		return
	}
	for _, at := range l.Nodes {
		score := at.Score
		if !scores {
			score = 0
		}
		n := at.Node.Seat()
		place := rsc.Allowed.At(n.Ix)
		if place == nil {
			place = rsc.Allowed.Put(n.Ix, model.Place{Score: score, Probe: n.Probe})
		} else {
			place.Score = place.Score.Add(score)
		}
		if score != 0 {
			r.scored(rsc, n, score, l.ID, "location")
		}
		if place.Probe < l.Probe {
			if l.Probe == model.ProbeExclusive {
				rsc.Set(model.ExclusiveProbes)
			}
			place.Probe = l.Probe
		}
	}
}
