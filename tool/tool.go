// Package tool is what all command-line tools have in common: how a tool says
// which options it takes, how a command line is read, how help and version are
// shown, and how a tool ends with an exit code.
//
// A tool is a value. Package tool/NAME has a function Tool that makes a fresh
// one, and cmd/holdfast chooses it by the name it was called by:
//
//	func Tool() *tool.Tool {
//		o := &options{}
//		return &tool.Tool{Name: "crm_thing", Groups: o.groups(), Do: o.run}
//	}
//
// The same value runs under a test: Run takes the whole world as an Env.
package tool

import (
	"errors"
	"fmt"
	"strings"

	"holdfast/crm"
	"holdfast/output"
)

// A Tool is one command-line tool. It is made for one run: its options are
// bound to variables that the run fills.
type Tool struct {
	Name    string // as typed
	Summary string // one line for help and manual page
	Args    string // what follows the options, for the usage line
	Details string // shown after the options by --help

	// Formats are the formats of --output-as, the default first. A tool
	// without any does not take --output-as.
	Formats []output.Format

	// Quiet explains -Q/--quiet, which the tool takes if this is not empty.
	Quiet string

	// Groups are the options, in the order of --help-all. The group without a
	// name is shown by plain --help.
	Groups []Group

	// Buffered is for tools that have much to say, and only for a moment: their
	// output is written in large pieces.
	Buffered bool

	// Prepare, if set, is called when the command line has been read and
	// before the output is made: it may change the format or its settings.
	Prepare func(c *Call, out *output.Config) error

	// Do does the work. Fail gives it an exit code other than 1 for its error.
	Do func(c *Call) error
}

// A Call is one run of a tool whose command line has been read.
type Call struct {
	Env     *Env
	Out     *output.Output
	Args    []string // what followed the options
	Verbose int      // how often -V was given
	Quiet   bool     // whether -Q was given
}

// Error is an error with the exit code that the tool ends with.
type Error struct {
	Code crm.ExitCode
	Text string // may be empty: everything has been said already
}

// Error gives the text.
func (e *Error) Error() string { return e.Text }

// Fail makes an error with an exit code. An empty text says nothing more.
func Fail(code crm.ExitCode, format string, args ...any) error {
	return &Error{code, fmt.Sprintf(format, args...)}
}

// CodeOf returns the exit code for an error: OK for none, 1 for one without a code.
func CodeOf(err error) crm.ExitCode {
	var e *Error
	switch {
	case err == nil:
		return crm.ExitOK
	case errors.As(err, &e):
		return e.Code
	}
	return crm.ExitError
}

// Run runs the tool with a command line (without the program's name) and
// returns its exit code.
func (t *Tool) Run(env *Env, args []string) crm.ExitCode {
	if t.Buffered {
		buffered, flush := env.buffered()
		env = buffered
		defer flush()
	}
	p := newParser(t)
	call := &Call{Env: env}
	rest, err := p.parse(args)
	call.Args, call.Verbose, call.Quiet = rest, p.verbose, p.quiet
	if p.help != "" && err == nil {
		fmt.Fprint(env.Stdout, t.help(p.help))
		return crm.ExitOK
	}
	config, closeOut, outErr := p.output(env, args)
	if err != nil {
		config.Format = output.Text // a command line that is wrong chooses nothing
	} else {
		err = outErr
	}
	if err == nil && t.Prepare != nil && !p.version {
		err = t.Prepare(call, &config)
	}
	defer closeOut()
	call.Out = output.New(config)
	switch {
	case err != nil:
	case p.version:
		call.Out.Show(versionMessage{})
	default:
		err = t.Do(call)
	}
	return t.finish(call, err)
}

// finish tells of the error, as "NAME: text", and ends the output.
func (t *Tool) finish(c *Call, err error) crm.ExitCode {
	code := CodeOf(err)
	if err != nil && err.Error() != "" {
		text := err.Error()
		if !strings.HasPrefix(text, t.Name+": ") {
			text = t.Name + ": " + text
		}
		c.Out.Err("%s", text)
	}
	c.Out.Finish(code)
	return code
}

// versionMessage is the answer to --version. Its text form is read by agents
// and clients: the first line must be "Pacemaker" and a version.
type versionMessage struct{}

func (versionMessage) Text(l *output.Lines) {
	l.Line("Pacemaker " + output.Version)
	l.Line(output.Product + ", compatible with Pacemaker " + output.Version)
}

func (versionMessage) XML(t *output.Tree) {
	t.Open("version", "program", "Pacemaker", "version", output.Version,
		"author", output.Product, "build", output.Product, "features", output.Features)
	t.Close()
}
