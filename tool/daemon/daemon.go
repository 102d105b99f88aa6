// Package daemon is the command that runs a node: "holdfast daemon", the
// supervisor that an administrator or systemd starts, and "holdfast-node", the
// process that it watches over.
package daemon

import (
	"context"
	"fmt"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/daemon"
	"holdfast/host/engine"
	"holdfast/host/engine/hub"
	"holdfast/tool"
)

// options are what the command line says. The supervisor hands them on to the
// node process as they are.
type options struct {
	daemon.Options
	hub   string
	node  string
	nodes string
	two   bool
	args  []string // as given
}

// Supervisor returns "holdfast daemon".
func Supervisor() *tool.Tool {
	o := &options{}
	return &tool.Tool{
		Name:    "holdfast daemon",
		Summary: "Run a node of the cluster in the foreground",
		Groups:  []tool.Group{{Options: o.table()}},
		Do: func(c *tool.Call) error {
			if _, err := o.open(); err != nil {
				return tool.Fail(crm.ExitUsage, "%v", err)
			}
			release, err := o.holdMachine()
			if err != nil {
				return tool.Fail(crm.ExitFatal, "holdfast: %v", err)
			}
			defer release()
			if code := daemon.Supervise(o.RunDir, o.args, c.Env.Stderr); code != daemon.ExitDone {
				return tool.Fail(crm.ExitCode(code), "")
			}
			return nil
		},
	}
}

// Node returns "holdfast-node".
func Node() *tool.Tool {
	o := &options{}
	return &tool.Tool{
		Name:    daemon.NodeProgram,
		Summary: "The process of a node, started by holdfast daemon",
		Groups:  []tool.Group{{Options: o.table()}},
		Do:      func(c *tool.Call) error { return o.run() },
	}
}

func (o *options) run() error {
	open, err := o.open()
	if err != nil {
		return tool.Fail(crm.ExitUsage, "%v", err)
	}
	o.Open = open
	ctx, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM, syscall.SIGINT)
	defer cancel()
	if err := daemon.Run(ctx, o.Options); err != nil {
		return tool.Fail(crm.ExitFatal, "holdfast: %v", err)
	}
	return nil
}

// keep makes the setter of an option that the node process is given as well.
func (o *options) keep(name string, field *string) func(string) error {
	return func(v string) error {
		*field = v
		o.args = append(o.args, "--"+name+"="+v)
		return nil
	}
}

func (o *options) table() []tool.Option {
	o.LogFile = daemon.DefaultLogFile
	return []tool.Option{
		{Long: "hub", Arg: "socket", Set: o.keep("hub", &o.hub),
			Help: "Run on the one-machine engine at this socket instead of Corosync; needs --node and --nodes"},
		{Long: "node", Arg: "name", Set: o.keep("node", &o.node), Help: "With --hub: this node's name"},
		{Long: "nodes", Arg: "list", Set: o.keep("nodes", &o.nodes), Help: "With --hub: all nodes, as name,name,..."},
		{Long: "state-dir", Arg: "dir", Set: o.keep("state-dir", &o.StateDir), Help: "Where the CIB is kept (default: " + daemon.DefaultStateDir + ")"},
		{Long: "input-dir", Arg: "dir", Set: o.keep("input-dir", &o.InputDir), Help: "Where inputs of the scheduler are kept (default: " + daemon.DefaultInputDir + ")"},
		{Long: "run-dir", Arg: "dir", Set: o.keep("run-dir", &o.RunDir), Help: "Where the socket and journals are, on a file system that a boot empties (default: " + daemon.DefaultRunDir + ")"},
		{Long: "log-file", Arg: "file", Set: o.keep("log-file", &o.LogFile), Help: "Where to log, beside standard error; \"none\" for nowhere (default: " + daemon.DefaultLogFile + ")"},
		{Long: "ocf-root", Arg: "dir", Set: o.keep("ocf-root", &o.OCFRoot), Help: "Where OCF agents are (default: /usr/lib/ocf)"},
		{Long: "fence-dir", Arg: "dir", Set: o.keep("fence-dir", &o.FenceDir), Help: "Where fence agents are (default: /usr/sbin)"},
	}
}

// open returns how to reach the engine.
func (o *options) open() (func(context.Context) (engine.Engine, daemon.Membership, error), error) {
	if o.hub == "" {
		return daemon.Corosync, nil
	}
	where, err := o.hubOptions()
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context) (engine.Engine, daemon.Membership, error) {
		e, err := hub.Open(ctx, where)
		if err != nil {
			return nil, daemon.Membership{}, err
		}
		return e, daemon.Membership{Stack: "hub", Cluster: "local", Self: crm.NodeName(o.node)}, nil
	}, nil
}

func (o *options) hubOptions() (hub.Options, error) {
	where := hub.Options{Path: o.hub}
	for i, name := range strings.FieldsFunc(o.nodes, func(r rune) bool { return r == ',' }) {
		n := view.Node{ID: crm.NodeID(i + 1), Name: crm.NodeName(name)}
		where.Nodes = append(where.Nodes, n)
		if name == o.node {
			where.Self = n.ID
		}
	}
	if where.Self == 0 {
		return hub.Options{}, fmt.Errorf("--hub needs --nodes with all nodes' names and --node with one of them; %s is not in %s",
			strconv.Quote(o.node), strconv.Quote(o.nodes))
	}
	where.TwoNode = len(where.Nodes) == 2
	return where, nil
}

// holdMachine keeps the node's machine in the hub's view while the node process
// is away: its death is then one that the others give it time to come back from.
// With Corosync, Corosync itself does that.
func (o *options) holdMachine() (release func() error, err error) {
	if o.hub == "" {
		return func() error { return nil }, nil
	}
	where, err := o.hubOptions()
	if err != nil {
		return nil, err
	}
	m, err := hub.HoldMachine(where)
	if err != nil {
		return nil, err
	}
	return m.Close, nil
}
