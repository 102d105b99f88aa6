package xml

import (
	"strings"
	"unicode/utf8"
)

// Classes of bytes, for the tables below.
const (
	nameByte  = 1 << iota // may be in a name
	nameStart             // may begin a name
	special               // ends the fast run through an attribute value
	escaped               // may have to be escaped when written
)

var class = func() (t [256]uint8) {
	for c := range t {
		b := byte(c)
		letter := 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || b == '_' || b == ':'
		if letter {
			t[c] |= nameStart | nameByte
		}
		if '0' <= b && b <= '9' || b == '-' || b == '.' {
			t[c] |= nameByte
		}
		if b < ' ' || b == '&' || b == '<' {
			t[c] |= special | escaped
		}
		if b == '>' || b == '"' || b == 0x7f {
			t[c] |= escaped
		}
	}
	return t
}()

// nameRanges are the characters outside ASCII that may be in a name (XML 1.0,
// fifth edition, production 4 and 4a); those from nameOnly may not begin one.
var (
	nameRanges = [][2]rune{
		{0xC0, 0xD6}, {0xD8, 0xF6}, {0xF8, 0x2FF}, {0x370, 0x37D}, {0x37F, 0x1FFF},
		{0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF}, {0x3001, 0xD7FF},
		{0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF},
	}
	nameOnly = [][2]rune{{0xB7, 0xB7}, {0x300, 0x36F}, {0x203F, 0x2040}}
)

func isNameRune(r rune, first bool) bool {
	if r < utf8.RuneSelf {
		if first {
			return class[r]&nameStart != 0
		}
		return class[r]&nameByte != 0
	}
	return inRanges(r, nameRanges) || !first && inRanges(r, nameOnly)
}

func inRanges(r rune, ranges [][2]rune) bool {
	for _, x := range ranges {
		if x[0] <= r && r <= x[1] {
			return true
		}
	}
	return false
}

// isChar says whether a document may contain r (XML 1.0, production 2).
func isChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' || ' ' <= r && r <= 0xD7FF ||
		0xE000 <= r && r <= 0xFFFD || 0x10000 <= r && r <= 0x10FFFF
}

// decode returns the document in UTF-8 without byte order mark, checked for
// bytes that no document may contain. ISO-8859-1 is converted.
func decode(s string) (string, error) {
	s = strings.TrimPrefix(s, "\xEF\xBB\xBF")
	switch enc := strings.ToUpper(declaredEncoding(s)); enc {
	case "", "UTF-8", "UTF8", "US-ASCII", "ASCII":
	case "ISO-8859-1", "LATIN1":
		s = fromLatin1(s)
	default:
		return "", newError(s, 0, "encoding "+enc+" is not supported; convert the document to UTF-8")
	}
	if !utf8.ValidString(s) {
		return "", newError(s, firstInvalid(s), "the document is not valid UTF-8")
	}
	for _, noncharacter := range []string{"\uFFFE", "\uFFFF"} {
		if i := strings.Index(s, noncharacter); i >= 0 {
			return "", newError(s, i, "this character is not allowed in a document")
		}
	}
	return s, nil
}

func declaredEncoding(s string) string {
	if !strings.HasPrefix(s, "<?xml") {
		return ""
	}
	decl, _, _ := strings.Cut(s, "?>")
	_, rest, found := strings.Cut(decl, "encoding")
	rest = strings.TrimLeft(rest, " \t\r\n=")
	if !found || rest == "" || rest[0] != '"' && rest[0] != '\'' {
		return ""
	}
	enc, _, _ := strings.Cut(rest[1:], rest[:1])
	return enc
}

func fromLatin1(s string) string {
	var b strings.Builder
	b.Grow(len(s) + len(s)/8)
	for i := range len(s) {
		b.WriteRune(rune(s[i]))
	}
	return b.String()
}

func firstInvalid(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(s[i:]); size == 1 {
				return i
			}
		}
	}
	return len(s)
}
