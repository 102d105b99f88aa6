package crmresource

import (
	"strconv"

	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/model"
	"holdfast/status"
	"holdfast/tool"
	"holdfast/tool/optionlist"
)

// list shows all resources with their state.
func (j *job) list() error {
	v := j.view(status.Show{Inactive: true, ResourceOnly: true, Pending: true})
	j.Out.Show(v.Resources(true))
	return nil
}

// A listing is a plain list, which XML names and counts.
type listing struct {
	title string
	item  string // name of every item, "" for none
	texts []string
}

func (n listing) Text(l *output.Lines) {
	for _, text := range n.texts {
		l.Line(text)
	}
}

func (n listing) XML(t *output.Tree) {
	t.Open("list", "name", n.title, "count", strconv.Itoa(len(n.texts)))
	for _, text := range n.texts {
		if n.item == "" {
			t.Text("item", text)
		} else {
			t.Text("item", text, "name", n.item)
		}
	}
	t.Close()
}

// listRaw shows the IDs of all instances and members.
func (j *job) listRaw() error {
	var ids []string
	var walk func(list []*model.Resource)
	walk = func(list []*model.Resource) {
		for _, r := range list {
			if len(r.Children) > 0 {
				walk(r.Children)
			} else {
				ids = append(ids, r.ID)
			}
		}
	}
	walk(j.cluster.Resources)
	if len(j.cluster.Resources) == 0 {
		return tool.Fail(crm.ExitNoSuch, "NO resources configured\n")
	}
	j.Out.Show(listing{"resource names", "resource", ids})
	return nil
}

// listOptions shows the options of a kind.
func (j *job) listOptions() error {
	list := optionlist.Primitive(j.all)
	if j.optionList == "fencing" {
		list = optionlist.Fencing(j.all)
	}
	j.Out.Show(list)
	return nil
}

// A spot is a node where a resource is active.
type spot struct {
	node     string
	promoted bool
}

// spots is where a resource is, under the name that was asked for.
type spots struct {
	name  string
	list  []spot
	quiet bool
}

func (s spots) Text(l *output.Lines) {
	for _, at := range s.list {
		switch {
		case s.quiet:
			l.Line(at.node)
		case at.promoted:
			l.Line("resource " + s.name + " is running on: " + at.node + " Promoted")
		default:
			l.Line("resource " + s.name + " is running on: " + at.node)
		}
	}
}

func (s spots) XML(t *output.Tree) {
	t.Open("nodes", "resource", s.name)
	for _, at := range s.list {
		if at.promoted {
			t.Text("node", at.node, "state", "promoted")
		} else {
			t.Text("node", at.node)
		}
	}
	t.Close()
}

// locate shows where a resource is.
func (j *job) locate() error {
	list := spotsOf(j.rsc, j.resource)
	if len(list) == 0 && !j.Out.IsXML() {
		if !j.Quiet {
			j.Out.Err("resource %s is NOT running", j.resource)
		}
		return nil
	}
	j.Out.Show(spots{j.resource, list, j.Quiet})
	return nil
}

// spotsOf lists where a resource is, the last found first; a clone, or the common
// name of its instances, stands for all of them.
func spotsOf(r *model.Resource, asked string) []spot {
	top := r.Top(false)
	all := []*model.Resource{r}
	switch {
	case r.Variant == model.Clone:
		all = r.Children
	case top.Variant == model.Clone && !r.Is(model.Unique) && r.HistoryID == asked && r.ID != asked:
		all = top.Children
	}
	var list []spot
	for _, one := range all {
		for _, n := range one.Active {
			promoted := one.Is(model.Promotable) && one.RoleNow() == crm.RolePromoted
			list = append([]spot{{n.Name, promoted}}, list...)
		}
	}
	return list
}

// listCTS shows resources and colocations in the form that test suites read.
func (j *job) listCTS() error {
	for _, r := range j.cluster.Resources {
		j.ctsResource(r)
	}
	for n := range j.cluster.CIB.Find("configuration", "constraints").All("rsc_colocation") {
		j.Out.Info("Constraint %s %s %s %s %s %s %s", n.Name, n.ID(), orNA(n.Attr("rsc")), orNA(n.Attr("with-rsc")),
			orNA(n.Attr("score")), orNA(n.Attr("rsc-role")), orNA(n.Attr("with-rsc-role")))
	}
	return nil
}

func (j *job) ctsResource(r *model.Resource) {
	parent, node, quorum := "NA", "NA", 1
	if r.Parent != nil {
		parent = r.Parent.ID
	}
	if n := r.CurrentNode(); n != nil {
		node = n.Name
	}
	if r.Is(model.FenceDevice) {
		quorum = 0
	}
	flags := ctsFlags(r)
	j.Out.Info("Resource: %s %s %s %s %s %s %s %s %d %d 0x%.16x", r.XML.Name, r.ID, r.HistoryName(), parent,
		orNA(r.Provider), orNull(r.Class), orNull(r.Type), node, quorum, flags, flags)
	for _, child := range r.Children {
		j.ctsResource(child)
	}
}

// ctsFlags are the marks of a resource by the numbers that test suites know.
func ctsFlags(r *model.Resource) int {
	flags := 0
	for _, f := range [...]struct {
		is  model.ResourceFlags
		bit int
	}{{model.Removed, 0}, {model.Managed, 1}, {model.Blocked, 2}, {model.Unique, 5}, {model.Promotable, 7}} {
		if r.Is(f.is) {
			flags |= 1 << f.bit
		}
	}
	return flags
}

// orNull is what test suites read where something has no agent.
func orNull(text string) string {
	if text == "" {
		return "(null)"
	}
	return text
}

func orNA(text string) string {
	if text == "" {
		return "NA"
	}
	return text
}
