package crm

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// maxInterval is the longest interval the cluster keeps: it counts milliseconds
// in 32 bits.
const maxInterval = math.MaxUint32 * time.Millisecond

// ParseInterval reads the interval of an operation or a similar length: a plain
// number of seconds, a number with a unit (see ParseDuration), or an ISO 8601
// duration such as PT5M. It never returns a negative length. If text cannot be
// read, the error says why and the length is the one to go on with (0).
func ParseInterval(text string) (time.Duration, error) {
	var (
		d   time.Duration
		err error
	)
	if strings.HasPrefix(text, "P") {
		d, err = parseSpanLength(text)
	} else if text != "" {
		d, err = ParseDuration(text)
	}
	if d < 0 {
		d = 0
		if err == nil {
			err = fmt.Errorf("interval %q is negative; use 0 or a positive length", text)
		}
	}
	return min(d, maxInterval), err
}

// parseSpanLength gives the length of an ISO 8601 duration in the fixed measure
// that intervals use: a month has 30 days and a year 365.
func parseSpanLength(text string) (time.Duration, error) {
	s, err := ParseSpan(text)
	if err != nil {
		return 0, err
	}
	return s.Length(), nil
}

// ParseDuration reads a number with a unit: ms or msec, us or usec, s or sec, m
// or min, h or hr, none for seconds; digits after a decimal point are ignored,
// as they always were. The length may be negative. If text cannot be read, the
// error says why and the length is 0.
func ParseDuration(text string) (time.Duration, error) {
	number, rest := splitInteger(text)
	if number == "" {
		return 0, fmt.Errorf("%q is not a length of time: it does not begin with a number", text)
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		err = fmt.Errorf("length of time %q is out of range, %d is used", text, n)
	}
	unit, ok := durationUnit(strings.TrimLeft(strings.TrimLeft(rest, "0123456789."), " \t\n"))
	if !ok {
		return 0, fmt.Errorf("%q is not a length of time: its unit must be ms, us, s, m or h", text)
	}
	return wholeMilliseconds(n, unit), err
}

// splitInteger cuts text after the optional sign and digits that begin it,
// leading blanks skipped; number is "" if there are no digits.
func splitInteger(text string) (number, rest string) {
	text = strings.TrimLeft(text, " \t\n\v\f\r")
	end := 0
	if end < len(text) && (text[end] == '-' || text[end] == '+') {
		end++
	}
	digits := end
	for end < len(text) && text[end] >= '0' && text[end] <= '9' {
		end++
	}
	if end == digits {
		return "", text
	}
	return text[:end], text[end:]
}

// durationUnit recognises a unit by its first letters, in any case.
func durationUnit(text string) (time.Duration, bool) {
	lower := strings.ToLower(text)
	switch {
	case lower == "", lower[0] == 's':
		return time.Second, true
	case strings.HasPrefix(lower, "ms"):
		return time.Millisecond, true
	case strings.HasPrefix(lower, "us"):
		return time.Microsecond, true
	case lower[0] == 'm':
		return time.Minute, true
	case lower[0] == 'h':
		return time.Hour, true
	}
	return 0, false
}

// wholeMilliseconds multiplies without overflow and cuts to milliseconds.
func wholeMilliseconds(n int64, unit time.Duration) time.Duration {
	limit := int64(math.MaxInt64 / unit)
	if n > limit {
		return math.MaxInt64
	}
	if n < -limit {
		return math.MinInt64
	}
	return (time.Duration(n) * unit).Truncate(time.Millisecond)
}

// FormatInterval writes a length as people read it: 1d2h3m4.500s, 250ms, 0s.
func FormatInterval(d time.Duration) string {
	ms := d.Milliseconds()
	if ms <= 0 {
		return "0s"
	}
	var b strings.Builder
	for _, u := range [...]struct {
		ms   int64
		name byte
	}{{86400000, 'd'}, {3600000, 'h'}, {60000, 'm'}} {
		if ms >= u.ms {
			fmt.Fprintf(&b, "%d%c", ms/u.ms, u.name)
			ms %= u.ms
		}
	}
	switch {
	case ms >= 1000 && ms%1000 != 0:
		fmt.Fprintf(&b, "%d.%03ds", ms/1000, ms%1000)
	case ms >= 1000:
		fmt.Fprintf(&b, "%ds", ms/1000)
	case ms > 0:
		fmt.Fprintf(&b, "%dms", ms)
	}
	return b.String()
}

// ParseBool reads a truth value in any spelling the CIB accepts: true, on, yes,
// y, 1 and false, off, no, n, 0, in any case.
func ParseBool(text string) (value, ok bool) {
	switch strings.ToLower(text) {
	case "true", "on", "yes", "y", "1":
		return true, true
	case "false", "off", "no", "n", "0":
		return false, true
	}
	return false, false
}
