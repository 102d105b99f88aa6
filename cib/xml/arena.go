package xml

// arena hands out nodes, attributes and child lists from slabs, so that a
// document costs a few large allocations instead of several per element.
type arena struct {
	nodes []Node
	attr  []Attr
	lists []*Node
	size  int // of the next slab, grown as the document proves large
}

const (
	firstSlab = 16
	lastSlab  = 1024
)

func (a *arena) grow() int {
	a.size = min(max(a.size*2, firstSlab), lastSlab)
	return a.size
}

func (a *arena) newNode() *Node {
	if len(a.nodes) == 0 {
		a.nodes = make([]Node, a.grow())
	}
	n := &a.nodes[0]
	a.nodes = a.nodes[1:]
	return n
}

// keepAttrs returns a copy of attrs without room behind it, so that an append
// by the owner cannot write into a neighbour's.
func (a *arena) keepAttrs(attrs []Attr) []Attr {
	n := len(attrs)
	if n == 0 {
		return nil
	}
	if len(a.attr) < n {
		a.attr = make([]Attr, max(n, 2*max(a.size, firstSlab)))
	}
	kept := a.attr[:n:n]
	a.attr = a.attr[n:]
	copy(kept, attrs)
	return kept
}

// keepNodes is keepAttrs for a list of children.
func (a *arena) keepNodes(nodes []*Node) []*Node {
	n := len(nodes)
	if n == 0 {
		return nil
	}
	if len(a.lists) < n {
		a.lists = make([]*Node, max(n, max(a.size, firstSlab)))
	}
	kept := a.lists[:n:n]
	a.lists = a.lists[n:]
	copy(kept, nodes)
	return kept
}
