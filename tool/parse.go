package tool

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/spf13/pflag"

	"holdfast/crm"
	"holdfast/output"
)

// A parser reads one command line.
type parser struct {
	tool           *Tool
	flags          *pflag.FlagSet
	options        map[string]*Option // by long name
	shorts         map[byte]*Option
	format, dest   string
	verbose        int
	quiet, version bool
	fancy          bool     // accepted without effect: our text is always fancy
	help           string   // which help was asked for; "" for none
	normalized     []string // the command line with groups of letters taken apart
}

func newParser(t *Tool) *parser {
	p := &parser{tool: t, options: map[string]*Option{}, shorts: map[byte]*Option{}}
	p.flags = pflag.NewFlagSet(t.Name, pflag.ContinueOnError)
	p.flags.SortFlags = false
	p.flags.SetInterspersed(true)
	p.flags.SetOutput(io.Discard)
	p.flags.Usage = func() {}
	for i := range t.Groups {
		for j := range t.Groups[i].Options {
			p.add(&t.Groups[i].Options[j])
		}
	}
	common := p.common()
	for i := range common {
		if p.options[common[i].Long] == nil {
			p.add(&common[i])
		}
	}
	return p
}

// common returns the options that all tools take.
func (p *parser) common() []Option {
	help := func(which string) func(string) error {
		return func(string) error { p.help = which; return nil }
	}
	list := []Option{
		{Long: "help", Short: p.tool.helpShort(), Set: help("main")},
		{Long: "?", Short: "?", Set: help("main")}, // at every tool, if it is not told of
		{Long: "help-all", Set: help("all")},
		{Long: "version", Short: "$", Set: Switch(&p.version)},
		{Long: "verbose", Short: "V", Set: func(string) error { p.verbose++; return nil }},
	}
	if p.tool.Quiet != "" {
		list = append(list, Option{Long: "quiet", Short: "Q", Set: Switch(&p.quiet)})
	}
	for _, g := range p.tool.helpGroups() {
		list = append(list, Option{Long: "help-" + g.Name, Set: help(g.Name)})
	}
	if len(p.tool.Formats) > 0 {
		list = append(list, Option{Long: "output-as", Arg: "FORMAT", Set: String(&p.format)},
			Option{Long: "output-to", Arg: "DEST", Set: String(&p.dest)},
			Option{Long: "text-fancy", Set: Switch(&p.fancy)})
	}
	return list
}

// add makes an option known.
func (p *parser) add(o *Option) {
	p.options[o.Long] = o
	short := o.Short
	if short != "" {
		if p.shorts[short[0]] == nil {
			p.shorts[short[0]] = o
		} else {
			short = ""
		}
	}
	f := p.flags.VarPF(setter{o}, o.Long, short, "")
	if o.Arg == "" || o.Optional {
		f.NoOptDefVal = bareMark
	}
}

// bareMark stands for an argument that was not given.
const bareMark = "\x00"

// setter lets pflag call an option's Set.
type setter struct{ o *Option }

func (s setter) String() string { return "" }
func (s setter) Type() string   { return "value" }
func (s setter) Set(v string) error {
	if v == bareMark {
		v = s.o.Bare
	}
	return s.o.Set(v)
}

// parse reads the command line and returns what is not an option.
func (p *parser) parse(args []string) ([]string, error) {
	p.normalized = p.split(args)
	err := p.flags.Parse(p.attach(p.normalized))
	if err != nil {
		return nil, p.usageError(err)
	}
	return p.flags.Args(), nil
}

// split takes groups of letters apart ("-sSQ", "-xFILE"), as the reference does
// before it parses; the result is also what XML shows as the request.
func (p *parser) split(args []string) []string {
	var out []string
	for i, a := range args {
		if a == "--" {
			return append(out, args[i:]...)
		}
		if i > 0 && p.wantsValue(args[i-1]) {
			out = append(out, a)
			continue
		}
		if len(a) < 3 || a[0] != '-' || a[1] == '-' || isNegative(a) {
			out = append(out, a)
			continue
		}
		out = append(out, p.splitGroup(a[1:])...)
	}
	return out
}

// wantsValue reports whether an argument is an option whose value must follow,
// which then is never taken apart.
func (p *parser) wantsValue(a string) bool {
	o := p.lookup(a)
	return o != nil && o.Arg != "" && !o.Optional
}

func (p *parser) splitGroup(letters string) []string {
	var out []string
	for i := 0; i < len(letters); i++ {
		out = append(out, "-"+letters[i:i+1])
		o := p.shorts[letters[i]]
		if o == nil || o.Arg == "" || i+1 == len(letters) {
			continue
		}
		return append(out, letters[i+1:])
	}
	return out
}

// isNegative recognises negative numbers and scores, which are values.
func isNegative(a string) bool {
	return strings.Trim(a[1:], "0123456789.") == "" || a == "-INFINITY"
}

// attach joins each argument to its option, so that a value may begin with a
// dash and an optional argument may stand apart.
func (p *parser) attach(args []string) []string {
	var out []string
	for i := 0; i < len(args); i++ {
		a := args[i]
		if a == "--" {
			return append(out, args[i:]...)
		}
		o := p.lookup(a)
		if o == nil || o.Arg == "" || i+1 == len(args) || o.Optional && strings.HasPrefix(args[i+1], "-") {
			out = append(out, a)
			continue
		}
		i++
		out = append(out, "--"+o.Long+"="+args[i])
	}
	return out
}

// lookup returns the option that an argument names without giving its value.
func (p *parser) lookup(a string) *Option {
	switch {
	case len(a) == 2 && a[0] == '-':
		return p.shorts[a[1]]
	case strings.HasPrefix(a, "--"):
		return p.options[a[2:]]
	}
	return nil
}

// usageError words an error of the command line.
func (p *parser) usageError(err error) error {
	if errors.Is(err, pflag.ErrHelp) {
		return Fail(crm.ExitUsage, "Unknown option -h")
	}
	switch e := err.(type) {
	case *pflag.NotExistError:
		name := e.GetSpecifiedName()
		switch letters := e.GetSpecifiedShortnames(); {
		case letters != "" && isNegative("-"+letters):
			return Fail(crm.ExitUsage, "Unknown option -%s", letters)
		case letters != "":
			return Fail(crm.ExitUsage, "Unknown option -%s", name)
		}
		return Fail(crm.ExitUsage, "Unknown option --%s", name)
	case *pflag.ValueRequiredError:
		if e.GetSpecifiedShortnames() != "" {
			return Fail(crm.ExitUsage, "Missing argument for -%s", e.GetSpecifiedName())
		}
		return Fail(crm.ExitUsage, "Missing argument for --%s", e.GetFlag().Name)
	case *pflag.InvalidValueError:
		if cause := e.Unwrap(); cause != nil {
			if _, ok := cause.(*Error); ok {
				return cause
			}
			return Fail(crm.ExitUsage, "%s", cause.Error())
		}
	}
	return Fail(crm.ExitUsage, "%s", err.Error())
}

// output decides format and destination. The returned function closes the
// destination and is never nil.
func (p *parser) output(env *Env, args []string) (output.Config, func(), error) {
	t := p.tool
	c := output.Config{Format: output.Text, Quiet: p.quiet, Stdout: env.Stdout, Stderr: env.Stderr}
	c.Request = quoteCommand(t.Name, p.normalized)
	done := func() {}
	if len(t.Formats) > 0 {
		c.Format = t.Formats[0]
	}
	if p.format != "" {
		f := output.ParseFormat(p.format)
		if !t.takes(f) {
			return c, done, Fail(crm.ExitUsage, "Invalid output format '%s': one of %s is wanted", p.format, t.formatNames())
		}
		c.Format = f
	}
	if p.dest != "" && p.dest != "-" {
		f, err := os.Create(p.dest)
		if err != nil {
			return c, done, Fail(crm.ExitCantCreate, "Could not write to %s: %v", p.dest, err)
		}
		c.File, c.Stdout, done = p.dest, f, func() { f.Close() }
	}
	return c, done, nil
}

func (t *Tool) takes(f output.Format) bool {
	for _, g := range t.Formats {
		if f == g {
			return true
		}
	}
	return f == output.None
}

func (t *Tool) formatNames() string {
	var names []string
	for _, f := range t.Formats {
		names = append(names, f.String())
	}
	return strings.Join(names, ", ")
}

// quoteCommand writes a command line so that a shell would read it again.
func quoteCommand(name string, args []string) string {
	words := []string{name}
	for _, a := range args {
		if strings.ContainsAny(a, " \t\n'\"") || a == "" {
			a = fmt.Sprintf("'%s'", strings.ReplaceAll(a, "'", `'\''`))
		}
		words = append(words, a)
	}
	return strings.Join(words, " ")
}
