// Package crmadmin is the tool that asks what the cluster's nodes are doing
// (crmadmin(8)).
package crmadmin

import (
	"slices"
	"strings"
	"time"

	"holdfast/client/protocol"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
	"holdfast/tool/access"
)

type options struct {
	command, arg string
	timeout      string
	ipcName      string
	export       bool
	quiet        bool
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{}
	command := func(name string) func(string) error {
		return func(v string) error { o.command, o.arg = name, v; return nil }
	}
	return &tool.Tool{
		Name:    "crmadmin",
		Summary: "query and manage the Pacemaker controller",
		Formats: []output.Format{output.Text, output.XML},
		Groups: []tool.Group{
			{Options: []tool.Option{
				{Long: "quiet", Short: "q", Set: tool.Switch(&o.quiet), Help: "Display only the essential query information"},
			}},
			{Name: "command", Title: "Command Options", Help: "Show command options", Options: []tool.Option{
				{Long: "status", Short: "S", Arg: "NODE", Set: command("status"), Help: "Display the status of the specified node.\nResult is state of node's internal finite state\nmachine, which can be useful for debugging"},
				{Long: "pacemakerd", Short: "P", Set: command("pacemakerd"), Help: "Display the status of local pacemakerd.\nResult is the state of the sub-daemons watched\nby pacemakerd."},
				{Long: "dc_lookup", Short: "D", Set: command("dc"), Help: "Display the uname of the node co-ordinating the cluster.\nThis is an internal detail rarely useful to\nadministrators except when deciding on which\nnode to examine the logs."},
				{Long: "nodes", Short: "N", Arg: "TYPE", Optional: true, Set: command("nodes"), Help: "Display the uname of all member nodes [optionally filtered by type (comma-separated)]\nTypes: all (default), cluster, guest, remote"},
				{Long: "health", Short: "H", Set: command("pacemakerd"), Hidden: true},
			}},
			{Name: "additional", Title: "Additional Options", Help: "Show additional options", Options: []tool.Option{
				{Long: "timeout", Short: "t", Arg: "TIMESPEC", Set: tool.String(&o.timeout), Help: "Time to wait before declaring the\noperation failed (default 30s; use 0 to disable timeout)"},
				{Long: "bash-export", Short: "B", Set: tool.Switch(&o.export), Help: "Display nodes as shell commands of the form 'export uname=uuid'\n(valid with -N/--nodes)"},
				{Long: "ipc-name", Short: "i", Arg: "NAME", Set: tool.String(&o.ipcName), Help: "Name to use for ipc instead of 'crmadmin' (with -P/--pacemakerd)."},
			}},
		},
		Do: o.run,
	}
}

func (o *options) run(c *tool.Call) error {
	if o.timeout != "" {
		if _, err := crm.ParseInterval(o.timeout); err != nil {
			return tool.Fail(crm.ExitUsage, "Invalid timeout '%s'", o.timeout)
		}
	}
	switch o.command {
	case "":
		return tool.Fail(crm.ExitUsage, "Must specify a command option")
	case "nodes":
		return o.nodes(c)
	case "pacemakerd":
		return o.pacemakerd(c)
	}
	conn, err := c.Env.Speak()
	if err != nil {
		return tool.Fail(crm.ExitDisconnect, "Could not connect to controller: %v", err)
	}
	defer conn.Close()
	s, err := conn.Status()
	if err != nil {
		return tool.Fail(crm.ExitDisconnect, "%v", err)
	}
	if o.command == "dc" {
		return o.dc(c, &s)
	}
	return o.status(c, &s)
}

func (o *options) dc(c *tool.Call, s *protocol.Node) error {
	if s.DC == "" {
		c.Out.Show(dc{quiet: o.quiet})
		return tool.Fail(crm.ExitNoSuch, "")
	}
	c.Out.Show(dc{string(s.DC), o.quiet})
	return nil
}

// status tells what a node is doing. The local daemon knows its own state, and of
// the others whether they take part.
func (o *options) status(c *tool.Call, s *protocol.Node) error {
	m := state{node: o.arg, quiet: o.quiet}
	switch {
	case o.arg == string(s.Name):
		m.state = s.State
	case slices.ContainsFunc(s.Peers, func(p protocol.Peer) bool { return string(p.Name) == o.arg && p.Member }):
		m.state = "S_NOT_DC"
		if o.arg == string(s.DC) {
			m.state = "S_IDLE"
		}
	default:
		return tool.Fail(crm.ExitNoSuch, "Node %s does not answer: it is no member of the cluster", o.arg)
	}
	c.Out.Show(m)
	return nil
}

func (o *options) pacemakerd(c *tool.Call) error {
	m := health{at: c.Env.Now(), quiet: o.quiet}
	conn, err := c.Env.Speak()
	if err != nil {
		return tool.Fail(crm.ExitDisconnect, "Could not connect to pacemakerd: %v", err)
	}
	defer conn.Close()
	s, err := conn.Status()
	switch {
	case err != nil:
		return tool.Fail(crm.ExitDisconnect, "%v", err)
	case s.State == "S_STOPPING":
		m.state = "shutting_down"
	default:
		m.state = "running"
	}
	c.Out.Show(m)
	return nil
}

type dc struct {
	name  string
	quiet bool
}

// Text writes the coordinator's name.
func (d dc) Text(l *output.Lines) {
	switch {
	case d.quiet && d.name != "":
		l.Line(d.name)
	case d.name == "":
		l.Line("Designated Controller is: not yet elected")
	default:
		l.Line("Designated Controller is: " + d.name)
	}
}

// XML adds a dc element.
func (d dc) XML(t *output.Tree) { t.Open("dc", "node_name", d.name); t.Close() }

type state struct {
	node, state string
	quiet       bool
}

// Text writes the state, as crmsh reads it.
func (s state) Text(l *output.Lines) {
	if s.quiet {
		l.Line(s.state)
		return
	}
	l.Line("Controller on " + s.node + " in state " + s.state + ": ok")
}

// XML adds a crmd element.
func (s state) XML(t *output.Tree) {
	t.Open("crmd", "node_name", s.node, "state", s.state, "result", "ok")
	t.Close()
}

type health struct {
	state string
	at    time.Time
	quiet bool
}

// Text writes the daemon's state.
func (h health) Text(l *output.Lines) {
	if h.quiet {
		l.Line(h.state)
		return
	}
	text := map[string]string{"running": "Pacemaker is running", "shutting_down": "Pacemaker daemons are shutting down"}[h.state]
	l.Line("Status of pacemakerd: '" + text + "' (last updated " + h.at.Format("2006-01-02 15:04:05 -07:00") + ")")
}

// XML adds a pacemakerd element.
func (h health) XML(t *output.Tree) {
	t.Open("pacemakerd", "state", h.state, "last_updated", h.at.Format("2006-01-02 15:04:05 -07:00"))
	t.Close()
}

// kinds of nodes, by the word that the filter takes.
func (o *options) nodes(c *tool.Call) error {
	root, err := access.Look(c)
	if err != nil && c.Env.Source().Where != tool.Live {
		c.Out.Err("error: Command failed: %v", err)
		return tool.Fail(tool.CodeOf(err), "")
	}
	if err != nil {
		return err
	}
	wanted := strings.FieldsFunc(o.arg, func(r rune) bool { return r == ',' })
	list := nodeList{export: o.export, quiet: o.quiet}
	for _, n := range nodesOf(root) {
		if len(wanted) == 0 || slices.Contains(wanted, "all") || slices.Contains(wanted, n.kind) {
			list.nodes = append(list.nodes, n)
		}
	}
	c.Out.Show(list)
	return nil
}
