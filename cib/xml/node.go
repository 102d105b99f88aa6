// Package xml is the document tree under the CIB: elements with their
// attributes in order, comments and text, read and written without loss.
//
// It knows nothing of clusters. A tree that has been handed to somebody else
// is never changed afterwards: nodes carry no parent pointer, so that a new
// version of a document can share every unchanged subtree with the old one
// (see Edit). Comparing two versions may therefore skip subtrees that are the
// same pointer.
package xml

import "iter"

// Kind says what a Node is. The zero value is an element.
type Kind uint8

// The kinds of nodes that a document keeps.
const (
	Element Kind = iota
	Comment
	Text
)

// Attr is one attribute of an element, its value unescaped.
type Attr struct {
	Name, Value string
}

// A Node is an element, a comment or a run of text. Whoever creates a node owns
// it and may change it until it becomes part of a shared tree.
type Node struct {
	Kind     Kind
	Name     string  // elements: the name as written
	Text     string  // comments and text: the content, unescaped
	Attrs    []Attr  // in document order; names are unique
	Children []*Node // in document order
	Line     int32   // where it began in the source, from 1; 0 when made in memory
}

// New makes an element with the given attributes, as name, value pairs.
func New(name string, pairs ...string) *Node {
	n := &Node{Name: name, Attrs: make([]Attr, 0, len(pairs)/2)}
	for i := 0; i+1 < len(pairs); i += 2 {
		n.Attrs = append(n.Attrs, Attr{pairs[i], pairs[i+1]})
	}
	return n
}

// Attr returns the value of an attribute, "" if the element has none such.
func (n *Node) Attr(name string) string {
	v, _ := n.Lookup(name)
	return v
}

// Lookup returns the value of an attribute and whether the element has it.
// It may be called on a nil node, which has no attributes.
func (n *Node) Lookup(name string) (string, bool) {
	if n == nil {
		return "", false
	}
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			return n.Attrs[i].Value, true
		}
	}
	return "", false
}

// ID returns the element's "id" attribute.
func (n *Node) ID() string { return n.Attr("id") }

// Elements yields the child elements in document order. A nil node has none.
func (n *Node) Elements() iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		if n == nil {
			return
		}
		for _, c := range n.Children {
			if c.Kind == Element && !yield(c) {
				return
			}
		}
	}
}

// All yields the child elements with the given name in document order.
func (n *Node) All(name string) iter.Seq[*Node] {
	return func(yield func(*Node) bool) {
		for c := range n.Elements() {
			if c.Name == name && !yield(c) {
				return
			}
		}
	}
}

// Child returns the first child element with the given name, nil if none.
func (n *Node) Child(name string) *Node {
	for c := range n.All(name) {
		return c
	}
	return nil
}

// Find follows a path of child element names from n; nil if it leads nowhere.
func (n *Node) Find(path ...string) *Node {
	for _, name := range path {
		if n = n.Child(name); n == nil {
			return nil
		}
	}
	return n
}

// SetAttr sets an attribute, keeping its place if it exists. The caller must
// own the node.
func (n *Node) SetAttr(name, value string) {
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			n.Attrs[i].Value = value
			return
		}
	}
	n.Attrs = append(n.Attrs, Attr{name, value})
}

// DelAttr removes an attribute and reports whether it was there. The caller
// must own the node.
func (n *Node) DelAttr(name string) bool {
	for i := range n.Attrs {
		if n.Attrs[i].Name == name {
			n.Attrs = append(n.Attrs[:i:i], n.Attrs[i+1:]...)
			return true
		}
	}
	return false
}

// Add appends children and returns n. The caller must own n.
func (n *Node) Add(children ...*Node) *Node {
	n.Children = append(n.Children, children...)
	return n
}

// Copy returns a shallow copy that the caller owns: its own attribute and child
// lists, the same children.
func (n *Node) Copy() *Node {
	c := *n
	c.Attrs = append([]Attr(nil), n.Attrs...)
	c.Children = append([]*Node(nil), n.Children...)
	return &c
}

// Clone returns a deep copy that the caller owns.
func (n *Node) Clone() *Node {
	c := n.Copy()
	for i, child := range c.Children {
		c.Children[i] = child.Clone()
	}
	return c
}
