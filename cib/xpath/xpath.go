// Package xpath evaluates XPath 1.0 over the trees of cib/xml and says where in
// the tree each match stands, so that a caller can edit there. It changes nothing.
//
// Elements and attributes have no namespaces here, only names that may have a
// prefix. The function id() finds the attribute of that name.
package xpath

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/antchfx/xpath"

	"holdfast/cib/xml"
)

// A Match is one node that an expression selected.
type Match struct {
	// Node is the element, comment or text; for an attribute, its element. It is
	// nil if the match is the document itself, the invisible parent of the root.
	Node *xml.Node
	// Path leads from the root to Node.
	Path xml.Path
	// Attr is the name of the attribute, "" if the match is none.
	Attr string
}

// Value returns the text of an attribute, a comment or a text node, and for an
// element the text in it.
func (m Match) Value() string {
	if m.Attr != "" {
		return m.Node.Attr(m.Attr)
	}
	return content(m.Node)
}

// An Expr is a compiled expression. It may be used by many goroutines at a time.
type Expr struct {
	text  string
	expr  *xpath.Expr
	nodes bool // whether the result is nodes, and not a number, a text or a truth value
}

// String returns the expression as it was written.
func (e *Expr) String() string { return e.text }

// cache keeps compiled expressions: tools and daemons use the same few again
// and again. It is emptied when it grows beyond maxCached, because some
// expressions carry an id and never come back.
var cache struct {
	sync.Mutex
	exprs map[string]*Expr
}

const maxCached = 256

// maxLength bounds what is compiled: the parser of expressions is recursive.
const maxLength = 16 << 10

// Compile parses an expression.
func Compile(text string) (e *Expr, err error) {
	cache.Lock()
	e = cache.exprs[text]
	cache.Unlock()
	if e != nil {
		return e, nil
	}
	if len(text) > maxLength {
		return nil, fmt.Errorf("XPath expression of %d bytes is longer than %d", len(text), maxLength)
	}
	if e, err = compile(text); err != nil {
		return nil, err
	}
	cache.Lock()
	defer cache.Unlock()
	if cache.exprs == nil || len(cache.exprs) >= maxCached {
		cache.exprs = make(map[string]*Expr, maxCached)
	}
	cache.exprs[text] = e
	return e, nil
}

func compile(text string) (e *Expr, err error) {
	// The library panics on some malformed expressions.
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("XPath expression %q: %v", text, r)
		}
	}()
	expanded, err := expandIDs(text)
	if err != nil {
		return nil, fmt.Errorf("XPath expression %q: %w", text, err)
	}
	x, err := xpath.Compile(expanded)
	if err != nil {
		return nil, fmt.Errorf("XPath expression %q: %w", text, err)
	}
	// Evaluate changes the expression, so this must be done before it is shared.
	_, nodes := x.Evaluate(newNavigator(xml.New("probe"))).(*xpath.NodeIterator)
	return &Expr{text, x, nodes}, nil
}

// Select returns the nodes below (and including) root that the expression
// selects, in document order, each once. An expression whose result is a number,
// a string or a truth value selects nothing.
func (e *Expr) Select(root *xml.Node) (matches []Match, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("XPath expression %q: %v", e.text, r)
		}
	}()
	if !e.nodes {
		return nil, nil
	}
	iter := e.expr.Select(newNavigator(root)) // of a copy of the expression
	for iter.MoveNext() {
		matches = append(matches, iter.Current().(*navigator).match())
	}
	slices.SortStableFunc(matches, compare)
	return slices.CompactFunc(matches, func(a, b Match) bool { return compare(a, b) == 0 }), nil
}

// compare orders matches as they stand in the document; attributes of one
// element stand in their order there, after the element.
func compare(a, b Match) int {
	if c := a.Path.Compare(b.Path); c != 0 {
		return c
	}
	return attrIndex(a) - attrIndex(b)
}

func attrIndex(m Match) int {
	if m.Node == nil {
		return -2 // the document stands before its root
	}
	return slices.IndexFunc(m.Node.Attrs, func(a xml.Attr) bool { return a.Name == m.Attr })
}

// Find compiles the expression and selects with it.
func Find(root *xml.Node, text string) ([]Match, error) {
	e, err := Compile(text)
	if err != nil {
		return nil, err
	}
	return e.Select(root)
}

// Quote returns text as a string literal of XPath 1.0, which has no escapes:
// text with both kinds of quotes becomes a call of concat.
func Quote(text string) string {
	switch {
	case !strings.Contains(text, "'"):
		return "'" + text + "'"
	case !strings.Contains(text, `"`):
		return `"` + text + `"`
	}
	return "concat('" + strings.ReplaceAll(text, "'", `',"'",'`) + "')"
}

// ElementPath returns the expression that patchsets use for the element at a
// path: names, with the id where an element has one.
func ElementPath(root *xml.Node, p xml.Path) string {
	var b strings.Builder
	n := root
	appendStep(&b, n)
	for _, i := range p {
		n = n.Children[i]
		appendStep(&b, n)
	}
	return b.String()
}

func appendStep(b *strings.Builder, n *xml.Node) {
	b.WriteByte('/')
	b.WriteString(StepName(n))
	if id, ok := n.Lookup("id"); ok {
		b.WriteString("[@id='")
		b.WriteString(id)
		b.WriteString("']")
	}
}

// StepName returns how a node is called in a path: an element by its name,
// others by their kind.
func StepName(n *xml.Node) string {
	switch n.Kind {
	case xml.Comment:
		return "comment"
	case xml.Text:
		return "text"
	}
	return n.Name
}
