package output

import (
	"bufio"
	"io"
	"strings"

	"holdfast/cib/xml"
)

// APIVersion is the version of the published schemas that our XML satisfies.
const APIVersion = "2.42"

// A Tree is the XML form under construction: elements are added to the
// innermost open one.
type Tree struct {
	root  *xml.Node
	open  []*xml.Node
	cdata map[*xml.Node]bool // elements whose text is written as a CDATA section
}

func newTree(c Config) Tree {
	root := xml.New("pacemaker-result", "api-version", APIVersion, "request", c.Request)
	if c.Legacy != "" {
		root = xml.New(c.Legacy, "version", Version)
	}
	return Tree{root: root, open: []*xml.Node{root}}
}

// Open begins an element; what follows goes into it until Close.
func (t *Tree) Open(name string, pairs ...string) *xml.Node {
	return t.OpenNode(xml.New(name, pairs...))
}

// OpenNode is Open for an element that has been made already.
func (t *Tree) OpenNode(n *xml.Node) *xml.Node {
	t.open = append(t.open, t.Add(n))
	return n
}

// Close ends the innermost element.
func (t *Tree) Close() { t.open = t.open[:len(t.open)-1] }

// CloseDropEmpty ends the innermost element and removes it if it has no content.
func (t *Tree) CloseDropEmpty() {
	n := t.top()
	t.Close()
	if len(n.Children) == 0 {
		parent := t.top()
		parent.Children = parent.Children[:len(parent.Children)-1]
	}
}

// Add adds an element, with what is below it, and returns it.
func (t *Tree) Add(n *xml.Node) *xml.Node {
	t.top().Add(n)
	return n
}

// Text adds an element with text in it.
func (t *Tree) Text(name, text string, pairs ...string) *xml.Node {
	return t.Add(xml.New(name, pairs...).Add(&xml.Node{Kind: xml.Text, Text: text}))
}

// CData adds an element whose text is written unescaped, in a CDATA section.
func (t *Tree) CData(name, text string, pairs ...string) *xml.Node {
	n := t.Text(name, text, pairs...)
	if t.cdata == nil {
		t.cdata = map[*xml.Node]bool{}
	}
	t.cdata[n] = true
	return n
}

func (t *Tree) top() *xml.Node { return t.open[len(t.open)-1] }

// write writes the document.
func (t *Tree) write(w io.Writer) {
	b := bufio.NewWriter(w)
	defer b.Flush()
	if len(t.cdata) == 0 {
		_ = xml.WriteIndented(b, t.root) // an error stays in b
		return
	}
	t.writeNode(b, t.root, 0)
}

// writeNode writes an element that may have CDATA sections below it.
func (t *Tree) writeNode(b *bufio.Writer, n *xml.Node, level int) {
	indent := strings.Repeat("  ", level)
	switch {
	case t.cdata[n]:
		head := strings.TrimSuffix(xml.New(n.Name, pairs(n)...).String(), "/>")
		b.WriteString(indent + head + "><![CDATA[" + splitCData(n.Children[0].Text) + "]]></" + n.Name + ">\n")
	case t.holdsCData(n):
		head := strings.TrimSuffix(xml.New(n.Name, pairs(n)...).String(), "/>")
		b.WriteString(indent + head + ">\n")
		for _, c := range n.Children {
			t.writeNode(b, c, level+1)
		}
		b.WriteString(indent + "</" + n.Name + ">\n")
	default:
		b.Write(xml.AppendIndented(nil, n, level))
	}
}

func (t *Tree) holdsCData(n *xml.Node) bool {
	for c := range n.Elements() {
		if t.cdata[c] || t.holdsCData(c) {
			return true
		}
	}
	return false
}

func pairs(n *xml.Node) []string {
	var p []string
	for _, a := range n.Attrs {
		p = append(p, a.Name, a.Value)
	}
	return p
}

// splitCData keeps text that contains the end mark of a CDATA section whole by
// dividing the mark between two sections.
func splitCData(text string) string {
	return strings.ReplaceAll(text, "]]>", "]]]]><![CDATA[>")
}
