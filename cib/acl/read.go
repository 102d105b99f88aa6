package acl

import "holdfast/cib/xml"

// Filter returns of a document what the user may read, nil if that is nothing.
// An element that may not be read stays, with nothing but its id, if something
// below it may be read.
func (r *Rights) Filter(root *xml.Node) *xml.Node {
	if len(r.permissions) == 0 {
		return nil
	}
	return filter(root, r.marks(root), false)
}

func filter(n *xml.Node, marks map[*xml.Node]kind, readable bool) *xml.Node {
	if k := marks[n]; k != 0 {
		readable = k.readable()
	}
	kept, changed := make([]*xml.Node, 0, len(n.Children)), false
	for _, c := range n.Children {
		f := c
		if c.Kind == xml.Element {
			f = filter(c, marks, readable)
		} else if !readable {
			f = nil
		}
		changed = changed || f != c
		if f != nil {
			kept = append(kept, f)
		}
	}
	switch {
	case readable && !changed:
		return n
	case readable:
		return &xml.Node{Name: n.Name, Attrs: n.Attrs, Children: kept, Line: n.Line}
	case len(kept) == 0:
		return nil
	}
	bare := &xml.Node{Name: n.Name, Children: kept, Line: n.Line}
	if id, ok := n.Lookup("id"); ok {
		bare.SetAttr("id", id)
	}
	return bare
}

// Access is what may be done to one element.
type Access uint8

// The levels of access.
const (
	Denied Access = iota
	Readable
	Writable
)

// Visit calls visit for every element of a document with what the user may do to
// it, in document order.
func (r *Rights) Visit(root *xml.Node, visit func(n *xml.Node, a Access)) {
	each(root, r.marks(root), Denied, visit)
}

func each(n *xml.Node, marks map[*xml.Node]kind, a Access, visit func(*xml.Node, Access)) {
	switch k := marks[n]; {
	case k&deny != 0:
		a = Denied
	case k&write != 0:
		a = Writable
	case k&read != 0 && a != Writable:
		a = Readable
	}
	visit(n, a)
	for c := range n.Elements() {
		each(c, marks, a, visit)
	}
}
