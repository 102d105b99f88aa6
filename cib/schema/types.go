package schema

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// datatype is a kind of attribute value, of one schema.
type datatype struct {
	name  string            // what people are told is expected
	ok    func(string) bool // whether a value conforms
	words []string          // the words that are allowed, if there are only these
	id    bool              // whether the value names its element, and must be unique
	ref   bool              // whether the value must name an element
}

var builtin = map[string]datatype{
	"text":    {name: "any text", ok: func(string) bool { return true }},
	"id":      {name: "an id (a letter or _, then letters, digits, _, - or .)", ok: isNCName, id: true},
	"ref":     {name: "the id of an element", ok: isNCName, ref: true},
	"int":     {name: "a whole number", ok: func(s string) bool { return isInteger(s) }},
	"count":   {name: "a number from 0", ok: func(s string) bool { return isInteger(s) && (!isNegative(s) || isZero(s)) }},
	"number":  {name: "a number from 1", ok: func(s string) bool { return isInteger(s) && !isNegative(s) && !isZero(s) }},
	"decimal": {name: "a number", ok: isDecimal},
	"level":   {name: "a number from 1 to 9", ok: isLevel},
	"schema":  {name: "the name of a schema", ok: func(s string) bool { return Known(collapse(s)) }},
	"bool":    {name: "true or false", ok: isBool},
	"score":   {name: "a score (a whole number, INFINITY or -INFINITY)", ok: isScore},
	"devices": {name: "names with commas between them", ok: isDeviceList},
	"ports":   {name: "ports, such as 80 or 80-90", ok: isPortRange},
}

// isNCName reports whether a value is an XML name without colon. Blanks around
// it do not count.
func isNCName(s string) bool {
	if asciiName(s) {
		return true
	}
	s = strings.Trim(s, " \t\n\r")
	for i, r := range s {
		switch {
		case r == '_' || r < utf8.RuneSelf && unicode.IsLetter(r) || r >= utf8.RuneSelf && unicode.IsLetter(r):
		case i > 0 && (r == '-' || r == '.' || unicode.IsDigit(r) || unicode.IsMark(r) || r == 0xB7):
		default:
			return false
		}
	}
	return s != ""
}

// asciiName recognizes the names that nearly all are.
func asciiName(s string) bool {
	for i := range len(s) {
		if nameBytes[s[i]] > byte(min(i, 1)) {
			return false
		}
	}
	return s != ""
}

// nameBytes is 0 for the bytes that may stand anywhere in an ASCII name, 1 for
// those that may not begin one and 2 for all others.
var nameBytes = func() (t [256]byte) {
	for i := range t {
		c := byte(i)
		switch {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || c == '_':
		case '0' <= c && c <= '9' || c == '-' || c == '.':
			t[i] = 1
		default:
			t[i] = 2
		}
	}
	return t
}()

func blank(r rune) bool { return r == ' ' || r == '\t' || r == '\n' || r == '\r' }

func isInteger(s string) bool {
	s = strings.TrimFunc(s, blank)
	if s != "" && (s[0] == '-' || s[0] == '+') {
		s = s[1:]
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// isDecimal reports whether a value is a number, perhaps with a fraction.
func isDecimal(s string) bool {
	whole, fraction, _ := strings.Cut(strings.TrimFunc(s, blank), ".")
	digits := strings.TrimLeft(whole, "+-")
	return len(whole)-len(digits) < 2 && digits+fraction != "" && strings.Trim(digits+fraction, "0123456789") == ""
}

func isNegative(s string) bool { return strings.HasPrefix(strings.TrimFunc(s, blank), "-") }

func isZero(s string) bool {
	return strings.Trim(strings.TrimLeft(strings.TrimFunc(s, blank), "+-"), "0") == ""
}

func isLevel(s string) bool {
	if !isInteger(s) || isNegative(s) || isZero(s) {
		return false
	}
	return len(strings.TrimLeft(strings.TrimFunc(s, blank), "+0")) == 1
}

func isDeviceList(s string) bool {
	for device := range strings.SplitSeq(s, ",") {
		if device == "" || wordLength(strings.ReplaceAll(device, ".", "_")) != len(device) {
			return false
		}
	}
	return true
}

func isPortRange(s string) bool { return s != "" && strings.Trim(s, "0123456789-") == "" }

func isBool(s string) bool {
	switch strings.TrimFunc(s, blank) {
	case "true", "false", "1", "0":
		return true
	}
	return false
}

func isScore(s string) bool {
	switch collapse(s) {
	case "INFINITY", "+INFINITY", "-INFINITY":
		return true
	}
	return isInteger(s)
}

// collapse makes white space single blanks, as words are compared.
func collapse(s string) string {
	for i := range len(s) {
		if s[i] <= ' ' {
			return strings.Join(strings.FieldsFunc(s, blank), " ")
		}
	}
	return s
}

// words returns the words of a choice that are of version v.
func (t *typ) words(d *definitions, v int) []string {
	var words []string
	for _, c := range t.choices {
		switch {
		case !inRange(c.since, c.until, v):
		case c.isWord:
			words = append(words, c.word)
		case len(c.choices) > 0:
			words = append(words, c.words(d, v)...)
		}
	}
	return words
}

// datatype resolves what is written in the grammar for one version.
func (t *typ) datatype(d *definitions, v int) datatype {
	if t.isWord {
		return oneOf([]string{t.word})
	}
	if t.name != "" {
		if b, ok := builtin[t.name]; ok {
			return b
		}
		named := d.datatype(t.name)
		if named == nil {
			panic("grammar: type " + t.name + " is not defined")
		}
		return named.datatype(d, v)
	}
	words := t.words(d, v)
	if !t.not {
		return oneOf(words)
	}
	return datatype{name: "anything but " + strings.Join(words, ", "), ok: func(s string) bool { return !isOneOf(words, s) }}
}

func oneOf(words []string) datatype {
	return datatype{name: strings.Join(words, ", "), words: words, ok: func(s string) bool { return isOneOf(words, s) }}
}

func isOneOf(words []string, s string) bool {
	s = collapse(s)
	for _, w := range words {
		if s == w {
			return true
		}
	}
	return false
}

func inRange(since, until, v int) bool {
	return (since == 0 || v >= since) && (until == 0 || v <= until)
}
