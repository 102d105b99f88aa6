package cib

import (
	"strings"

	"holdfast/cib/xml"
)

// Three operations look for "the object that looks like this", each with rules
// of its own. All take the first match in document order.

// findToModify looks from the node at start downwards, itself included, for the
// same name and the same id, where none is an id like any other.
func findToModify(root *xml.Node, start xml.Path, like *xml.Node) (xml.Path, bool) {
	id, hasID := like.Lookup("id")
	return search(root, start, true, func(n *xml.Node) bool {
		nid, has := n.Lookup("id")
		return n.Name == like.Name && has == hasID && nid == id
	})
}

// findToReplace looks below start for the same name, and the same id if like
// has one.
func findToReplace(root *xml.Node, start xml.Path, like *xml.Node) (xml.Path, bool) {
	id, hasID := like.Lookup("id")
	return search(root, start, false, func(n *xml.Node) bool {
		nid, has := n.Lookup("id")
		return n.Name == like.Name && (!hasID || has && nid == id)
	})
}

// findToDelete looks below start for the same name and all attributes of like.
func findToDelete(root *xml.Node, start xml.Path, like *xml.Node) (xml.Path, bool) {
	return search(root, start, false, func(n *xml.Node) bool {
		if n.Name != like.Name {
			return false
		}
		for _, a := range like.Attrs {
			if v, ok := n.Lookup(a.Name); !ok || !strings.EqualFold(v, a.Value) {
				return false
			}
		}
		return true
	})
}

// search walks the elements from start down and returns the first that fits.
func search(root *xml.Node, start xml.Path, self bool, fits func(*xml.Node) bool) (xml.Path, bool) {
	var found xml.Path
	xml.Walk(start.At(root), func(n *xml.Node, p xml.Path) bool {
		if found != nil || n.Kind != xml.Element {
			return false
		}
		if (self || len(p) > 0) && fits(n) {
			found = append(append(xml.Path{}, start...), p...)
			return false
		}
		return true
	})
	return found, found != nil
}
