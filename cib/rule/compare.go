package rule

import (
	"math"
	"strconv"
	"strings"
)

// valueType says how two values are compared.
type valueType uint8

const (
	typeUnknown valueType = iota
	typeDefault           // by the operation and the look of the values
	typeString
	typeInteger
	typeNumber
	typeVersion
)

func parseType(text string, given bool) valueType {
	if !given {
		return typeDefault
	}
	switch strings.ToLower(text) {
	case "string":
		return typeString
	case "integer":
		return typeInteger
	case "number":
		return typeNumber
	case "version":
		return typeVersion
	}
	return typeUnknown
}

// resolve chooses the type where the rule left it open: text for equality,
// numbers for order, with fractions if either value has a point.
func (t valueType) resolve(op comparison, a, b string) valueType {
	switch {
	case t != typeDefault:
		return t
	case !op.ordered():
		return typeString
	case strings.IndexByte(a, '.') >= 0 || strings.IndexByte(b, '.') >= 0:
		return typeNumber
	}
	return typeInteger
}

// compare orders two values by type. Values that are no numbers are compared as
// text.
func compare(t valueType, a, b string) int {
	switch t {
	case typeInteger:
		x, okX := scanInteger(a)
		y, okY := scanInteger(b)
		if okX && okY {
			return order(x, y)
		}
	case typeNumber:
		x, okX := scanNumber(a)
		y, okY := scanNumber(b)
		if okX && okY {
			return order(x, y)
		}
	case typeVersion:
		return CompareVersions(a, b)
	}
	return compareFold(a, b)
}

func order[T int64 | float64 | int](x, y T) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	}
	return 0
}

// compareFold orders text byte by byte without regard to the case of ASCII
// letters.
func compareFold(a, b string) int {
	if a == b {
		return 0
	}
	for i := 0; i < len(a) && i < len(b); i++ {
		if d := order(int(lower(a[i])), int(lower(b[i]))); d != 0 {
			return d
		}
	}
	return order(len(a), len(b))
}

func lower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// scanInteger reads the integer that text begins with; what follows is ignored.
func scanInteger(text string) (int64, bool) {
	digits := numberPrefix(text, false)
	n, err := strconv.ParseInt(digits, 10, 64)
	return n, err == nil
}

// scanNumber reads the decimal number that text begins with.
func scanNumber(text string) (float64, bool) {
	f, err := strconv.ParseFloat(numberPrefix(text, true), 64)
	return f, err == nil && !math.IsInf(f, 0)
}

// numberPrefix returns the longest beginning of text, blanks skipped, that is a
// number; with fraction also one with decimals and exponent.
func numberPrefix(text string, fraction bool) string {
	if text != "" && text[0] <= ' ' {
		text = strings.TrimLeft(text, " \t\n\v\f\r")
	}
	i := 0
	if i < len(text) && (text[i] == '-' || text[i] == '+') {
		i++
	}
	i = skipDigits(text, i)
	if !fraction {
		return text[:i]
	}
	if i < len(text) && text[i] == '.' {
		i = skipDigits(text, i+1)
	}
	if j := i + 1; i > 0 && j < len(text) && (text[i] == 'e' || text[i] == 'E') {
		if text[j] == '-' || text[j] == '+' {
			j++
		}
		if end := skipDigits(text, j); end > j {
			i = end
		}
	}
	return text[:i]
}

func skipDigits(text string, i int) int {
	for i < len(text) && text[i] >= '0' && text[i] <= '9' {
		i++
	}
	return i
}

// CompareVersions orders dotted versions number by number; missing numbers are
// 0, and what follows the last number is ignored.
func CompareVersions(a, b string) int {
	if a == b {
		return 0
	}
	a, b = versionPrefix(a), versionPrefix(b)
	for a != "" || b != "" {
		var x, y string
		x, a, _ = strings.Cut(a, ".")
		y, b, _ = strings.Cut(b, ".")
		m, _ := strconv.ParseInt(x, 10, 64)
		n, _ := strconv.ParseInt(y, 10, 64)
		if d := order(m, n); d != 0 {
			return d
		}
	}
	return 0
}

// versionPrefix returns the dotted numbers that text begins with.
func versionPrefix(text string) string {
	text = strings.TrimLeft(text, " \t\n\v\f\r")
	end := skipDigits(text, 0)
	for end > 0 && end < len(text) && text[end] == '.' {
		next := skipDigits(text, end+1)
		if next == end+1 {
			break
		}
		end = next
	}
	return text[:end]
}
