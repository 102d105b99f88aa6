package xml

import "strings"

// String returns the node and what is below it on one line.
func (n *Node) String() string { return string(AppendCompact(nil, n)) }

// Indented returns the node and what is below it in the form of Pacemaker's
// tools: one element a line, two blanks per level, a newline at the end.
func (n *Node) Indented() string { return string(AppendIndented(nil, n, 0)) }

// AppendCompact appends the node without any white space between elements.
func AppendCompact(b []byte, n *Node) []byte {
	return Form{}.Append(b, n)
}

// A Form is a compact way of writing that leaves something out, as digests want it.
type Form struct {
	DropText bool                   // leave out text (comments stay)
	DropAttr func(name string) bool // leave out these attributes; nil means none

	// Escape appends an attribute value in another spelling than usual, if set.
	Escape func(b []byte, value string) []byte
}

// Append appends the node in this form.
func (f Form) Append(b []byte, n *Node) []byte {
	switch n.Kind {
	case Text:
		if f.DropText {
			return b
		}
		return appendEscaped(b, n.Text, false)
	case Comment:
		return appendComment(b, n)
	}
	b = f.appendStart(b, n)
	if len(n.Children) == 0 {
		return append(b, "/>"...)
	}
	b = append(b, '>')
	for _, c := range n.Children {
		b = f.Append(b, c)
	}
	return appendEnd(b, n)
}

// AppendIndented appends the node as lines that begin at the given level.
// An element that has text is written on one line, because white space added
// to it would become part of the text.
func AppendIndented(b []byte, n *Node, level int) []byte {
	b = appendIndent(b, level)
	switch {
	case n.Kind == Text:
		b = appendEscaped(b, n.Text, false)
	case n.Kind == Comment:
		b = appendComment(b, n)
	case len(n.Children) == 0:
		b = append(Form{}.appendStart(b, n), "/>"...)
	case hasText(n):
		b = AppendCompact(b, n)
	default:
		b = append(Form{}.appendStart(b, n), ">\n"...)
		for _, c := range n.Children {
			b = AppendIndented(b, c, level+1)
		}
		b = appendEnd(appendIndent(b, level), n)
	}
	return append(b, '\n')
}

// appendStart appends the start tag up to, and without, its end.
func (f Form) appendStart(b []byte, n *Node) []byte {
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
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '&' && c != '<' && c != '>' && c != '"' && c != 0x7f {
			continue
		}
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
