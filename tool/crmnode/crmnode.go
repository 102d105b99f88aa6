// Package crmnode is the tool that tells about cluster nodes, and forgets one
// (crm_node(8)).
package crmnode

import (
	"strconv"
	"strings"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/client/protocol"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/tool"
)

type options struct {
	command string
	arg     string
	force   bool
	quiet   bool
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{}
	command := func(name string) func(string) error {
		return func(v string) error { o.command, o.arg = name, v; return nil }
	}
	return &tool.Tool{
		Name:    "crm_node",
		Summary: "Tool for displaying low-level node information",
		Formats: []output.Format{output.Text, output.XML},
		Quiet:   "Be less descriptive in output.",
		Groups: []tool.Group{
			{Name: "commands", Title: "Commands", Help: "Show command help", Options: []tool.Option{
				{Long: "cluster-id", Short: "i", Set: command("id"), Help: "Display this node's cluster id"},
				{Long: "list", Short: "l", Set: command("list"), Help: "Display all known members (past and present) of this cluster"},
				{Long: "name", Short: "n", Set: command("name"), Help: "Display the name used by the cluster for this node"},
				{Long: "partition", Short: "p", Set: command("partition"), Help: "Display the members of this partition"},
				{Long: "quorum", Short: "q", Set: command("quorum"), Help: "Display a 1 if our partition has quorum, 0 if not"},
				{Long: "name-for-id", Short: "N", Arg: "ID", Set: command("name-for-id"), Help: "Display the name used by the cluster for the node with the specified ID"},
				{Long: "remove", Short: "R", Arg: "NAME", Set: command("remove"), Help: "(Advanced) Remove the (stopped) node with the specified name from Pacemaker's configuration and caches (the node must already have been removed from the underlying cluster stack configuration)"},
			}},
			{Name: "additional", Title: "Additional Options", Help: "Show additional options", Options: []tool.Option{
				{Long: "force", Short: "f", Set: tool.Switch(&o.force), Help: "Do what was asked even if it is dangerous"},
				{Long: "corosync", Short: "C", Set: func(string) error { return nil }, Hidden: true},
			}},
		},
		Do: o.run,
	}
}

func (o *options) run(c *tool.Call) error {
	if o.command == "" {
		return tool.Fail(crm.ExitUsage, "No command specified: give one of -i, -l, -n, -p, -q, -N, -R")
	}
	if o.command == "name" {
		// An agent of a remote or bundle node asks for that node's name.
		if name := c.Env.Getenv("OCF_RESKEY_CRM_meta_on_node"); name != "" {
			c.Out.Show(info{text: name, pairs: []string{"uname", name}})
			return nil
		}
	}
	conn, err := c.Env.Speak()
	if err != nil {
		return tool.Fail(crm.ExitDisconnect, "Connection to cluster failed: %v", err)
	}
	defer conn.Close()
	status, err := conn.Status()
	if err != nil {
		return tool.Fail(crm.ExitDisconnect, "%v", err)
	}
	return o.answer(c, conn, &status)
}

func (o *options) answer(c *tool.Call, conn tool.Speaker, s *protocol.Node) error {
	switch o.command {
	case "id":
		id := strconv.FormatUint(uint64(s.ID), 10)
		c.Out.Show(info{text: id, pairs: []string{"nodeid", id}})
	case "name":
		c.Out.Show(info{text: string(s.Name), pairs: []string{"uname", string(s.Name)}})
	case "quorum":
		c.Out.Show(quorum(s.Quorate))
		if !s.Quorate {
			return tool.Fail(crm.ExitQuorum, "")
		}
	case "list":
		c.Out.Show(nodes(s.Peers))
	case "partition":
		c.Out.Show(partition(s.Peers))
	case "name-for-id":
		return o.nameFor(c, s)
	case "remove":
		return o.remove(conn, s)
	}
	return nil
}

func (o *options) nameFor(c *tool.Call, s *protocol.Node) error {
	id, err := strconv.ParseUint(o.arg, 10, 32)
	if err != nil || id == 0 {
		return tool.Fail(crm.ExitUsage, "Invalid node ID: %s", o.arg)
	}
	for _, p := range s.Peers {
		if p.ID == crm.NodeID(id) {
			c.Out.Show(info{text: string(p.Name), pairs: []string{"nodeid", o.arg, "uname", string(p.Name)}})
			return nil
		}
	}
	return tool.Fail(crm.ExitNoHost, "Node is not known to cluster")
}

// remove takes a node that is gone out of the configuration and the status.
func (o *options) remove(conn tool.Speaker, s *protocol.Node) error {
	if !o.force {
		return tool.Fail(crm.ExitUsage, "The supplied command is considered dangerous.  To prevent accidental destruction of the cluster, the --force flag is required in order to proceed.")
	}
	for _, p := range s.Peers {
		if string(p.Name) == o.arg && p.Member {
			return tool.Fail(crm.ExitError, "Node '%s' is still a member of the cluster: stop it there first", o.arg)
		}
	}
	for _, r := range []cib.Request{
		{Op: cib.Delete, Section: "nodes", Data: xml.New("node", "uname", o.arg)},
		{Op: cib.Delete, Section: "status", Data: xml.New("node_state", "uname", o.arg)},
	} {
		if _, err := conn.Apply(r); err != nil && cib.KindOf(err) != cib.NotFound {
			return tool.Fail(cib.KindOf(err).ExitCode(), "Could not remove node %s: %v", o.arg, err)
		}
	}
	return nil
}

// info is one fact about a node.
type info struct {
	text  string
	pairs []string
}

// Text writes the fact alone.
func (i info) Text(l *output.Lines) { l.Line(i.text) }

// XML adds a node-info element.
func (i info) XML(t *output.Tree) { t.Open("node-info", i.pairs...); t.Close() }

type quorum bool

// Text writes 1 or 0.
func (q quorum) Text(l *output.Lines) {
	if q {
		l.Line("1")
	} else {
		l.Line("0")
	}
}

// XML adds a cluster-info element.
func (q quorum) XML(t *output.Tree) {
	t.Open("cluster-info", "quorum", strconv.FormatBool(bool(q)))
	t.Close()
}

type nodes []protocol.Peer

func stateOf(p protocol.Peer) string {
	if p.Member {
		return "member"
	}
	return "lost"
}

// Text writes a line of id, name and state for each node.
func (n nodes) Text(l *output.Lines) {
	for _, p := range n {
		l.Line(strconv.FormatUint(uint64(p.ID), 10) + " " + string(p.Name) + " " + stateOf(p))
	}
}

// XML adds a nodes element.
func (n nodes) XML(t *output.Tree) {
	t.Open("nodes")
	for _, p := range n {
		t.Open("node", "name", string(p.Name), "id", strconv.FormatUint(uint64(p.ID), 10), "state", stateOf(p))
		t.Close()
	}
	t.Close()
}

type partition []protocol.Peer

// Text writes the members' names on one line.
func (p partition) Text(l *output.Lines) {
	var names []string
	for _, peer := range p {
		if peer.Member {
			names = append(names, string(peer.Name))
		}
	}
	l.Line(strings.Join(names, " ") + " ")
}

// XML adds a nodes element with the members.
func (p partition) XML(t *output.Tree) {
	t.Open("nodes")
	for _, peer := range p {
		if peer.Member {
			t.Open("node", "name", string(peer.Name), "id", strconv.FormatUint(uint64(peer.ID), 10), "state", "member")
			t.Close()
		}
	}
	t.Close()
}
