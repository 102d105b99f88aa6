package output

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
)

// Page is what an HTML page has besides its content.
type Page struct {
	Title      string
	Stylesheet string        // address of a style sheet to use after our own
	CGI        bool          // begin with the header that a web server's CGI wants
	Refresh    time.Duration // when a browser should load the page again; 0 means never
}

// pageStyle gives meaning to the states that status pages mark with classes.
const pageStyle = `.bold { font-weight: bold }
.online, .pcmk__health_green, .rsc-ok { color: green }
.offline, .failed, .rsc-failed, .pcmk__health_red { color: red }
.standby, .maint, .warning, .pcmk__health_yellow { color: orange }
.managed, .maint-mode { color: blue }
`

// finishHTML writes the page around the content that has been collected.
func (o *Output) finishHTML() {
	var b bytes.Buffer
	p := o.c.HTML
	if p.CGI {
		b.WriteString("Content-Type: text/html\n\n")
	}
	b.WriteString("<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n")
	if p.Refresh > 0 {
		seconds := int64((p.Refresh + time.Second - 1) / time.Second)
		b.WriteString(`<meta http-equiv="refresh" content="` + strconv.FormatInt(seconds, 10) + "\">\n")
	}
	b.WriteString("<title>" + xml.EscapeText(p.Title) + "</title>\n<style>\n" + pageStyle + "</style>\n")
	if p.Stylesheet != "" {
		b.WriteString(`<link rel="stylesheet" href="` + xml.EscapeAttr(p.Stylesheet) + "\">\n")
	}
	b.WriteString("</head>\n<body>\n")
	o.lines.page.WriteTo(&b)
	if len(o.errs) > 0 {
		b.WriteString("<pre>" + xml.EscapeText(strings.Join(o.errs, "\n")) + "</pre>\n")
	}
	b.WriteString("</body>\n</html>\n")
	io.Copy(o.c.Stdout, &b)
}
