package output

import (
	"bytes"
	"fmt"
	"io"
	"strings"

	"holdfast/cib/xml"
)

// Lines is the form for people: plain lines and nested lists.
//
//	Title:
//	  * item
//	  * Inner title:
//	    * item
type Lines struct {
	w      io.Writer
	page   bytes.Buffer // the body of an HTML page
	html   bool
	silent bool
	plain  bool // items only
	depth  int
	any    bool // something has been written
}

// Begin begins a list; the title gets a colon, and without a title only the
// indentation grows.
func (l *Lines) Begin(format string, args ...any) {
	title := fmt.Sprintf(format, args...)
	if l.html {
		l.beginHTML(title)
	} else if title != "" && !l.plain {
		l.bullet(title + ":")
	}
	l.depth++
}

// End ends the innermost list.
func (l *Lines) End() {
	l.depth--
	if l.html {
		l.write("</ul>\n")
		if l.depth > 0 {
			l.write("</li>\n")
		}
	}
}

// Item adds an item to the innermost list.
func (l *Lines) Item(format string, args ...any) {
	l.item(fmt.Sprintf(format, args...), "")
}

// item adds an item; class says what it means, for style sheets.
func (l *Lines) item(text, class string) {
	switch {
	case !l.html:
		l.bullet(text)
	case class != "":
		l.write(`<li><span class="` + class + `">` + xml.EscapeText(text) + "</span></li>\n")
	default:
		l.write("<li><span>" + xml.EscapeText(text) + "</span></li>\n")
	}
}

// Line adds a line without a mark, at the left margin.
func (l *Lines) Line(text string) {
	if l.html {
		l.write("<p>" + xml.EscapeText(text) + "</p>\n")
		return
	}
	l.write(text + "\n")
}

// Indented adds a line without a mark, indented as an item of the innermost list.
func (l *Lines) Indented(text string) {
	if l.html {
		l.Line(text)
		return
	}
	l.write(strings.Repeat("  ", l.depth) + text + "\n")
}

// Blank adds an empty line, which HTML has no use for.
func (l *Lines) Blank() {
	if !l.html {
		l.write("\n")
	}
}

// Gap separates what follows from what came before with an empty line, unless
// nothing came before.
func (l *Lines) Gap() {
	if l.any {
		l.Blank()
	}
}

// Depth returns how many lists are open.
func (l *Lines) Depth() int { return l.depth }

// bullet writes a line at the current depth: marked inside a list.
func (l *Lines) bullet(text string) {
	if l.depth > 0 && !l.plain {
		text = strings.Repeat("  ", l.depth) + "* " + text
	}
	l.write(text + "\n")
}

func (l *Lines) beginHTML(title string) {
	if l.depth > 0 {
		l.write("<li>\n")
	}
	if title != "" {
		level := min(l.depth+2, 6)
		l.write(fmt.Sprintf("<h%d>%s</h%d>\n", level, xml.EscapeText(title), level))
	}
	l.write("<ul>\n")
}

func (l *Lines) write(text string) {
	if l.silent {
		return
	}
	l.any = true
	io.WriteString(l.w, text)
}
