package cibsecret

import (
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/tool"
)

// peers are the other nodes, as far as files are copied to them.
type peers interface {
	fmt.Stringer // names of those that are up
	// find looks for the nodes of a CIB that are up, and returns those that are not.
	find(root *xml.Node) (down []string, err error)
	run(command ...string) error
	copy(from, to string) error
}

// alivePeers reaches the other nodes of the running cluster; for a CIB in a file
// there are none.
func alivePeers(c *tool.Call) peers {
	if c.Env.Source().Where != tool.Live {
		return nil
	}
	return &remote{call: c}
}

// remote reaches nodes with the programs that this machine has for that.
type remote struct {
	call  *tool.Call
	names []string
	shell shell
}

// String lists the nodes.
func (r *remote) String() string { return strings.Join(r.names, " ") }

// A shell runs programs and copies files on other machines. Each function gives the
// command lines for some nodes.
type shell struct {
	program string
	run     func(nodes, command []string) [][]string
	copy    func(nodes []string, from, to string) [][]string
}

const noHostKeyCheck = "StrictHostKeyChecking=no"

// shells are the ways to reach other nodes, the best first.
var shells = []shell{
	{
		"pssh",
		func(nodes, command []string) [][]string {
			return [][]string{append([]string{"pssh", "-i", "-H", strings.Join(nodes, " "), "-O", noHostKeyCheck, "--"}, command...)}
		},
		func(nodes []string, from, to string) [][]string {
			return [][]string{{"pscp.pssh", "-H", strings.Join(nodes, " "), "-x", "-pr", "-O", noHostKeyCheck, "--", from, to}}
		},
	},
	{
		"pdsh",
		func(nodes, command []string) [][]string {
			return [][]string{append([]string{"pdsh", "-w", strings.Join(nodes, ","), "--"}, command...)}
		},
		func(nodes []string, from, to string) [][]string {
			return [][]string{{"pdcp", "-pr", "-w", strings.Join(nodes, ","), "--", from, to}}
		},
	},
	{
		"ssh",
		func(nodes, command []string) (list [][]string) {
			for _, n := range nodes {
				list = append(list, append([]string{"ssh", "-o", noHostKeyCheck, n, "--"}, command...))
			}
			return list
		},
		func(nodes []string, from, to string) (list [][]string) {
			for _, n := range nodes {
				list = append(list, []string{"scp", "-pqr", "-o", noHostKeyCheck, from, n + ":" + to})
			}
			return list
		},
	},
}

// find pings the other nodes of a CIB.
func (r *remote) find(root *xml.Node) (down []string, err error) {
	if err := r.chooseShell(); err != nil {
		return nil, err
	}
	local, err := r.localName()
	if err != nil {
		return nil, err
	}
	for _, name := range nodeNames(root) {
		switch {
		case name == local:
		case exec.Command("ping", "-c", "2", "-q", "--", name).Run() == nil:
			r.names = append(r.names, name)
		default:
			down = append(down, name)
		}
	}
	return down, nil
}

func (r *remote) chooseShell() error {
	i := slices.IndexFunc(shells, func(s shell) bool { _, err := exec.LookPath(s.program); return err == nil })
	if i < 0 {
		return tool.Fail(crm.ExitNotInstalled, "Please install one of pssh, pdsh, or ssh")
	}
	r.shell = shells[i]
	return nil
}

func (r *remote) localName() (string, error) {
	conn, err := r.call.Env.Speak()
	if err != nil {
		return "", tool.Fail(crm.ExitDisconnect, "Could not get local node name: %v", err)
	}
	defer conn.Close()
	status, err := conn.Status()
	return string(status.Name), err
}

// nodeNames lists the nodes with secrets of their own: those of the cluster, and
// remote and guest nodes.
func nodeNames(root *xml.Node) []string {
	var names []string
	add := func(name string) {
		if name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	config := root.Child("configuration")
	for n := range config.Child("nodes").All("node") {
		if kind := n.Attr("type"); kind != "ping" && kind != "remote" {
			add(n.Attr("uname"))
		}
	}
	xml.Walk(config.Child("resources"), func(n *xml.Node, _ xml.Path) bool {
		switch {
		case n.Name == "primitive" && n.Attr("provider") == "pacemaker" && n.Attr("type") == "remote":
			add(n.ID())
		case n.Name == "nvpair" && n.Attr("name") == "remote-node":
			add(n.Attr("value"))
		}
		return true
	})
	return names
}

func (r *remote) run(command ...string) error { return r.execute(r.shell.run(r.names, command)) }
func (r *remote) copy(from, to string) error  { return r.execute(r.shell.copy(r.names, from, to)) }

// execute runs command lines one after the other, until one fails.
func (r *remote) execute(lines [][]string) error {
	for _, line := range lines {
		cmd := exec.Command(line[0], line[1:]...)
		cmd.Env = append(os.Environ(), "PDSH_SSH_ARGS_APPEND=-o "+noHostKeyCheck)
		if out, err := cmd.CombinedOutput(); err != nil {
			return tool.Fail(crm.ExitError, "%s: %v: %s", line[0], err, strings.TrimSpace(string(out)))
		}
	}
	return nil
}
