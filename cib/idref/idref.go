// Package idref follows the id-ref attributes of a document: an element that
// says <nvpair id-ref="x"/> stands for the nvpair with id "x", wherever that is.
// It decides nothing else; an element without id-ref stands for itself.
package idref

import (
	"sync"

	"holdfast/cib/xml"
)

// Index finds elements of one document by their name and id. The document must
// not change while the index is used. It is built when it is first needed,
// because most documents hold no references; use from several goroutines is
// safe. A nil Index finds nothing.
type Index struct {
	root  *xml.Node
	once  sync.Once
	found map[key]*xml.Node
}

type key struct{ name, id string }

// New makes an index of the document under root.
func New(root *xml.Node) *Index { return &Index{root: root} }

// Find returns the first element, in document order, with the given element
// name and id; nil if there is none.
func (x *Index) Find(name, id string) *xml.Node {
	if x == nil {
		return nil
	}
	x.once.Do(func() {
		x.found = map[key]*xml.Node{}
		x.add(x.root)
	})
	return x.found[key{name, id}]
}

func (x *Index) add(n *xml.Node) {
	if n == nil {
		return
	}
	if id, ok := n.Lookup("id"); ok {
		k := key{n.Name, id}
		if x.found[k] == nil {
			x.found[k] = n
		}
	}
	for c := range n.Elements() {
		x.add(c)
	}
}

// Resolve returns the element that n stands for: n itself, or what its id-ref
// names; nil if that does not exist.
func (x *Index) Resolve(n *xml.Node) *xml.Node {
	ref, ok := n.Lookup("id-ref")
	if !ok {
		return n
	}
	return x.Find(n.Name, ref)
}
