package crm

import (
	"strings"
	"time"
)

// ParseDate reads an ISO 8601 date and time: a calendar date (2019-09-24 or
// 20190924), a day of the year (2019-040) or of a week (2019-W06-6), then after T
// or a blank a time (10:20:30, 102030, 10:20, 10) and an offset from UTC (Z,
// +01:00, -0500). A time alone means today, "epoch" the start of 1970. A date
// alone is in UTC, a time without offset in the zone of now. Reading stops at a
// slash. An error is a *TimeError.
func ParseDate(text string, now time.Time) (time.Time, error) {
	if text == "" {
		return time.Time{}, timeErrorf(PartDate, "No ISO 8601 date/time specification given")
	}
	if text[0] == 'T' {
		return parseClock(text[1:], fixZone(now), now)
	}
	if len(text) > 2 && text[2] == ':' {
		return parseClock(text, fixZone(now), now)
	}
	if isEpoch(text) {
		return time.Unix(0, 0).UTC(), nil
	}
	day, err := parseDay(text)
	if err != nil {
		return time.Time{}, err
	}
	rest := strings.TrimLeft(text, "0123456789-W")
	if rest == "" || rest[0] != ' ' && rest[0] != 'T' {
		return day, nil
	}
	return parseClock(rest[1:], day, now)
}

func isEpoch(text string) bool {
	const word = "epoch"
	if len(text) < len(word) || !strings.EqualFold(text[:len(word)], word) {
		return false
	}
	return len(text) == len(word) || text[len(word)] == '/' || isBlank(text[len(word)])
}

// parseDay reads the date that text begins with, as midnight UTC.
func parseDay(text string) (time.Time, error) {
	if n, ok := scanNumbers(text, "#-#-#"); ok {
		return calendarDay(text, n[0], n[1], n[2])
	}
	if n, ok := scanNumbers(text, "4 2 2"); ok && !strings.HasPrefix(afterDigits(text), "-") {
		return calendarDay(text, n[0], n[1], n[2])
	}
	if n, ok := scanNumbers(text, "#-#"); ok {
		return ordinalDay(text, n[0], n[1])
	}
	if n, ok := scanNumbers(text, "#-W#-#"); ok {
		return weekDay(text, n[0], n[1], n[2])
	}
	return time.Time{}, badDate(text)
}

func afterDigits(text string) string { return strings.TrimLeft(text, "0123456789") }

func badDate(text string) error {
	return timeErrorf(PartDate, "'%s' is not a valid ISO 8601 date/time specification", text)
}

func badDatePart(text string, value uint32, what string) error {
	return timeErrorf(PartDate,
		"'%s' is not a valid ISO 8601 date/time specification because '%d' is not a valid %s", text, value, what)
}

// validYear holds for years that the calendar can count.
func validYear(y uint32) bool { return y >= 1 && y <= 1<<31-1 }

func calendarDay(text string, y, m, d uint32) (time.Time, error) {
	switch {
	case m < 1 || m > 12:
		return time.Time{}, badDatePart(text, m, "month")
	case !validYear(y):
		return time.Time{}, badDatePart(text, y, "year")
	case d < 1 || d > uint32(daysInMonth(int(y), time.Month(m))):
		return time.Time{}, badDatePart(text, d, "day of the month")
	}
	return time.Date(int(y), time.Month(m), int(d), 0, 0, 0, 0, time.UTC), nil
}

func ordinalDay(text string, y, d uint32) (time.Time, error) {
	if !validYear(y) {
		return time.Time{}, badDatePart(text, y, "year")
	}
	if last := daysInYear(int(y)); d < 1 || d > uint32(last) {
		return time.Time{}, timeErrorf(PartDate, "'%s' is not a valid ISO 8601 date/time specification "+
			"because '%d' is not a valid day of year %d (1-%d)", text, d, y, last)
	}
	return time.Date(int(y), time.January, int(d), 0, 0, 0, 0, time.UTC), nil
}

func daysInYear(year int) int {
	return time.Date(year, time.December, 31, 0, 0, 0, 0, time.UTC).YearDay()
}

func weekDay(text string, y, w, d uint32) (time.Time, error) {
	if !validYear(y) {
		return time.Time{}, badDatePart(text, y, "year")
	}
	// 28 December is always in the last week of its year, 4 January in the first.
	_, weeks := time.Date(int(y), time.December, 28, 0, 0, 0, 0, time.UTC).ISOWeek()
	switch {
	case w < 1 || w > uint32(weeks):
		return time.Time{}, timeErrorf(PartDate, "'%s' is not a valid ISO 8601 date/time specification "+
			"because '%d' is not a valid week of year %d (1-%d)", text, w, y, weeks)
	case d < 1 || d > 7:
		return time.Time{}, badDatePart(text, d, "day of the week")
	}
	fourth := time.Date(int(y), time.January, 4, 0, 0, 0, 0, time.UTC)
	monday := 1 - isoWeekday(fourth)
	return fourth.AddDate(0, 0, monday+7*int(w-1)+int(d-1)), nil
}

// isoWeekday numbers the days of the week from Monday, 1, to Sunday, 7.
func isoWeekday(t time.Time) int { return (int(t.Weekday())+6)%7 + 1 }

// parseClock reads a time of day and an offset, and puts them on the given day.
func parseClock(text string, day, now time.Time) (time.Time, error) {
	seconds, err := parseTimeOfDay(text)
	if err != nil {
		return time.Time{}, err
	}
	offset, err := parseOffset(text, now)
	if err != nil {
		return time.Time{}, err
	}
	midnight := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, zoneOf(offset))
	return midnight.Add(time.Duration(seconds) * time.Second), nil
}

// parseTimeOfDay gives the seconds since midnight of the time that text begins
// with; 24:00:00 is the end of the day.
func parseTimeOfDay(text string) (int, error) {
	n, fields := scanFields(text, "#:#:#")
	if fields == 1 {
		n, fields = scanFields(text, "2 2 2")
	}
	if fields == 0 {
		return 0, timeErrorf(PartTime, "'%s' is not a valid ISO 8601 time specification", text)
	}
	h, m, s := n[0], n[1], n[2]
	switch {
	case h > 24 || h == 24 && (m != 0 || s != 0):
		return 0, badTimePart(text, h, "hour")
	case m > 59:
		return 0, badTimePart(text, m, "minute")
	case s > 59:
		return 0, badTimePart(text, s, "second")
	}
	return int(h*3600 + m*60 + s), nil
}

func badTimePart(text string, value uint32, what string) error {
	return timeErrorf(PartTime,
		"%s is not a valid ISO 8601 time specification because %d is not a valid %s", text, value, what)
}

// parseOffset finds the offset from UTC after a time of day, in seconds.
// Without one it is that of now.
func parseOffset(text string, now time.Time) (int, error) {
	end := len(text)
	if slash := strings.IndexByte(text, '/'); slash >= 0 {
		end = slash
	}
	if strings.IndexByte(text[:end], 'Z') >= 0 {
		return 0, nil
	}
	at := strings.IndexAny(text[:end], " +-")
	if at < 0 {
		_, offset := now.Zone()
		return offset, nil
	}
	rest := strings.TrimLeft(text[at:], " \t\n\v\f\r")
	if rest == "" || strings.IndexByte("+-0123456789", rest[0]) < 0 {
		return 0, nil
	}
	negative := rest[0] == '-'
	offset, err := parseTimeOfDay(strings.TrimLeft(rest, "+-"))
	if negative {
		offset = -offset
	}
	return offset, err
}
