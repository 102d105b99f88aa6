package xpath

import (
	"strings"

	"github.com/antchfx/xpath"

	"holdfast/cib/xml"
)

// navigator is the cursor that the library moves over a tree. Since nodes do
// not know their parents, it remembers the way it came: a list of places that is
// never changed, so that a copy of the cursor shares it.
type navigator struct {
	root *xml.Node
	at   *place // nil on the document above the root
	attr int    // which attribute of the element, -1 if on the node itself
}

// place is a node and where it stands among its siblings.
type place struct {
	node   *xml.Node
	index  int
	parent *place
}

func newNavigator(root *xml.Node) *navigator {
	return &navigator{root: root, attr: -1}
}

func (n *navigator) match() Match {
	if n.at == nil {
		return Match{}
	}
	m := Match{Node: n.at.node}
	depth := 0
	for p := n.at.parent; p != nil; p = p.parent {
		depth++
	}
	m.Path = make(xml.Path, depth)
	for p := n.at; p.parent != nil; p = p.parent {
		depth--
		m.Path[depth] = p.index
	}
	if n.attr >= 0 {
		m.Attr = n.at.node.Attrs[n.attr].Name
	}
	return m
}

// NodeType is part of xpath.NodeNavigator, as all below.
func (n *navigator) NodeType() xpath.NodeType {
	switch {
	case n.at == nil:
		return xpath.RootNode
	case n.attr >= 0:
		return xpath.AttributeNode
	case n.at.node.Kind == xml.Comment:
		return xpath.CommentNode
	case n.at.node.Kind == xml.Text:
		return xpath.TextNode
	}
	return xpath.ElementNode
}

func (n *navigator) name() (prefix, local string) {
	if n.at == nil {
		return "", ""
	}
	full := n.at.node.Name
	if n.attr >= 0 {
		full = n.at.node.Attrs[n.attr].Name
	}
	if i := strings.IndexByte(full, ':'); i >= 0 {
		return full[:i], full[i+1:]
	}
	return "", full
}

func (n *navigator) LocalName() string {
	_, local := n.name()
	return local
}

func (n *navigator) Prefix() string {
	prefix, _ := n.name()
	return prefix
}

func (n *navigator) Value() string {
	switch {
	case n.at == nil:
		return content(n.root)
	case n.attr >= 0:
		return n.at.node.Attrs[n.attr].Value
	}
	return content(n.at.node)
}

// content is the text in a node, of all that is below it.
func content(n *xml.Node) string {
	if n == nil || n.Kind != xml.Element {
		if n == nil {
			return ""
		}
		return n.Text
	}
	var b strings.Builder
	xml.Walk(n, func(c *xml.Node, _ xml.Path) bool {
		if c.Kind == xml.Text {
			b.WriteString(c.Text)
		}
		return true
	})
	return b.String()
}

func (n *navigator) Copy() xpath.NodeNavigator {
	c := *n
	return &c
}

func (n *navigator) MoveToRoot() { n.at, n.attr = nil, -1 }

func (n *navigator) MoveToParent() bool {
	switch {
	case n.at == nil:
		return false
	case n.attr >= 0:
		n.attr = -1
	default:
		n.at = n.at.parent
	}
	return true
}

func (n *navigator) MoveToNextAttribute() bool {
	if n.at == nil || n.at.node.Kind != xml.Element || n.attr+1 >= len(n.at.node.Attrs) {
		return false
	}
	n.attr++
	return true
}

func (n *navigator) MoveToChild() bool {
	switch {
	case n.at == nil:
		n.at = &place{node: n.root}
		return true
	case n.attr >= 0 || len(n.at.node.Children) == 0:
		return false
	}
	n.at = &place{node: n.at.node.Children[0], parent: n.at}
	return true
}

// sibling moves to the sibling with the given index.
func (n *navigator) sibling(index int) bool {
	if n.at == nil || n.attr >= 0 || n.at.parent == nil {
		return false
	}
	all := n.at.parent.node.Children
	if index < 0 || index >= len(all) {
		return false
	}
	n.at = &place{node: all[index], index: index, parent: n.at.parent}
	return true
}

func (n *navigator) MoveToFirst() bool {
	return n.at != nil && n.at.index > 0 && n.sibling(0)
}

func (n *navigator) MoveToNext() bool {
	return n.at != nil && n.sibling(n.at.index+1)
}

func (n *navigator) MoveToPrevious() bool {
	return n.at != nil && n.sibling(n.at.index-1)
}

func (n *navigator) MoveTo(other xpath.NodeNavigator) bool {
	o, ok := other.(*navigator)
	if !ok || o.root != n.root {
		return false
	}
	n.at, n.attr = o.at, o.attr
	return true
}
