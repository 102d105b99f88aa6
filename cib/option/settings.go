package option

import (
	"fmt"
	"math"
	"strings"
	"time"

	"holdfast/cib/rule"
	"holdfast/crm"
)

// Settings are the values in effect of all options of a table: what the
// configuration says where that is valid, else the default.
type Settings struct {
	table  Table
	values []string
	set    []bool // the configuration gives a valid value

	// Notices tell of wrong values and old names, in the order of the table.
	Notices []rule.Notice
}

// Resolve looks up every option of a table, by its name and then by its older
// one.
func Resolve(t Table, get rule.Lookup) *Settings {
	s := &Settings{table: t, values: make([]string, len(t)), set: make([]bool, len(t))}
	for i := range t {
		o := &t[i]
		text, given := s.lookup(o, get)
		if given && !o.Valid(text) {
			given = false
			s.note(o.Name, false, "Using default value for %s '%s' because '%s' is invalid", o.kindOfOption(), o.Name, text)
		}
		if !given {
			text = o.Default
		}
		s.values[i], s.set[i] = text, given
	}
	return s
}

func (s *Settings) lookup(o *Option, get rule.Lookup) (text string, given bool) {
	if get == nil {
		return "", false
	}
	if text, given = get(o.Name); given || o.Alias == "" {
		return text, given
	}
	if text, given = get(o.Alias); given {
		s.note(o.Alias, true, "Support for legacy name '%s' for %s '%s' is deprecated "+
			"and will be removed in a future release", o.Alias, o.kindOfOption(), o.Name)
	}
	return text, given
}

// kindOfOption is what notices call the option.
func (o *Option) kindOfOption() string {
	if o.Reader == AnyReader {
		return "option"
	}
	return "cluster option"
}

func (s *Settings) note(id string, warning bool, format string, args ...any) {
	s.Notices = append(s.Notices, rule.Notice{ID: id, Text: fmt.Sprintf(format, args...), Warning: warning})
}

// at finds an option by its name; asking for one that does not exist is a
// mistake in our own code.
func (s *Settings) at(name string) int {
	for i := range s.table {
		if s.table[i].Name == name {
			return i
		}
	}
	panic("option: no option is named " + name)
}

// Text returns the value in effect, "" if there is none.
func (s *Settings) Text(name string) string { return s.values[s.at(name)] }

// IsSet reports whether the configuration gives a valid value.
func (s *Settings) IsSet(name string) bool { return s.set[s.at(name)] }

// Choice returns the value in effect in lower case, as Values spell it.
func (s *Settings) Choice(name string) string { return strings.ToLower(s.Text(name)) }

// Bool returns the value in effect of a Boolean.
func (s *Settings) Bool(name string) bool {
	v, _ := crm.ParseBool(s.Text(name))
	return v
}

// Duration returns the value in effect of a Duration or Timeout; 0 if there is
// none.
func (s *Settings) Duration(name string) time.Duration {
	d, err := crm.ParseInterval(s.Text(name))
	if err != nil {
		return 0
	}
	return d
}

// Int returns the value in effect of an Integer, cut to 32 bits.
func (s *Settings) Int(name string) int {
	n, _ := parseInteger(s.Text(name))
	return int(max(math.MinInt32, min(math.MaxInt32, n)))
}

// Score returns the value in effect of a Score.
func (s *Settings) Score(name string) crm.Score {
	n, _ := parseInteger(s.Text(name))
	return crm.Score(max(int64(-crm.Infinity), min(int64(crm.Infinity), n)))
}

// Fraction returns the value in effect of a Percentage, 1 for 100%.
func (s *Settings) Fraction(name string) float64 {
	n, _ := parseFloat(s.Text(name))
	return n / 100
}
