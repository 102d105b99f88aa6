// Package cibsecret is the tool for parameters of resources that must not stand
// in the CIB (cibsecret(8)): their values are in files that only root can read,
// one set on every node, and the CIB holds a mark that sends the executor there.
package cibsecret

import (
	"io"
	"strings"

	"holdfast/admin/parameter"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/host/agent"
	"holdfast/output"
	"holdfast/tool"
	"holdfast/tool/access"
)

// mark stands in the CIB for a value that is kept in a file.
const mark = "lrm://"

type options struct {
	noCIB bool
	store store
	peers func(*tool.Call) peers
}

// Tool returns the tool.
func Tool() *tool.Tool {
	o := &options{store: store{agent.DefaultSecretsDir}, peers: alivePeers}
	return &tool.Tool{
		Name:    "cibsecret",
		Summary: "cibsecret - manage sensitive information in Pacemaker CIB",
		Args:    "<subcommand> [options]",
		Details: details,
		Formats: []output.Format{output.Text, output.XML, output.None},
		Groups: []tool.Group{{Options: []tool.Option{
			{Long: "no-cib", Short: "C", Set: tool.Switch(&o.noCIB), Help: "Don't read or write the CIB"},
		}}},
		Do: o.run,
	}
}

const details = `Subcommands:

  set RESOURCE PARAMETER VALUE   keep a value secret (without VALUE it is read from standard input,
                                 where no other user can see it)
  get RESOURCE PARAMETER         show the value that this node has
  check RESOURCE PARAMETER       compare the value that this node has with its checksum
  stash RESOURCE PARAMETER       make a secret of a value that stands in the CIB
  unstash RESOURCE PARAMETER     put a secret value into the CIB
  delete RESOURCE PARAMETER      forget a value, here, on the other nodes and in the CIB
  sync                           copy all secrets of this node to the other nodes

Files with secrets are not encrypted; only root can read them. They are copied to the other nodes with pssh, pdsh or
ssh, whichever is there. A node that is down gets them by "cibsecret sync" later, and should before it is started.

A changed value does not restart the resource, because the CIB stays the same.
`

// A subcommand has a number of arguments and does something with them.
type subcommand struct {
	args     int
	usage    string
	needsCIB bool
	do       func(*job) error
}

var subcommands = map[string]subcommand{
	"check":   {2, "check <resource-id> <resource-parameter>", false, (*job).check},
	"delete":  {2, "delete <resource-id> <resource-parameter>", false, (*job).delete},
	"get":     {2, "get <resource-id> <resource-parameter>", false, (*job).get},
	"set":     {3, "set <resource-id> <resource-parameter> <value>", false, (*job).set},
	"stash":   {2, "stash <resource-id> <resource-parameter>", true, (*job).stash},
	"sync":    {0, "sync", false, (*job).sync},
	"unstash": {2, "unstash <resource-id> <resource-parameter>", true, (*job).unstash},
}

// A job is one subcommand under way.
type job struct {
	*options
	call     *tool.Call
	session  *access.Session // nil with --no-cib
	resource string
	name     string
	value    string
}

func (o *options) run(c *tool.Call) error {
	if len(c.Args) == 0 {
		return tool.Fail(crm.ExitUsage, "Must specify a command option")
	}
	command, known := subcommands[c.Args[0]]
	if !known {
		return tool.Fail(crm.ExitUsage, "Invalid subcommand given; valid subcommands: check, delete, get, set, stash, sync, unstash")
	}
	args := c.Args[1:]
	if c.Args[0] == "set" && len(args) == 2 {
		value, err := io.ReadAll(c.Env.Stdin)
		if err != nil {
			return err
		}
		args = append(args[:2:2], strings.TrimRight(string(value), "\r\n"))
	}
	if len(args) != command.args {
		return tool.Fail(crm.ExitUsage, "Usage: %s", command.usage)
	}
	if command.needsCIB && o.noCIB {
		return tool.Fail(crm.ExitUsage, "No access to Pacemaker, %s not supported", c.Args[0])
	}
	j := &job{options: o, call: c}
	for i, field := range []*string{&j.resource, &j.name, &j.value} {
		if i < len(args) {
			*field = args[i]
		}
	}
	return j.run(command)
}

// run opens the CIB, if it is wanted, and does the subcommand.
func (j *job) run(command subcommand) error {
	if command.args > 0 && !(plain(j.resource) && plain(j.name)) {
		return tool.Fail(crm.ExitUsage, "%q and %q cannot be the names of a directory and a file", j.resource, j.name)
	}
	if !j.noCIB {
		session, err := access.Start(j.call.Env)
		if err != nil {
			return tool.Fail(tool.CodeOf(err), "%v", err)
		}
		j.session = session
	}
	err := command.do(j)
	if j.session != nil {
		if closing := j.session.Close(); err == nil {
			err = closing
		}
	}
	return err
}

// plain tells whether a text names one file of its directory and nothing else.
func plain(name string) bool {
	return name != "" && name[0] != '.' && !strings.ContainsAny(name, "/\x00")
}

// pair finds the parameter in the CIB. It is nil if it is not set, or without a CIB.
func (j *job) pair() (*xml.Node, error) {
	if j.session == nil {
		return nil, nil
	}
	if parameter.Element(j.session.CIB(), j.resource) == nil {
		return nil, tool.Fail(crm.ExitNoSuch, "Resource '%s' not found", j.resource)
	}
	for _, pair := range j.place().Find(j.session.CIB()) {
		return pair, nil
	}
	return nil, nil
}

func (j *job) place() parameter.Place {
	return parameter.Place{Resource: j.resource, Block: "instance_attributes", Name: j.name}
}

// setCIB gives the parameter a value in the CIB.
func (j *job) setCIB(value string) error {
	if j.session == nil {
		return nil
	}
	pair, err := j.pair()
	if err != nil {
		return err
	}
	if pair != nil {
		return j.session.Apply(parameter.Change(pair, j.name, value))
	}
	return j.session.Apply(j.place().Add(parameter.Element(j.session.CIB(), j.resource), value))
}
