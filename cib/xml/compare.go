package xml

// Equal reports whether two trees have the same content in the same order.
// Lines do not count, nor does the order of attributes. Subtrees that are the
// same pointer are not looked into.
func Equal(a, b *Node) bool {
	if a == b {
		return true
	}
	if a == nil || b == nil || a.Kind != b.Kind || a.Name != b.Name || a.Text != b.Text ||
		len(a.Children) != len(b.Children) || !SameAttrs(a, b) {
		return false
	}
	for i := range a.Children {
		if !Equal(a.Children[i], b.Children[i]) {
			return false
		}
	}
	return true
}

// SameAttrs reports whether two elements have the same attributes, in any order.
func SameAttrs(a, b *Node) bool {
	if len(a.Attrs) != len(b.Attrs) {
		return false
	}
	for i, x := range a.Attrs {
		if b.Attrs[i] == x {
			continue
		}
		if v, ok := b.Lookup(x.Name); !ok || v != x.Value {
			return false
		}
	}
	return true
}

// Walk calls visit for n and everything below it in document order, each with
// its path from n. It does not go below a node for which visit returns false.
// The path is reused; a visitor that keeps it must clone it.
func Walk(n *Node, visit func(*Node, Path) bool) {
	walk(n, make(Path, 0, 16), visit)
}

func walk(n *Node, p Path, visit func(*Node, Path) bool) {
	if !visit(n, p) {
		return
	}
	for i, c := range n.Children {
		walk(c, append(p, i), visit)
	}
}
