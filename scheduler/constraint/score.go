package constraint

import (
	"strings"

	"holdfast/crm"
)

// ParseScore reads a score as constraints and node attributes hold them: what
// crm.ParseScore takes, a number followed by anything, or a health colour
// (red, yellow, green) whose value the node health strategy gives.
func ParseScore(text string, colours [3]crm.Score) (score crm.Score, ok bool) {
	for i, name := range [...]string{"red", "yellow", "green"} {
		if strings.EqualFold(text, name) {
			return colours[i], true
		}
	}
	switch text {
	case "INFINITY", "+INFINITY":
		return crm.Infinity, true
	case "-INFINITY":
		return -crm.Infinity, true
	}
	return crm.ParseScore(leadingNumber(text))
}

// leadingNumber cuts a text after the number that it begins with; "" if none.
func leadingNumber(text string) string {
	text = strings.TrimLeft(text, " \t\r\n\v\f")
	end := 0
	if end < len(text) && (text[end] == '-' || text[end] == '+') {
		end++
	}
	digits := end
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	if end == digits {
		return ""
	}
	return text[:end]
}
