package patch

import (
	"fmt"
	"slices"
	"strconv"

	"holdfast/cib/xml"
)

// marker is the attribute with which format 1 says that a whole element was
// removed or added, instead of something in it.
const marker = "__crm_diff_marker__"

// applyFormat1 applies a patch of the older format: a skeleton of the document
// with what was removed, and one with what was added. Old tools still make it.
func applyFormat1(root, patch *xml.Node, checkVersion bool) (*xml.Node, error) {
	removed, added := patch.Child("diff-removed"), patch.Child("diff-added")
	if removed == nil && added == nil {
		return nil, fmt.Errorf("%w: it has neither format=\"2\" nor <diff-removed> or <diff-added>", ErrInvalid)
	}
	if checkVersion {
		current := VersionOf(root)
		next := current
		next.NumUpdates++
		err := checkStep(current, format1Version(removed, current), format1Version(added, next))
		if err != nil {
			return nil, err
		}
	}
	result := root.Clone()
	for skeleton := range removed.Elements() {
		subtract(result, skeleton)
		break
	}
	for skeleton := range added.Elements() {
		if err := add(result, skeleton); err != nil {
			return nil, err
		}
		break
	}
	return result, nil
}

// format1Version reads the numbers where format 1 keeps them; those it does not
// have are taken from otherwise.
func format1Version(n *xml.Node, otherwise Version) Version {
	if cib := n.Child("cib"); cib != nil {
		n = cib
	}
	field := func(name string, otherwise int) int {
		if v, err := strconv.Atoi(n.Attr(name)); err == nil {
			return v
		}
		return otherwise
	}
	return Version{
		field("admin_epoch", otherwise.AdminEpoch),
		field("epoch", otherwise.Epoch),
		field("num_updates", otherwise.NumUpdates),
	}
}

// same reports whether two nodes of documents and skeletons are the same thing.
func same(a, b *xml.Node) bool {
	if a.Kind != xml.Element || b.Kind != xml.Element {
		return a.Kind == b.Kind && a.Text == b.Text
	}
	return a.Name == b.Name && a.ID() == b.ID()
}

func indexOf(list []*xml.Node, n *xml.Node) int {
	return slices.IndexFunc(list, func(c *xml.Node) bool { return same(c, n) })
}

// subtract takes out of n, which is our own, what the skeleton has.
func subtract(n, skeleton *xml.Node) {
	if !same(n, skeleton) {
		return
	}
	for _, a := range skeleton.Attrs {
		if a.Name != "id" {
			n.DelAttr(a.Name)
		}
	}
	for _, s := range skeleton.Children {
		i := indexOf(n.Children, s)
		switch {
		case i < 0:
		case s.Kind != xml.Element || s.Attr(marker) == "removed:top":
			n.Children = slices.Delete(n.Children, i, i+1)
		default:
			subtract(n.Children[i], s)
		}
	}
}

// add puts into n, which is our own, what the skeleton has.
func add(n, skeleton *xml.Node) error {
	if !same(n, skeleton) {
		return fmt.Errorf("%w: it has %s where the document has %s", ErrFailed, skeleton.Name, n.Name)
	}
	for _, a := range skeleton.Attrs {
		if a.Name == marker {
			continue
		}
		n.DelAttr(a.Name) // so that the order becomes the patch's
		n.SetAttr(a.Name, a.Value)
	}
	for _, s := range skeleton.Children {
		i := indexOf(n.Children, s)
		if i >= 0 && s.Kind == xml.Element {
			if err := add(n.Children[i], s); err != nil {
				return err
			}
			continue
		}
		if i < 0 && s.Kind == xml.Element && s.Attr(marker) != "added:top" {
			return fmt.Errorf("%w: there is no %s %s to change in %s", ErrFailed, s.Name, s.ID(), n.Name)
		}
		if i < 0 {
			n.Add(withoutMarker(s))
		}
	}
	return nil
}

func withoutMarker(n *xml.Node) *xml.Node {
	c := n.Clone()
	xml.Walk(c, func(d *xml.Node, _ xml.Path) bool {
		d.DelAttr(marker)
		return true
	})
	return c
}
