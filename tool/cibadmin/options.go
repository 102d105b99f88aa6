package cibadmin

import (
	"holdfast/output"
	"holdfast/tool"
)

// options are what the command line says.
type options struct {
	command *command
	schema  string // of an empty CIB

	file, text string
	haveText   bool
	stdin      bool

	force       bool
	timeout     int
	user        string
	section     string // or an expression
	byXPath     bool
	access      string // how to show access rights; "" for not at all
	score       bool
	allowCreate bool
	noChildren  bool
	paths       bool
	ignored     bool
	node        string
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{command: query}
	return &tool.Tool{
		Name:    "cibadmin",
		Summary: "query and edit the Pacemaker configuration",
		Args:    "[<command>]",
		Formats: []output.Format{output.Text, output.XML},
		Groups:  []tool.Group{o.commands(), o.data(), o.additional()},
		Details: details,
		Do:      o.run,
	}
}

func (o *options) choose(c *command) func(string) error {
	return tool.Choose(func() { o.command = c })
}

func (o *options) commands() tool.Group {
	return tool.Group{Name: "commands", Title: "Commands", Help: "Show command help", Options: []tool.Option{
		{Long: "upgrade", Short: "u", Help: "Upgrade the configuration to the latest syntax", Set: o.choose(upgrade)},
		{Long: "query", Short: "Q", Help: "Query the contents of the CIB", Set: o.choose(query)},
		{Long: "erase", Short: "E", Help: "Erase the contents of the whole CIB", Set: o.choose(erase)},
		{Long: "bump", Short: "B", Help: "Increase the CIB's epoch value by 1", Set: o.choose(bump)},
		{Long: "create", Short: "C", Help: "Create an object in the CIB (will fail if object already exists)", Set: o.choose(create)},
		{Long: "modify", Short: "M", Help: "Find object somewhere in CIB's XML tree and update it\n" +
			"(fails if object does not exist unless -c is also specified)", Set: o.choose(modify)},
		{Long: "patch", Short: "P", Help: "Supply an update in the form of an XML diff (see crm_diff(8))", Set: o.choose(patch)},
		{Long: "replace", Short: "R", Help: "Recursively replace an object in the CIB", Set: o.choose(replace)},
		{Long: "delete", Short: "D", Help: "Delete the first object that matches, such as <op id=\"rsc1_op1\" name=\"monitor\"/>.\n" +
			"The element's name and all attributes given must match.", Set: o.choose(remove)},
		{Long: "delete-all", Short: "d", Help: "When used with --xpath, remove all matching objects in the\n" +
			"configuration instead of just the first one", Set: o.choose(removeAl)},
		{Long: "empty", Short: "a", Arg: "schema", Optional: true, Help: "Output an empty CIB. Accepts an optional schema name to use as\n" +
			"the validate-with value. If no schema is given, the latest will be used.",
			Set: func(v string) error { o.command, o.schema = empty, v; return nil }},
		{Long: "md5-sum", Short: "5", Help: "Calculate the on-disk CIB digest", Set: o.choose(sum)},
		{Long: "md5-sum-versioned", Short: "6", Help: "Calculate an on-the-wire versioned CIB digest", Set: o.choose(sumWire)},
	}}
}

func (o *options) data() tool.Group {
	return tool.Group{Name: "data", Title: "Data", Help: "Show data help", Options: []tool.Option{
		{Long: "xml-file", Short: "x", Arg: "FILE", Help: "Retrieve XML from the named file (comes before --xml-text)", Set: tool.String(&o.file)},
		{Long: "xml-text", Short: "X", Arg: "STRING", Help: "Retrieve XML from the supplied string (comes before --xml-pipe)",
			Set: func(v string) error { o.text, o.haveText = v, true; return nil }},
		{Long: "xml-pipe", Short: "p", Help: "Retrieve XML from stdin", Set: tool.Switch(&o.stdin)},
	}}
}

func (o *options) additional() tool.Group {
	return tool.Group{Name: "additional", Title: "Additional Options", Help: "Show additional options", Options: []tool.Option{
		{Long: "force", Short: "f", Help: "Force the action to be performed", Set: tool.Switch(&o.force)},
		{Long: "timeout", Short: "t", Arg: "value", Help: "Time (in seconds) to wait before declaring the operation failed", Set: tool.Int(&o.timeout)},
		{Long: "user", Short: "U", Arg: "value", Help: "Run the command with permissions of the named user (valid only for the\n" +
			"root and hacluster accounts)", Set: tool.String(&o.user)},
		{Long: "scope", Short: "o", Arg: "value", Help: "Limit scope of operation to specific section of CIB\n" +
			"Valid values: configuration, nodes, resources, constraints, crm_config, rsc_defaults,\n" +
			"              op_defaults, acls, fencing-topology, tags, alerts, status\n" +
			"If both --scope/-o and --xpath/-A are specified, the last one to appear takes effect",
			Set: func(v string) error { o.section, o.byXPath = v, false; return nil }},
		{Long: "xpath", Short: "A", Arg: "value", Help: "A valid XPath to use instead of --scope/-o\n" +
			"If both --scope/-o and --xpath/-A are specified, the last one to appear takes effect",
			Set: func(v string) error { o.section, o.byXPath = v, true; return nil }},
		{Long: "show-access", Short: "S", Arg: "value", Optional: true, Bare: "auto", Help: "Whether to use syntax highlighting for ACLs (with -Q/--query and -U/--user)\n" +
			"Allowed values: 'color' (default for terminal), 'text' (plain text, default for non-terminal),\n" +
			"                'namespace', or 'auto' (use default value)", Set: o.setAccess},
		{Long: "score", Help: "Treat new attribute values as atomic score updates where possible (with --modify/-M):\n" +
			"\"name++\" adds 1 to the attribute called name and \"name+=X\" adds the score X,\n" +
			"if the attribute is set. This happens by default.", Set: tool.Switch(&o.score)},
		{Long: "allow-create", Short: "c", Help: "(Advanced) Allow target of --modify/-M to be created if it does not exist", Set: tool.Switch(&o.allowCreate)},
		{Long: "no-children", Short: "n", Help: "(Advanced) When querying an object, do not include its children in the result", Set: tool.Switch(&o.noChildren)},
		{Long: "local", Short: "l", Hidden: true, Set: tool.Switch(&o.ignored)},
		{Long: "node", Short: "N", Arg: "value", Hidden: true, Set: tool.String(&o.node)},
		{Long: "node-path", Short: "e", Hidden: true, Set: tool.Switch(&o.paths)},
		{Long: "sync-call", Short: "s", Hidden: true, Set: tool.Switch(&o.ignored)},
	}}
}

const details = `Examples:

Query the configuration:

	# cibadmin --query

Query just the cluster options:

	# cibadmin --query --scope crm_config

Query all target-role settings:

	# cibadmin --query --xpath "//nvpair[@name='target-role']"

Remove the resource named 'old':

	# cibadmin --delete --xml-text '<primitive id="old"/>'

Replace the constraints with the contents of a file:

	# cibadmin --replace --scope constraints --xml-file constraints.xml

Make this configuration newer than any other:

	# cibadmin --modify --score --xml-text '<cib admin_epoch="admin_epoch++"/>'

SEE ALSO:
 crm(8), pcs(8), crm_shadow(8), crm_diff(8)
`
