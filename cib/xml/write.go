package xml

import (
	"io"
	"strings"
	"sync"
)

// String returns the node and what is below it on one line.
func (n *Node) String() string { return string(AppendCompact(nil, n)) }

// Indented returns the node and what is below it in the form of Pacemaker's
// tools: one element a line, two blanks per level, a newline at the end.
func (n *Node) Indented() string {
	var text strings.Builder
	text.Grow(indentedSize(n, 0))
	_ = WriteIndented(&text, n) // which never fails
	return text.String()
}

// indentedSize is how long a node is when indented, if nothing in it has to be
// escaped.
func indentedSize(n *Node, level int) int {
	size := 2*level + 2*len(n.Name) + len(n.Text) + len("</>") + len("<>\n")
	for i := range n.Attrs {
		size += len(n.Attrs[i].Name) + len(n.Attrs[i].Value) + len(` =""`)
	}
	if len(n.Children) > 0 {
		size += 2*level + 1
	}
	for _, c := range n.Children {
		size += indentedSize(c, level+1)
	}
	return size
}

// WriteIndented writes what Indented returns, without making the whole of it.
func WriteIndented(out io.Writer, n *Node) error {
	w := writers.Get().(*writer)
	defer writers.Put(w)
	w.begin(out)
	w.indented(n, 0)
	return w.end()
}

// chunk is how much is gathered before it is written.
const chunk = 16 << 10

// writer gathers text, and writes it if it has where to.
type writer struct {
	b   []byte
	out io.Writer // nil: all stays in b
	err error     // the first of out
}

// writers are used again: digests of operations write thousands of small things.
var writers = sync.Pool{New: func() any { return &writer{b: make([]byte, 0, chunk+chunk/4)} }}

func (w *writer) begin(out io.Writer) { w.out, w.err = out, nil }

// end writes the rest, and lets go of where to.
func (w *writer) end() error {
	w.flush()
	w.out = nil
	return w.err
}

// makeRoom writes what was gathered if that is much.
func (w *writer) makeRoom() {
	if w.out != nil && len(w.b) >= chunk {
		w.flush()
	}
}

func (w *writer) flush() {
	if w.err == nil {
		_, w.err = w.out.Write(w.b)
	}
	w.b = w.b[:0]
}

// AppendCompact appends the node without any white space between elements.
func AppendCompact(b []byte, n *Node) []byte {
	return plain.Append(b, n)
}

// A Form is a compact way of writing that leaves something out, as digests want it.
type Form struct {
	DropText bool                   // leave out text (comments stay)
	DropAttr func(name string) bool // leave out these attributes; nil means none

	// Escape appends an attribute value in another spelling than usual, if set.
	Escape func(b []byte, value string) []byte
}

var plain Form

// Append appends the node in this form.
func (f Form) Append(b []byte, n *Node) []byte {
	w := writer{b: b}
	w.compact(&f, n)
	return w.b
}

// Write writes what Append appends, without making the whole of it.
func (f Form) Write(out io.Writer, n *Node) error {
	w := writers.Get().(*writer)
	defer writers.Put(w)
	w.begin(out)
	w.compact(&f, n)
	return w.end()
}

func (w *writer) compact(f *Form, n *Node) {
	switch {
	case n.Kind == Text && f.DropText:
		return
	case n.Kind == Text:
		w.b = appendEscaped(w.b, n.Text, false)
		return
	case n.Kind == Comment:
		w.b = appendComment(w.b, n)
		return
	}
	w.makeRoom()
	w.b = f.appendStart(w.b, n)
	if len(n.Children) == 0 {
		w.b = append(w.b, "/>"...)
		return
	}
	w.b = append(w.b, '>')
	for _, c := range n.Children {
		w.compact(f, c)
	}
	w.b = appendEnd(w.b, n)
}

// AppendIndented appends the node as lines that begin at the given level.
// An element that has text is written on one line, because white space added
// to it would become part of the text.
func AppendIndented(b []byte, n *Node, level int) []byte {
	if b == nil {
		b = make([]byte, 0, indentedSize(n, level))
	}
	w := writer{b: b}
	w.indented(n, level)
	return w.b
}

func (w *writer) indented(n *Node, level int) {
	w.makeRoom()
	w.b = appendIndent(w.b, level)
	switch {
	case n.Kind == Text:
		w.b = appendEscaped(w.b, n.Text, false)
	case n.Kind == Comment:
		w.b = appendComment(w.b, n)
	case len(n.Children) == 0:
		w.b = append(plain.appendStart(w.b, n), "/>"...)
	case hasText(n):
		w.b = AppendCompact(w.b, n)
	default:
		w.b = append(plain.appendStart(w.b, n), ">\n"...)
		for _, c := range n.Children {
			w.indented(c, level+1)
		}
		w.b = appendEnd(appendIndent(w.b, level), n)
	}
	w.b = append(w.b, '\n')
}

// appendStart appends the start tag up to, and without, its end.
func (f *Form) appendStart(b []byte, n *Node) []byte {
	b = append(b, '<')
	b = append(b, n.Name...)
	for i := range n.Attrs {
		a := &n.Attrs[i]
		if f.DropAttr != nil && f.DropAttr(a.Name) {
			continue
		}
		b = append(b, ' ')
		b = append(b, a.Name...)
		b = append(b, '=', '"')
		if f.Escape != nil {
			b = f.Escape(b, a.Value)
		} else {
			b = appendEscaped(b, a.Value, true)
		}
		b = append(b, '"')
	}
	return b
}

func appendEnd(b []byte, n *Node) []byte {
	b = append(b, "</"...)
	b = append(b, n.Name...)
	return append(b, '>')
}

func appendComment(b []byte, n *Node) []byte {
	b = append(b, "<!--"...)
	b = append(b, n.Text...)
	return append(b, "-->"...)
}

func hasText(n *Node) bool {
	for _, c := range n.Children {
		if c.Kind == Text {
			return true
		}
	}
	return false
}

const blanks = "                                "

func appendIndent(b []byte, level int) []byte {
	n := 2 * level
	for n > len(blanks) {
		b = append(b, blanks...)
		n -= len(blanks)
	}
	return append(b, blanks[:n]...)
}

// EscapeAttr returns text as it is written inside the quotes of an attribute.
func EscapeAttr(text string) string { return string(appendEscaped(nil, text, true)) }

// EscapeText returns text as it is written between tags.
func EscapeText(text string) string { return string(appendEscaped(nil, text, false)) }

// appendEscaped escapes what would be read back as something else: markup
// everywhere, and in attributes also quotes and white space other than blanks.
// The spellings are Pacemaker's, because digests are taken of them.
func appendEscaped(b []byte, s string, attr bool) []byte {
	start := 0
	for i := escapedAt(s, 0); i < len(s); i = escapedAt(s, i+1) {
		c := s[i]
		if !attr && (c == '"' || c == '\n' || c == '\t') {
			continue
		}
		b = append(b, s[start:i]...)
		b = appendReference(b, c)
		start = i + 1
	}
	return append(b, s[start:]...)
}

func appendReference(b []byte, c byte) []byte {
	const hex = "0123456789ABCDEF"
	switch c {
	case '&':
		return append(b, "&amp;"...)
	case '<':
		return append(b, "&lt;"...)
	case '>':
		return append(b, "&gt;"...)
	case '"':
		return append(b, "&quot;"...)
	}
	return append(b, '&', '#', 'x', hex[c>>4], hex[c&15], ';')
}

// Valid reports whether text may stand in a document at all: well-formed UTF-8
// without control characters. Whoever takes text from outside into a tree
// checks it with this, since the writers do not.
func Valid(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !isChar(r) }) < 0 && strings.ToValidUTF8(text, "") == text
}
