package crm

import (
	"strings"
	"time"
)

// Period is a stretch of time with a beginning and an end.
type Period struct {
	Start, End time.Time
}

// ParsePeriod reads an ISO 8601 period: start/end, start/duration, duration/end,
// or a duration alone, which begins now. An error is a *TimeError.
func ParsePeriod(text string, now time.Time) (Period, error) {
	if text == "" {
		return Period{}, timeErrorf(PartPeriod, "No ISO 8601 time period given")
	}
	p, last, err := parsePeriodParts(text, now)
	if err != nil {
		return Period{}, err
	}
	for _, b := range [...]struct {
		t    time.Time
		name string
	}{{p.Start, "start"}, {p.End, "end"}} {
		if y := b.t.Year(); y < 1 || y > 9999 {
			return Period{}, timeErrorf(PartPeriod, "'%s' is not a valid ISO 8601 time period because the %s is invalid "+
				"(must be between 0001-01-01T00:00:00 and 9999-12-31T23:59:59)", last, b.name)
		}
	}
	return p, nil
}

// parsePeriodParts reads both parts and completes the missing one; last is the
// part after the slash.
func parsePeriodParts(text string, now time.Time) (p Period, last string, err error) {
	first, last, both := strings.Cut(text, "/")
	var span Span
	spanFirst := first != "" && first[0] == 'P'
	// The parsers stop at the slash, but show the whole text in their messages.
	if spanFirst {
		span, err = ParseSpan(text)
	} else {
		p.Start, err = ParseDate(text, now)
	}
	switch {
	case err != nil:
	case !both && !spanFirst:
		err = timeErrorf(PartPeriod,
			"'%s' is not a valid ISO 8601 time period because it has no duration or ending time", text)
	case !both:
		p.Start = fixZone(now)
		p.End = span.After(p.Start)
	case strings.HasPrefix(last, "P") && spanFirst:
		err = timeErrorf(PartPeriod, "'%s' is not a valid ISO 8601 time period because it has two durations", text)
	case strings.HasPrefix(last, "P"):
		if span, err = ParseSpan(last); err == nil {
			p.End = span.After(p.Start)
		}
	default:
		if p.End, err = ParseDate(last, now); err == nil && spanFirst {
			p.Start = span.Neg().After(p.End)
		}
	}
	return p, last, err
}
