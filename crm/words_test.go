package crm

import (
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 0, time.FixedZone("", 3600))

// Dates are read in every form of the standard that the CIB may hold. A date
// alone is in UTC; a time without offset is in the zone of now (here +01:00).
func TestDatesAreReadInEveryForm(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"2020-02-29 00:00:00Z", "2020-02-29 00:00:00Z"},
		{"20191201T131211 -05:00", "2019-12-01 18:12:11Z"},
		{"2019-12-31 24:00:00Z", "2020-01-01 00:00:00Z"},
		{"2009-W53-7", "2010-01-03 00:00:00Z"},
		{"2005-040/2005-043", "2005-02-09 00:00:00Z"},
		{"epoch", "1970-01-01 00:00:00Z"},
		{"2026-11-21", "2026-11-21 00:00:00Z"},
		{"2026-11-21 10:00", "2026-11-21 09:00:00Z"},
		{"T10:00:00", "2026-11-21 09:00:00Z"},
		{"10:00:00", "2026-11-21 09:00:00Z"},
		{"2026-11-21 10:00:00/2026-11-22 10:00:00", "2026-11-21 09:00:00Z"},
		{"2019-04-25T21:42:54+0420", "2019-04-25 17:22:54Z"},
		{"2019-13-01", "'2019-13-01' is not a valid ISO 8601 date/time specification because '13' is not a valid month"},
		{"-0001-10-01", "'-0001-10-01' is not a valid ISO 8601 date/time specification because '4294967295' is not a valid year"},
		{"2019-366", "'2019-366' is not a valid ISO 8601 date/time specification because '366' is not a valid day of year 2019 (1-365)"},
		{"soon", "'soon' is not a valid ISO 8601 date/time specification"},
	} {
		got := ""
		if d, err := ParseDate(c.text, noon); err != nil {
			got = err.Error()
		} else {
			got = FormatDate(d, ShowDate|ShowTime)
		}
		if got != c.want {
			t.Errorf("%q: got %s, want %s", c.text, got, c.want)
		}
	}
}

// A span keeps the day of the month where the month has it; years keep the
// number of the day in the year.
func TestSpanAfter(t *testing.T) {
	for _, c := range []struct{ date, span, want string }{
		{"2009-01-31 00:00:00Z", "P1M", "2009-02-28 00:00:00Z"},
		{"2009-01-31 00:00:00Z", "P3M", "2009-04-30 00:00:00Z"},
		{"2009-03-31 01:00:00 +01:00", "P-1M", "2009-02-28 01:00:00 +01:00"},
		{"2020-03-01 00:00:00Z", "P1Y", "2021-03-02 00:00:00Z"},
		{"epoch", "P2Y5MT6M", "1972-06-01 00:06:00Z"},
		{"2014-01-01 00:30:00Z", "PT-1H", "2013-12-31 23:30:00Z"},
		{"2014-01-01 00:00:00Z", "P1W2D", "2014-01-10 00:00:00Z"},
	} {
		d, err := ParseDate(c.date, noon)
		if err != nil {
			t.Fatal(err)
		}
		s, err := ParseSpan(c.span)
		if err != nil {
			t.Fatal(err)
		}
		if got := FormatDate(s.After(d), ShowDateTime); got != c.want {
			t.Errorf("%s + %s: got %s, want %s", c.date, c.span, got, c.want)
		}
	}
}

func TestSpanString(t *testing.T) {
	for text, want := range map[string]string{
		"P2Y5MT6M": "   2 years  5 months 360 seconds (6 minutes)",
		"P1M":      " 1 month ",
		"PT-1H":    "-3600 seconds (1 hour)",
		"PT3661S":  "3661 seconds (1 hour 1 minute 1 seconds)",
	} {
		s, err := ParseSpan(text)
		if err != nil || s.String() != want {
			t.Errorf("%s: got %q (%v), want %q", text, s, err, want)
		}
	}
}

// Lengths are read with any unit the CIB accepts; what cannot be read is 0 and
// says so.
func TestIntervals(t *testing.T) {
	for _, c := range []struct {
		text string
		want time.Duration
		ok   bool
	}{
		{"10", 10 * time.Second, true},
		{"", 0, true},
		{"10s", 10 * time.Second, true},
		{"250ms", 250 * time.Millisecond, true},
		{"2500us", 2 * time.Millisecond, true},
		{"1.9 min", time.Minute, true},
		{"2hr", 2 * time.Hour, true},
		{"PT5M", 5 * time.Minute, true},
		{"P1M", 30 * 24 * time.Hour, true},
		{"P1Y", maxInterval.Truncate(time.Second), true},
		{"-5s", 0, false},
		{"5d", 0, false},
		{"abc", 0, false},
	} {
		got, err := ParseInterval(c.text)
		if c.text == "P1Y" {
			got = got.Truncate(time.Second)
		}
		if got != c.want || (err == nil) != c.ok {
			t.Errorf("%q: got %v (%v), want %v", c.text, got, err, c.want)
		}
	}
}

// Resource and task names may hold underscores.
func TestOperationKeys(t *testing.T) {
	for _, c := range []struct {
		text string
		want OpKey
	}{
		{"db_monitor_10000", OpKey{"db", "monitor", 10 * time.Second}},
		{"my_db_migrate_from_0", OpKey{"my_db", "migrate_from", 0}},
		{"db:1_reload-agent_0", OpKey{"db:1", "reload-agent", 0}},
		{"db_confirmed-post_notify_start_0", OpKey{"db", "confirmed-post_notify_start", 0}},
		{"a_b_pre_notify_promote_0", OpKey{"a_b", "pre_notify_promote", 0}},
		{"db_pre_notify_migrate_to_0", OpKey{"db", "pre_notify_migrate_to", 0}},
	} {
		got, ok := ParseOpKey(c.text)
		if !ok || got != c.want || got.String() != c.text {
			t.Errorf("%q: got %+v %v", c.text, got, ok)
		}
	}
	for _, bad := range []string{"", "db", "db_monitor", "_monitor_0", "monitor_0", "db_monitor_x"} {
		if k, ok := ParseOpKey(bad); ok {
			t.Errorf("%q was read as %+v", bad, k)
		}
	}
}

func TestTransitionMagicReadsBack(t *testing.T) {
	const text = "4:1;12:3:0:2668bbeb-06d5-40f9-936d-24cb7f87006a"
	m, ok := ParseTransitionMagic(text)
	if !ok || m.Status != OpError || m.RC != OCFError || m.Key.Action != 12 || m.Key.Graph != 3 || m.String() != text {
		t.Errorf("got %+v %v, %s", m, ok, m)
	}
	if m, _ := ParseTransitionMagic("-1:193;1:2:7:u"); m.Status != OpPending || m.Key.TargetRC != OCFNotRunning {
		t.Errorf("pending: %+v", m)
	}
}
