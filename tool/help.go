package tool

import (
	"slices"
	"strings"
)

// helpShort is the letter of --help: h, unless the tool has another use for it.
func (t *Tool) helpShort() string {
	for _, g := range t.Groups {
		if slices.ContainsFunc(g.Options, func(o Option) bool { return o.Short == "h" }) {
			return "?"
		}
	}
	return "h"
}

// helpGroups are the groups that have a --help-NAME of their own.
func (t *Tool) helpGroups() []Group {
	var list []Group
	if len(t.Formats) > 0 {
		list = append(list, t.outputGroup())
	}
	for _, g := range t.Groups {
		if g.Name != "" {
			list = append(list, g)
		}
	}
	return list
}

func (t *Tool) outputGroup() Group {
	return Group{Name: "output", Title: "Output Options", Help: "Show output help", Options: []Option{
		{Long: "output-as", Arg: "FORMAT", Help: "Specify output format as one of: " +
			strings.Replace(t.formatNames(), t.Formats[0].String(), t.Formats[0].String()+" (default)", 1)},
		{Long: "output-to", Arg: "DEST", Help: `Specify file name for output (or "-" for stdout)`},
	}}
}

// applicationGroup are the options that plain --help shows last.
func (t *Tool) applicationGroup() Group {
	g := Group{Title: "Application Options", Options: []Option{
		{Long: "version", Short: "$", Help: "Display software version and exit"},
		{Long: "verbose", Short: "V", Help: "Increase debug output (may be specified multiple times)"},
	}}
	if t.Quiet != "" {
		g.Options = append(g.Options, Option{Long: "quiet", Short: "Q", Help: t.Quiet})
	}
	for _, own := range t.Groups {
		if own.Name == "" {
			g.Options = append(g.Options, own.Options...)
		}
	}
	return g
}

// help returns the text of --help ("main"), --help-all ("all") or --help-NAME.
func (t *Tool) help(which string) string {
	var b strings.Builder
	b.WriteString("Usage:\n  " + t.Name + " [OPTION…]")
	if t.Args != "" {
		b.WriteString(" " + t.Args)
	}
	b.WriteString("\n\n" + t.Summary + "\n\n")
	var groups []Group
	if which == "main" || which == "all" {
		groups = append(groups, t.helpOptions())
	}
	for _, g := range t.helpGroups() {
		if which == "all" || which == g.Name {
			groups = append(groups, g)
		}
	}
	if which == "main" || which == "all" {
		groups = append(groups, t.applicationGroup())
	}
	writeGroups(&b, groups)
	if (which == "main" || which == "all") && t.Details != "" {
		b.WriteString(strings.TrimRight(t.Details, "\n") + "\n")
	}
	return b.String()
}

// helpOptions lists the ways of asking for help.
func (t *Tool) helpOptions() Group {
	g := Group{Title: "Help Options", Options: []Option{
		{Long: "help", Short: t.helpShort(), Help: "Show help options"},
		{Long: "help-all", Help: "Show all help options"},
	}}
	for _, h := range t.helpGroups() {
		g.Options = append(g.Options, Option{Long: "help-" + h.Name, Help: h.Help})
	}
	return g
}

// writeGroups writes groups with the explanations in one column.
func writeGroups(b *strings.Builder, groups []Group) {
	width := 0
	for _, g := range groups {
		for i := range g.Options {
			width = max(width, len(g.Options[i].synopsis()))
		}
	}
	for _, g := range groups {
		b.WriteString(g.Title + ":\n")
		for i := range g.Options {
			o := &g.Options[i]
			if o.Hidden {
				continue
			}
			pad := strings.Repeat(" ", width-len(o.synopsis())+2)
			help := strings.ReplaceAll(o.Help, "\n", "\n"+strings.Repeat(" ", width+2))
			b.WriteString(strings.TrimRight(o.synopsis()+pad+help, " ") + "\n")
		}
		b.WriteString("\n")
	}
}

// synopsis is the left column of help: "  -x, --xml-file=FILE".
func (o *Option) synopsis() string {
	s := "  "
	if o.Short != "" {
		s += "-" + o.Short + ", "
	}
	s += "--" + o.Long
	switch {
	case o.Arg != "" && o.Optional:
		s += "[=" + o.Arg + "]"
	case o.Arg != "":
		s += "=" + o.Arg
	}
	return s
}
