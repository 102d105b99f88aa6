package crm

import "testing"

// A date that is read is one moment: written in any of the forms that have all
// of it, it is read as the same again. What is written is never refused.
func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"2009-W53-7 00Z", "T10", "20191077T15/P1M", "epoch/", "2019-1-1 -", "2024-366T24:00:00 -11:59",
		"20240229 102030+0530", "0001-01-01", "9999-12-31 23:59:59Z", "2019-W06-6T1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s, noon)
		if err != nil || d.Year() < 1 || d.Year() > 9999 {
			return
		}
		if _, offset := d.Zone(); offset%60 != 0 {
			return // no form writes the seconds of an offset
		}
		for _, form := range []DateFormat{ShowDateTime, ShowDate | ShowTime, ShowDateTime | ShowOrdinal, ShowDateTime | ShowWeeks} {
			text := FormatDate(d, form)
			again, err := ParseDate(text, noon)
			if err != nil && d.UTC().Year() >= 1 && d.UTC().Year() <= 9999 {
				t.Fatalf("%q is %v, written as %q: %v", s, d, text, err)
			}
			if err == nil && !again.Equal(d) {
				t.Fatalf("%q is %v, written as %q it is %v", s, d, text, again)
			}
		}
	})
}

// A period lies in the years 1 to 9999; one that a positive duration gives ends
// after it starts.
func FuzzParsePeriod(f *testing.F) {
	for _, s := range []string{"2019-01-31/P1M", "P1Y2M3DT4H5M6S/2020-02-29", "P-1D", "2019-001/2019-365", "PT1H", "P1W/", "2020-02-29T00Z/P4Y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		p, err := ParsePeriod(s, noon)
		if err != nil {
			return
		}
		for _, y := range []int{p.Start.Year(), p.End.Year()} {
			if y < 1 || y > 9999 {
				t.Fatalf("%q is %v to %v", s, p.Start, p.End)
			}
		}
		span, err := ParseSpan(s)
		if err != nil || span.Years < 0 || span.Months < 0 || span.Days < 0 || span.Seconds < 0 {
			return
		}
		if p.End.Before(p.Start) {
			t.Fatalf("%q ends before it starts: %v to %v", s, p.Start, p.End)
		}
	})
}
