package tool

import (
	"strings"

	"holdfast/output"
)

// ManPage is the tool's manual page, for section 8, in the language of man(7).
func (t *Tool) ManPage() string {
	var b strings.Builder
	name := strings.ReplaceAll(t.Name, " ", "-")
	b.WriteString(`.TH "` + strings.ToUpper(name) + `" "8" "" "` + output.Product + " " + output.Version + `" "System Administration"` + "\n")
	b.WriteString(".SH NAME\n" + roff(name) + ` \- ` + roff(t.purpose()) + "\n")
	b.WriteString(".SH SYNOPSIS\n.B " + roff(t.Name) + "\n[\\fIOPTION\\fR]...")
	if t.Args != "" {
		b.WriteString(" " + roff(t.Args))
	}
	b.WriteString("\n.SH OPTIONS\n")
	for _, g := range t.described() {
		b.WriteString(".SS " + roff(g.Title) + "\n")
		for i := range g.Options {
			if o := &g.Options[i]; !o.Hidden {
				b.WriteString(".TP\n" + o.roff() + "\n" + roffLines(o.Help) + "\n")
			}
		}
	}
	if t.Details != "" {
		b.WriteString(".SH DETAILS\n.nf\n" + roffLines(strings.TrimRight(t.Details, "\n")) + "\n.fi\n")
	}
	b.WriteString(".SH EXIT STATUS\n0 if all went well; for other numbers see \\fBcrm_error\\fR(8).\n")
	return b.String()
}

// purpose is what the tool is for, without its name before it.
func (t *Tool) purpose() string {
	return strings.TrimPrefix(t.Summary, t.Name+" - ")
}

// described are all groups of options as help shows them.
func (t *Tool) described() []Group {
	list := append([]Group{t.helpOptions()}, t.helpGroups()...)
	return append(list, t.applicationGroup())
}

// roff is the heading of an option's paragraph.
func (o *Option) roff() string {
	var s string
	if o.Short != "" {
		s = `\fB\-` + roff(o.Short) + `\fR, `
	}
	s += `\fB\-\-` + roff(o.Long) + `\fR`
	switch {
	case o.Arg != "" && o.Optional:
		s += `[=\fI` + roff(o.Arg) + `\fR]`
	case o.Arg != "":
		s += `=\fI` + roff(o.Arg) + `\fR`
	}
	return s
}

// roff makes a text mean itself.
func roff(text string) string {
	return strings.NewReplacer(`\`, `\e`, "-", `\-`).Replace(text)
}

// roffLines does the same for several lines, of which none may look like a request.
func roffLines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		line = roff(line)
		if strings.HasPrefix(line, ".") || strings.HasPrefix(line, "'") {
			line = `\&` + line
		}
		lines[i] = line
	}
	return strings.Join(lines, "\n")
}
