package demo

import (
	"holdfast/crm"
	"holdfast/host/powerswitch"
	"holdfast/tool"
)

// fenceName is the name of the command behind the fence agent.
const fenceName = "demo-fence"

// fenceAgent is the agent that the nodes run; its arguments are our program and the
// socket of the power switch.
const fenceAgent = "#!/bin/sh\nexec '%s' " + fenceName + " --switch='%s'\n"

// Fence returns "holdfast demo-fence": the fence agent of the demonstration.
func Fence() *tool.Tool {
	var socket string
	return &tool.Tool{
		Name:    "holdfast " + fenceName,
		Summary: "Switch machines of the demonstration, as a fence agent",
		Groups: []tool.Group{{Options: []tool.Option{
			{Long: "switch", Arg: "socket", Set: tool.String(&socket), Help: "Where the power switch listens"},
		}}},
		Do: func(c *tool.Call) error {
			status, err := powerswitch.Agent("fence_demo", socket, c.Env.Stdin, c.Env.Stdout)
			switch {
			case err != nil:
				return tool.Fail(status, "%v", err)
			case status != crm.ExitOK:
				return tool.Fail(status, "")
			}
			return nil
		},
	}
}

// servePower listens for the fence agent until the lab is closed.
func (l *lab) servePower() (err error) {
	if l.power, err = powerswitch.Listen(l.path("power")); err == nil {
		go powerswitch.Serve(l.power, l.switchPower)
	}
	return err
}

// switched tells the audience what the cluster has the power switch do.
var switched = map[string]string{
	"off": "the cluster switches %s off", "on": "the cluster switches %s on", "reboot": "the cluster restarts %s",
}

func (l *lab) switchPower(o powerswitch.Order) (string, error) {
	m := l.machine(o.Target)
	if m == nil {
		return o.CarryOut(l.names(), nil)
	}
	if o.Switches() {
		l.say(switched[o.Action], o.Target)
	}
	return o.CarryOut(l.names(), m)
}
