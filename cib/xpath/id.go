package xpath

import (
	"fmt"
	"strings"
)

// expandIDs writes the function id, which the library does not know, as a search
// for the attribute: id('a b') as (//*[@id='a' or @id='b']), but for the status
// section, where ids are no names, for nodes, whose id is the engine's, and for
// elements that name another one so. Its argument must be a text in quotes.
func expandIDs(text string) (string, error) {
	if !strings.Contains(text, "id") {
		return text, nil
	}
	var b strings.Builder
	for i := 0; i < len(text); {
		switch {
		case text[i] == '\'' || text[i] == '"':
			n := quoted(text[i:])
			b.WriteString(text[i : i+n])
			i += n
		case isCall(text, i):
			search, n, err := idSearch(text[i:])
			if err != nil {
				return "", err
			}
			b.WriteString(search)
			i += n
		default:
			b.WriteByte(text[i])
			i++
		}
	}
	return b.String(), nil
}

// quoted measures the text in quotes that s begins with.
func quoted(s string) int {
	if end := strings.IndexByte(s[1:], s[0]); end >= 0 {
		return end + 2
	}
	return len(s)
}

// isCall reports whether the function id is called at i.
func isCall(text string, i int) bool {
	rest, ok := strings.CutPrefix(text[i:], "id")
	if !ok || !strings.HasPrefix(strings.TrimLeft(rest, " \t\n\r"), "(") {
		return false
	}
	return i == 0 || !strings.ContainsRune("-_.:@/$", rune(text[i-1])) && !isWordByte(text[i-1])
}

func isWordByte(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c >= 0x80
}

// named is what an element must be for its id to be its name.
const named = "[not(ancestor::status or self::node or self::resource_ref or self::obj_ref or self::role)]"

// idSearch gives the search for the call that s begins with, and its length.
func idSearch(s string) (search string, length int, err error) {
	open := strings.IndexByte(s, '(') + 1
	arg := open + len(s[open:]) - len(strings.TrimLeft(s[open:], " \t\n\r"))
	if arg == len(s) || s[arg] != '\'' && s[arg] != '"' {
		return "", 0, fmt.Errorf("id() takes a text in quotes")
	}
	end := arg + quoted(s[arg:])
	rest := strings.TrimLeft(s[end:], " \t\n\r")
	if !strings.HasPrefix(rest, ")") {
		return "", 0, fmt.Errorf("id() takes one text in quotes")
	}
	var tests []string
	for _, id := range strings.Fields(s[arg+1 : end-1]) {
		tests = append(tests, "@id="+string(s[arg])+id+string(s[arg]))
	}
	if tests == nil {
		tests = []string{"false()"}
	}
	return "(//*[" + strings.Join(tests, " or ") + "]" + named + ")", len(s) - len(rest) + 1, nil
}
