package xml

import "strings"

// String returns the node and what is below it on one line.
func (n *Node) String() string { return string(AppendCompact(nil, n)) }

// Indented returns the node and what is below it in the form of Pacemaker's
// tools: one element a line, two blanks per level, a newline at the end.
func (n *Node) Indented() string { return string(AppendIndented(nil, n, 0)) }

// AppendCompact appends the node without any white space between elements.
func AppendCompact(b []byte, n *Node) []byte {
	switch n.Kind {
	case Text:
		return appendEscaped(b, n.Text, false)
	case Comment:
		return appendComment(b, n)
	}
	b = appendStart(b, n)
	if len(n.Children) == 0 {
		return append(b, "/>"...)
	}
	b = append(b, '>')
	for _, c := range n.Children {
		b = AppendCompact(b, c)
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
		b = append(appendStart(b, n), "/>"...)
	case hasText(n):
		b = AppendCompact(b, n)
	default:
		b = append(appendStart(b, n), ">\n"...)
		for _, c := range n.Children {
			b = AppendIndented(b, c, level+1)
		}
		b = appendEnd(appendIndent(b, level), n)
	}
	return append(b, '\n')
}

// AppendStart appends the start tag with ">" or, for an element without
// children, "/>".
func appendStart(b []byte, n *Node) []byte {
	b = append(b, '<')
	b = append(b, n.Name...)
	for i := range n.Attrs {
		a := &n.Attrs[i]
		b = append(b, ' ')
		b = append(b, a.Name...)
		b = append(b, '=', '"')
		b = appendEscaped(b, a.Value, true)
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
func appendEscaped(b []byte, s string, attr bool) []byte {
	start := 0
	for i := range len(s) {
		c := s[i]
		if c >= ' ' && c != '&' && c != '<' && c != '>' && c != '"' {
			continue
		}
		e := escape(c, attr)
		if e == "" {
			continue
		}
		b = append(b, s[start:i]...)
		b = append(b, e...)
		start = i + 1
	}
	return append(b, s[start:]...)
}

func escape(c byte, attr bool) string {
	switch c {
	case '&':
		return "&amp;"
	case '<':
		return "&lt;"
	case '>':
		return "&gt;"
	case '\r':
		return "&#13;"
	}
	if attr {
		switch c {
		case '"':
			return "&quot;"
		case '\n':
			return "&#10;"
		case '\t':
			return "&#9;"
		}
	}
	return ""
}

// Valid reports whether text may stand in a document at all: well-formed UTF-8
// without control characters. Whoever takes text from outside into a tree
// checks it with this, since the writers do not.
func Valid(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return !isChar(r) }) < 0 && strings.ToValidUTF8(text, "") == text
}
