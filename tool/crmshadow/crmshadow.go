// Package crmshadow is the tool that keeps shadow copies of the CIB: files on
// which changes are prepared, to be brought into the cluster at once.
package crmshadow

import (
	"holdfast/output"
	"holdfast/tool"
)

// options are what the command line says.
type options struct {
	do       func(o *options, c *tool.Call) error
	instance string
	force    bool
	batch    bool
	all      bool
	schema   string
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{}
	return &tool.Tool{
		Name: "crm_shadow",
		Summary: "perform Pacemaker configuration changes in a sandbox\n\nThis command sets up an environment in which " +
			"configuration tools (cibadmin,\ncrm_resource, etc.) work offline instead of against a live cluster, allowing\n" +
			"changes to be previewed and tested for side effects.",
		Args:    "<query>|<command>",
		Formats: []output.Format{output.Text, output.XML},
		Details: details,
		Groups:  []tool.Group{o.queries(), o.commands(), o.additional()},
		Do:      o.run,
	}
}

// query is an option that asks, named one that does something to an instance.
func (o *options) query(do func(*options, *tool.Call) error) func(string) error {
	return func(string) error { o.do = do; return nil }
}

func (o *options) named(do func(*options, *tool.Call) error) func(string) error {
	return func(name string) error { o.do, o.instance = do, name; return nil }
}

func (o *options) queries() tool.Group {
	return tool.Group{Name: "queries", Title: "Queries", Help: "Show query help", Options: []tool.Option{
		{Long: "which", Short: "w", Help: "Indicate the active shadow copy", Set: o.query((*options).which)},
		{Long: "display", Short: "p", Help: "Display the contents of the active shadow copy", Set: o.query((*options).display)},
		{Long: "diff", Short: "d", Help: "Display the changes in the active shadow copy", Set: o.query((*options).diff)},
		{Long: "file", Short: "F", Help: "Display the location of the active shadow copy file", Set: o.query((*options).file)},
	}}
}

func (o *options) commands() tool.Group {
	return tool.Group{Name: "commands", Title: "Commands", Help: "Show command help", Options: []tool.Option{
		{Long: "create", Short: "c", Arg: "name", Help: "Create the named shadow copy of the active cluster configuration", Set: o.named((*options).create)},
		{Long: "create-empty", Short: "e", Arg: "name", Help: "Create the named shadow copy with an empty cluster configuration.\n" +
			"Optional: --validate-with", Set: o.named((*options).createEmpty)},
		{Long: "commit", Short: "C", Arg: "name", Help: "Upload the contents of the named shadow copy to the cluster", Set: o.named((*options).commit)},
		{Long: "delete", Short: "D", Arg: "name", Help: "Delete the contents of the named shadow copy", Set: o.named((*options).delete)},
		{Long: "edit", Short: "E", Help: "Edit the contents of the active shadow copy with your favorite $EDITOR", Set: o.query((*options).edit)},
		{Long: "reset", Short: "r", Arg: "name", Help: "Recreate named shadow copy from the active cluster configuration.\n" +
			"Required: --force.", Set: o.named((*options).reset)},
		{Long: "switch", Short: "s", Arg: "name", Help: "(Advanced) Switch to the named shadow copy", Set: o.named((*options).switchTo)},
	}}
}

func (o *options) additional() tool.Group {
	return tool.Group{Name: "additional", Title: "Additional Options", Help: "Show additional options", Options: []tool.Option{
		{Long: "force", Short: "f", Help: "(Advanced) Force the action to be performed", Set: tool.Switch(&o.force)},
		{Long: "batch", Short: "b", Help: "(Advanced) Don't spawn a new shell", Set: tool.Switch(&o.batch)},
		{Long: "all", Short: "a", Help: "(Advanced) Upload entire CIB, including status, with --commit", Set: tool.Switch(&o.all)},
		{Long: "validate-with", Short: "v", Arg: "value", Help: "(Advanced) Create an older configuration version", Set: tool.String(&o.schema)},
	}}
}

const details = `Examples:

Create a blank shadow configuration:

	# crm_shadow --create-empty myShadow

Create a shadow configuration from the running cluster:

	# crm_shadow --create myShadow

Display the current shadow configuration:

	# crm_shadow --display

Discard the shadow configuration named myShadow:

	# crm_shadow --delete myShadow --force

Upload the shadow configuration named myShadow to the running cluster:

	# crm_shadow --commit myShadow --force
`
