package schema

import "holdfast/cib/xml"

// prefix4 begins the ids that the upgrade to 4.0 gives, as Pacemaker gives them.
const prefix4 = "pcmk__3_10_upgrade-"

// resolveReferences puts a copy of what is referred to in the place of every
// id-ref, so that the steps after it need not follow any.
func (u *upgrading) resolveReferences() {
	named := byID(u.root)
	resolved := u.root.Clone()
	u.resolveIn(resolved, named, 0)
	u.root = resolved
}

// maxReferences bounds references within references, which may be circular.
const maxReferences = 16

func (u *upgrading) resolveIn(n *xml.Node, named map[string]*xml.Node, depth int) {
	for i, c := range n.Children {
		if c.Kind != xml.Element {
			continue
		}
		ref, ok := c.Lookup("id-ref")
		target := named[ref]
		if ok && target != nil && depth < maxReferences {
			copied := u.copyOf(c, target)
			n.Children[i] = copied
			u.resolveIn(copied, named, depth+1)
			u.markMade(copied)
			continue
		}
		u.resolveIn(c, named, depth)
	}
}

// copyOf returns what stands for the reference n. A pair that gives what it
// refers to another name becomes a pair of its own.
func (u *upgrading) copyOf(n, target *xml.Node) *xml.Node {
	if name, ok := n.Lookup("name"); ok && n.Name == "nvpair" {
		c := &xml.Node{Name: n.Name, Attrs: append([]xml.Attr(nil), target.Attrs...), Children: n.Children}
		c.SetAttr("id", prefix4+target.ID()+"-"+name)
		c.SetAttr("name", name)
		return c
	}
	return target.Clone()
}

func (u *upgrading) markMade(n *xml.Node) {
	each(n, func(c *xml.Node) { u.made[c] = true })
}

// restoreReferences turns copies back into references where what they are a
// copy of is still there, or another copy stands before.
func (u *upgrading) restoreReferences() {
	original, first := map[string]bool{}, map[string]*xml.Node{}
	each(u.root, func(n *xml.Node) {
		id, ok := n.Lookup("id")
		if !ok {
			return
		}
		if first[id] == nil {
			first[id] = n
		}
		original[id] = original[id] || !u.made[n]
	})
	rewrite(u.root, func(_, n *xml.Node) []*xml.Node {
		id, ok := n.Lookup("id")
		if ok && u.made[n] && (original[id] || first[id] != n) {
			return keep(xml.New(n.Name, "id-ref", id))
		}
		return keep(n)
	})
}
