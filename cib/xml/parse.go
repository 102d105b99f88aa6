package xml

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// MaxDepth is the deepest nesting of elements that Parse accepts, so that
// recursive walks of a tree cannot exhaust the stack.
const MaxDepth = 1024

// A SyntaxError says where a document stops being well-formed, and why.
type SyntaxError struct {
	Line, Column int // from 1; the column counts bytes
	Msg          string
}

func (e *SyntaxError) Error() string {
	return fmt.Sprintf("line %d, column %d: %s", e.Line, e.Column, e.Msg)
}

// Parse reads a document and returns its root element. Text that is only white
// space is dropped, comments inside the root are kept, processing instructions
// and anything outside the root are dropped. Document type declarations are
// refused: nothing here needs them, and they are a way to attack a parser.
// The error is a *SyntaxError.
func Parse(data []byte) (*Node, error) {
	return ParseString(string(data))
}

// ParseString is Parse without the copy of the input: the tree's strings are
// slices of text.
func ParseString(text string) (*Node, error) {
	text, err := decode(text)
	if err != nil {
		return nil, err
	}
	p := parser{s: text, line: 1}
	if err := p.document(); err != nil {
		return nil, err
	}
	return p.root, nil
}

// parser is the state of one run over the input. Errors are raised by fail and
// travel through the boolean results: false means p.err is set.
type parser struct {
	s    string
	i    int // the next byte to read
	err  *SyntaxError
	root *Node

	line   int // of the byte at lineAt
	lineAt int

	arena
	open  []frame // elements begun and not ended
	kids  []*Node // finished children of all open elements, outermost first
	attrs []Attr  // of the start tag being read
}

type frame struct {
	node *Node
	kids int // where the children of node begin in parser.kids
}

func (p *parser) fail(at int, format string, args ...any) bool {
	p.err = newError(p.s, at, fmt.Sprintf(format, args...))
	return false
}

func newError(s string, at int, msg string) *SyntaxError {
	at = min(at, len(s))
	return &SyntaxError{
		Line:   1 + strings.Count(s[:at], "\n"),
		Column: at - strings.LastIndexByte(s[:at], '\n'),
		Msg:    msg,
	}
}

func (p *parser) document() error {
	if !p.prolog() || !p.content() || !p.epilog() {
		return p.err
	}
	return nil
}

// prolog skips what may stand before the root's start tag.
func (p *parser) prolog() bool {
	if strings.HasPrefix(p.s, "<?xml") && len(p.s) > 5 && isSpace(p.s[5]) {
		end := strings.Index(p.s, "?>")
		if end < 0 {
			return p.fail(0, "the XML declaration is not closed with \"?>\"")
		}
		p.i = end + 2
	}
	if !p.misc() {
		return false
	}
	if p.i >= len(p.s) {
		return p.fail(p.i, "the document has no root element")
	}
	if p.s[p.i] != '<' || strings.HasPrefix(p.s[p.i:], "<!") {
		return p.fail(p.i, "Start tag expected, '<' not found")
	}
	return true
}

// epilog accepts comments and processing instructions after the root.
func (p *parser) epilog() bool {
	if !p.misc() {
		return false
	}
	if p.i < len(p.s) {
		return p.fail(p.i, "there is something after the end of the root element")
	}
	return true
}

// misc skips white space, comments and processing instructions.
func (p *parser) misc() bool {
	for {
		p.skipSpace()
		rest := p.s[p.i:]
		switch {
		case strings.HasPrefix(rest, "<!--"):
			if _, ok := p.comment(); !ok {
				return false
			}
		case strings.HasPrefix(rest, "<?"):
			if !p.instruction() {
				return false
			}
		case strings.HasPrefix(rest, "<!DOCTYPE"):
			return p.fail(p.i, "document type declarations are not accepted")
		default:
			return true
		}
	}
}

// content reads from the root's start tag to its end tag.
func (p *parser) content() bool {
	for {
		if p.i >= len(p.s) {
			return p.unclosed()
		}
		if p.s[p.i] != '<' {
			if !p.text() {
				return false
			}
			continue
		}
		if ok := p.markup(); !ok {
			return false
		}
		if len(p.open) == 0 {
			return true
		}
	}
}

func (p *parser) unclosed() bool {
	n := p.open[len(p.open)-1].node
	return p.fail(p.i, "element %s of line %d is not closed", n.Name, n.Line)
}

// markup reads one thing that begins with "<" inside the root, or the root's
// start tag.
func (p *parser) markup() bool {
	rest := p.s[p.i:]
	if len(rest) > 1 && rest[1] != '!' && rest[1] != '?' {
		if rest[1] == '/' && len(p.open) > 0 {
			return p.endTag()
		}
		return p.startTag()
	}
	switch {
	case strings.HasPrefix(rest, "<!--"):
		line := p.lineOf(p.i)
		text, ok := p.comment()
		if ok {
			n := p.newNode()
			n.Kind, n.Text, n.Line = Comment, text, line
			p.kids = append(p.kids, n)
		}
		return ok
	case strings.HasPrefix(rest, "<![CDATA["):
		return p.text()
	case strings.HasPrefix(rest, "<?"):
		return p.instruction()
	}
	return p.fail(p.i, "unexpected markup after \"<\"")
}

func (p *parser) startTag() bool {
	at := p.i
	p.i++
	name, ok := p.name("element")
	if !ok {
		return false
	}
	if len(p.open) >= MaxDepth {
		return p.fail(at, "elements are nested deeper than %d", MaxDepth)
	}
	n := p.newNode()
	n.Name, n.Line = name, p.lineOf(at)
	p.attrs = p.roomForAttrs()
	for {
		spaced := p.skipSpace()
		if p.i >= len(p.s) {
			return p.fail(at, "the start tag of element %s is not closed", name)
		}
		switch c := p.s[p.i]; {
		case c == '>':
			p.i++
			n.Attrs = p.keepAttrs(p.attrs)
			p.open = append(p.open, frame{n, len(p.kids)})
			return true
		case c == '/':
			if !strings.HasPrefix(p.s[p.i:], "/>") {
				return p.fail(p.i, "expected \">\" after \"/\" in the tag of element %s", name)
			}
			p.i += 2
			n.Attrs = p.keepAttrs(p.attrs)
			p.finish(n)
			return true
		case !spaced:
			return p.fail(p.i, "attributes of element %s must be separated by white space", name)
		}
		if !p.attribute(n) {
			return false
		}
	}
}

func (p *parser) attribute(n *Node) bool {
	at := p.i
	name, ok := p.name("attribute")
	if !ok {
		return false
	}
	p.skipSpace()
	if p.i >= len(p.s) || p.s[p.i] != '=' {
		return p.fail(p.i, "attribute %s of element %s has no value", name, n.Name)
	}
	p.i++
	p.skipSpace()
	if p.i >= len(p.s) || p.s[p.i] != '"' && p.s[p.i] != '\'' {
		return p.fail(p.i, "the value of attribute %s must be in quotes", name)
	}
	value, ok := p.value(name)
	if !ok {
		return false
	}
	for i := range p.attrs {
		if p.attrs[i].Name == name {
			return p.fail(at, "attribute %s appears twice in element %s", name, n.Name)
		}
	}
	p.attrs = append(p.attrs, Attr{name, value})
	return true
}

func (p *parser) endTag() bool {
	at := p.i
	p.i += 2
	f := p.open[len(p.open)-1]
	name, ok := p.name("element")
	if !ok {
		return false
	}
	if name != f.node.Name {
		return p.fail(at, "element %s of line %d is closed as %s", f.node.Name, f.node.Line, name)
	}
	p.skipSpace()
	if p.i >= len(p.s) || p.s[p.i] != '>' {
		return p.fail(p.i, "the end tag of element %s is not closed", name)
	}
	p.i++
	f.node.Children = p.keepNodes(p.kids[f.kids:])
	p.kids = p.kids[:f.kids]
	p.open = p.open[:len(p.open)-1]
	p.finish(f.node)
	return true
}

// finish puts a complete element where it belongs.
func (p *parser) finish(n *Node) {
	if len(p.open) == 0 {
		p.root = n
		return
	}
	p.kids = append(p.kids, n)
}

// lineOf returns the line of offset at. Offsets must not decrease from call to
// call, so that the whole costs one pass over the input.
func (p *parser) lineOf(at int) int32 {
	p.line += strings.Count(p.s[p.lineAt:at], "\n")
	p.lineAt = at
	return int32(p.line)
}

func (p *parser) skipSpace() bool {
	s, i := p.s, p.i
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	skipped := i > p.i
	p.i = i
	return skipped
}

func isSpace(c byte) bool { return c == ' ' || c == '\n' || c == '\t' || c == '\r' }

// name reads a name; what says of which kind of thing, for the error.
func (p *parser) name(what string) (string, bool) {
	s, start, i := p.s, p.i, p.i
	for i < len(s) && class[s[i]]&nameByte != 0 {
		i++
	}
	p.i = i
	if p.i < len(p.s) && p.s[p.i] >= utf8.RuneSelf || start < p.i && p.s[start] >= utf8.RuneSelf {
		return p.wideName(start, what)
	}
	if start == p.i || class[p.s[start]]&nameStart == 0 {
		return "", p.fail(start, "expected the name of an %s", what)
	}
	return p.s[start:p.i], true
}

// wideName reads a name that has characters outside ASCII.
func (p *parser) wideName(start int, what string) (string, bool) {
	p.i = start
	for p.i < len(p.s) {
		r, size := utf8.DecodeRuneInString(p.s[p.i:])
		if !isNameRune(r, p.i == start) {
			break
		}
		p.i += size
	}
	if start == p.i {
		return "", p.fail(start, "expected the name of an %s", what)
	}
	return p.s[start:p.i], true
}
