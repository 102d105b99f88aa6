package stonithadmin

import (
	"context"
	"errors"
	"strings"
	"time"

	"holdfast/admin/fencing"
	"holdfast/cib"
	clusterfencing "holdfast/cluster/fencing"
	"holdfast/crm"
	"holdfast/host/agent"
	"holdfast/host/agent/fence"
	"holdfast/output"
	"holdfast/tool"
	"holdfast/tool/access"
)

// A list is a list of things with a count below it.
type list struct {
	title    string // of the XML element
	singular string
	plural   string
	kind     string // name of the items in XML, "" for plain ones
	items    []string
}

// Text writes a line for each item, and how many there are.
func (l list) Text(t *output.Lines) {
	for _, item := range l.items {
		t.Line(item)
	}
	t.Line(found(len(l.items), l.singular, l.plural))
}

// XML adds a list element.
func (l list) XML(t *output.Tree) {
	t.Open("list", "name", l.title, "count", itoa(len(l.items)))
	for _, item := range l.items {
		if l.kind != "" {
			t.Text("item", item, "name", l.kind)
		} else {
			t.Text("item", item)
		}
	}
	t.Close()
}

// list shows the devices that are configured, or that can act on a host.
func (o *options) list(c *tool.Call, conn fencer) error {
	devices, err := conn.FenceDevices(crm.NodeName(o.arg))
	if err != nil {
		return failed(err, "Failed to list registered devices")
	}
	l := list{title: "registered fence devices", singular: "fence device", plural: "fence devices", kind: "device"}
	for _, d := range devices {
		l.items = append(l.items, d.ID)
	}
	c.Out.Show(l)
	return nil
}

// edit changes the configuration: a device or a level.
func (o *options) edit(c *tool.Call) error {
	session, err := access.Start(c.Env)
	if err != nil {
		return tool.Fail(tool.CodeOf(err), "Could not connect to fencer: %v", err)
	}
	requests, err := o.requests(session.CIB())
	for _, r := range requests {
		if err == nil {
			err = session.Apply(r)
		}
	}
	if closeErr := session.Close(); err == nil {
		err = closeErr
	}
	return o.editFailed(err)
}

// requests are the edits that the command consists of.
func (o *options) requests(c cib.CIB) ([]cib.Request, error) {
	switch o.command {
	case doRegister:
		params := make([]fencing.Param, len(o.params))
		for i, p := range o.params {
			params[i] = fencing.Param(p)
		}
		return one(fencing.Add(c, o.arg, o.agent, params))
	case doDeregister:
		return one(fencing.Remove(c, o.arg))
	case doRegisterLevel:
		return one(fencing.SetLevel(c, fencing.ParseTarget(o.arg), o.index, o.devices))
	}
	return fencing.RemoveLevel(c, fencing.ParseTarget(o.arg), o.index)
}

func one(r cib.Request, err error) ([]cib.Request, error) { return []cib.Request{r}, err }

// editFailed says which edit failed and why.
func (o *options) editFailed(err error) error {
	if err == nil {
		return nil
	}
	code := crm.ExitError
	var refusal *cib.Error
	if errors.As(err, &refusal) {
		code = refusal.Kind.ExitCode()
	}
	switch o.command {
	case doRegister:
		return tool.Fail(code, "Can't register device %s using agent %s: %v", o.arg, o.agent, err)
	case doDeregister:
		return tool.Fail(crm.ExitNoSuch, "Can't unregister device %s: %v", o.arg, err)
	case doRegisterLevel:
		return tool.Fail(code, "Can't register topology level %d for %s: %v", o.index, o.arg, err)
	}
	return tool.Fail(code, "Can't unregister topology level %d for %s: %v", o.index, o.arg, err)
}

// ask runs a configured device's agent here: for the targets it knows, or for
// whether it works.
func (o *options) ask(c *tool.Call) error {
	root, err := c.Env.LoadCIB()
	if err != nil {
		return tool.Fail(tool.CodeOf(err), "Could not connect to fencer: %v", err)
	}
	for _, d := range clusterfencing.Devices(root, c.Env.Now()) {
		if d.ID == o.arg {
			return o.askDevice(c, d)
		}
	}
	if o.command == doTargets {
		return tool.Fail(crm.ExitNoSuch, "Couldn't list targets: No such device")
	}
	return tool.Fail(crm.ExitNoSuch, "There is no fence device %s, or it is disabled", o.arg)
}

func (o *options) askDevice(c *tool.Call, d clusterfencing.Device) error {
	host, err := agent.NewForTool(agent.Options{})
	if err != nil {
		return err
	}
	defer host.Close()
	params := make([]agent.Param, len(d.Params))
	for i, p := range d.Params {
		params[i] = agent.Param(p)
	}
	device, _, _ := fence.Open(host, d.ID, d.Agent, params) // an agent that cannot describe itself may work all the same
	order := fence.Order{ID: "stonith_admin", Timeout: time.Duration(o.timeout) * time.Second}
	if o.command == doTargets {
		names, outcome := device.Targets(context.Background(), host, order)
		if !outcome.OK() {
			return tool.Fail(crm.ExitError, "Couldn't list targets: %s", reason(outcome.Result))
		}
		c.Out.Show(list{title: "fence targets", singular: "fence target", plural: "fence targets", items: names})
		return nil
	}
	return o.queryDevice(device, host, order)
}

// queryDevice asks for the device's state; an agent without such a thing must at
// least be able to list its targets.
func (o *options) queryDevice(device *fence.Device, host *agent.Host, order fence.Order) error {
	order.Action = "monitor"
	outcome := device.Carry(context.Background(), host, order)
	if !outcome.OK() {
		order.Action = "list"
		outcome = device.Carry(context.Background(), host, order)
	}
	if !outcome.OK() {
		return tool.Fail(crm.ExitError, "Device %s does not work: %s", o.arg, reason(outcome.Result))
	}
	return nil
}

// reason is why an agent failed, in its own words if it had any.
func reason(r agent.Result) string {
	if text := strings.TrimSpace(r.ExitReason); text != "" {
		return text
	}
	return "the agent failed"
}
