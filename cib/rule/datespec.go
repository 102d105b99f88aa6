package rule

import (
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"holdfast/cib/xml"
)

// dateField is one attribute of a date_spec.
type dateField uint8

const (
	fieldYears dateField = iota
	fieldMonths
	fieldMonthdays
	fieldHours
	fieldMinutes
	fieldSeconds
	fieldYeardays
	fieldWeekyears
	fieldWeeks
	fieldWeekdays
)

var dateFieldNames = [...]string{"years", "months", "monthdays", "hours", "minutes", "seconds",
	"yeardays", "weekyears", "weeks", "weekdays"}

// of gives the field's value at a moment, in its zone.
func (f dateField) of(t time.Time) int {
	switch f {
	case fieldYears:
		return t.Year()
	case fieldMonths:
		return int(t.Month())
	case fieldMonthdays:
		return t.Day()
	case fieldHours:
		return t.Hour()
	case fieldMinutes:
		return t.Minute()
	case fieldSeconds:
		return t.Second()
	case fieldYeardays:
		return t.YearDay()
	case fieldWeekyears:
		year, _ := t.ISOWeek()
		return year
	case fieldWeeks:
		_, week := t.ISOWeek()
		return week
	}
	return (int(t.Weekday())+6)%7 + 1
}

// fieldRange is what a date_spec allows a field to be; -1 leaves a side open.
type fieldRange struct {
	field     dateField
	low, high int64
}

// dateSpec is a compiled <date_spec>: every range must fit.
type dateSpec struct {
	ranges []fieldRange
	step   time.Duration // how often the result can change within a day; 0 for never
	last   atomic.Pointer[specChange]
}

// specChange remembers an answer of nextChange: a rule is asked once for every
// node, always with the same moment.
type specChange struct{ now, change time.Time }

func (s *dateSpec) eval(now time.Time) DateVerdict {
	for _, r := range s.ranges {
		v := int64(r.field.of(now))
		switch {
		case r.low != -1 && v < r.low:
			return DateBefore
		case r.high != -1 && v > r.high:
			return DateAfter
		}
	}
	return DateSatisfied
}

// maxSteps bounds the search for the next change. It is enough for some years of
// days, or for a day of seconds.
const maxSteps = 100_000

// nextChange finds the next moment at which the result is another, the zero time
// if that is too far away to matter.
func (s *dateSpec) nextChange(now time.Time) time.Time {
	if known := s.last.Load(); known != nil && known.now.Equal(now) {
		return known.change
	}
	change := s.search(now)
	s.last.Store(&specChange{now, change})
	return change
}

// NextSpecChange returns the earliest moment at which any date_spec below n fits
// or ceases to fit, zero if there is none to be found. A controller that
// schedules again at that moment need not wait for the next regular check.
func NextSpecChange(n *xml.Node, now time.Time) time.Time {
	var next time.Time
	if n.Name == "date_expression" {
		if d, err := CompileDate(n); err == nil && d.spec != nil {
			return d.spec.search(now)
		}
		return next
	}
	for c := range n.Elements() {
		next = Earlier(next, NextSpecChange(c, now))
	}
	return next
}

func (s *dateSpec) search(now time.Time) time.Time {
	passes := s.eval(now).Passes()
	t := now
	for range maxSteps {
		if s.step == 0 || !passes && !s.dayFits(t) {
			t = time.Date(t.Year(), t.Month(), t.Day()+1, 0, 0, 0, 0, t.Location())
		} else {
			t = t.Truncate(s.step).Add(s.step)
		}
		if t.Year() > 9999 {
			break
		}
		if s.eval(t).Passes() != passes {
			return t
		}
	}
	return time.Time{}
}

// dayFits reports whether nothing but the time of day can keep the
// specification from fitting.
func (s *dateSpec) dayFits(t time.Time) bool {
	for _, r := range s.ranges {
		if r.field.step() == 0 && !r.fits(int64(r.field.of(t))) {
			return false
		}
	}
	return true
}

func (r *fieldRange) fits(v int64) bool {
	return (r.low == -1 || v >= r.low) && (r.high == -1 || v <= r.high)
}

// step is how often the field may change within a day, 0 for never. In some
// zones an hour begins at a quarter of an hour of UTC.
func (f dateField) step() time.Duration {
	switch f {
	case fieldHours:
		return 15 * time.Minute
	case fieldMinutes:
		return time.Minute
	case fieldSeconds:
		return time.Second
	}
	return 0
}

func compileSpec(n *xml.Node) (*DateExpression, error) {
	spec := n.Child("date_spec")
	if spec == nil {
		return nil, fmt.Errorf("date_spec operations require a date_spec subelement")
	}
	if spec.ID() == "" {
		return nil, fmt.Errorf("date_spec subelement has no id")
	}
	s := &dateSpec{}
	for f, name := range dateFieldNames {
		text, given := spec.Lookup(name)
		if !given {
			continue
		}
		low, high, ok := parseRange(text)
		if !ok {
			return nil, fmt.Errorf("'%s' is not a valid range for date_spec attribute %s", text, name)
		}
		field := dateField(f)
		s.ranges = append(s.ranges, fieldRange{field, low, high})
		if step := field.step(); step != 0 && (s.step == 0 || step < s.step) {
			s.step = step
		}
	}
	return &DateExpression{spec: s}, nil
}

// parseRange reads a number, or a range with one or both of its bounds.
func parseRange(text string) (low, high int64, ok bool) {
	first, second, isRange := strings.Cut(text, "-")
	if first == "" && second == "" {
		return 0, 0, false
	}
	low, okLow := parseBound(first)
	high, okHigh := parseBound(second)
	if !isRange {
		high = low
	}
	return low, high, okLow && okHigh
}

func parseBound(text string) (int64, bool) {
	if text == "" {
		return -1, true
	}
	n, err := strconv.ParseInt(strings.TrimLeft(text, " \t"), 10, 64)
	return n, err == nil
}
