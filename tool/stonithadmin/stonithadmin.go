// Package stonithadmin is the tool for everything about fencing
// (stonith_admin(8)): which devices there are, whom they can reach, the levels of
// the topology, the history; and fencing, unfencing and confirming by hand.
//
// Fencing itself is done by the cluster. Devices and levels are part of its
// configuration here: to register or deregister one is an edit of the CIB.
package stonithadmin

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"holdfast/client/protocol"
	"holdfast/cluster/fencing"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/host/agent"
	"holdfast/output"
	"holdfast/tool"
)

type options struct {
	command command
	arg     string

	agent     string
	params    []agent.Param
	devices   []string
	index     int
	timeout   int
	delay     int
	tolerance time.Duration
	tag       string
	asNodeID  bool
	cleanup   bool
	broadcast bool
	quiet     bool
}

// command says what to do. If several are asked for, the greatest counts, which is
// what the reference makes of them.
type command uint8

const (
	doNothing command = iota
	doValidate
	doInstalled
	doRegistered
	doRegister
	doQuery
	doDeregister
	doTargets
	doAble
	doMetadata
	doReboot
	doFence
	doUnfence
	doConfirm
	doLast
	doHistory
	doRegisterLevel
	doDeregisterLevel
)

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{timeout: 120}
	return &tool.Tool{
		Name:    "stonith_admin",
		Summary: "Access the Pacemaker fencing API",
		Formats: []output.Format{output.Text, output.HTML, output.XML, output.None},
		Groups:  o.groups(),
		Prepare: func(c *tool.Call, out *output.Config) error {
			out.Plain = true
			out.Quiet = out.Quiet || o.quiet
			return nil
		},
		Do: o.run,
	}
}

// choose selects a command with its argument.
func (o *options) choose(c command) func(string) error {
	return func(arg string) error {
		if c >= o.command {
			o.command, o.arg = c, arg
		}
		return nil
	}
}

// groups are the options.
func (o *options) groups() []tool.Group {
	return []tool.Group{
		{Options: []tool.Option{
			{Long: "quiet", Short: "q", Set: tool.Switch(&o.quiet), Help: "Be less descriptive in output."},
		}},
		{Name: "definition", Title: "Device Definition Commands", Help: "Show device definition help", Options: []tool.Option{
			{Long: "register", Short: "R", Arg: "DEVICE", Set: o.choose(doRegister), Help: "Register the named fencing device. Requires: --agent.\nOptional: --option, --env-option."},
			{Long: "deregister", Short: "D", Arg: "DEVICE", Set: o.choose(doDeregister), Help: "De-register the named fencing device."},
			{Long: "register-level", Short: "r", Arg: "TARGET", Set: o.choose(doRegisterLevel), Help: "Register a fencing level for the named target,\nspecified as one of NAME, @PATTERN, or ATTR=VALUE.\nRequires: --index and one or more --device entries."},
			{Long: "deregister-level", Short: "d", Arg: "TARGET", Set: o.choose(doDeregisterLevel), Help: "Unregister a fencing level for the named target,\nspecified as for --register-level. Requires: --index"},
		}},
		{Name: "queries", Title: "Queries", Help: "Show query help", Options: o.queries()},
		{Name: "fence", Title: "Fencing Commands", Help: "Show fence help", Options: []tool.Option{
			{Long: "fence", Short: "F", Arg: "HOST", Set: o.choose(doFence), Help: "Fence named host. Optional: --timeout, --tolerance, --delay."},
			{Long: "unfence", Short: "U", Arg: "HOST", Set: o.choose(doUnfence), Help: "Unfence named host. Optional: --timeout, --tolerance, --delay."},
			{Long: "reboot", Short: "B", Arg: "HOST", Set: o.choose(doReboot), Help: "Reboot named host. Optional: --timeout, --tolerance, --delay."},
			{Long: "confirm", Short: "C", Arg: "HOST", Set: o.choose(doConfirm), Help: "Tell cluster that named host is now safely down."},
		}},
		{Name: "additional", Title: "Additional Options", Help: "Show additional options", Options: o.additional()},
	}
}

func (o *options) queries() []tool.Option {
	return []tool.Option{
		{Long: "list", Short: "l", Arg: "HOST", Set: o.choose(doAble), Help: "List devices that can terminate the specified host.\nOptional: --timeout"},
		{Long: "list-registered", Short: "L", Set: o.choose(doRegistered), Help: "List all registered devices. Optional: --timeout."},
		{Long: "list-installed", Short: "I", Set: o.choose(doInstalled), Help: "List all installed devices. Optional: --timeout."},
		{Long: "list-targets", Short: "s", Arg: "DEVICE", Set: o.choose(doTargets), Help: "List the targets that can be fenced by the\nnamed device. Optional: --timeout."},
		{Long: "metadata", Short: "M", Set: o.choose(doMetadata), Help: "Show agent metadata. Requires: --agent.\nOptional: --timeout."},
		{Long: "query", Short: "Q", Arg: "DEVICE", Set: o.choose(doQuery), Help: "Check the named device's status. Optional: --timeout."},
		{Long: "history", Short: "H", Arg: "NODE", Set: o.choose(doHistory), Help: "Show last successful fencing operation for named node\n(or '*' for all nodes). Optional: --timeout, --cleanup,\n--quiet (show only the operation's epoch timestamp),\n--verbose (show all recorded and pending operations),\n--broadcast (update history from all nodes available)."},
		{Long: "last", Short: "h", Arg: "NODE", Set: o.choose(doLast), Help: "Indicate when the named node was last fenced.\nOptional: --as-node-id."},
		{Long: "validate", Short: "K", Set: o.choose(doValidate), Help: "Validate a fence device configuration.\nRequires: --agent. Optional: --option, --env-option,\n--quiet (print no output, only return status)."},
	}
}

func (o *options) additional() []tool.Option {
	return []tool.Option{
		{Long: "cleanup", Short: "c", Set: tool.Switch(&o.cleanup), Help: "Cleanup wherever appropriate. Requires --history."},
		{Long: "broadcast", Short: "b", Set: tool.Switch(&o.broadcast), Help: "Broadcast wherever appropriate."},
		{Long: "agent", Short: "a", Arg: "AGENT", Set: tool.String(&o.agent), Help: "The agent to use (for example, fence_xvm;\nwith --register, --metadata, --validate)."},
		{Long: "option", Short: "o", Arg: "PARAM", Set: o.addParam, Help: "Specify a device configuration parameter as NAME=VALUE\n(may be specified multiple times; with --register,\n--validate)."},
		{Long: "env-option", Short: "e", Arg: "PARAM", Set: o.addEnvParam, Help: "Specify a device configuration parameter with the\nspecified name, using the value of the\nenvironment variable of the same name prefixed with\nOCF_RESKEY_ (may be specified multiple times;\nwith --register, --validate)."},
		{Long: "tag", Short: "T", Arg: "TAG", Set: tool.String(&o.tag), Help: "Identify fencing operations in logs with the specified\ntag; useful when multiple entities might invoke\nstonith_admin (used with most commands)."},
		{Long: "device", Short: "v", Arg: "DEVICE", Set: tool.Append(&o.devices), Help: "Device ID (with --register-level, device to associate with\na given host and level; may be specified multiple times)\n(with --validate, name to use to load CIB secrets)."},
		{Long: "index", Short: "i", Arg: "LEVEL", Set: tool.Int(&o.index), Help: "The fencing level (1-9) (with --register-level,\n--deregister-level)."},
		{Long: "timeout", Short: "t", Arg: "SECONDS", Set: tool.Int(&o.timeout), Help: "Operation timeout in seconds (default 120;\nused with most commands)."},
		{Long: "delay", Short: "y", Arg: "SECONDS", Set: tool.Int(&o.delay), Help: "Apply a fencing delay in seconds. Any static/random delays from\npcmk_delay_base/max will be added, otherwise all\ndisabled with the value -1\n(default 0; with --fence, --reboot, --unfence)."},
		{Long: "as-node-id", Short: "n", Set: tool.Switch(&o.asNodeID), Help: "(Advanced) The supplied node is the corosync node ID\n(with --last)."},
		{Long: "tolerance", Arg: "SECONDS", Set: o.setTolerance, Help: "(Advanced) Do nothing if an equivalent --fence request\nsucceeded less than this many seconds earlier\n(with --fence, --unfence, --reboot)."},
	}
}

func (o *options) addParam(text string) error {
	name, value, found := strings.Cut(text, "=")
	if !found || name == "" {
		return fmt.Errorf("Invalid option: -o %s: give NAME=VALUE", text)
	}
	o.setParam(name, value)
	return nil
}

// addEnvParam notes a parameter whose value run takes from the environment.
func (o *options) addEnvParam(name string) error {
	o.params = append(o.params, agent.Param{Name: name, Value: fromEnvironment})
	return nil
}

// fromEnvironment stands for a value that is still to be looked up; no real
// value holds a NUL byte.
const fromEnvironment = "\x00"

func (o *options) setParam(name, value string) {
	for i := range o.params {
		if o.params[i].Name == name {
			o.params[i].Value = value
			return
		}
	}
	o.params = append(o.params, agent.Param{Name: name, Value: value})
}

// setTolerance ignores what is no length of time, as the reference does.
func (o *options) setTolerance(text string) error {
	if d, err := crm.ParseInterval(text); err == nil && d >= 0 {
		o.tolerance = d
	}
	return nil
}

func (o *options) resolveParams(env *tool.Env) error {
	for i, p := range o.params {
		if p.Value != fromEnvironment {
			continue
		}
		if o.params[i].Value = env.Getenv("OCF_RESKEY_" + p.Name); o.params[i].Value == "" {
			return tool.Fail(crm.ExitInvalidParam, "Invalid option: -e %s: OCF_RESKEY_%s is not set", p.Name, p.Name)
		}
	}
	return nil
}

// run does what was asked for. As in the reference, only errors of fencing itself
// begin with the tool's name.
func (o *options) run(c *tool.Call) error {
	err := o.do(c)
	if err == nil || o.fenceWord() != "" {
		return err
	}
	if err.Error() != "" {
		c.Out.Err("%v", err)
	}
	return tool.Fail(tool.CodeOf(err), "")
}

// do checks what was asked for and does it.
func (o *options) do(c *tool.Call) error {
	if err := o.resolveParams(c.Env); err != nil {
		return err
	}
	switch {
	case o.timeout < 0 || o.timeout > math.MaxUint32/1000:
		return tool.Fail(crm.ExitUsage, "Integer value \"%d\" for -t out of range", o.timeout)
	case o.command == doNothing:
		return tool.Fail(crm.ExitUsage, "Nothing to do: give a command (see --help-all)")
	case o.agent == "" && (o.command == doValidate || o.command == doRegister || o.command == doMetadata):
		return tool.Fail(crm.ExitUsage, "Please specify an agent to query using -a,--agent [value]")
	}
	switch o.command {
	case doValidate, doInstalled, doMetadata:
		return o.local(c)
	case doRegister, doDeregister, doRegisterLevel, doDeregisterLevel:
		return o.edit(c)
	case doQuery, doTargets:
		return o.ask(c)
	}
	return o.live(c)
}

// A fencer is a running cluster as far as fencing is concerned.
type fencer interface {
	tool.Cluster
	Status() (protocol.Node, error)
	Fence(f wire.Fence, limit time.Duration) error
	Confirm(target crm.NodeName) error
	FenceHistory(target crm.NodeName) ([]fencing.Request, error)
	EraseFences(target crm.NodeName) error
	FenceDevices(target crm.NodeName) ([]protocol.DeviceInfo, error)
}

// connect reaches the running cluster.
func connect(env *tool.Env) (fencer, error) {
	if env.Connect == nil {
		return nil, tool.ErrNoCluster
	}
	conn, err := env.Connect()
	if err != nil {
		return nil, err
	}
	f, ok := conn.(fencer)
	if !ok {
		conn.Close()
		return nil, tool.ErrNoCluster
	}
	return f, nil
}

// live does what only the running cluster can do.
func (o *options) live(c *tool.Call) error {
	conn, err := connect(c.Env)
	if err != nil {
		if what := o.fenceWord(); what != "" {
			return tool.Fail(crm.ExitDisconnect, "Couldn't %s %s: %v", what, o.arg, err)
		}
		return tool.Fail(crm.ExitDisconnect, "Could not connect to fencer: %v", err)
	}
	defer conn.Close()
	switch o.command {
	case doAble, doRegistered:
		return o.list(c, conn)
	case doConfirm:
		return failed(conn.Confirm(crm.NodeName(o.arg)), "Couldn't confirm that %s is down", o.arg)
	case doLast:
		return o.showLast(c, conn)
	case doHistory:
		return o.showHistory(c, conn)
	}
	return o.fence(conn)
}

// failed makes an error with the exit code that the cluster gave, nil of nil.
func failed(err error, format string, args ...any) error {
	if err == nil {
		return nil
	}
	code := crm.ExitError
	var refusal *protocol.Error
	if errors.As(err, &refusal) && refusal.Code != crm.ExitOK {
		code = refusal.Code
	}
	return tool.Fail(code, "%s: %v", fmt.Sprintf(format, args...), err)
}
