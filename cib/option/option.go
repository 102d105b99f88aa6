package option

import (
	"math"
	"strconv"
	"strings"

	"holdfast/crm"
)

// Kind says what values an option takes.
type Kind uint8

// The kinds of values.
const (
	UnknownKind Kind = iota
	Boolean
	Duration           // a length of time, see crm.ParseInterval
	Timeout            // likewise, as a limit
	Integer            // also the infinities
	NonnegativeInteger //
	Score
	Percentage
	Port
	Select // one of the option's Values
	String
	Version
)

var kindNames = [...]string{"unknown", "boolean", "duration", "timeout", "integer", "nonnegative_integer", "score",
	"percentage", "port", "select", "string", "version"}

// String gives the kind's name in listings.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return kindNames[UnknownKind]
}

// Reader says which part of the cluster acts on a cluster option, as the
// daemons' meta-data lists them.
type Reader uint8

// The readers; AnyReader is for options that are no cluster options.
const (
	AnyReader Reader = iota
	Based
	Controld
	Schedulerd
)

// check says how a value is checked where the kind alone does not tell.
type check uint8

const (
	checkKind     check = iota // as the kind has it
	checkNothing               // every value is taken
	checkExact                 // one of Values, in this very spelling
	checkPositive              // an integer above 0
)

// Option describes one option.
type Option struct {
	Name    string
	Alias   string // an older name, still read
	Kind    Kind
	Values  []string // for Select
	Default string   // "" if there is none
	Reader  Reader

	Advanced   bool // changing it needs insight
	Deprecated bool // will be dropped some day
	Generated  bool // set by the cluster, not by people

	Short, Long string // descriptions; no Long means that Short says it all

	check check
}

// Valid reports whether the option takes a value.
func (o *Option) Valid(text string) bool {
	switch o.check {
	case checkNothing:
		return true
	case checkExact:
		return oneOf(o.Values, text, func(a, b string) bool { return a == b })
	case checkPositive:
		n, ok := parseInteger(text)
		return ok && n > 0
	}
	switch o.Kind {
	case Boolean:
		_, ok := crm.ParseBool(text)
		return ok
	case Duration, Timeout:
		_, err := crm.ParseInterval(text)
		return err == nil
	case Integer, Score:
		_, ok := parseInteger(text)
		return ok
	case NonnegativeInteger:
		n, ok := parseInteger(text)
		return ok && n >= 0
	case Port:
		n, ok := parseInteger(text)
		return ok && n > 0 && n <= math.MaxUint16
	case Percentage:
		n, rest := parseFloat(text)
		return strings.HasPrefix(rest, "%") && n >= 0
	case Select:
		return oneOf(o.Values, text, strings.EqualFold)
	}
	return true
}

func oneOf(values []string, text string, same func(a, b string) bool) bool {
	for _, v := range values {
		if same(v, text) {
			return true
		}
	}
	return false
}

// parseInteger reads an infinity, or the integer that text begins with, cut to
// 64 bits; what follows is ignored.
func parseInteger(text string) (int64, bool) {
	switch text {
	case "INFINITY", "+INFINITY":
		return int64(crm.Infinity), true
	case "-INFINITY":
		return int64(-crm.Infinity), true
	}
	text = strings.TrimLeft(text, " \t\n\v\f\r")
	end := 0
	if end < len(text) && (text[end] == '-' || text[end] == '+') {
		end++
	}
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	n, err := strconv.ParseInt(text[:end], 10, 64)
	if e, is := err.(*strconv.NumError); is && e.Err == strconv.ErrRange {
		return n, true
	}
	return n, err == nil
}

// parseFloat reads the decimal number that text begins with, 0 if none, and
// returns what follows.
func parseFloat(text string) (float64, string) {
	end := 0
	for end < len(text) && strings.IndexByte("+-.0123456789", text[end]) >= 0 {
		end++
	}
	n, err := strconv.ParseFloat(text[:end], 64)
	if err != nil {
		return 0, text
	}
	return n, text[end:]
}

// Table is a list of options in the order in which they are shown.
type Table []Option

func joinTables(tables ...Table) Table {
	var all Table
	for _, t := range tables {
		all = append(all, t...)
	}
	return all
}

// Find returns the option with a name or older name, nil if there is none.
func (t Table) Find(name string) *Option {
	for i := range t {
		if t[i].Name == name || t[i].Alias != "" && t[i].Alias == name {
			return &t[i]
		}
	}
	return nil
}
