package tool

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// Log tells of something on standard error, in the form of a log line, if the
// user asked for log messages with -V or the environment variable PCMK_stderr.
// where is the name by which the reference knows the place, for tools that look
// for it.
func (c *Call) Log(level, where, format string, args ...any) {
	on, _ := crm.ParseBool(c.Env.Getenv("PCMK_stderr"))
	if !on && c.Verbose == 0 {
		return
	}
	_, file, line, _ := runtime.Caller(1)
	fmt.Fprintf(c.Env.Stderr, "(%s@%s:%d) \t%s: %s\n", where, filepath.Base(file), line, level, fmt.Sprintf(format, args...))
}

// LogXML logs where and why text is not well-formed XML: the parser's message,
// the line in question and a mark below the place.
func (c *Call) LogXML(text string, err error) {
	var e *xml.SyntaxError
	if !errors.As(err, &e) {
		return
	}
	const where = "pcmk__log_xmllib_err"
	line := ""
	if lines := strings.Split(text, "\n"); e.Line <= len(lines) {
		line = lines[e.Line-1]
	}
	c.Log("error", where, "XML Error: Entity: line %d: parser error : %s", e.Line, e.Msg)
	c.Log("error", where, "XML Error: %s", line)
	c.Log("error", where, "XML Error: %s^", strings.Repeat(" ", max(0, e.Column-1)))
}
