package stonithadmin

import (
	"strconv"
	"strings"
	"time"

	"holdfast/crm"
	"holdfast/host/agent"
	"holdfast/output"
	"holdfast/tool"
)

// local does what needs no cluster: it asks about agents of this machine.
func (o *options) local(c *tool.Call) error {
	host, err := agent.NewForTool(agent.Options{})
	if err != nil {
		return err
	}
	defer host.Close()
	switch o.command {
	case doInstalled:
		c.Out.Show(list{
			title: "installed fence devices", singular: "fence device", plural: "fence devices", kind: "device",
			items: host.FenceAgents(),
		})
		return nil
	case doMetadata:
		return o.metadata(c, host)
	}
	return o.validate(c, host)
}

func (o *options) metadata(c *tool.Call, host *agent.Host) error {
	if !host.Exists(agent.Stonith, "", o.agent) {
		return tool.Fail(crm.ExitNoSuch, "Can't get fence agent meta-data: No such device")
	}
	text, err := host.MetadataText(agent.Stonith, "", o.agent)
	if err != nil {
		return tool.Fail(crm.ExitError, "Can't get fence agent meta-data: %v", err)
	}
	c.Out.Show(description(text))
	return nil
}

// A description is an agent's metadata.
type description string

// Text writes the metadata as it is.
func (d description) Text(l *output.Lines) { l.Line(strings.TrimRight(string(d), "\n")) }

// XML adds the metadata as text.
func (d description) XML(t *output.Tree) { t.CData("metadata", string(d)) }

// validate has an agent check the parameters that were given.
func (o *options) validate(c *tool.Call, host *agent.Host) error {
	v := verdict{agent: o.agent}
	if len(o.devices) > 0 {
		v.device = o.devices[0]
	}
	code := crm.ExitOK
	if !host.Exists(agent.Stonith, "", o.agent) {
		v.rc, v.stderr, code = -2, "Agent "+o.agent+" not found", crm.ExitNoSuch
	} else {
		r := host.Run(agent.Request{
			ID: "validate", Class: agent.Stonith, Type: o.agent, Resource: v.device, Action: "validate-all",
			Params:  append([]agent.Param{{Name: "action", Value: "validate-all"}}, o.params...),
			Timeout: time.Duration(o.timeout) * time.Second,
		})
		v.stdout, v.stderr = r.Stdout, r.Stderr
		if !r.OK() {
			v.rc, code = -201, crm.ExitError
		}
	}
	if !o.quiet {
		c.Out.Show(v)
	}
	if code != crm.ExitOK {
		return tool.Fail(code, "")
	}
	return nil
}

// A verdict is what an agent said about parameters.
type verdict struct {
	agent, device  string
	rc             int
	stdout, stderr string
}

// Text writes the verdict and what the agent printed.
func (v verdict) Text(l *output.Lines) {
	text := "Validation of " + v.agent
	if v.device != "" {
		text += " on " + v.device
	}
	if v.rc == 0 {
		l.Line(text + " succeeded")
	} else {
		l.Line(text + " failed")
	}
	for _, out := range []string{v.stdout, v.stderr} {
		if out != "" {
			l.Line(out)
		}
	}
}

// XML adds a validate element with the agent's output.
func (v verdict) XML(t *output.Tree) {
	attrs := []string{"agent", v.agent, "valid", strconv.FormatBool(v.rc == 0)}
	if v.device != "" {
		attrs = append(attrs, "device", v.device)
	}
	t.Open("validate", attrs...)
	t.Open("command", "code", strconv.Itoa(v.rc))
	if v.stdout != "" {
		t.Text("output", v.stdout, "source", "stdout")
	}
	if v.stderr != "" {
		t.Text("output", v.stderr, "source", "stderr")
	}
	t.Close()
	t.Close()
}

func itoa(n int) string { return strconv.Itoa(n) }

// found tells how many there are.
func found(n int, singular, plural string) string {
	if n == 1 {
		return "1 " + singular + " found"
	}
	return itoa(n) + " " + plural + " found"
}
