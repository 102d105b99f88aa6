// Package attrdupdater is the tool that sets and queries transient node
// attributes in the running cluster (attrd_updater(8)).
package attrdupdater

import (
	"errors"
	"regexp"

	"holdfast/client/protocol"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
)

type options struct {
	name, pattern, value, delay, set, node, wait string
	ignored                                      string
	task                                         string
	all, private, utilization, quiet             bool
	valued                                       bool
}

// query is the task of a command line that names none. Of several the last one counts,
// as fence agents rely on that ask with -Q and set with -Q and -U.
const query = "query"

// asker is what the tool needs of a cluster beyond setting attributes.
type asker interface {
	tool.Speaker
	Attributes(name, pattern string, node crm.NodeName) ([]protocol.Value, error)
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{task: query}
	return &tool.Tool{
		Name:    "attrd_updater",
		Summary: "query and update Pacemaker node attributes",
		Formats: []output.Format{output.Text, output.XML},
		Quiet:   "",
		Groups:  o.groups(),
		Do:      o.run,
	}
}

func (o *options) groups() []tool.Group {
	update := func(v string) error {
		o.task, o.value, o.valued = "update", v, true
		return nil
	}
	set := func(task string) func(string) error {
		return func(string) error { o.task = task; return nil }
	}
	return []tool.Group{
		{Name: "required", Title: "Required Arguments", Help: "Show required arguments", Options: []tool.Option{
			{Long: "name", Short: "n", Arg: "NAME", Set: tool.String(&o.name), Help: "The attribute's name"},
			{Long: "pattern", Short: "P", Arg: "PATTERN", Set: tool.String(&o.pattern),
				Help: "Operate on all attributes matching this pattern\n(with -B, -D, -U, or -Y)"},
		}},
		{Name: "command", Title: "Command", Help: "Show command options (mutually exclusive)", Options: []tool.Option{
			{Long: "update", Short: "U", Arg: "VALUE", Set: update,
				Help: "Update attribute's value. Required: -n/--name or -P/--pattern.\nOptional: -d/--delay, -s/--set, -p/--private, -W/--wait, -z/--utilization."},
			{Long: "update-both", Short: "B", Arg: "VALUE", Help: "Update attribute's value and time to wait (dampening) in the\nattribute manager. If this causes the value or dampening to change,\nthe attribute will also be written to the cluster configuration.",
				Set: func(v string) error { o.task, o.value, o.valued = "update-both", v, true; return nil }},
			{Long: "update-delay", Short: "Y", Set: set("delay"), Help: "Update attribute's dampening in the attribute manager."},
			{Long: "query", Short: "Q", Set: set(query), Help: "Query the attribute's value from the attribute manager."},
			{Long: "delete", Short: "D", Set: set("delete"), Help: "Unset attribute from the attribute manager."},
			{Long: "refresh", Short: "R", Set: set("refresh"), Help: "(Advanced) Force the attribute manager to resend all current\nvalues to the CIB"},
		}},
		{Name: "additional", Title: "Additional options", Help: "Show additional options", Options: []tool.Option{
			{Long: "delay", Short: "d", Arg: "SECONDS", Set: tool.String(&o.delay), Help: "The time to wait (dampening) in seconds for further changes before\nsending to the CIB"},
			{Long: "set", Short: "s", Arg: "SET", Set: tool.String(&o.set), Help: "(Advanced) The attribute set in which to place the value"},
			{Long: "node", Short: "N", Arg: "NODE", Set: tool.String(&o.node), Help: "Use the named node for setting and querying the attribute (instead of the local one)"},
			{Long: "all", Short: "A", Set: tool.Switch(&o.all), Help: "Show values of the attribute for all nodes (query only)"},
			{Long: "lifetime", Short: "l", Arg: "LIFETIME", Set: tool.String(&o.ignored), Help: "(Not yet implemented) Lifetime of the node attribute (silently ignored by cluster)"},
			{Long: "private", Short: "p", Set: tool.Switch(&o.private), Help: "If this creates a new attribute, never write the attribute to CIB"},
			{Long: "wait", Short: "W", Arg: "UNTIL", Set: tool.String(&o.wait), Help: "Wait for some event to occur before returning. Values are 'no' (wait\nonly for the attribute daemon to acknowledge the request),\n'local' (wait until the change has propagated to where a local\nquery will return the request value, or the value set by a\nlater request), or 'cluster' (wait until the change has propagated\nto where a query anywhere on the cluster will return the requested\nvalue, or the value set by a later request). Default is 'no'."},
			{Long: "utilization", Short: "z", Set: tool.Switch(&o.utilization), Help: "When creating a new attribute, create it as a node utilization\nattribute instead of an instance attribute. If the attribute already\nexists, its existing type (utilization vs. instance) will be used.\n(Use with -B, -D, -U, or -Y.)"},
			{Long: "quiet", Short: "q", Set: tool.Switch(&o.quiet), Hidden: true},
			{Long: "update-value", Short: "v", Arg: "VALUE", Set: update, Hidden: true},
			{Long: "section", Short: "S", Arg: "SECTION", Set: tool.String(&o.ignored), Hidden: true},
		}},
	}
}

func (o *options) run(c *tool.Call) error {
	if err := o.check(); err != nil {
		return err
	}
	conn, err := c.Env.Speak()
	if err != nil {
		return tool.Fail(crm.ExitDisconnect, "Could not connect to the attribute manager: %v", err)
	}
	defer conn.Close()
	node := o.target(c)
	if o.task == query {
		a, ok := conn.(asker)
		if !ok {
			return tool.Fail(crm.ExitDisconnect, "Could not connect to the attribute manager: %v", tool.ErrNoCluster)
		}
		return o.ask(c, a, node)
	}
	return o.change(conn, node)
}

// check refuses command lines that make no sense.
func (o *options) check() error {
	if o.task != "refresh" && o.name == "" && o.pattern == "" {
		return tool.Fail(crm.ExitUsage, "Command requires --name or --pattern argument")
	}
	if o.pattern != "" {
		if _, err := regexp.Compile(o.pattern); err != nil {
			return tool.Fail(crm.ExitUsage, "Pattern '%s' is not a regular expression: %v", o.pattern, err)
		}
	}
	switch o.wait {
	case "", "no", "local", "cluster":
		return nil
	}
	return tool.Fail(crm.ExitUsage, "--wait= must be one of 'no', 'local', 'cluster'")
}

// target is the node a request is about: named, or that on whose behalf an agent
// runs; "" is the local one, or all.
func (o *options) target(c *tool.Call) crm.NodeName {
	switch {
	case o.node != "":
		return crm.NodeName(o.node)
	case o.all:
		return ""
	}
	for _, name := range []string{"OCF_RESKEY_CRM_meta_physical_host", "OCF_RESKEY_CRM_meta_on_node"} {
		if v := c.Env.Getenv(name); v != "" && (name != "OCF_RESKEY_CRM_meta_physical_host" || c.Env.Getenv("OCF_RESKEY_CRM_meta_container_attribute_target") == "host") {
			return crm.NodeName(v)
		}
	}
	return ""
}

func (o *options) change(conn tool.Speaker, node crm.NodeName) error {
	if node == "" && o.task != "refresh" {
		node = protocol.Here
	}
	a := wire.Attribute{Task: o.task, Node: node, Name: o.name, Pattern: o.pattern, Value: o.value, Set: o.set,
		Util: o.utilization, Private: o.private, Wait: wire.WaitNo}
	if o.wait != "" {
		a.Wait = wire.Wait(o.wait)
	}
	if o.delay != "" {
		d, err := crm.ParseInterval(o.delay)
		if err != nil {
			return tool.Fail(crm.ExitUsage, "Delay '%s' is not a time: %v", o.delay, err)
		}
		a.Dampen = d.Milliseconds()
	} else if o.task == "delay" {
		return tool.Fail(crm.ExitUsage, "--update-delay needs --delay")
	}
	if err := conn.Attribute(a); err != nil {
		return tool.Fail(codeOf(err), "Could not update %s=%s: %v", o.name+o.pattern, o.value, err)
	}
	return nil
}

func codeOf(err error) crm.ExitCode {
	var e *protocol.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return crm.ExitDisconnect
}

func (o *options) ask(c *tool.Call, conn asker, node crm.NodeName) error {
	if node == "" && !o.all {
		node = protocol.Here
	}
	values, err := conn.Attributes(o.name, o.pattern, node)
	if err != nil {
		return tool.Fail(codeOf(err), "Could not query value of %s: %v", o.name, err)
	}
	if len(values) == 0 {
		return tool.Fail(crm.ExitNoSuch, "Could not query value of %s: attribute does not exist", o.name+o.pattern)
	}
	for _, v := range values {
		c.Out.Show(value(v))
	}
	return nil
}

// value is one attribute's value on one node, as agents parse it.
type value protocol.Value

// Text writes name="X" host="N" value="V".
func (v value) Text(l *output.Lines) {
	l.Line(`name="` + v.Name + `" host="` + string(v.Node) + `" value="` + v.Value + `"`)
}

// XML adds an attribute element.
func (v value) XML(t *output.Tree) {
	t.Open("attribute", "name", v.Name, "value", v.Value, "host", string(v.Node))
	t.Close()
}
