// Package crmresource is crm_resource: it shows resources, where they are and
// why, moves and bans them, changes their settings, cleans up after failures,
// and calls their agents directly.
package crmresource

import (
	"strconv"
	"time"

	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
)

// command is what the tool shall do.
type command uint8

const (
	listResources command = iota // without any command
	ban
	move
	clearConstraints
	cleanup
	refresh
	colocations
	listCTS
	remove
	deleteParam
	getParam
	setParam
	digests
	execute
	fail
	listActiveOps
	listAllOps
	listAgents
	listAlternatives
	listInstances
	listOptions
	listProviders
	listStandards
	locate
	metadata
	queryXML
	queryXMLRaw
	restart
	wait
	why
)

// element is the value of options.set for attributes of the element itself.
const element = "element"

// options are what the command line says.
type options struct {
	command command

	resource, kind, node string // -r, -t, -N
	all, force, expired  bool
	recursive, promoted  bool
	lifetime             string
	operation, interval  string
	optionList           string
	set                  string // instance_attributes, meta_attributes, utilization, element
	pairID, setID        string
	name, value          string
	hasValue             bool
	timeout              time.Duration
	spec                 string // of an agent
	level                int    // of validation, -1 for none

	class, provider, agent string
	params                 map[string]string // --option
	overrides              map[string]string // NAME=VALUE arguments
	takesOverrides         bool
}

// Tool returns crm_resource.
func Tool() *tool.Tool {
	o := &options{set: "instance_attributes", level: -1}
	return &tool.Tool{
		Name:    "crm_resource",
		Summary: "crm_resource - perform tasks related to Pacemaker cluster resources",
		Details: examples,
		Formats: []output.Format{output.Text, output.XML},
		Quiet:   "Be less descriptive in output.",
		Groups:  []tool.Group{o.main(), o.queries(), o.commands(), o.locations(), o.advanced(), o.additional()},
		Prepare: func(_ *tool.Call, out *output.Config) error {
			// Only these show lists with titles.
			out.Plain = o.command != listResources && o.command != colocations && o.command != listOptions
			return nil
		},
		Do: o.run,
	}
}

const examples = `Examples:

List the available OCF agents:

	# crm_resource --list-agents ocf

Move 'myResource' to a specific node:

	# crm_resource --resource myResource --move --node altNode

Allow (but not force) 'myResource' to move back to its original location:

	# crm_resource --resource myResource --clear

Stop 'myResource' (and anything that depends on it):

	# crm_resource --resource myResource --set-parameter target-role --meta --parameter-value Stopped

Tell the cluster not to manage 'myResource':

	# crm_resource --resource myResource --set-parameter is-managed --meta --parameter-value false

Erase the operation history of 'myResource' on 'aNode', so that its state is looked up again:

	# crm_resource --resource myResource --cleanup --node aNode
`

func (o *options) choose(c command) func(string) error {
	return tool.Choose(func() { o.command = c })
}

// chooseWith chooses a command that comes with an argument.
func (o *options) chooseWith(c command, into *string) func(string) error {
	return func(v string) error {
		o.command, *into = c, v
		return nil
	}
}

// act chooses to call the agent for an action.
func (o *options) act(action string) func(string) error {
	return func(level string) error {
		o.command, o.operation, o.takesOverrides = execute, action, true
		if level == "" {
			return nil
		}
		n, err := strconv.Atoi(level)
		if err != nil || n < 0 {
			return tool.Fail(crm.ExitInvalidParam, "Invalid check level setting: %s", level)
		}
		o.level = n
		return nil
	}
}

func (o *options) main() tool.Group {
	return tool.Group{Options: []tool.Option{
		{Long: "resource", Short: "r", Arg: "ID", Help: "Resource ID", Set: tool.String(&o.resource)},
	}}
}

func (o *options) queries() tool.Group {
	return tool.Group{Name: "queries", Title: "Queries", Help: "Show query help", Options: []tool.Option{
		{Long: "list", Short: "L", Help: "List all cluster resources with status", Set: o.choose(listResources)},
		{Long: "list-raw", Short: "l", Help: "List IDs of all instantiated resources (individual members\nrather than groups etc.)",
			Set: o.choose(listInstances)},
		{Long: "list-cts", Short: "c", Hidden: true, Set: o.choose(listCTS)},
		{Long: "list-operations", Short: "O", Help: "List active resource operations, optionally filtered by\n--resource and/or --node",
			Set: o.choose(listActiveOps)},
		{Long: "list-all-operations", Short: "o", Help: "List all resource operations, optionally filtered by\n--resource and/or --node",
			Set: o.choose(listAllOps)},
		{Long: "list-options", Arg: "TYPE", Help: "List all available options of the given type.\nAllowed values:\n" +
			"primitive (primitive resource meta-attributes),\nfencing (parameters common to all fencing resources)", Set: o.setOptionList},
		{Long: "list-standards", Help: "List supported standards", Set: o.choose(listStandards)},
		{Long: "list-ocf-providers", Help: "List all available OCF providers", Set: o.choose(listProviders)},
		{Long: "list-agents", Arg: "STD:PROV", Help: "List all agents available for the named standard and/or provider",
			Set: o.chooseWith(listAgents, &o.spec)},
		{Long: "list-ocf-alternatives", Arg: "AGENT", Help: "List all available providers for the named OCF agent",
			Set: o.chooseWith(listAlternatives, &o.spec)},
		{Long: "show-metadata", Arg: "SPEC", Help: "Show the metadata for the named class:provider:agent",
			Set: o.chooseWith(metadata, &o.spec)},
		{Long: "query-xml", Short: "q", Help: "Show XML configuration of resource (after any template expansion)", Set: o.choose(queryXML)},
		{Long: "query-xml-raw", Short: "w", Help: "Show XML configuration of resource (before any template expansion)",
			Set: o.choose(queryXMLRaw)},
		{Long: "get-parameter", Short: "g", Arg: "PARAM", Help: "Display named parameter for resource (use instance attribute\n" +
			"unless --element, --meta, or --utilization is specified)", Set: o.chooseWith(getParam, &o.name)},
		{Long: "locate", Short: "W", Help: "Show node(s) currently running resource", Set: o.choose(locate)},
		{Long: "constraints", Short: "a", Help: "Display the location and colocation constraints that apply to a\n" +
			"resource, and if --recursive is specified, to the resources\ndirectly or indirectly involved in those colocations.\n" +
			"If the named resource is part of a group, or a clone or\nbundle instance, constraints for the collective resource\n" +
			"will be shown unless --force is given.", Set: o.choose(colocations)},
		{Long: "stack", Short: "A", Help: "Equivalent to --constraints --recursive",
			Set: tool.Choose(func() { o.command, o.recursive = colocations, true })},
		{Long: "why", Short: "Y", Help: "Show why resources are not running, optionally filtered by\n--resource and/or --node", Set: o.choose(why)},
	}}
}

// setOptionList chooses to list options of a type.
func (o *options) setOptionList(v string) error {
	if v != "primitive" && v != "fencing" {
		return tool.Fail(crm.ExitUsage, "Error parsing option --list-options")
	}
	o.command, o.optionList = listOptions, v
	return nil
}

func (o *options) commands() tool.Group {
	return tool.Group{Name: "commands", Title: "Commands", Help: "Show command help", Options: []tool.Option{
		{Long: "validate", Arg: "LEVEL", Optional: true, Help: "Validate resource configuration by calling agent's validate-all\n" +
			"action. The configuration may be specified either by giving an\nexisting resource name with -r, or by specifying --class,\n" +
			"--agent, and --provider arguments, along with any number of\n--option arguments. An optional LEVEL argument can be given\n" +
			"to control the level of checking performed.", Set: o.act("validate")},
		{Long: "cleanup", Short: "C", Help: "If resource has any past failures, clear its history and fail\n" +
			"count. Optionally filtered by --resource, --node, --operation\nand --interval (otherwise all). --operation and --interval\n" +
			"apply to fail counts, but entire history is always clear, to\nallow current state to be rechecked. If the named resource is\n" +
			"part of a group, or one numbered instance of a clone or bundled\nresource, the clean-up applies to the whole collective resource\n" +
			"unless --force is given.", Set: o.choose(cleanup)},
		{Long: "refresh", Short: "R", Help: "Delete resource's history (including failures) so its current state\n" +
			"is rechecked. Optionally filtered by --resource and --node\n(otherwise all). If the named resource is part of a group, or one\n" +
			"numbered instance of a clone or bundled resource, the refresh\napplies to the whole collective resource unless --force is given.",
			Set: o.choose(refresh)},
		{Long: "set-parameter", Short: "p", Arg: "PARAM", Help: "Set named parameter for resource (requires -v). Use instance\n" +
			"attribute unless --element, --meta, or --utilization is specified.", Set: o.chooseWith(setParam, &o.name)},
		{Long: "delete-parameter", Short: "d", Arg: "PARAM", Help: "Delete named parameter for resource. Use instance attribute\n" +
			"unless --element, --meta or, --utilization is specified.", Set: o.chooseWith(deleteParam, &o.name)},
	}}
}

func (o *options) locations() tool.Group {
	return tool.Group{Name: "locations", Title: "Locations", Help: "Show location help", Options: []tool.Option{
		{Long: "move", Short: "M", Help: "Create a constraint to move resource. If --node is specified,\n" +
			"the constraint will be to move to that node, otherwise it\nwill be to ban the current node. Unless --force is specified\n" +
			"this will return an error if the resource is already running\non the specified node. If --force is specified, this will\n" +
			"always ban the current node.\nOptional: --lifetime, --promoted. NOTE: This may prevent the\n" +
			"resource from running on its previous location until the\nimplicit constraint expires or is removed with --clear.",
			Set: o.choose(move)},
		{Long: "ban", Short: "B", Help: "Create a constraint to keep resource off a node.\nOptional: --node, --lifetime, --promoted.\n" +
			"NOTE: This will prevent the resource from running on the\naffected node until the implicit constraint expires or is\n" +
			"removed with --clear. If --node is not specified, it defaults\nto the node currently running the resource for primitives\n" +
			"and groups, or the promoted instance of promotable clones with\npromoted-max=1 (all other situations result in an\n" +
			"error as there is no sane default).", Set: o.choose(ban)},
		{Long: "clear", Short: "U", Help: "Remove all constraints created by the --ban and/or --move\n" +
			"commands. Requires: --resource. Optional: --node, --promoted,\n--expired. If --node is not specified, all constraints created\n" +
			"by --ban and --move will be removed for the named resource. If\n--node and --force are specified, any constraint created by\n" +
			"--move will be cleared, even if it is not for the specified\nnode. If --expired is specified, only those constraints whose\n" +
			"lifetimes have expired will be removed.", Set: o.choose(clearConstraints)},
		{Long: "expired", Short: "e", Help: "Modifies the --clear argument to remove constraints with\nexpired lifetimes.", Set: tool.Switch(&o.expired)},
		{Long: "lifetime", Short: "u", Arg: "TIMESPEC", Help: "Lifespan (as ISO 8601 duration) of created constraints (with\n" +
			"-B, -M) see https://en.wikipedia.org/wiki/ISO_8601#Durations)", Set: tool.String(&o.lifetime)},
		{Long: "promoted", Help: "Limit scope of command to promoted role (with -B, -M, -U). For\n" +
			"-B and -M, previously promoted instances may remain\nactive in the unpromoted role.", Set: tool.Switch(&o.promoted)},
		{Long: "master", Help: "Deprecated: Use --promoted instead", Set: tool.Switch(&o.promoted)},
	}}
}

func (o *options) advanced() tool.Group {
	return tool.Group{Name: "advanced", Title: "Advanced", Help: "Show advanced option help", Options: []tool.Option{
		{Long: "delete", Short: "D", Help: "(Advanced) Delete a resource from the CIB. Required: -t", Set: o.choose(remove)},
		{Long: "fail", Short: "F", Help: "(Advanced) Tell the cluster this resource has failed", Set: o.choose(fail)},
		{Long: "restart", Help: "(Advanced) Tell the cluster to restart this resource and\nanything that depends on it. This temporarily modifies\n" +
			"the CIB, and other CIB modifications should be avoided\nwhile this is in progress. If a node is fenced because\n" +
			"the stop portion of the restart fails, CIB modifications\nsuch as target-role may remain.", Set: o.choose(restart)},
		{Long: "wait", Help: "(Advanced) Wait until the cluster settles into a stable state", Set: o.choose(wait)},
		{Long: "digests", Help: "(Advanced) Show parameter hashes that Pacemaker uses to detect\nconfiguration changes (only accurate if there is resource\n" +
			"history on the specified node). Required: --resource, --node.\nOptional: any NAME=VALUE parameters will be used to override\n" +
			"the configuration (to see what the hash would be with those\nchanges).",
			Set: tool.Choose(func() { o.command, o.takesOverrides = digests, true })},
		{Long: "force-demote", Help: "(Advanced) Bypass the cluster and demote a resource on the local\nnode. Unless --force is specified, this will refuse to do so if\n" +
			"the cluster believes the resource is a clone instance already\nrunning on the local node.", Set: o.act("force-demote")},
		{Long: "force-stop", Help: "(Advanced) Bypass the cluster and stop a resource on the local node", Set: o.act("force-stop")},
		{Long: "force-start", Help: "(Advanced) Bypass the cluster and start a resource on the local\nnode. Unless --force is specified, this will refuse to do so if\n" +
			"the cluster believes the resource is a clone instance already\nrunning on the local node.", Set: o.act("force-start")},
		{Long: "force-promote", Help: "(Advanced) Bypass the cluster and promote a resource on the local\nnode. Unless --force is specified, this will refuse to do so if\n" +
			"the cluster believes the resource is a clone instance already\nrunning on the local node.", Set: o.act("force-promote")},
		{Long: "force-check", Arg: "LEVEL", Optional: true, Help: "(Advanced) Bypass the cluster and check the state of a resource on\n" +
			"the local node. An optional LEVEL argument can be given\nto control the level of checking performed.", Set: o.act("force-check")},
	}}
}

func (o *options) additional() tool.Group {
	attributes := func(set string) func(string) error { return tool.Choose(func() { o.set = set }) }
	return tool.Group{Name: "additional", Title: "Additional Options", Help: "Show additional options", Options: []tool.Option{
		{Long: "node", Short: "N", Arg: "NAME", Help: "Node name", Set: tool.String(&o.node)},
		{Long: "recursive", Help: "Follow colocation chains when using --set-parameter or --constraints", Set: tool.Switch(&o.recursive)},
		{Long: "resource-type", Short: "t", Arg: "ELEMENT", Help: "Resource XML element (primitive, group, etc.) (with -D)", Set: tool.String(&o.kind)},
		{Long: "parameter-value", Short: "v", Arg: "PARAM", Help: "Value to use with -p",
			Set: func(v string) error { o.value, o.hasValue = v, true; return nil }},
		{Long: "meta", Short: "m", Help: "Use resource meta-attribute instead of instance attribute\n(with -p, -g, -d)", Set: attributes("meta_attributes")},
		{Long: "utilization", Short: "z", Help: "Use resource utilization attribute instead of instance attribute\n(with -p, -g, -d)",
			Set: attributes("utilization")},
		{Long: "element", Help: "Use resource element attribute instead of instance attribute\n(with -p, -g, -d)", Set: attributes(element)},
		{Long: "operation", Short: "n", Arg: "OPERATION", Help: "Operation to clear instead of all (with -C -r)", Set: tool.String(&o.operation)},
		{Long: "interval", Short: "I", Arg: "N", Help: "Interval of operation to clear (default 0s) (with -C -r -n)", Set: tool.String(&o.interval)},
		{Long: "class", Arg: "CLASS", Help: "The standard the resource agent conforms to (for example, ocf).\nUse with --agent, --provider, --option, and --validate.",
			Set: tool.String(&o.class)},
		{Long: "agent", Arg: "AGENT", Help: "The agent to use (for example, IPaddr). Use with --class,\n--provider, --option, and --validate.", Set: tool.String(&o.agent)},
		{Long: "provider", Arg: "PROVIDER", Help: "The vendor that supplies the resource agent (for example,\nheartbeat). Use with --class, --agent, --option, and --validate.",
			Set: tool.String(&o.provider)},
		{Long: "option", Arg: "PARAM", Help: "Specify a device configuration parameter as NAME=VALUE (may be\n" +
			"specified multiple times). Use with --validate and without the\n-r option.", Set: o.addParam},
		{Long: "set-name", Short: "s", Arg: "ID", Help: "(Advanced) XML ID of attributes element to use (with -p, -d)", Set: tool.String(&o.setID)},
		{Long: "nvpair", Short: "i", Arg: "ID", Help: "(Advanced) XML ID of nvpair element to use (with -p, -d)", Set: tool.String(&o.pairID)},
		{Long: "timeout", Short: "T", Arg: "N", Help: "(Advanced) Abort if command does not finish in this time (with\n--restart, --wait, --force-*)", Set: tool.Interval(&o.timeout)},
		{Long: "all", Help: "List all options, including advanced and deprecated (with\n--list-options)", Set: tool.Switch(&o.all)},
		{Long: "force", Short: "f", Help: "Force the action to be performed. See help for individual commands for\nadditional behavior.", Set: tool.Switch(&o.force)},
		{Long: "host-uname", Short: "H", Arg: "HOST", Hidden: true, Set: tool.String(&o.node)},
	}}
}

// addParam notes a parameter of an agent that is called without a resource.
func (o *options) addParam(v string) error {
	name, value, ok := nameValue(v)
	if !ok {
		return tool.Fail(crm.ExitUsage, "Error parsing '%s' as a name=value pair", v)
	}
	if o.params == nil {
		o.params = map[string]string{}
	}
	o.params[name] = value
	return nil
}
