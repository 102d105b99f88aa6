package rule

import (
	"fmt"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// DateVerdict says how a moment lies to what a date expression asks for.
type DateVerdict uint8

// The verdicts. DateInvalid means that the expression is wrong; DateSatisfied
// that a date_spec fits, which has no range to be within.
const (
	DateInvalid DateVerdict = iota
	DateBefore
	DateWithin
	DateSatisfied
	DateAfter
)

// Passes reports whether the expression holds.
func (v DateVerdict) Passes() bool { return v == DateWithin || v == DateSatisfied }

// DateExpression is a compiled date_expression.
type DateExpression struct {
	start, end moment
	spec       *dateSpec
	strict     bool // gt and lt: the bounds themselves do not count
}

// moment is a date of the configuration. One without a day ("T10:00") or
// without an offset depends on when and where it is read, so its text is kept.
type moment struct {
	text string
	span *crm.Span // for an end given as a duration after the start
	at   time.Time // the date, if it is the same whenever it is read
	set  bool
}

// readMoment reads a date attribute.
func readMoment(n *xml.Node, attr string) (moment, error) {
	text, given := n.Lookup(attr)
	if !given {
		return moment{}, nil
	}
	m := moment{text: text, set: true}
	at, err := crm.ParseDate(text, time.Time{})
	if err != nil {
		return moment{}, fmt.Errorf("%s is invalid", attr)
	}
	// A second reading in another year and zone shows whether the date is fixed.
	elsewhere := time.Date(2, time.March, 4, 5, 0, 0, 0, time.FixedZone("", 3600))
	if again, _ := crm.ParseDate(text, elsewhere); again.Equal(at) {
		m.at = at
	}
	return m, nil
}

// resolve gives the date as it reads now.
func (m *moment) resolve(start, now time.Time) time.Time {
	if m.span != nil {
		return m.span.After(start)
	}
	if !m.at.IsZero() {
		return m.at
	}
	t, _ := crm.ParseDate(m.text, now) // read without error when compiled
	return t
}

// CompileDate reads a date_expression. The error says what is wrong with it, to
// follow "Treating date_expression X as not passing because".
func CompileDate(n *xml.Node) (*DateExpression, error) {
	op := n.Attr("operation")
	switch strings.ToLower(op) {
	case "", "in_range":
		return compileRange(n)
	case "date_spec":
		return compileSpec(n)
	case "gt":
		return compileBound(n, "start", "gt")
	case "lt":
		return compileBound(n, "end", "lt")
	}
	return nil, fmt.Errorf("'%s' is not a valid operation", op)
}

func compileBound(n *xml.Node, attr, op string) (*DateExpression, error) {
	m, err := readMoment(n, attr)
	if err != nil {
		return nil, err
	}
	if !m.set {
		return nil, fmt.Errorf("%s requires %s", op, attr)
	}
	if attr == "start" {
		return &DateExpression{start: m, strict: true}, nil
	}
	return &DateExpression{end: m, strict: true}, nil
}

func compileRange(n *xml.Node) (*DateExpression, error) {
	d := &DateExpression{}
	var err error
	if d.start, err = readMoment(n, "start"); err != nil {
		return nil, err
	}
	if d.end, err = readMoment(n, "end"); err != nil {
		return nil, err
	}
	if !d.start.set && !d.end.set {
		return nil, fmt.Errorf("in_range requires at least one of start or end")
	}
	if duration := n.Child("duration"); duration != nil && !d.end.set {
		span, err := readSpan(duration)
		if err != nil {
			return nil, err
		}
		d.end = moment{span: &span, set: true}
	}
	return d, nil
}

// readSpan reads a <duration>.
func readSpan(n *xml.Node) (crm.Span, error) {
	if n.ID() == "" {
		return crm.Span{}, fmt.Errorf("duration subelement has no id")
	}
	var s crm.Span
	for _, part := range [...]struct {
		attr  string
		field *int
		scale int
	}{
		{"years", &s.Years, 1}, {"months", &s.Months, 1}, {"weeks", &s.Days, 7}, {"days", &s.Days, 1},
		{"hours", &s.Seconds, 3600}, {"minutes", &s.Seconds, 60}, {"seconds", &s.Seconds, 1},
	} {
		text, given := n.Lookup(part.attr)
		if !given {
			continue
		}
		value, ok := scanInteger(text)
		if !ok || value != int64(int32(value)) {
			return crm.Span{}, fmt.Errorf("duration %s attribute %s is invalid", n.ID(), part.attr)
		}
		*part.field += int(value) * part.scale
	}
	return s, nil
}

// Eval says how ctx.Now lies to the expression, and when that may change next;
// the zero time if it never does or cannot be told.
func (d *DateExpression) Eval(now time.Time) (DateVerdict, time.Time) {
	if d.spec != nil {
		return d.spec.eval(now), d.spec.nextChange(now)
	}
	now = now.Truncate(time.Second)
	start := time.Time{}
	if d.start.set {
		start = d.start.resolve(time.Time{}, now)
		if early, change := d.beforeStart(now, start); early {
			return DateBefore, change
		}
	}
	if !d.end.set {
		return DateWithin, time.Time{}
	}
	end := d.end.resolve(start, now)
	if d.strict {
		if now.Before(end) {
			return DateWithin, end
		}
		return DateAfter, time.Time{}
	}
	if now.After(end) {
		return DateAfter, time.Time{}
	}
	return DateWithin, end.Add(time.Second)
}

// beforeStart also says when the start will have been passed.
func (d *DateExpression) beforeStart(now, start time.Time) (bool, time.Time) {
	if d.strict {
		return !now.After(start), start.Add(time.Second)
	}
	return now.Before(start), start
}
