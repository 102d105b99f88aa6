package assign

import (
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// Run places every resource. It needs Criteria and constraint.Implicit before.
func Run(c *model.Cluster) {
	r := &run{c: c}
	for _, rsc := range c.All {
		if rsc.Allowed == nil {
			// Allowed nowhere, as in an opt-in cluster; nil would mean a table
			// yet to be filled (see addWishes).
			rsc.Allowed = model.Placement{}
		}
	}
	r.readCapacities()
	order := c.Resources
	if c.Options.Placement != model.PlaceDefault {
		order = r.byImportance(order)
		c.Resources = order
	}
	r.showCapacities("Original")
	if c.HaveRemoteNodes {
		// A connection that is migrating goes on to its target.
		for _, rsc := range order {
			if rsc.Is(model.RemoteConnection) {
				r.assign(rsc, rsc.PartialTarget, true)
			}
		}
	}
	for _, rsc := range order {
		if !rsc.Is(model.RemoteConnection) {
			r.assign(rsc, nil, true)
		}
	}
	r.showCapacities("Remaining")
}

// A run is one use of this package on a cluster.
type run struct {
	c     *model.Cluster
	pool  []model.Placement
	crowd crowd
	// values are used again by every bestScores.
	values []string
	echoes
}

// assign places a resource and everything in it. All else being equal it prefers
// a node. With final unset a failure has no effect and a success can be taken
// back. It returns the node of a primitive or of a group that is on one.
func (r *run) assign(rsc *model.Resource, prefer *model.Node, final bool) *model.Node {
	switch rsc.Variant {
	case model.Group:
		return r.assignGroup(rsc, prefer, final)
	case model.Clone:
		r.assignClone(rsc, prefer, final)
		return nil
	case model.Bundle:
		r.assignBundle(rsc, prefer, final)
		return nil
	}
	return r.assignPrimitive(rsc, prefer, final)
}

// copyOf returns a copy of a table that release takes back.
func (r *run) copyOf(p model.Placement) model.Placement {
	if n := len(r.pool); n > 0 {
		table := r.pool[n-1]
		r.pool = r.pool[:n-1]
		return append(table[:0], p...)
	}
	return append(make(model.Placement, 0, r.c.NodeCount()), p...)
}

// release gives back a table got from copyOf.
func (r *run) release(p model.Placement) { r.pool = append(r.pool, p) }

// setNextRole decides the role at the end of the transition.
func (r *run) setNextRole(rsc *model.Resource, role crm.Role, why string) {
	if rsc.NextRole == role {
		return
	}
	rsc.NextRole, rsc.NextRoleWhy = role, why
	if r.c.WantCauses {
		r.c.Because(model.Cause{Kind: model.CauseRole, Resource: rsc, Node: rsc.Assigned, Text: role.String() + ": " + why})
	}
}

// banned records that a resource may not run on a node.
func (r *run) banned(rsc *model.Resource, n *model.Node, source, why string) {
	if r.c.WantCauses {
		r.c.Because(model.Cause{Kind: model.CauseBan, Resource: rsc, Node: n, Score: -crm.Infinity, Source: source, Text: why})
	}
}

// scored records that a score was added for a resource on a node.
func (r *run) scored(rsc *model.Resource, n *model.Node, score crm.Score, source, why string) {
	if r.c.WantCauses {
		r.c.Because(model.Cause{Kind: model.CauseScore, Resource: rsc, Node: n, Score: score, Source: source, Text: why})
	}
}

// forgetCauses takes back the causes recorded since mark for a resource and what is
// in it, because an attempt was undone.
func (r *run) forgetCauses(mark int, rsc *model.Resource) {
	kept := r.c.Causes[:mark]
	for _, cause := range r.c.Causes[mark:] {
		if cause.Resource != rsc && (cause.Resource == nil || !cause.Resource.IsBelow(rsc)) {
			kept = append(kept, cause)
		}
	}
	r.c.Causes = kept
}
