package crm

import (
	"fmt"
	"math"
	"strings"
	"time"
)

// Span is an ISO 8601 duration such as P2Y5MT6M. How long it is depends on the
// date it is counted from, because months and years differ. Any part may be
// negative.
type Span struct {
	Years, Months, Days, Seconds int
}

const secondsPerDay = 24 * 60 * 60

// IsZero reports whether no part of the span is set.
func (s Span) IsZero() bool { return s == Span{} }

// Neg returns the span with every part turned.
func (s Span) Neg() Span { return Span{-s.Years, -s.Months, -s.Days, -s.Seconds} }

// Length measures the span without a date: a year has 365 days, a month 30.
// It is cut to what a time.Duration can hold.
func (s Span) Length() time.Duration {
	seconds := int64(365*s.Years+30*s.Months+s.Days)*secondsPerDay + int64(s.Seconds)
	const limit = int64(math.MaxInt64 / time.Second)
	return time.Duration(max(-limit, min(limit, seconds))) * time.Second
}

// After returns the moment that lies the span after t: first the years are
// added, keeping the number of the day in the year, then the months, keeping the
// day of the month where the month has it, then days and seconds, neither beyond
// the first day of the year 1. The offset from UTC stays that of t.
func (s Span) After(t time.Time) time.Time {
	t = fixZone(t)
	if s.Years != 0 {
		t = onDay(t, max(1, t.Year()+s.Years), time.January, t.YearDay())
	}
	if s.Months != 0 {
		t = addMonths(t, s.Months)
	}
	if t.Year() < 1 {
		return t
	}
	t = notBeforeYears(t.AddDate(0, 0, s.Days))
	return notBeforeYears(t.Add(time.Duration(s.Seconds) * time.Second))
}

// notBeforeYears puts what lies before the year 1 on its first day.
func notBeforeYears(t time.Time) time.Time {
	if t.Year() >= 1 {
		return t
	}
	return onDay(t, 1, time.January, 1)
}

// fixZone gives t an offset from UTC that no later change of the clocks moves.
func fixZone(t time.Time) time.Time {
	_, offset := t.Zone()
	return t.In(zoneOf(offset))
}

// zoneOf is the zone with a fixed offset from UTC, in seconds.
func zoneOf(offset int) *time.Location {
	if offset == 0 {
		return time.UTC
	}
	return time.FixedZone("", offset)
}

// onDay moves t to another day at the same time of day.
func onDay(t time.Time, year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

func addMonths(t time.Time, months int) time.Time {
	first := onDay(t, t.Year(), t.Month()+time.Month(months), 1)
	return onDay(t, first.Year(), first.Month(), min(t.Day(), daysInMonth(first.Year(), first.Month())))
}

func daysInMonth(year int, month time.Month) int {
	return time.Date(year, month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// ParseSpan reads an ISO 8601 duration up to a blank or slash. The order of the
// units is free; M means months before T and minutes after it. An error is a
// *TimeError.
func ParseSpan(text string) (Span, error) {
	switch {
	case text == "":
		return Span{}, timeErrorf(PartSpan, "No ISO 8601 time duration given")
	case text[0] != 'P':
		return Span{}, timeErrorf(PartSpan,
			"'%s' is not a valid ISO 8601 time duration because it does not start with a 'P'", text)
	case len(text) == 1 || isBlank(text[1]):
		return Span{}, timeErrorf(PartSpan,
			"'%s' is not a valid ISO 8601 time duration because nothing follows 'P'", text)
	}
	p := spanParser{text: text, rest: text[1:]}
	for p.rest != "" && p.rest[0] != '/' && !isBlank(p.rest[0]) {
		if p.rest[0] == 'T' {
			p.inTime = true
			p.rest = p.rest[1:]
			continue
		}
		if err := p.element(); err != nil {
			return Span{}, err
		}
	}
	if p.span.IsZero() {
		return Span{}, timeErrorf(PartSpan,
			"'%s' is not a valid ISO 8601 time duration because no amounts and units given", text)
	}
	return p.span, nil
}

func isBlank(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

// spanParser is the state of reading a duration.
type spanParser struct {
	text   string // the whole, for messages
	rest   string // what is still to be read
	inTime bool   // T has been seen
	span   Span
}

// element reads a number and its unit.
func (p *spanParser) element() error {
	start := p.rest
	value, used := spanNumber(p.rest)
	if used == 0 {
		return timeErrorf(PartSpanElement,
			"'%s' is not a valid ISO 8601 duration because no valid integer at '%s'", p.text, p.rest)
	}
	p.rest = p.rest[used:]
	if p.rest == "" {
		return timeErrorf(PartSpanElement,
			"'%s' is not a valid ISO 8601 duration because no units after %s", p.text, start)
	}
	unit := p.rest[0]
	p.rest = p.rest[1:]
	return p.add(unit, value)
}

// add puts a number with its unit into the span. Years and months replace what
// was given before, the others add up.
func (p *spanParser) add(unit byte, value int) error {
	switch {
	case unit == 'Y':
		p.span.Years = value
	case unit == 'M' && !p.inTime:
		p.span.Months = value
	case unit == 'W':
		p.span.Days += 7 * value
	case unit == 'D':
		p.span.Days += value
	case unit == 'H':
		p.span.Seconds += 3600 * value
	case unit == 'M':
		p.span.Seconds += 60 * value
	case unit == 'S':
		p.span.Seconds += value
	default:
		return timeErrorf(PartSpanElement,
			"'%s' is not a valid ISO 8601 duration because '%c' is not a valid time unit", p.text, unit)
	}
	if !fits32(p.span.Days) || !fits32(p.span.Seconds) {
		return timeErrorf(PartSpanElement,
			"'%s' could not be parsed as an ISO 8601 duration because the value of a time unit is too large", p.text)
	}
	return nil
}

func fits32(n int) bool { return n >= math.MinInt32 && n <= math.MaxInt32 }

// spanNumber reads an integer with an optional sign (or colon) and says how many
// bytes it took, 0 if there is none that fits. Fractions are not supported.
func spanNumber(text string) (value, used int) {
	i := 0
	negative := false
	if text != "" && (text[0] == '-' || text[0] == '+' || text[0] == ':') {
		negative = text[0] == '-'
		i++
	}
	first := i
	for ; i < len(text) && i-first < 10 && text[i] >= '0' && text[i] <= '9'; i++ {
		value = 10*value + int(text[i]-'0')
		if value > math.MaxInt32 {
			return 0, 0
		}
	}
	if i == first {
		return 0, 0
	}
	if negative {
		value = -value
	}
	return value, i
}

// String describes the span as people read it, such as "2 years  5 months 360
// seconds (6 minutes)".
func (s Span) String() string {
	var b strings.Builder
	if s.Years != 0 {
		fmt.Fprintf(&b, "%4d year%s ", s.Years, plural(s.Years))
	}
	if s.Months != 0 {
		fmt.Fprintf(&b, "%2d month%s ", s.Months, plural(s.Months))
	}
	if s.Days != 0 {
		fmt.Fprintf(&b, "%2d day%s ", s.Days, plural(s.Days))
	}
	if b.Len() == 0 || s.Seconds != 0 {
		fmt.Fprintf(&b, "%d second%s", s.Seconds, plural(s.Seconds))
	}
	if s.Seconds >= 60 || s.Seconds <= -60 {
		fmt.Fprintf(&b, " (%s)", clockWords(max(s.Seconds, -s.Seconds)))
	}
	return b.String()
}

// clockWords divides seconds into hours, minutes and seconds in words. The word
// for the last is that for the whole, as the reference has it: "1 minute 1 seconds".
func clockWords(seconds int) string {
	var words []string
	for _, u := range [...]struct {
		n    int
		name string
	}{{seconds / 3600, "hour"}, {seconds / 60 % 60, "minute"}, {seconds % 60, "second"}} {
		if u.n != 0 {
			count := u.n
			if u.name == "second" {
				count = seconds
			}
			words = append(words, fmt.Sprintf("%d %s%s", u.n, u.name, plural(count)))
		}
	}
	return strings.Join(words, " ")
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}
