// Package crmattribute is the tool that shows, sets and deletes cluster options
// and node attributes, and its older front ends crm_master, crm_standby and
// crm_failcount.
package crmattribute

import (
	"holdfast/admin/attribute"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
)

// command is what the tool shall do.
type command uint8

const (
	query command = iota
	update
	remove
	list
)

// options are what the command line says.
type options struct {
	command command
	quiet   bool

	name, pattern, id, set string
	kind                   string // of the set: attribute.Utilization or ""
	promotion              bool   // the name is that of a promotion score
	node                   string
	section                string
	value                  string
	defaultValue           string
	hasDefault             bool
	listed                 string
	all                    bool
	wait                   wire.Wait
}

// Tool returns crm_attribute.
func Tool() *tool.Tool {
	o := &options{wait: wire.WaitNo}
	t := &tool.Tool{
		Name:    "crm_attribute",
		Summary: "query and update Pacemaker cluster options and node attributes",
		Details: examples,
		Formats: []output.Format{output.Text, output.XML},
	}
	t.Groups = []tool.Group{o.general(), o.selecting(), o.commands(), o.additional(), o.deprecated()}
	t.Do = o.run
	return t
}

const examples = `Examples:

Add new node attribute called 'location' with the value of 'office' for host 'myhost':

	crm_attribute --node myhost --name location --update office

Query the value of the 'location' node attribute for host 'myhost':

	crm_attribute --node myhost --name location --query

Delete the 'location' node attribute for host 'myhost':

	crm_attribute --node myhost --name location --delete

Query the value of the 'cluster-delay' cluster option and print only the value:

	crm_attribute --type crm_config --name cluster-delay --query --quiet
`

func (o *options) general() tool.Group {
	return tool.Group{Options: []tool.Option{
		{Long: "quiet", Short: "q", Help: "Print only the value on stdout", Set: tool.Switch(&o.quiet)},
		{Long: "quiet-compat", Short: "Q", Hidden: true, Set: tool.Switch(&o.quiet)},
	}}
}

func (o *options) selecting() tool.Group {
	return tool.Group{Name: "selections", Title: "Selecting attributes", Help: "Show selecting options", Options: []tool.Option{
		{Long: "all", Short: "a", Set: tool.Switch(&o.all),
			Help: "With -L/--list-options, include advanced and deprecated options in the\n" +
				"output. This is always treated as true when --output-as=xml is\nspecified."},
		{Long: "id", Short: "i", Arg: "XML_ID", Set: tool.String(&o.id),
			Help: "(Advanced) Operate on instance of specified attribute with this\nXML ID"},
		{Long: "name", Short: "n", Arg: "NAME", Set: o.setName,
			Help: "Operate on attribute or option with this name.  For queries, this\n" +
				"is optional, in which case all matching attributes will be\nreturned."},
		{Long: "pattern", Short: "P", Arg: "PATTERN", Set: tool.String(&o.pattern),
			Help: "Operate on all attributes matching this pattern\n(with -v, -D, or -G)"},
		{Long: "promotion", Short: "p", Arg: "RESOURCE", Optional: true, Set: o.setPromotion,
			Help: "Operate on node attribute used as promotion score for specified\n" +
				"resource, or resource given in OCF_RESOURCE_INSTANCE environment\n" +
				"variable if none is specified; this also defaults -l/--lifetime\n" +
				"to reboot (normally invoked from an OCF resource agent)"},
		{Long: "set-name", Short: "s", Arg: "NAME", Set: tool.String(&o.set),
			Help: "(Advanced) Operate on instance of specified attribute that is\nwithin set with this XML ID"},
	}}
}

func (o *options) setName(v string) error {
	o.name, o.promotion = v, false
	return nil
}

// setPromotion keeps the resource as name; run makes the attribute's name of it.
func (o *options) setPromotion(v string) error {
	o.name, o.promotion = v, true
	return nil
}

func (o *options) commands() tool.Group {
	return tool.Group{Name: "command", Title: "Commands", Help: "Show command options", Options: []tool.Option{
		{Long: "list-options", Short: "L", Arg: "TYPE", Help: "List all available options of the given type.\nAllowed values: cluster",
			Set: func(v string) error { o.command, o.listed = list, v; return nil }},
		{Long: "delete", Short: "D", Help: "Delete the attribute/option (with -n or -P)",
			Set: tool.Choose(func() { o.command = remove })},
		{Long: "query", Short: "G", Help: "Query the current value of the attribute/option.\nSee also: -n, -P",
			Set: tool.Choose(func() { o.command = query })},
		{Long: "update", Short: "v", Arg: "VALUE", Help: "Update the value of the attribute/option (with -n or -P)",
			Set: o.setValue},
	}}
}

func (o *options) setValue(v string) error {
	o.command, o.value = update, v
	return nil
}

func (o *options) additional() tool.Group {
	return tool.Group{Name: "additional", Title: "Additional options", Help: "Show additional options", Options: []tool.Option{
		{Long: "default", Short: "d", Arg: "VALUE", Set: o.setDefault,
			Help: "(Advanced) Default value to display if none is found in configuration"},
		{Long: "lifetime", Short: "l", Arg: "LIFETIME", Set: tool.String(&o.section),
			Help: "Lifetime of the node attribute.\nValid values: reboot, forever"},
		{Long: "node", Short: "N", Arg: "NODE", Set: tool.String(&o.node),
			Help: "Set a node attribute for named node (instead of a cluster option).\nSee also: -l"},
		{Long: "type", Short: "t", Arg: "SECTION", Set: tool.String(&o.section),
			Help: "Which part of the configuration to update/delete/query the option in.\n" +
				"Valid values: crm_config, rsc_defaults, op_defaults, tickets"},
		{Long: "score", Set: func(string) error { return nil },
			Help: "Count values of the form \"value++\" and \"value+=X\" up from the value\n" +
				"that is set. This happens always, until a future release."},
		{Long: "wait", Short: "W", Arg: "UNTIL", Set: o.setWait,
			Help: "Wait for some event to occur before returning.  Values are 'no' (wait\n" +
				"only for the attribute daemon to acknowledge the request),\n" +
				"'local' (wait until the change has propagated to where a local\n" +
				"query will return the request value, or the value set by a\n" +
				"later request), or 'cluster' (wait until the change has propagated\n" +
				"to where a query anywhere on the cluster will return the requested\n" +
				"value, or the value set by a later request).  Default is 'no'.\n(with -N, and one of -D or -u)"},
		{Long: "utilization", Short: "z", Help: "Set an utilization attribute for the node.",
			Set: tool.Choose(func() { o.section, o.kind = "nodes", attribute.Utilization })},
	}}
}

func (o *options) setDefault(v string) error {
	o.defaultValue, o.hasDefault = v, true
	return nil
}

func (o *options) setWait(v string) error {
	switch v {
	case "no", "local", "cluster":
		o.wait = wire.Wait(v)
		return nil
	}
	return tool.Fail(crm.ExitUsage, "--wait= must be one of 'no', 'local', 'cluster'")
}

// deprecated are options that old agents and clients use.
func (o *options) deprecated() tool.Group {
	return tool.Group{Name: "deprecated", Title: "Deprecated Options", Help: "Show deprecated options", Options: []tool.Option{
		{Long: "attr-name", Arg: "NAME", Hidden: true, Set: o.setName},
		{Long: "attr-value", Arg: "VALUE", Hidden: true, Set: o.setValue},
		{Long: "attr-id", Arg: "XML_ID", Hidden: true, Set: tool.String(&o.id)},
		{Long: "get-value", Hidden: true, Set: tool.Choose(func() { o.command = query })},
		{Long: "delete-attr", Hidden: true, Set: tool.Choose(func() { o.command = remove })},
		{Long: "node-uname", Short: "U", Arg: "NODE", Hidden: true, Set: tool.String(&o.node)},
	}}
}
