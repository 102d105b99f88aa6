package crmattribute

import (
	"strings"

	"holdfast/admin/attribute"
	"holdfast/cib"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
	"holdfast/tool/crmresource"
)

// frontEnd makes a tool that shares the common options of the older front ends.
func (o *options) frontEnd(name, summary string, own []tool.Option, do func(*tool.Call) error) *tool.Tool {
	common := []tool.Option{
		{Long: "quiet", Short: "q", Help: "Print only the value (if querying)", Set: tool.Switch(&o.quiet)},
		{Long: "quiet-compat", Short: "Q", Hidden: true, Set: tool.Switch(&o.quiet)},
		{Long: "query", Short: "G", Help: "Query the current value", Set: o.choose(query)},
		{Long: "get-value", Hidden: true, Set: o.choose(query)},
		{Long: "delete", Short: "D", Help: "Delete the value", Set: o.choose(remove)},
		{Long: "delete-attr", Hidden: true, Set: o.choose(remove)},
		{Long: "node", Short: "N", Arg: "NODE", Help: "Operate on the named node instead of the current one", Set: tool.String(&o.node)},
		{Long: "uname", Short: "U", Arg: "NODE", Hidden: true, Set: tool.String(&o.node)},
	}
	return &tool.Tool{Name: name, Summary: summary, Groups: []tool.Group{{Options: append(common, own...)}}, Do: do}
}

func (o *options) choose(c command) func(string) error {
	return tool.Choose(func() { o.command = c })
}

// valueOptions are those of the front ends that can set a value.
func (o *options) valueOptions() []tool.Option {
	return []tool.Option{
		{Long: "update", Short: "v", Arg: "VALUE", Help: "Update the value", Set: o.setValue},
		{Long: "attr-value", Arg: "VALUE", Hidden: true, Set: o.setValue},
		{Long: "lifetime", Short: "l", Arg: "VALUE", Set: tool.String(&o.section),
			Help: "Until when should the setting take effect\n(valid values: reboot, forever)"},
		{Long: "id", Short: "i", Arg: "VALUE", Help: "(Advanced) XML ID used to identify the attribute", Set: tool.String(&o.id)},
		{Long: "attr-id", Arg: "VALUE", Hidden: true, Set: tool.String(&o.id)},
	}
}

// Master returns crm_master, which works on the promotion score of the agent's
// resource.
func Master() *tool.Tool {
	o := &options{wait: wire.WaitNo}
	var resource string
	own := append(o.valueOptions(),
		tool.Option{Long: "resource", Short: "r", Arg: "RESOURCE", Help: "The resource (normally known from the agent's environment)",
			Set: tool.String(&resource)})
	return o.frontEnd("crm_master", "Query, update, or delete a resource's promotion score", own, func(c *tool.Call) error {
		if resource == "" {
			resource = c.Env.Getenv("OCF_RESOURCE_INSTANCE")
		}
		if resource == "" {
			return tool.Fail(crm.ExitError, "No resource specified")
		}
		o.name = "master-" + resource
		if o.section == "" {
			o.section = "forever"
		}
		return o.run(c)
	})
}

// Standby returns crm_standby, which works on a node's standby mode.
func Standby() *tool.Tool {
	o := &options{name: "standby", wait: wire.WaitNo}
	return o.frontEnd("crm_standby", "Query, enable, or disable standby mode for a node", o.valueOptions(), func(c *tool.Call) error {
		if o.node == "" {
			o.node = "localhost"
		}
		if o.section != "" {
			return o.run(c)
		}
		return o.standby(c)
	})
}

// standby does what was asked without saying for how long: a query shows the
// lasting setting if there is one, a deletion deletes both.
func (o *options) standby(c *tool.Call) error {
	switch o.command {
	case update:
		o.section = "forever"
		return o.run(c)
	case remove:
		for _, lifetime := range []string{"forever", "reboot"} {
			again := *o
			again.section = lifetime
			if err := again.run(c); err != nil {
				return err
			}
		}
		return nil
	}
	lasting, err := o.isLasting(c.Env)
	if err != nil {
		return err
	}
	o.section = "forever"
	if !lasting {
		o.section = "reboot"
		o.setDefault("off")
	}
	return o.run(c)
}

// isLasting reports whether standby mode is set in the configuration.
func (o *options) isLasting(env *tool.Env) (bool, error) {
	session, err := begin(env)
	if err != nil {
		return false, err
	}
	defer session.Close()
	again := *o
	again.section = "nodes"
	s, err := again.selector(env, session)
	if err != nil {
		return false, err
	}
	_, err = attribute.Find(session.CIB(), s)
	return err == nil, nil
}

// failcount is what crm_failcount was asked for.
type failcount struct {
	*options
	chosen              bool
	resource, operation string
	interval            string
}

// Failcount returns crm_failcount, which shows how often a resource has failed
// on a node, or forgets it.
func Failcount() *tool.Tool {
	f := &failcount{options: &options{}}
	own := []tool.Option{
		{Long: "resource", Short: "r", Arg: "RESOURCE", Help: "Name of the resource to use (required)", Set: tool.String(&f.resource)},
		{Long: "resource-id", Arg: "RESOURCE", Hidden: true, Set: tool.String(&f.resource)},
		{Long: "operation", Short: "n", Arg: "NAME", Help: "Name of operation to use (instead of all operations)", Set: tool.String(&f.operation)},
		{Long: "interval", Short: "I", Arg: "INTERVAL", Help: "If operation is specified, its interval", Set: tool.String(&f.interval)},
		{Long: "attr-value", Short: "v", Arg: "VALUE", Hidden: true, Set: f.setCount},
		{Long: "attr-id", Short: "i", Arg: "VALUE", Hidden: true, Set: func(string) error { return nil }},
		{Long: "lifetime", Short: "l", Arg: "VALUE", Hidden: true, Set: func(string) error { return nil }},
	}
	t := f.frontEnd("crm_failcount", "Query or delete resource fail counts", own, f.run)
	for i := range t.Groups[0].Options {
		if opt := &t.Groups[0].Options[i]; opt.Long == "query" || opt.Long == "get-value" || strings.HasPrefix(opt.Long, "delete") {
			set := opt.Set
			opt.Set = func(v string) error { f.chosen = true; return set(v) }
		}
	}
	return t
}

// setCount is how fail counts were deleted of old: by setting them to 0.
func (f *failcount) setCount(v string) error {
	if v == "0" {
		f.chosen, f.command = true, remove
	}
	return nil
}

func (f *failcount) run(c *tool.Call) error {
	switch {
	case !f.chosen:
		return tool.Fail(crm.ExitUsage, "error: must specify a command")
	case f.resource == "":
		return tool.Fail(crm.ExitUsage, "error: resource name required")
	}
	session, err := begin(c.Env)
	if err != nil {
		return err
	}
	defer session.Close()
	if f.node, err = nodeName(c.Env, session, f.node); err != nil {
		return err
	}
	if f.command == remove {
		return f.clear(c)
	}
	name, count := f.count(session.CIB())
	c.Out.Show(failures{name, count, f.quiet})
	return nil
}

// count sums the failures of all operations, or gives those of one. Older
// software counted per resource; that count is used where there is no other.
func (f *failcount) count(doc cib.CIB) (name string, count crm.Score) {
	legacy := "fail-count-" + f.resource
	name = legacy
	prefix, exact := legacy+"#", false
	if f.operation != "" {
		interval, _ := crm.ParseInterval(f.interval)
		key := crm.OpKey{Resource: legacy, Task: f.operation, Interval: interval}.String()
		name = legacy + "#" + strings.TrimPrefix(key, legacy+"_")
		prefix, exact = name, true
	}
	count = f.sum(doc, func(n string) bool { return n == prefix || !exact && strings.HasPrefix(n, prefix) })
	if count != 0 {
		return name, count
	}
	if old := f.sum(doc, func(n string) bool { return n == legacy }); old != 0 {
		return legacy, old
	}
	return name, 0
}

func (f *failcount) sum(doc cib.CIB, counts func(name string) bool) crm.Score {
	var total crm.Score
	for n := range doc.Status().All("node_state") {
		if !strings.EqualFold(n.Attr("uname"), f.node) {
			continue
		}
		place := attribute.Place{Section: "status", Node: n.ID()}
		pairs, _ := attribute.Find(doc, attribute.Selector{Place: place})
		for _, p := range pairs {
			if s, ok := crm.ParseScore(p.Attr("value")); ok && s > 0 && counts(p.Attr("name")) {
				total = total.Add(s)
			}
		}
	}
	return total
}

// clear forgets the failures with what is recorded of them, as cleaning up does.
func (f *failcount) clear(c *tool.Call) error {
	args := []string{"--cleanup", "--resource", f.resource, "--node", f.node}
	if f.operation != "" {
		args = append(args, "--operation", f.operation)
	}
	if f.operation != "" && f.interval != "" {
		args = append(args, "--interval", f.interval)
	}
	if f.quiet {
		args = append(args, "--quiet")
	}
	if code := crmresource.Tool().Run(c.Env, args); code != crm.ExitOK {
		return tool.Fail(code, "") // the reason has been told
	}
	return nil
}

// failures is a fail count as it is shown.
type failures struct {
	name  string
	count crm.Score
	quiet bool
}

func (m failures) Text(l *output.Lines) {
	if m.quiet {
		l.Line(m.count.String())
		return
	}
	l.Line("scope=status  name=" + m.name + " value=" + m.count.String())
}

func (m failures) XML(*output.Tree) {}
