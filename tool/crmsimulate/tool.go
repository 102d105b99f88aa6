// Package crmsimulate is the tool crm_simulate: it shows what a cluster would
// do about a CIB, after changes that the user makes up, and carries it out on a
// copy. The decisions are the scheduler's; this package invents events,
// executes transitions on paper and shows the outcome.
package crmsimulate

import (
	"holdfast/output"
	"holdfast/tool"
)

// options are what the command line says.
type options struct {
	process, simulate       bool // schedule; and execute the transition
	scores, utilization     bool
	attributes, failCounts  bool
	allActions, store       bool
	live                    bool   // the source is what the environment says
	source                  string // else a file, or "-" for standard input
	date                    string
	saveInput, saveOutput   string
	graph, dot              string
	profile                 string
	repeat                  int
	inject                  injections
	simulateNewNodes, quiet bool
}

// injections are the events that the user makes up.
type injections struct {
	nodeUp, nodeDown, nodeFail []string
	opInject, opFail           []string
	quorum, watchdog           string
	grant, revoke              []string
	standby, activate          []string
}

// any tells whether there is something to change before scheduling. A quorum
// setting alone is not enough, as in the reference.
func (i *injections) any() bool {
	return len(i.nodeUp)+len(i.nodeDown)+len(i.nodeFail)+len(i.opInject)+
		len(i.grant)+len(i.revoke)+len(i.standby)+len(i.activate) > 0 || i.watchdog != ""
}

// Tool makes the tool for one run.
func Tool() *tool.Tool {
	o := &options{source: "-", repeat: 1}
	return &tool.Tool{
		Name:     "crm_simulate",
		Summary:  "crm_simulate - simulate a Pacemaker cluster's response to events",
		Details:  details,
		Formats:  []output.Format{output.Text, output.XML},
		Buffered: true,
		Quiet:    "Display only essential output",
		Groups:   []tool.Group{o.operations(), o.synthetic(), o.artifacts(), o.sources()},
		Prepare: func(c *tool.Call, out *output.Config) error {
			out.Plain = o.scores && c.Quiet
			return nil
		},
		Do: func(c *tool.Call) error {
			o.quiet = c.Quiet && !c.Out.IsXML() // programs want all of it
			if o.profile != "" {
				return o.profileDir(c)
			}
			return newSimulation(c, o).run()
		},
	}
}

// both calls two setters.
func both(a, b func(string) error) func(string) error {
	return func(v string) error {
		if err := a(v); err != nil {
			return err
		}
		return b(v)
	}
}

func (o *options) operations() tool.Group {
	process := tool.Switch(&o.process)
	simulate := both(process, tool.Switch(&o.simulate))
	return tool.Group{Name: "operations", Title: "Operations", Help: "Show operations options", Options: []tool.Option{
		{Long: "run", Short: "R", Set: process,
			Help: "Process the supplied input and show what actions the cluster will take in response"},
		{Long: "simulate", Short: "S", Set: simulate,
			Help: "Like --run, but also simulate taking those actions and show the resulting new status"},
		{Long: "in-place", Short: "X", Set: both(simulate, tool.Switch(&o.store)),
			Help: "Like --simulate, but also store the results back to the input file"},
		{Long: "show-attrs", Short: "A", Set: tool.Switch(&o.attributes), Help: "Show node attributes"},
		{Long: "show-failcounts", Short: "c", Set: tool.Switch(&o.failCounts), Help: "Show resource fail counts"},
		{Long: "show-scores", Short: "s", Set: both(process, tool.Switch(&o.scores)), Help: "Show allocation scores"},
		{Long: "show-utilization", Short: "U", Set: both(process, tool.Switch(&o.utilization)), Help: "Show utilization information"},
		{Long: "profile", Short: "P", Arg: "DIR", Set: tool.String(&o.profile),
			Help: "Process all the XML files in the named directory to create profiling data"},
		{Long: "repeat", Short: "N", Arg: "N", Set: tool.Int(&o.repeat),
			Help: "With --profile, repeat each test N times and print timings"},
		{Long: "pending", Short: "j", Hidden: true, Set: func(string) error { return nil }}, // always shown
	}}
}

func (o *options) synthetic() tool.Group {
	i := &o.inject
	return tool.Group{Name: "synthetic", Title: "Synthetic Cluster Events", Help: "Show synthetic cluster event options", Options: []tool.Option{
		{Long: "node-up", Short: "u", Arg: "NODE", Set: both(tool.Append(&i.nodeUp), tool.Switch(&o.simulateNewNodes)),
			Help: "Simulate bringing a node online"},
		{Long: "node-down", Short: "d", Arg: "NODE", Set: tool.Append(&i.nodeDown), Help: "Simulate taking a node offline"},
		{Long: "node-fail", Short: "f", Arg: "NODE", Set: tool.Append(&i.nodeFail), Help: "Simulate a node failing"},
		{Long: "op-inject", Short: "i", Arg: "OPSPEC", Set: tool.Append(&i.opInject),
			Help: "Generate a failure for the cluster to react to in the simulation.\n" +
				"See `Operation Specification` help for more information."},
		{Long: "op-fail", Short: "F", Arg: "OPSPEC", Set: both(tool.Append(&i.opFail), both(tool.Switch(&o.process), tool.Switch(&o.simulate))),
			Help: "If the specified task occurs during the simulation, have it fail with return code ${rc}.\n" +
				"The transition will normally stop at the failed action.\n" +
				"Save the result with --save-output and re-run with --xml-file.\n" +
				"See `Operation Specification` help for more information."},
		{Long: "set-datetime", Short: "t", Arg: "DATETIME", Set: tool.String(&o.date),
			Help: "Set date/time (ISO 8601 format, see https://en.wikipedia.org/wiki/ISO_8601)"},
		{Long: "quorum", Short: "q", Arg: "QUORUM", Set: tool.String(&i.quorum), Help: "Set to '1' (or 'true') to indicate cluster has quorum"},
		{Long: "watchdog", Short: "w", Arg: "DEVICE", Set: tool.String(&i.watchdog),
			Help: "Set to '1' (or 'true') to indicate cluster has an active watchdog device"},
		{Long: "ticket-grant", Short: "g", Arg: "TICKET", Set: tool.Append(&i.grant), Help: "Simulate granting a ticket"},
		{Long: "ticket-revoke", Short: "r", Arg: "TICKET", Set: tool.Append(&i.revoke), Help: "Simulate revoking a ticket"},
		{Long: "ticket-standby", Short: "b", Arg: "TICKET", Set: tool.Append(&i.standby), Help: "Simulate making a ticket standby"},
		{Long: "ticket-activate", Short: "e", Arg: "TICKET", Set: tool.Append(&i.activate), Help: "Simulate activating a ticket"},
	}}
}

func (o *options) artifacts() tool.Group {
	process := tool.Switch(&o.process)
	return tool.Group{Name: "artifact", Title: "Artifact Options", Help: "Show artifact options", Options: []tool.Option{
		{Long: "save-input", Short: "I", Arg: "FILE", Set: tool.String(&o.saveInput), Help: "Save the input configuration to the named file"},
		{Long: "save-output", Short: "O", Arg: "FILE", Set: tool.String(&o.saveOutput), Help: "Save the output configuration to the named file"},
		{Long: "save-graph", Short: "G", Arg: "FILE", Set: both(process, tool.String(&o.graph)),
			Help: "Save the transition graph (XML format) to the named file"},
		{Long: "save-dotfile", Short: "D", Arg: "FILE", Set: both(process, tool.String(&o.dot)),
			Help: "Save the transition graph (DOT format) to the named file"},
		{Long: "all-actions", Short: "a", Set: tool.Switch(&o.allActions),
			Help: "Display all possible actions in DOT graph (even if not part of transition)"},
	}}
}

func (o *options) sources() tool.Group {
	from := func(path string) error { o.live, o.source = false, path; return nil }
	return tool.Group{Name: "source", Title: "Data Source", Help: "Show data source options", Options: []tool.Option{
		{Long: "live-check", Short: "L", Set: tool.Switch(&o.live),
			Help: "Connect to CIB manager and use the current CIB contents as input"},
		{Long: "xml-file", Short: "x", Arg: "FILE", Set: from, Help: "Retrieve XML from the named file"},
		{Long: "xml-pipe", Short: "p", Set: func(string) error { return from("-") }, Help: "Retrieve XML from stdin"},
	}}
}

const details = `Operation Specification:

An OPSPEC has the form ${resource}_${task}_${interval_in_ms}@${node}=${rc},
for example memcached_monitor_20000@bart.example.com=7, where ${rc} is an OCF
return code.

Examples:

Let a recurring monitor find memcached stopped on fred.example.com, and let the
stop that recovers it fail:

	crm_simulate -LS --op-inject memcached:0_monitor_20000@fred.example.com=7 --op-fail memcached:0_stop_0@fred.example.com=1 --save-output /tmp/memcached-test.xml

Then see how the cluster would react to the failed stop:

	crm_simulate -S --xml-file /tmp/memcached-test.xml
`
