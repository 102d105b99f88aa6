// Package crmmon is the tool crm_mon: it shows the state of a cluster, once or
// again and again, as text, XML, HTML or on a screen. What is shown is package
// status's; this package chooses sections, gets the data and draws.
package crmmon

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"holdfast/crm"
	"holdfast/output"
	"holdfast/status"
	"holdfast/tool"
)

// mode says how long the tool runs.
type mode uint8

const (
	unsetMode mode = iota
	oneShot
	update
	daemonized
)

// options are what the command line says.
type options struct {
	mode       mode
	interval   time.Duration
	agent      string // external program told of operations
	recipient  string
	fencing    bool // --watch-fencing
	choices    choices
	prefix     string // of bans
	level      int    // of fencing history, 0 to 3
	show       status.Show
	node       string
	resource   string
	xmlFile    string
	htmlFile   string // --as-html
	pidFile    string
	legacyXML  bool
	simple     bool
	cgi        bool
	stylesheet string
	title      string
	toFile     bool          // the output goes to a file, which is written again
	config     output.Config // how the picture is written
}

// Tool makes the tool for one run.
func Tool() *tool.Tool {
	o := &options{interval: 5 * time.Second, level: 1, title: "Cluster Status"}
	o.show.Pending = true
	return &tool.Tool{
		Name: "crm_mon",
		Summary: "Provides a summary of cluster's current state.\n\n" +
			"Outputs varying levels of detail in a number of different formats.",
		Details: details(),
		Formats: []output.Format{output.Console, output.HTML, output.Text, output.XML},
		Quiet:   "Be less descriptive in output.",
		Groups:  []tool.Group{o.display(), o.additional(), o.deprecated(), o.html()},
		Prepare: o.prepare,
		Do:      o.run,
	}
}

// prepare decides on mode and format, which depend on each other.
func (o *options) prepare(c *tool.Call, out *output.Config) error {
	if filepath.Ext(c.Env.Program) == ".cgi" {
		o.cgi, out.Format = true, output.HTML
	}
	if o.cgi && out.Format == output.Console {
		out.Format = output.HTML
	}
	if o.xmlFile != "" {
		fromFile(c.Env, o.xmlFile)
	}
	if o.legacyXML {
		out.Format, out.Legacy, o.mode = output.XML, "crm_mon", oneShot
	}
	if o.htmlFile != "" {
		out.Format, out.File = output.HTML, o.htmlFile
		if o.mode == unsetMode {
			o.mode = update
		}
	}
	_, screen := out.Stdout.(*os.File)
	o.toFile = out.File != ""
	file := c.Env.Source().Where != tool.Live
	if out.Format == output.Console && (o.mode == oneShot || o.mode == daemonized || file || o.toFile || !screen || !isTerminal(out.Stdout)) {
		out.Format = output.Text
	}
	switch {
	case out.Format == output.Console:
		o.mode = update
	case o.mode == unsetMode, file, o.mode == update && !o.toFile:
		o.mode = oneShot
	}
	out.HTML = output.Page{Title: o.title, Stylesheet: o.stylesheet, CGI: o.cgi}
	if o.toFile {
		out.HTML.Refresh = o.interval
	}
	out.Quiet = false // -Q leaves sections out instead
	if file {
		o.level = 0
	}
	o.config = *out
	return o.choose(out.Format, c.Quiet)
}

// fromFile lets the tool read a CIB from a file in place of what the environment
// says.
func fromFile(env *tool.Env, path string) {
	get := env.Getenv
	env.Getenv = func(name string) string {
		switch name {
		case "CIB_file":
			return path
		case "CIB_shadow":
			return ""
		}
		return get(name)
	}
}

// choose decides which sections are shown.
func (o *options) choose(f output.Format, quiet bool) error {
	o.choices.format = f
	o.choices.shown = defaults(f)
	own := []choice{{true, fencingOf(o.level)}}
	if o.level == 0 {
		own = []choice{{false, "fencing"}}
	}
	if quiet {
		own = append(own, choice{false, "times"})
	}
	user := o.choices.list
	o.choices.list = append(own, user...)
	prefix, err := o.choices.apply()
	if err != nil {
		return err
	}
	o.prefix = prefix
	if f == output.XML {
		o.show.Inactive, o.show.Timing = true, true
	}
	return nil
}

// fencingOf are the sections of a level of fencing history.
func fencingOf(level int) string {
	if level == 1 {
		return "fencing-failed,fencing-pending"
	}
	return "fencing"
}

func (o *options) include(what string) func(string) error {
	return func(string) error { o.choices.add(true, what); return nil }
}

func (o *options) display() tool.Group {
	s := &o.show
	return tool.Group{Name: "display", Title: "Display Options", Help: "Show display options", Options: []tool.Option{
		{Long: "include", Short: "I", Arg: "SECTION(s)", Set: func(v string) error { o.choices.add(true, v); return nil },
			Help: "A list of sections to include in the output.\nSee `Output Control` help for more information."},
		{Long: "exclude", Short: "U", Arg: "SECTION(s)", Set: func(v string) error { o.choices.add(false, v); return nil },
			Help: "A list of sections to exclude from the output.\nSee `Output Control` help for more information."},
		{Long: "node", Arg: "NODE", Set: tool.String(&o.node),
			Help: "When displaying information about nodes, show only what's related to the given\nnode, or to all nodes tagged with the given tag"},
		{Long: "resource", Arg: "RSC", Set: tool.String(&o.resource),
			Help: "When displaying information about resources, show only what's related to the given\nresource, or to all resources tagged with the given tag"},
		{Long: "group-by-node", Short: "n", Set: tool.Switch(&s.ByNode), Help: "Group resources by node"},
		{Long: "inactive", Short: "r", Set: tool.Switch(&s.Inactive), Help: "Display inactive resources"},
		{Long: "failcounts", Short: "f", Set: o.include("failcounts"), Help: "Display resource fail counts"},
		{Long: "operations", Short: "o", Set: o.include("failcounts,operations"), Help: "Display resource operation history"},
		{Long: "timing-details", Short: "t", Help: "Display resource operation history with timing details",
			Set: func(string) error { s.Timing = true; o.choices.add(true, "operations"); return nil }},
		{Long: "tickets", Short: "c", Set: o.include("tickets"), Help: "Display cluster tickets"},
		{Long: "fence-history", Short: "m", Arg: "LEVEL", Optional: true, Bare: "2", Set: o.setLevel,
			Help: "Show fence history:\n0=off, 1=failures and pending (default without option),\n" +
				"2=add successes (default without value for option),\n3=show full history without reduction to most recent of each flavor"},
		{Long: "neg-locations", Short: "L", Arg: "PREFIX", Optional: true, Help: "Display negative location constraints [optionally filtered by id prefix]",
			Set: func(v string) error { o.choices.add(true, "bans:"+v); return nil }},
		{Long: "show-node-attributes", Short: "A", Set: o.include("attributes"), Help: "Display node attributes"},
		{Long: "hide-headers", Short: "D", Help: "Hide all headers",
			Set: func(string) error { o.choices.add(false, "summary"); return nil }},
		{Long: "show-detail", Short: "R", Set: func(string) error { detail(s); return nil },
			Help: "Show more details (node IDs, individual clone instances)"},
		{Long: "show-description", Set: tool.Switch(&s.Description), Help: "Show resource descriptions"},
		{Long: "brief", Short: "b", Set: tool.Switch(&s.Brief), Help: "Brief output"},
		{Long: "pending", Short: "j", Set: tool.Switch(&s.Pending), Help: "Display pending operations (always done)"},
	}}
}

// detail is what --show-detail shows.
func detail(s *status.Show) {
	s.CloneDetail, s.NodeID, s.Implicit, s.FailedDetail, s.FeatureSet, s.Description = true, true, true, true, true, true
}

func (o *options) setLevel(v string) error {
	n, err := strconv.Atoi(v)
	if err != nil || n < 0 || n > 3 {
		return tool.Fail(crm.ExitInvalidParam, "Fence history must be 0-3")
	}
	o.level = n
	return nil
}

func (o *options) additional() tool.Group {
	return tool.Group{Name: "additional", Title: "Additional Options", Help: "Show additional options", Options: []tool.Option{
		{Long: "interval", Short: "i", Arg: "TIMESPEC", Set: o.setInterval,
			Help: "Update frequency (default is 5 seconds). Note: When run interactively\non a live cluster, the display will be updated automatically\n" +
				"whenever the cluster configuration or status changes."},
		{Long: "one-shot", Short: "1", Set: tool.Choose(func() { o.mode = oneShot }), Help: "Display the cluster status once and exit"},
		{Long: "daemonize", Short: "d", Set: tool.Choose(func() { o.mode = daemonized }),
			Help: "Run in the background as a daemon.\nRequires at least one of --output-to and --external-agent."},
		{Long: "external-agent", Short: "E", Arg: "FILE", Set: tool.String(&o.agent), Help: "A program to run when resource operations take place"},
		{Long: "external-recipient", Short: "e", Arg: "RCPT", Set: tool.String(&o.recipient),
			Help: "A recipient for your program (assuming you want the program to send something to someone)."},
		{Long: "watch-fencing", Short: "W", Set: tool.Switch(&o.fencing), Help: "Listen for fencing events. For use with --external-agent."},
		{Long: "xml-file", Short: "x", Arg: "FILE", Hidden: true, Set: func(v string) error { o.xmlFile, o.mode = v, oneShot; return nil }},
		{Long: "pid-file", Short: "p", Arg: "FILE", Hidden: true, Set: tool.String(&o.pidFile)},
	}}
}

func (o *options) setInterval(v string) error {
	d, err := crm.ParseInterval(v)
	if err != nil || d <= 0 {
		return tool.Fail(crm.ExitInvalidParam, "Invalid value for -i: %s", v)
	}
	o.interval = d
	if o.mode != daemonized {
		o.mode = update
	}
	return nil
}

func (o *options) deprecated() tool.Group {
	return tool.Group{Name: "deprecated", Title: "Deprecated Options", Help: "Show deprecated options", Options: []tool.Option{
		{Long: "as-html", Short: "h", Arg: "FILE", Set: tool.String(&o.htmlFile),
			Help: "Write cluster status to the named HTML file.\nUse --output-as=html --output-to=FILE instead."},
		{Long: "as-xml", Short: "X", Set: tool.Switch(&o.legacyXML),
			Help: "Write cluster status as XML to stdout. This will enable one-shot mode.\nUse --output-as=xml instead."},
		{Long: "simple-status", Short: "s", Set: func(string) error { o.simple, o.mode = true, oneShot; return nil },
			Help: "Display the cluster status once as a simple one line output (suitable for nagios)"},
		{Long: "disable-ncurses", Short: "N", Set: tool.Choose(func() { o.mode = oneShot }), Hidden: true},
		{Long: "web-cgi", Short: "w", Set: tool.Switch(&o.cgi), Hidden: true},
	}}
}

func (o *options) html() tool.Group {
	return tool.Group{Name: "html", Title: "HTML Options", Help: "Show HTML options", Options: []tool.Option{
		{Long: "html-cgi", Set: tool.Switch(&o.cgi), Help: "Add CGI headers (requires --output-as=html)"},
		{Long: "html-stylesheet", Arg: "URI", Set: tool.String(&o.stylesheet), Help: "Link to an external stylesheet (requires --output-as=html)"},
		{Long: "html-title", Arg: "TITLE", Set: tool.String(&o.title), Help: "Specify a page title (requires --output-as=html)"},
	}}
}

// details is what --help-all says at its end.
func details() string {
	return fmt.Sprintf(`Notes:

If this program is called as crm_mon.cgi, --output-as=html --html-cgi will
automatically be added to the command line arguments.

Operations that are under way are always shown; --pending (-j) is accepted and
changes nothing.

Time Specification:

A TIMESPEC is a number of seconds, a number with a unit
(ms/msec/us/usec/s/sec/m/min/h/hr), or an ISO 8601 period specification.

Output Control:

Which sections are shown depends on the format: XML has everything, other
formats less. --include and --exclude change that; each may be given several
times and takes a comma-separated list. They are applied from left to right.
The sections are:

  %s

Interactive Use:

On a terminal, keys show and hide sections; '?' lists them. Any other key
refreshes the screen.

Examples:

Show the cluster status on the console with updates as they occur:

	crm_mon

Show the cluster status once:

	crm_mon -1

Show resources by node, and inactive resources as well:

	crm_mon --group-by-node --inactive

Keep an HTML page up to date in the background:

	crm_mon --daemonize --output-as html --output-to /path/to/docroot/filename.html

Export the current status as XML:

	crm_mon --output-as xml
`, sectionNames())
}
