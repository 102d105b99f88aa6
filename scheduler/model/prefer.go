package model

import "holdfast/crm"

// Prefer adds a score to a resource, and to everything in it, on one node, which
// joins the table if it was not there. The reason is recorded; source is the id
// of what configured it, "" if that is implied.
func (c *Cluster) Prefer(r *Resource, n *Node, score crm.Score, source, why string) {
	r.prefer(n, score)
	if c.WantCauses {
		kind := CauseScore
		if score <= -crm.Infinity {
			kind = CauseBan
		}
		c.Because(Cause{Kind: kind, Resource: r, Node: n, Score: score, Source: source, Text: why})
	}
}

func (r *Resource) prefer(n *Node, score crm.Score) {
	for _, child := range r.Children {
		child.prefer(n, score)
	}
	n = n.Seat()
	place := r.Allowed.At(n.Ix)
	if place == nil {
		place = r.Allowed.Put(n.Ix, Place{Score: n.Score, Probe: n.Probe})
	}
	place.Score = place.Score.Add(score)
}

// Ban forbids a resource, and everything in it, every node, and takes back the
// node it was assigned.
func (c *Cluster) Ban(r *Resource, source, why string) {
	for _, n := range c.Nodes {
		r.prefer(n, -crm.Infinity)
	}
	r.Assigned = nil
	if c.WantCauses {
		c.Because(Cause{Kind: CauseBan, Resource: r, Score: -crm.Infinity, Source: source, Text: why})
	}
}
