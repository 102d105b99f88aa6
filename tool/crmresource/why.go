package crmresource

import (
	"slices"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/model"
	"holdfast/status"
)

// why shows what keeps resources from running: all of them, one of them, or what
// concerns a node.
func (j *job) why() error {
	var r reasons
	v := j.view(status.Show{})
	switch {
	case j.rsc == nil && j.on == nil:
		r.listed = true
		for _, rsc := range j.cluster.Resources {
			running := len(activeOn(rsc)) > 0
			text := "Resource " + rsc.ID + " is " + not(running) + "running"
			r.list = append(r.list, finding{text: text, id: rsc.ID, running: truth(running), checks: findChecks(v, rsc, nil)})
		}
	case j.rsc == nil:
		r.listed = true
		r.list = j.onNode(v)
	case j.on == nil:
		running := len(activeOn(j.rsc)) > 0
		text := "Resource " + j.rsc.ID + " is " + not(running) + "running"
		r.list = []finding{{text: text, running: truth(running), checks: findChecks(v, j.rsc, nil)}}
	default:
		f := finding{text: "Resource " + j.rsc.ID + " is not running on host " + j.on.Name, checks: findChecks(v, j.rsc, j.on)}
		if slices.Contains(activeOn(j.rsc), j.on) {
			f.text, f.host = "Resource "+j.rsc.ID+" is running on host "+j.on.Name, j.on.Name
		}
		r.list = []finding{f}
	}
	j.Out.Show(r)
	return nil
}

// onNode looks at the resources that are active on a node.
func (j *job) onNode(v *status.View) []finding {
	var list []finding
	for _, rsc := range j.on.Running {
		text := "Resource " + rsc.ID + " is running on host " + j.on.Name
		list = append(list, finding{text, rsc.ID, "true", j.on.Name, findChecks(v, rsc, j.on)})
	}
	return list
}

func not(yes bool) string {
	if yes {
		return ""
	}
	return "not "
}

func truth(yes bool) string {
	if yes {
		return "true"
	}
	return "false"
}

// activeOn lists the nodes where a resource, or any part of it, is active.
func activeOn(r *model.Resource) []*model.Node {
	if len(r.Children) == 0 {
		return r.Active
	}
	var list []*model.Node
	for _, child := range r.Children {
		list = append(list, activeOn(child)...)
	}
	return list
}

// checks are the known reasons why a resource might not run.
type checks struct {
	id         string // of the whole that the resource belongs to
	stopped    bool   // it is told to stop
	unpromoted bool   // it is told not to be promoted
	unmanaged  bool
	locked     string // the node that it waits for
	unhealthy  bool
	strategy   string // what makes unhealthy nodes unusable
}

// findChecks looks for reasons, on a node or (nil) on all where it might run.
func findChecks(v *status.View, r *model.Resource, n *model.Node) checks {
	c := checks{id: r.Top(false).ID, strategy: v.Options.HealthStrategy}
	target, _ := crm.ParseRole(r.Meta.Get("target-role"))
	switch target {
	case crm.RoleStopped:
		c.stopped = true
	case crm.RoleUnpromoted:
		c.unpromoted = r.Top(false).Is(model.Promotable)
	}
	if text, set := r.Meta.Lookup("is-managed"); set {
		managed, _ := crm.ParseBool(text)
		c.unmanaged = !managed
	}
	if r.LockNode != nil {
		c.locked = r.LockNode.Name
	}
	c.unhealthy = onlyUnhealthy(v, r, n)
	return c
}

// onlyUnhealthy tells whether health rules out a node, or (nil) all nodes.
func onlyUnhealthy(v *status.View, r *model.Resource, n *model.Node) bool {
	if n != nil {
		return unhealthy(v, n)
	}
	any := false
	for ix := range r.Allowed.All() {
		if !unhealthy(v, v.Nodes[ix]) {
			return false
		}
		any = true
	}
	return any
}

func unhealthy(v *status.View, n *model.Node) bool {
	switch v.Options.HealthStrategy {
	case "migrate-on-red":
		return v.Health(n) < 0
	case "only-green":
		return v.Health(n) <= 0
	}
	return false
}

// texts are the reasons in words.
func (c checks) texts() []string {
	var list []string
	add := func(found bool, text string) {
		if found {
			list = append(list, text)
		}
	}
	add(c.stopped, "Configuration specifies '"+c.id+"' should remain stopped")
	add(c.unpromoted, "Configuration specifies '"+c.id+"' should not be promoted")
	add(c.unmanaged, "Configuration prevents cluster from stopping or starting unmanaged '"+c.id+"'")
	add(c.locked != "", "'"+c.id+"' is locked to node "+c.locked+" due to shutdown")
	add(c.unhealthy, "'"+c.id+"' cannot run on unhealthy nodes due to node-health-strategy='"+c.strategy+"'")
	return list
}

func (c checks) element() *xml.Node {
	n := xml.New("check", "id", c.id)
	set := func(found bool, name, value string) {
		if found {
			n.SetAttr(name, value)
		}
	}
	set(c.stopped, "remain_stopped", "true")
	set(c.unpromoted, "promotable", "false")
	set(c.unmanaged, "unmanaged", "true")
	set(c.locked != "", "locked-to", c.locked)
	set(c.unhealthy, "unhealthy", "true")
	return n
}

// A finding is what is known of one resource.
type finding struct {
	text, id      string
	running, host string // "" if not shown
	checks        checks
}

// reasons are findings as shown.
type reasons struct {
	listed bool // as a list, even if there is just one
	list   []finding
}

func (r reasons) Text(l *output.Lines) {
	for _, f := range r.list {
		l.Line(f.text)
		for _, text := range f.checks.texts() {
			l.Line(text)
		}
	}
}

func (r reasons) XML(t *output.Tree) {
	top := t.Open("reason")
	defer t.Close()
	if !r.listed {
		f := r.list[0]
		if f.running != "" {
			top.SetAttr("running", f.running)
		}
		if f.host != "" {
			top.SetAttr("running_on", f.host)
		}
		t.Add(f.checks.element())
		return
	}
	t.Open("resources")
	for _, f := range r.list {
		n := t.Open("resource", "id", f.id, "running", f.running)
		if f.host != "" {
			n.SetAttr("host", f.host)
		}
		t.Add(f.checks.element())
		t.Close()
	}
	t.Close()
}
