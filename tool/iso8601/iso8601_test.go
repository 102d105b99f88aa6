package iso8601

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"holdfast/tool"
)

func TestDatesDurationsAndPeriods(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
		code int
	}{
		{[]string{"-n"}, "Current date/time: 2026-11-21 11:00:00Z", 0},
		{[]string{"-n", "-L", "-O"}, "Current date/time: 2026-325 12:00:00 +01:00", 0},
		{[]string{"-d", "2006-W01-7 00Z", "-W", "-E", "2006-W01-7 00:00:00Z"}, "Date: 2006-W01-7 00:00:00Z", 0},
		{[]string{"-d", "2006-01-08", "-E", "2006-01-09 00:00:00Z"}, "Date: 2006-01-08 00:00:00Z", 1},
		{[]string{"-d", "epoch", "-D", "P2Y5MT6M"}, "Date: 1970-01-01 00:00:00Z\n" +
			"Duration:    2 years  5 months 360 seconds (6 minutes)\nDuration ends at: 1972-06-01 00:06:00Z", 0},
		{[]string{"-p", "PT1H"}, "Period: 2026-11-21 11:00:00Z to 2026-11-21 12:00:00Z", 0},
		{[]string{"-p", "P1M/2009-03-31"}, "Period: 2009-02-28 00:00:00Z to 2009-03-31 00:00:00Z", 0},
		{[]string{"-D", "1M"}, "(crm_time_parse_duration@iso8601.go) \terror: '1M' is not a valid ISO 8601 time duration " +
			"because it does not start with a 'P'\niso8601: Invalid duration specified: 1M", 2},
	} {
		var out bytes.Buffer
		getenv := func(name string) string { return map[string]string{"PCMK_stderr": "1"}[name] }
		env := &tool.Env{Stdout: &out, Stderr: &out, Getenv: getenv,
			Now: func() time.Time { return time.Date(2026, 11, 21, 12, 0, 0, 0, time.FixedZone("", 3600)) }}
		code := Tool().Run(env, c.args)
		if got := withoutLine(strings.TrimSpace(out.String())); got != c.want || int(code) != c.code {
			t.Errorf("%q: %d\n%s\nwant:\n%s", c.args, code, got, c.want)
		}
	}
}

// withoutLine takes the number of the source line out of log messages.
func withoutLine(text string) string {
	head, tail, ok := strings.Cut(text, ".go:")
	if !ok {
		return text
	}
	return head + ".go" + strings.TrimLeft(tail, "0123456789")
}
