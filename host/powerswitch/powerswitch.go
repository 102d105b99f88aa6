// Package powerswitch is a power switch for the machines of a cluster that is played
// on one computer, and the fence agent that reaches it: out of band, over a socket,
// so that a cut network does not touch it. What a machine is, is for the caller.
package powerswitch

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"holdfast/crm"
)

// An Order is what an agent wants of the switch.
type Order struct {
	Action string // list, monitor, status, off, on or reboot
	Target string // a machine
	By     string // the host that asks
}

// An Outlet is the power of one machine.
type Outlet interface {
	IsOn() bool
	On() error
	Off() error
}

// Switches reports whether the order is to change something.
func (o Order) Switches() bool {
	return o.Action == "off" || o.Action == "on" || o.Action == "reboot"
}

// CarryOut does what the order says with the outlet of its target, nil if there is no
// such machine among those that are named, and returns the answer.
func (o Order) CarryOut(names []string, outlet Outlet) (answer string, err error) {
	switch {
	case o.Action == "list" || o.Action == "monitor":
		return strings.Join(names, " "), nil
	case outlet == nil:
		return "", fmt.Errorf("there is no machine %q; there are %s", o.Target, strings.Join(names, ", "))
	case o.Action == "status" && outlet.IsOn():
		return "on", nil
	case o.Action == "status":
		return "off", nil
	case !o.Switches():
		return "", fmt.Errorf("action %q is not known", o.Action)
	}
	if o.Action != "on" {
		err = outlet.Off()
	}
	if o.Action != "off" && err == nil {
		err = outlet.On()
	}
	return "ok", err
}

// bound is how long an order may take.
const bound = 20 * time.Second

// Listen makes the socket of a switch. Whoever reaches its directory may use it: a
// node may run as another user.
func Listen(path string) (net.Listener, error) {
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, fmt.Errorf("listen for fence agents: %w", err)
	}
	return listener, os.Chmod(path, 0o666)
}

// Serve has every order answered, until the listener is closed.
func Serve(listener net.Listener, answer func(Order) (string, error)) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go serve(conn, answer)
	}
}

// failure begins an answer that tells of one.
const failure = "error: "

func serve(conn net.Conn, answer func(Order) (string, error)) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(bound))
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return
	}
	words := append(strings.Split(strings.TrimSuffix(line, "\n"), " "), "", "", "")
	text, err := answer(Order{words[0], words[1], words[2]})
	if err != nil {
		text = failure + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	conn.SetDeadline(time.Now().Add(time.Second))
	fmt.Fprintln(conn, text)
}

// ask sends an order to the switch and returns its answer.
func ask(socket string, o Order) (string, error) {
	conn, err := net.DialTimeout("unix", socket, time.Second)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(2 * bound))
	fmt.Fprintln(conn, o.Action, o.Target, o.By)
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("the power switch does not answer: %w", err)
	}
	answer = strings.TrimSpace(answer)
	if text, failed := strings.CutPrefix(answer, failure); failed {
		return "", errors.New(text)
	}
	return answer, nil
}

// What the action status of a fence agent ends with.
const (
	powerIsOn  = crm.ExitOK
	powerIsOff = crm.ExitInvalidParam
)

// Agent is a fence agent: it has the switch at a socket do what standard input says,
// in lines of key=value. It returns how the agent ends.
func Agent(name, socket string, in io.Reader, out io.Writer) (crm.ExitCode, error) {
	given := map[string]string{"action": "off"}
	for lines := bufio.NewScanner(in); lines.Scan(); {
		if k, v, ok := strings.Cut(lines.Text(), "="); ok {
			given[k] = v
		}
	}
	if given["action"] == "metadata" {
		fmt.Fprintf(out, metadata, name)
		return crm.ExitOK, nil
	}
	o := Order{Action: given["action"], Target: given["plug"]}
	if o.Target == "" {
		o.Target = given["nodename"]
	}
	o.By, _ = os.Hostname()
	answer, err := ask(socket, o)
	switch {
	case err != nil:
		return crm.ExitError, err
	case o.Action == "status" && answer == "off":
		return powerIsOff, nil
	case o.Action == "list":
		fmt.Fprintln(out, strings.ReplaceAll(answer, " ", ",\n")+",")
	}
	return powerIsOn, nil
}

// metadata describes the agent to the cluster.
const metadata = `<?xml version="1.0"?>
<resource-agent name="%s" shortdesc="Power switch of machines that are played">
<longdesc>Switches machines that are played on one computer off and on.</longdesc>
<parameters>
<parameter name="action" required="1"><getopt mixed="-o"/><content type="string" default="off"/><shortdesc lang="en">Action</shortdesc></parameter>
<parameter name="plug" required="1"><getopt mixed="-n"/><content type="string"/><shortdesc lang="en">Machine</shortdesc></parameter>
</parameters>
<actions>
<action name="on" automatic="0"/><action name="off"/><action name="reboot"/><action name="status"/>
<action name="list"/><action name="monitor"/><action name="metadata"/>
</actions>
</resource-agent>
`
