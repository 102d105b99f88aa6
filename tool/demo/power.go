package demo

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
	"holdfast/tool"
)

// fenceName is the name of the command behind the fence agent.
const fenceName = "demo-fence"

// fenceAgent is the agent that the nodes run; its arguments are our program and the
// socket of the power switch.
const fenceAgent = "#!/bin/sh\nexec '%s' " + fenceName + " --switch='%s'\n"

// fenceMetadata describes the agent to the cluster.
const fenceMetadata = `<?xml version="1.0"?>
<resource-agent name="fence_demo" shortdesc="Power switch of the demonstration">
<longdesc>Switches the machines of holdfast demo off and on.</longdesc>
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

// What the action status of a fence agent ends with.
const (
	powerIsOn  = crm.ExitOK
	powerIsOff = crm.ExitInvalidParam
)

// Fence returns "holdfast demo-fence": the fence agent of the demonstration.
func Fence() *tool.Tool {
	var socket string
	return &tool.Tool{
		Name:    "holdfast " + fenceName,
		Summary: "Switch machines of the demonstration, as a fence agent",
		Groups: []tool.Group{{Options: []tool.Option{
			{Long: "switch", Arg: "socket", Set: tool.String(&socket), Help: "Where the power switch listens"},
		}}},
		Do: func(c *tool.Call) error { return fence(c.Env, socket) },
	}
}

// fence carries out what standard input says: lines of key=value.
func fence(env *tool.Env, socket string) error {
	given := map[string]string{"action": "off"}
	lines := bufio.NewScanner(env.Stdin)
	for lines.Scan() {
		if k, v, ok := strings.Cut(lines.Text(), "="); ok {
			given[k] = v
		}
	}
	target := given["plug"]
	if target == "" {
		target = given["nodename"]
	}
	if given["action"] == "metadata" {
		io.WriteString(env.Stdout, fenceMetadata)
		return nil
	}
	answer, err := askSwitch(socket, given["action"]+" "+target)
	switch {
	case err != nil:
		return tool.Fail(crm.ExitError, "%v", err)
	case given["action"] == "status" && answer == "off":
		return tool.Fail(powerIsOff, "")
	case given["action"] == "list":
		fmt.Fprintln(env.Stdout, strings.ReplaceAll(answer, " ", ",\n")+",")
	}
	return nil
}

// askSwitch sends one line to the power switch and returns its answer.
func askSwitch(socket, line string) (string, error) {
	conn, err := net.DialTimeout("unix", socket, time.Second)
	if err != nil {
		return "", err
	}
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(2 * powerBound))
	fmt.Fprintln(conn, line)
	answer, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return "", fmt.Errorf("the power switch does not answer: %w", err)
	}
	answer = strings.TrimSpace(answer)
	if text, failed := strings.CutPrefix(answer, "error: "); failed {
		return "", errors.New(text)
	}
	return answer, nil
}

// servePower listens for the fence agent until the lab is closed.
func (l *lab) servePower() error {
	listener, err := net.Listen("unix", l.path("power"))
	if err != nil {
		return fmt.Errorf("listen for fence agents: %w", err)
	}
	// A node that runs as another user must reach the switch; the directory
	// is the lab's alone.
	os.Chmod(l.path("power"), 0o666)
	l.power = listener
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go l.answerPower(conn)
		}
	}()
	return nil
}

func (l *lab) answerPower(conn net.Conn) {
	defer conn.Close()
	conn.SetDeadline(time.Now().Add(2 * powerBound))
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return
	}
	action, target, _ := strings.Cut(strings.TrimSpace(line), " ")
	answer, err := l.switchPower(action, target)
	if err != nil {
		answer = "error: " + strings.ReplaceAll(err.Error(), "\n", " ")
	}
	fmt.Fprintln(conn, answer)
}

// switchPower does one action of the power switch.
func (l *lab) switchPower(action, target string) (string, error) {
	switch action {
	case "list", "monitor":
		return strings.Join(l.names(), " "), nil
	}
	m := l.machine(target)
	if m == nil {
		return "", fmt.Errorf("there is no machine %q; there are %s", target, strings.Join(l.names(), ", "))
	}
	var err error
	switch action {
	case "status":
		if m.isOn() {
			return "on", nil
		}
		return "off", nil
	case "off":
		l.say("the cluster switches %s off", target)
		err = m.off()
	case "on":
		l.say("the cluster switches %s on", target)
		err = m.on()
	case "reboot":
		l.say("the cluster restarts %s", target)
		if err = m.off(); err == nil {
			err = m.on()
		}
	default:
		err = fmt.Errorf("action %q is not known", action)
	}
	return "ok", err
}
