// Package crmerror is the tool that explains result and exit codes.
package crmerror

import (
	"fmt"
	"math"
	"strconv"

	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
)

// A code is a number of one of the families of codes.
type code interface {
	Name() string
	String() string
}

// family is a kind of codes: how to make one from its number, and all of them.
type family struct {
	make func(n int) code
	all  func() []int
}

var (
	legacyCodes = family{func(n int) code { return crm.LegacyResult(n) }, func() []int { return numbers(crm.LegacyResults()) }}
	resultCodes = family{func(n int) code { return crm.Result(n) }, func() []int { return numbers(crm.Results()) }}
	exitCodes   = family{func(n int) code { return crm.ExitCode(n) }, func() []int { return numbers(crm.ExitCodes()) }}
)

func numbers[T ~int](codes []T) []int {
	list := make([]int, len(codes))
	for i, c := range codes {
		list[i] = int(c)
	}
	return list
}

// options are what the command line says.
type options struct {
	names, list bool
	family      family
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{family: legacyCodes}
	return &tool.Tool{
		Name:    "crm_error",
		Summary: "Display name or description of a Pacemaker error code",
		Args:    "[-- <rc> [<rc>...]]",
		Formats: []output.Format{output.Text, output.XML},
		Groups: []tool.Group{{Options: []tool.Option{
			{Long: "name", Short: "n", Set: tool.Switch(&o.names),
				Help: "Show error's name with its description (useful for looking for sources of the error in source code)"},
			{Long: "list", Short: "l", Set: tool.Switch(&o.list),
				Help: "Show all known errors (enabled by default if no rc is specified)"},
			{Long: "exit", Short: "X", Set: tool.Choose(func() { o.family = exitCodes }),
				Help: "Interpret as exit code rather than legacy function return value"},
			{Long: "rc", Short: "r", Set: tool.Choose(func() { o.family = resultCodes }),
				Help: "Interpret as return code rather than legacy function return value"},
		}}},
		Do: o.run,
	}
}

func (o *options) run(c *tool.Call) error {
	if o.list || len(c.Args) == 0 {
		for _, n := range o.family.all() {
			o.show(c, n, true)
		}
		return nil
	}
	for _, arg := range c.Args {
		n, err := strconv.Atoi(leadingNumber(arg))
		if err != nil {
			n = math.MinInt32 // no code is that
		}
		o.show(c, n, c.Verbose > 0)
	}
	return nil
}

// leadingNumber is the number that an argument begins with.
func leadingNumber(arg string) string {
	end := 0
	for end < len(arg) && (arg[end] >= '0' && arg[end] <= '9' || end == 0 && (arg[0] == '-' || arg[0] == '+')) {
		end++
	}
	return arg[:end]
}

func (o *options) show(c *tool.Call, n int, withNumber bool) {
	k := o.family.make(n)
	m := entry{number: n, text: k.String(), withNumber: withNumber}
	if o.names {
		m.name = k.Name()
	}
	c.Out.Show(m)
}

// entry is the explanation of one code.
type entry struct {
	number     int
	name, text string // no name if it was not asked for
	withNumber bool   // show the number to people
}

func (e entry) Text(l *output.Lines) {
	switch {
	case e.withNumber && e.name != "":
		l.Line(fmt.Sprintf("%5d: %-26s  %s", e.number, e.name, e.text))
	case e.withNumber:
		l.Line(fmt.Sprintf("%5d: %s", e.number, e.text))
	case e.name != "":
		l.Line(e.name + " - " + e.text)
	default:
		l.Line(e.text)
	}
}

func (e entry) XML(t *output.Tree) {
	pairs := []string{"code", strconv.Itoa(e.number)}
	if e.name != "" {
		pairs = append(pairs, "name", e.name)
	}
	t.Open("result-code", append(pairs, "description", e.text)...)
	t.Close()
}
