package xml

import "slices"

// A Path leads from a root to a node: the index in Children at each level. The
// empty path is the root itself.
type Path []int

// At returns the node that the path leads to from root, nil if it leads nowhere.
func (p Path) At(root *Node) *Node {
	n := root
	for _, i := range p {
		if n == nil || i < 0 || i >= len(n.Children) {
			return nil
		}
		n = n.Children[i]
	}
	return n
}

// Child returns a new path that is one step longer.
func (p Path) Child(i int) Path {
	return append(p[:len(p):len(p)], i)
}

// Parent returns the path without its last step; the root has no parent.
func (p Path) Parent() Path { return p[:len(p)-1] }

// Compare orders paths as their nodes stand in a document.
func (p Path) Compare(q Path) int { return slices.Compare(p, q) }

// An Editor makes a new version of a shared tree by copying only the nodes on
// the way to a change. The original is left as it was.
type Editor struct {
	root  *Node
	owned map[*Node]struct{}
}

// Edit begins a new version of the tree below root.
func Edit(root *Node) *Editor {
	return &Editor{root: root, owned: map[*Node]struct{}{}}
}

// Root returns the tree as edited so far. It is shared from then on: the next
// change copies again.
func (e *Editor) Root() *Node {
	clear(e.owned)
	return e.root
}

// Peek returns the tree as edited so far, to look at and not to keep.
func (e *Editor) Peek() *Node { return e.root }

// Own returns the node at the path, made the editor's own together with all
// above it: the caller may change its attributes and its list of children, but
// not the children. It returns nil if the path leads nowhere.
func (e *Editor) Own(p Path) *Node {
	if p.At(e.root) == nil {
		return nil
	}
	e.root = e.own(e.root)
	n := e.root
	for _, i := range p {
		n.Children[i] = e.own(n.Children[i])
		n = n.Children[i]
	}
	return n
}

func (e *Editor) own(n *Node) *Node {
	if _, ok := e.owned[n]; ok {
		return n
	}
	c := n.Copy()
	e.owned[c] = struct{}{}
	return c
}

// Set puts n in place of the node at the path.
func (e *Editor) Set(p Path, n *Node) {
	if len(p) == 0 {
		e.root = n
		return
	}
	e.Own(p.Parent()).Children[p[len(p)-1]] = n
}

// Insert makes n the child number i of the node at the path; any index past the
// end, and any negative one, means at the end.
func (e *Editor) Insert(parent Path, i int, n *Node) {
	owner := e.Own(parent)
	if i < 0 || i > len(owner.Children) {
		i = len(owner.Children)
	}
	owner.Children = slices.Insert(owner.Children, i, n)
}

// Remove takes the node at the path out of its parent. The root stays.
func (e *Editor) Remove(p Path) {
	if len(p) == 0 {
		return
	}
	owner, i := e.Own(p.Parent()), p[len(p)-1]
	owner.Children = slices.Delete(owner.Children, i, i+1)
}
