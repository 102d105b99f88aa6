// Package output shows things to people and programs: as text, as XML that
// satisfies the published api-result schema, as an HTML page, or not at all.
//
// What is shown is a Message: a value that knows its text and its XML form. A
// tool makes messages and shows them; it never asks which format was chosen,
// except where the reference's formats truly differ. The package knows nothing
// of clusters.
package output

import (
	"fmt"
	"io"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// Format is a way of writing.
type Format uint8

// The formats. Console is text meant for a screen that is drawn again.
const (
	Unknown Format = iota
	Text
	XML
	HTML
	Console
	None
)

var formatNames = [...]string{Text: "text", XML: "xml", HTML: "html", Console: "console", None: "none"}

// String gives the name that --output-as takes.
func (f Format) String() string {
	if f == Unknown || int(f) >= len(formatNames) {
		return "unknown"
	}
	return formatNames[f]
}

// ParseFormat reads a name that --output-as takes; Unknown if it is none.
func ParseFormat(name string) Format {
	for f, n := range formatNames {
		if n == name && n != "" {
			return Format(f)
		}
	}
	return Unknown
}

// A Message is one thing to be shown.
type Message interface {
	// Text writes the form for people, also used for HTML pages.
	Text(l *Lines)
	// XML writes the form for programs.
	XML(t *Tree)
}

// Config says how and where an Output writes.
type Config struct {
	Format         Format
	Request        string // the command line, repeated in XML
	Legacy         string // XML: the root element of an older format instead of pacemaker-result
	Plain          bool   // text: items only, without titles, marks and indentation
	Quiet          bool   // text: leave out what only informs
	File           string // the file that Stdout writes to, "" for the program's own output
	Stdout, Stderr io.Writer
	HTML           Page
}

// An Output collects what a tool shows and writes it in one format. Text
// appears at once; XML and HTML are written by Finish, which must be called last.
type Output struct {
	c     Config
	lines Lines
	tree  Tree
	errs  []string
}

// New makes an output. Nothing is written before something is shown.
func New(c Config) *Output {
	o := &Output{c: c}
	o.Reset()
	return o
}

// Reset forgets what has been collected but not written, so that the same
// output can show a newer state.
func (o *Output) Reset() {
	o.lines = Lines{w: o.c.Stdout, html: o.c.Format == HTML, plain: o.c.Plain, silent: o.c.Format == XML || o.c.Format == None}
	if o.lines.html {
		o.lines.w = &o.lines.page
	}
	o.tree = newTree(o.c)
	o.errs = nil
}

// Format returns the format that was chosen.
func (o *Output) Format() Format { return o.c.Format }

// IsXML reports whether the output is for programs.
func (o *Output) IsXML() bool { return o.c.Format == XML }

// Lines gives access to the text form; what is written to it is dropped when
// the format has none.
func (o *Output) Lines() *Lines { return &o.lines }

// Tree gives access to the XML form; it is never written in other formats.
func (o *Output) Tree() *Tree { return &o.tree }

// Show shows a message in the chosen format.
func (o *Output) Show(m Message) {
	switch o.c.Format {
	case XML:
		m.XML(&o.tree)
	case None:
	default:
		m.Text(&o.lines)
	}
}

// Info shows a line to people only, unless they asked for quiet.
func (o *Output) Info(format string, args ...any) {
	if o.c.Quiet {
		return
	}
	o.lines.Line(fmt.Sprintf(format, args...))
}

// Err tells of something that went wrong: on standard error, or among the
// errors that Finish writes.
func (o *Output) Err(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	switch o.c.Format {
	case XML, HTML:
		o.errs = append(o.errs, text)
	default:
		fmt.Fprintln(o.c.Stderr, text)
	}
}

// Drop forgets what has been collected and makes Finish write nothing: somebody
// else has written the output.
func (o *Output) Drop() {
	o.c.Format = None
	o.Reset()
}

// Finish writes what is still to be written, with the exit code.
func (o *Output) Finish(code crm.ExitCode) {
	switch o.c.Format {
	case XML:
		o.finishXML(code)
	case HTML:
		o.finishHTML()
	}
}

// finishXML closes the document with the status element, which older formats
// do not have.
func (o *Output) finishXML(code crm.ExitCode) {
	if o.c.Legacy == "" {
		status := xml.New("status", "code", fmt.Sprint(int(code)), "message", code.String())
		if len(o.errs) > 0 {
			status.Add(errorList(o.errs))
		}
		o.tree.root.Add(status)
	} else {
		for _, e := range o.errs {
			fmt.Fprintln(o.c.Stderr, e)
		}
	}
	o.tree.write(o.c.Stdout)
}

func errorList(errs []string) *xml.Node {
	list := xml.New("errors")
	for _, e := range errs {
		list.Add(xml.New("error").Add(&xml.Node{Kind: xml.Text, Text: e}))
	}
	return list
}
