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

// fewAttrs is how many attributes there must be room for in what is left of a slab.
const fewAttrs = 8

// roomForAttrs returns an empty list to which the attributes of one element are
// appended. They stay where they are written if the slab has room for all.
func (a *arena) roomForAttrs() []Attr {
	if len(a.attr) < fewAttrs {
		a.attr = make([]Attr, 2*max(a.size, firstSlab))
	}
	return a.attr[:0]
}

// keepAttrs returns the list that began as roomForAttrs without room behind it,
// so that an append by the owner cannot write into a neighbour's.
func (a *arena) keepAttrs(attrs []Attr) []Attr {
	n := len(attrs)
	if n == 0 {
		return nil
	}
	if &attrs[0] == &a.attr[0] {
		a.attr = a.attr[n:]
	} else {
		a.attr = nil // what is left is too small for elements such as this
	}
	return attrs[:n:n]
}

// keepNodes returns a copy of a list of children, likewise without room behind it.
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
