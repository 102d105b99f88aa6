// Package iso8601 is the tool that shows how the cluster reads dates, durations
// and periods.
package iso8601

import (
	"errors"
	"strings"
	"time"

	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
)

// options are what the command line says.
type options struct {
	date, duration, period, expected string
	hasDate, hasDuration, hasPeriod  bool
	format                           crm.DateFormat
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{}
	return &tool.Tool{
		Name:    "iso8601",
		Summary: "Display and parse ISO 8601 dates and times",
		Details: "For more information on the ISO 8601 standard, see https://en.wikipedia.org/wiki/ISO_8601",
		Formats: []output.Format{output.Text, output.XML},
		Groups:  o.groups(),
		Do:      o.run,
	}
}

func (o *options) groups() []tool.Group {
	text := func(s *string, given *bool) func(string) error {
		return func(v string) error { *s, *given = v, true; return nil }
	}
	show := func(f crm.DateFormat) func(string) error {
		return func(string) error { o.format |= f; return nil }
	}
	return []tool.Group{
		{Name: "commands", Title: "Commands", Help: "Show command options", Options: []tool.Option{
			{Long: "now", Short: "n", Help: "Display the current date/time",
				Set: func(string) error { o.date, o.hasDate = "now", true; return nil }},
			{Long: "date", Short: "d", Arg: "DATE", Set: text(&o.date, &o.hasDate),
				Help: "Parse an ISO 8601 date/time (for example,\n'2019-09-24 00:30:00+01:00' or '2019-040')"},
			{Long: "period", Short: "p", Arg: "PERIOD", Set: text(&o.period, &o.hasPeriod),
				Help: "Parse an ISO 8601 period (interval) with start time (for example,\n'2005-040/2005-043')"},
			{Long: "duration", Short: "D", Arg: "DURATION", Set: text(&o.duration, &o.hasDuration),
				Help: "Parse an ISO 8601 duration (for example, 'P1M')"},
			{Long: "expected", Short: "E", Arg: "TEXT", Set: tool.String(&o.expected),
				Help: "Exit with error status if result does not match this text.\nRequires: -n or -d"},
		}},
		{Name: "modifiers", Title: "Output modifiers", Help: "Show output modifiers", Options: []tool.Option{
			{Long: "seconds", Short: "s", Help: "Show result as a seconds since 0000-001 00:00:00Z", Set: show(crm.ShowSeconds)},
			{Long: "epoch", Short: "S", Help: "Show result as a seconds since EPOCH (1970-001 00:00:00Z)", Set: show(crm.ShowEpoch)},
			{Long: "local", Short: "L", Help: "Show result as a 'local' date/time", Set: show(crm.ShowZone)},
			{Long: "ordinal", Short: "O", Help: "Show result as an 'ordinal' date/time", Set: show(crm.ShowOrdinal)},
			{Long: "week", Short: "W", Help: "Show result as an 'calendar week' date/time", Set: show(crm.ShowWeeks)},
		}},
	}
}

// run shows what was asked for, in a fixed order.
func (o *options) run(c *tool.Call) error {
	o.format |= crm.ShowDate | crm.ShowTime
	date, err := o.showDate(c)
	if err != nil {
		return err
	}
	span, err := o.showDuration(c)
	if err != nil {
		return err
	}
	if err := o.showPeriod(c); err != nil {
		return err
	}
	if !o.hasDate {
		return nil
	}
	if o.hasDuration {
		date = span.After(date)
		c.Out.Show(fact{"Duration ends at", "duration_ends", crm.FormatDate(date, o.format|crm.ShowZone)})
	}
	if o.expected != "" && !strings.EqualFold(o.expected, crm.FormatDate(date, o.format)) {
		return tool.Fail(crm.ExitError, "")
	}
	return nil
}

func (o *options) showDate(c *tool.Call) (time.Time, error) {
	if !o.hasDate {
		return time.Time{}, nil
	}
	now := c.Env.Now()
	if strings.EqualFold(o.date, "now") {
		c.Out.Show(fact{"Current date/time", "date", crm.FormatDate(now, o.format)})
		return now, nil
	}
	t, err := crm.ParseDate(o.date, now)
	if err != nil {
		logError(c, err)
		return t, tool.Fail(crm.ExitInvalidParam, "Invalid date/time specified: %s", o.date)
	}
	c.Out.Show(fact{"Date", "date", crm.FormatDate(t, o.format)})
	return t, nil
}

func (o *options) showDuration(c *tool.Call) (crm.Span, error) {
	if !o.hasDuration {
		return crm.Span{}, nil
	}
	s, err := crm.ParseSpan(o.duration)
	if err != nil {
		logError(c, err)
		return s, tool.Fail(crm.ExitInvalidParam, "Invalid duration specified: %s", o.duration)
	}
	c.Out.Show(fact{"Duration", "duration", s.String()})
	return s, nil
}

func (o *options) showPeriod(c *tool.Call) error {
	if !o.hasPeriod {
		return nil
	}
	p, err := crm.ParsePeriod(o.period, c.Env.Now())
	if err != nil {
		logError(c, err)
		return tool.Fail(crm.ExitInvalidParam, "Invalid interval specified: %s", o.period)
	}
	c.Out.Show(period{crm.FormatDate(p.Start, o.format), crm.FormatDate(p.End, o.format)})
	return nil
}

// places are the names by which the reference's log knows the parts of a date.
var places = map[crm.TimePart]string{
	crm.PartPeriod:      "parse_period",
	crm.PartDate:        "parse_date",
	crm.PartTime:        "parse_hms",
	crm.PartSpan:        "crm_time_parse_duration",
	crm.PartSpanElement: "parse_duration_element",
}

func logError(c *tool.Call, err error) {
	var e *crm.TimeError
	if errors.As(err, &e) {
		c.Log("error", places[e.Part], "%s", e.Msg)
	}
}

// fact is one line: what it is and its value.
type fact struct{ label, element, value string }

func (f fact) Text(l *output.Lines) { l.Line(f.label + ": " + f.value) }
func (f fact) XML(t *output.Tree)   { t.Text(f.element, f.value) }

// period is the beginning and end of a period.
type period struct{ start, end string }

func (p period) Text(l *output.Lines) { l.Line("Period: " + p.start + " to " + p.end) }

func (p period) XML(t *output.Tree) {
	t.Open("period")
	t.Text("start", p.start)
	t.Text("end", p.end)
	t.Close()
}
