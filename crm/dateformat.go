package crm

import (
	"fmt"
	"strings"
	"time"
)

// DateFormat chooses how FormatDate writes a moment, as a sum of flags.
type DateFormat uint16

// What FormatDate can show. ShowSeconds and ShowEpoch exclude the others, except
// ShowMicroseconds.
const (
	ShowDate         DateFormat = 1 << iota // 2019-09-24
	ShowTime                                // 10:20:30
	ShowZone                                // keep the moment's own offset from UTC
	ShowOrdinal                             // the date as 2019-267
	ShowWeeks                               // the date as 2019-W39-2
	ShowSeconds                             // seconds since the beginning of year 1
	ShowEpoch                               // seconds since 1970
	ShowMicroseconds                        // six decimals to whatever has seconds
)

// ShowDateTime is how logs and reports write a moment.
const ShowDateTime = ShowDate | ShowTime | ShowZone

// secondsToEpoch lie between the beginning of year 1 and that of 1970.
const secondsToEpoch = 62135596800

// FormatDate writes a moment. Without ShowZone it is converted to UTC.
func FormatDate(t time.Time, f DateFormat) string {
	switch {
	case f&ShowSeconds != 0:
		return formatSeconds(t.Unix()+secondsToEpoch, t, f)
	case f&ShowEpoch != 0:
		return formatSeconds(t.Unix(), t, f)
	}
	if f&ShowZone == 0 {
		t = t.UTC()
	}
	var b strings.Builder
	if f&ShowDate != 0 {
		b.WriteString(formatDay(t, f))
	}
	if f&ShowTime != 0 {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		formatClock(&b, t, f)
	}
	return b.String()
}

func formatSeconds(seconds int64, t time.Time, f DateFormat) string {
	if f&ShowMicroseconds != 0 {
		return fmt.Sprintf("%d.%06d", seconds, t.Nanosecond()/1000)
	}
	return fmt.Sprint(seconds)
}

func formatDay(t time.Time, f DateFormat) string {
	switch {
	case f&ShowWeeks != 0:
		y, w := t.ISOWeek()
		return fmt.Sprintf("%d-W%02d-%d", y, w, isoWeekday(t))
	case f&ShowOrdinal != 0:
		return fmt.Sprintf("%d-%03d", t.Year(), t.YearDay())
	}
	return fmt.Sprintf("%04d-%02d-%02d", t.Year(), int(t.Month()), t.Day())
}

func formatClock(b *strings.Builder, t time.Time, f DateFormat) {
	fmt.Fprintf(b, "%02d:%02d:%02d", t.Hour(), t.Minute(), t.Second())
	if f&ShowMicroseconds != 0 {
		fmt.Fprintf(b, ".%06d", t.Nanosecond()/1000)
	}
	_, offset := t.Zone()
	if offset == 0 {
		b.WriteByte('Z')
		return
	}
	sign := '+'
	if offset < 0 {
		sign, offset = '-', -offset
	}
	fmt.Fprintf(b, " %c%02d:%02d", sign, offset/3600, offset/60%60)
}
