package crmresource

import (
	"slices"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/history"
	"holdfast/scheduler/model"
	"holdfast/status"
)

// listActive shows the operations since the last start of each resource.
func (j *job) listActive() error { return j.operations(history.SinceStart) }

// listAll shows all operations in the history.
func (j *job) listAll() error {
	return j.operations(func(element *xml.Node) []*xml.Node {
		return history.SortOperations(slices.Collect(element.All("lrm_rsc_op")))
	})
}

// operations shows what choose takes from the history of each resource, on the
// node and for the resource of the command line or on and for all.
func (j *job) operations(choose func(*xml.Node) []*xml.Node) error {
	list := operationList{view: j.view(status.Show{ResourceOnly: true, Pending: true})}
	for state := range j.cluster.CIB.Child("status").All("node_state") {
		n := j.cluster.NodeNamed(state.Attr("uname"))
		if n == nil || (j.on != nil && j.on != n) || !(n.Online || j.cluster.Options.FencingEnabled) {
			continue
		}
		for element := range state.Child("lrm").Child("lrm_resources").All("lrm_resource") {
			if j.resource != "" && element.ID() != j.resource {
				continue
			}
			for _, op := range choose(element) {
				list.operations = append(list.operations, operation{n, element.ID(), op})
			}
		}
	}
	if len(list.operations) > 0 {
		j.Out.Show(list)
	}
	return nil
}

// An operation is an entry of the history.
type operation struct {
	node *model.Node
	name string // of the resource
	xml  *xml.Node
}

// operationList shows operations with the state of their resources.
type operationList struct {
	view       *status.View
	operations []operation
}

func (l operationList) Text(out *output.Lines) {
	for _, op := range l.operations {
		text := "Unknown resource " + op.name
		if r := l.resource(op); r != nil {
			text = l.view.PrimitiveText(r, status.PrintableID(r), nil, false)
		}
		out.Line(text + ": " + op.text())
	}
}

// resource is the resource of an operation: of several instances that share a
// history the first.
func (l operationList) resource(op operation) *model.Resource {
	return find(l.view.Cluster.Resources, op.name, byHistory)
}

func (op operation) text() string {
	when := ""
	if at, known := history.Changed(op.xml); known {
		when = ", last-rc-change='" + status.Epoch(at) + "', exec=" + status.Known(op.xml, "exec-time") + "ms"
	}
	return history.Key(op.xml) + " (node=" + op.node.Name + ", call=" + status.Known(op.xml, "call-id") +
		", rc=" + status.Known(op.xml, "rc-code") + when + "): " + op.status()
}

// status is how the operation ended.
func (op operation) status() string {
	s, _ := crm.ParseOpStatus(op.xml.Attr("op-status"))
	return s.String()
}

func (l operationList) XML(t *output.Tree) {
	t.Open("operations")
	for _, op := range l.operations {
		n := xml.New("operation", "op", history.Key(op.xml), "node", op.node.Name)
		for _, pair := range [][2]string{{"call", "call-id"}, {"rc", "rc-code"}} {
			if value, set := op.xml.Lookup(pair[1]); set {
				n.SetAttr(pair[0], value)
			}
		}
		n.SetAttr("status", op.status())
		if r := l.resource(op); r != nil {
			n.SetAttr("rsc", status.PrintableID(r))
			n.SetAttr("agent", strings.Join([]string{r.Class, r.Provider, r.Type}, ":"))
		}
		if at, known := history.Changed(op.xml); known {
			n.SetAttr("last-rc-change", status.Epoch(at))
			if took, set := op.xml.Lookup("exec-time"); set {
				n.SetAttr("exec-time", took)
			}
		}
		t.Add(n)
	}
	t.Close()
}
