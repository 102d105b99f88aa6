package graph

import "holdfast/cib/xml"

// A slab hands out parts of large allocations: a graph has hundreds of thousands
// of elements and attributes, all of which live and die together. A copy of a
// slab hands out the same parts again.
type slab struct {
	nodes    []xml.Node
	attrs    []xml.Attr
	children []*xml.Node
}

const slabSize = 4096

// newSlab has room for a synapse that is written and forgotten.
func newSlab() slab {
	return slab{make([]xml.Node, slabSize/8), make([]xml.Attr, slabSize/4), make([]*xml.Node, slabSize/4)}
}

// node makes an element with room for attributes and children.
func (s *slab) node(name string, attrs, children int) *xml.Node {
	if len(s.nodes) == 0 {
		s.nodes = make([]xml.Node, slabSize/8)
	}
	n := &s.nodes[0]
	s.nodes = s.nodes[1:]
	*n = xml.Node{Name: name, Attrs: room(&s.attrs, attrs), Children: room(&s.children, children)}
	return n
}

// room cuts an empty list with a capacity from a store, which grows as needed.
// What outgrows the capacity is moved elsewhere by append.
func room[T any](store *[]T, n int) []T {
	if n > len(*store) {
		*store = make([]T, max(n, slabSize))
	}
	part := (*store)[:0:n]
	*store = (*store)[n:]
	return part
}

// attr adds an attribute that the element does not have yet.
func attr(n *xml.Node, name, value string) {
	n.Attrs = append(n.Attrs, xml.Attr{Name: name, Value: value})
}
