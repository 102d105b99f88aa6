package xml

import (
	"strconv"
	"strings"
)

// value reads an attribute value in quotes. White space inside becomes blanks,
// as XML 1.0 section 3.3.3 asks for; references to it do not.
func (p *parser) value(name string) (string, bool) {
	quote := p.s[p.i]
	start := p.i + 1
	end := specialAt(p.s, start, quote)
	switch {
	case end == len(p.s):
		return "", p.fail(start-1, "the value of attribute %s is not closed", name)
	case p.s[end] == quote:
		p.i = end + 1
		return p.s[start:end], true
	}
	p.i = end
	return p.slowValue(name, start, quote)
}

// slowValue goes on with a value at the first byte that must not be taken as it is.
func (p *parser) slowValue(name string, start int, quote byte) (string, bool) {
	b := append(make([]byte, 0, p.i-start+32), p.s[start:p.i]...)
	for p.i < len(p.s) {
		switch c := p.s[p.i]; {
		case c == quote:
			p.i++
			return string(b), true
		case c == '<':
			return "", p.fail(p.i, "\"<\" in the value of attribute %s must be written as &lt;", name)
		case c == '&':
			var ok bool
			if b, ok = p.reference(b); !ok {
				return "", false
			}
			continue
		case c == '\r' && p.i+1 < len(p.s) && p.s[p.i+1] == '\n':
			// The pair is one line end; the newline gives the blank.
		case c == '\n' || c == '\t' || c == '\r':
			b = append(b, ' ')
		case c < ' ':
			return "", p.badByte(c)
		default:
			b = append(b, c)
		}
		p.i++
	}
	return "", p.fail(start-1, "the value of attribute %s is not closed", name)
}

func (p *parser) badByte(c byte) bool {
	return p.fail(p.i, "control character %#02x is not allowed in a document", c)
}

// text reads a run of text and CDATA sections and keeps it unless it is blank.
func (p *parser) text() bool {
	start := p.i
	for p.i < len(p.s) && isSpace(p.s[p.i]) {
		p.i++
	}
	if p.i < len(p.s) && p.s[p.i] == '<' && !strings.HasPrefix(p.s[p.i:], "<![CDATA[") {
		return true // white space between elements, by far the most frequent
	}
	p.i = start
	line := p.lineOf(start)
	text, ok := p.run()
	if !ok {
		return false
	}
	if strings.Trim(text, " \t\r\n") != "" {
		n := p.newNode()
		n.Kind, n.Text, n.Line = Text, text, line
		p.kids = append(p.kids, n)
	}
	return true
}

// run returns the text up to the next tag, comment or instruction.
func (p *parser) run() (string, bool) {
	var b []byte
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch {
		case c == '<':
			if !strings.HasPrefix(p.s[p.i:], "<![CDATA[") {
				return string(b), true
			}
			var ok bool
			if b, ok = p.cdata(b); !ok {
				return "", false
			}
			continue
		case c == '&':
			var ok bool
			if b, ok = p.reference(b); !ok {
				return "", false
			}
			continue
		case c == ']' && strings.HasPrefix(p.s[p.i:], "]]>"):
			return "", p.fail(p.i, "\"]]>\" is not allowed in text")
		case c == '\r':
			if !strings.HasPrefix(p.s[p.i:], "\r\n") {
				b = append(b, '\n')
			}
		case c < ' ' && !isSpace(c):
			return "", p.badByte(c)
		default:
			b = append(b, c)
		}
		p.i++
	}
	return string(b), true
}

func (p *parser) cdata(b []byte) ([]byte, bool) {
	start := p.i + len("<![CDATA[")
	n := strings.Index(p.s[start:], "]]>")
	if n < 0 {
		return nil, p.fail(p.i, "the CDATA section is not closed")
	}
	text, ok := p.plain(start, start+n)
	p.i = start + n + len("]]>")
	return append(b, text...), ok
}

// plain returns the bytes of a comment or CDATA section with line ends made
// uniform, and refuses control characters.
func (p *parser) plain(start, end int) (string, bool) {
	s := p.s[start:end]
	for i := range len(s) {
		if s[i] < ' ' && !isSpace(s[i]) {
			p.i = start + i
			return "", p.badByte(s[i])
		}
	}
	if strings.IndexByte(s, '\r') >= 0 {
		s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	}
	return s, true
}

func (p *parser) comment() (string, bool) {
	start := p.i + len("<!--")
	n := strings.Index(p.s[start:], "--")
	if n < 0 {
		return "", p.fail(p.i, "the comment is not closed")
	}
	end := start + n
	if !strings.HasPrefix(p.s[end:], "-->") {
		return "", p.fail(end, "\"--\" is not allowed inside a comment")
	}
	text, ok := p.plain(start, end)
	if ok {
		p.i = end + len("-->")
	}
	return text, ok
}

// instruction skips a processing instruction.
func (p *parser) instruction() bool {
	at := p.i
	p.i += 2
	target, ok := p.name("instruction")
	if !ok {
		return false
	}
	if strings.EqualFold(target, "xml") {
		return p.fail(at, "an XML declaration is allowed only at the start of the document")
	}
	n := strings.Index(p.s[p.i:], "?>")
	if n < 0 {
		return p.fail(at, "the processing instruction %s is not closed", target)
	}
	if n > 0 && !isSpace(p.s[p.i]) {
		return p.fail(p.i, "the name of a processing instruction has an illegal character")
	}
	if _, ok := p.plain(p.i, p.i+n); !ok {
		return false
	}
	p.i += n + len("?>")
	return true
}

var named = map[string]byte{"lt": '<', "gt": '>', "amp": '&', "quot": '"', "apos": '\''}

// reference appends what the reference at p.i stands for.
func (p *parser) reference(b []byte) ([]byte, bool) {
	n := strings.IndexByte(p.s[p.i:min(len(p.s), p.i+40)], ';')
	if n < 0 {
		return nil, p.fail(p.i, "\"&\" must begin a reference such as &amp; and end with \";\"")
	}
	ref := p.s[p.i+1 : p.i+n]
	if c, ok := named[ref]; ok {
		p.i += n + 1
		return append(b, c), true
	}
	r, ok := charReference(ref)
	if !ok {
		return nil, p.fail(p.i, "&%s; is not a known entity nor an allowed character", ref)
	}
	p.i += n + 1
	return append(b, string(r)...), true
}

// charReference reads "#10" or "#xA".
func charReference(ref string) (rune, bool) {
	if len(ref) < 2 || ref[0] != '#' {
		return 0, false
	}
	digits, base := ref[1:], 10
	if digits[0] == 'x' {
		digits, base = digits[1:], 16
	}
	v, err := strconv.ParseUint(digits, base, 32)
	return rune(v), err == nil && v <= 0x10FFFF && isChar(rune(v))
}
