package agent

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// The conversions of date(1) that come out of a Go layout.
var layouts = map[byte]string{
	'a': "Mon", 'A': "Monday", 'b': "Jan", 'B': "January", 'h': "Jan",
	'd': "02", 'D': "01/02/06", 'e': "_2", 'F': "2006-01-02",
	'H': "15", 'I': "03", 'm': "01", 'M': "04", 'p': "PM", 'P': "pm",
	'r': "03:04:05 PM", 'R': "15:04", 'S': "05", 'T': "15:04:05", 'X': "15:04:05",
	'x': "01/02/06", 'y': "06", 'Y': "2006", 'z': "-0700", 'Z': "MST",
	'c': "Mon Jan _2 15:04:05 2006",
}

// FormatTimestamp writes a moment in the format of an alert's timestamp-format: the
// conversions of strftime(3), and %N or %3N for a fraction of a second of up to six
// digits (%N alone writes nothing). An empty format writes nothing.
func FormatTimestamp(format string, t time.Time) string {
	var b strings.Builder
	for i := 0; i < len(format); i++ {
		if format[i] != '%' || i+1 == len(format) {
			b.WriteByte(format[i])
			continue
		}
		end := i + 1
		for end < len(format)-1 && format[end] >= '0' && format[end] <= '9' {
			end++
		}
		b.WriteString(conversion(format[end], format[i+1:end], t))
		i = end
	}
	return b.String()
}

func conversion(c byte, width string, t time.Time) string {
	if layout, ok := layouts[c]; ok {
		return t.Format(layout)
	}
	switch c {
	case 'N':
		return fraction(width, t)
	case 'C':
		return fmt.Sprintf("%02d", t.Year()/100)
	case 'j':
		return fmt.Sprintf("%03d", t.YearDay())
	case 'k':
		return fmt.Sprintf("%2d", t.Hour())
	case 'l':
		return fmt.Sprintf("%2d", (t.Hour()+11)%12+1)
	case 's':
		return strconv.FormatInt(t.Unix(), 10)
	case 'u':
		return strconv.Itoa((int(t.Weekday())+6)%7 + 1)
	case 'w':
		return strconv.Itoa(int(t.Weekday()))
	case 'G', 'g', 'V':
		return weekYear(c, t)
	case 'n':
		return "\n"
	case 't':
		return "\t"
	case '%':
		return "%"
	}
	return "%" + width + string(c)
}

func weekYear(c byte, t time.Time) string {
	year, week := t.ISOWeek()
	switch c {
	case 'G':
		return strconv.Itoa(year)
	case 'g':
		return fmt.Sprintf("%02d", year%100)
	}
	return fmt.Sprintf("%02d", week)
}

// fraction writes the first digits of the fraction of a second, as many as
// width says.
func fraction(width string, t time.Time) string {
	digits, _ := strconv.Atoi(width)
	return fmt.Sprintf("%06d", t.Nanosecond()/1000)[:min(max(digits, 0), 6)]
}
