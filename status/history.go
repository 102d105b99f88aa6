package status

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/history"
	"holdfast/scheduler/model"
)

// Operations is the history of operations by node and resource, with fail counts.
func (v *View) Operations() Section {
	return Section{
		Item:  func() *output.Item { return v.historyItem("Operations", v.operations) },
		Nodes: func() []*xml.Node { return one(v.historyXML(v.operations)) },
	}
}

// FailCounts is the list of fail counts by node and resource.
func (v *View) FailCounts() Section {
	return Section{
		Item:  func() *output.Item { return v.historyItem("Migration Summary", v.failCounts) },
		Nodes: func() []*xml.Node { return one(v.historyXML(v.failCounts)) },
	}
}

// resourceHistory is what is shown of a resource's history on one node.
type resourceHistory struct {
	resource *model.Resource
	name     string
	count    int
	last     time.Time
	ops      []*xml.Node // nil if only failures are shown
}

// pick chooses what is shown of one lrm_resource, nil for nothing.
type pick func(n *model.Node, r *model.Resource, element *xml.Node) *resourceHistory

func (v *View) operations(n *model.Node, r *model.Resource, element *xml.Node) *resourceHistory {
	ops := shownOperations(element)
	if len(ops) == 0 {
		return nil
	}
	count, last := history.LastFailure(v.Cluster, n, r, 0)
	return &resourceHistory{r, PrintableID(r), count, last, ops}
}

func (v *View) failCounts(n *model.Node, r *model.Resource, element *xml.Node) *resourceHistory {
	count, last := history.LastFailure(v.Cluster, n, r, 0)
	if count <= 0 {
		return nil
	}
	return &resourceHistory{r, element.ID(), count, last, nil}
}

// shownOperations lists the operations of a resource on a node in the order in
// which they happened, without notifications and probes that found nothing.
func shownOperations(element *xml.Node) []*xml.Node {
	var ops []*xml.Node
	for op := range element.All("lrm_rsc_op") {
		task := op.Attr("operation")
		foundNothing := task == crm.TaskMonitor && intAttr(op, "interval") == 0 && intAttr(op, "rc-code") == int(crm.ExitNotRunning)
		if task != crm.TaskNotify && !foundNothing {
			ops = append(ops, op)
		}
	}
	slices.SortStableFunc(ops, history.CompareOperations)
	return ops
}

// nodeHistory is the history on one node.
type nodeHistory struct {
	node      *model.Node
	resources []*resourceHistory
}

// histories collects the histories of the online nodes in the view, in the
// order in which the CIB has them.
func (v *View) histories(choose pick) []nodeHistory {
	var list []nodeHistory
	for state := range v.CIB.Child("status").All("node_state") {
		n := v.NodeWithID(state.ID())
		if n == nil || !n.Online || !v.OnlyNodes.HasFold(n.Name) {
			continue
		}
		h := nodeHistory{node: n}
		for element := range state.Find("lrm", "lrm_resources").All("lrm_resource") {
			r := v.inHistory(element.ID())
			if r == nil || v.hidesHistory(r) {
				continue
			}
			if shown := choose(n, r, element); shown != nil {
				h.resources = append(h.resources, shown)
			}
		}
		list = append(list, h)
	}
	return list
}

// inHistory returns the resource that a name in the history means, nil if it is
// not configured any more.
func (v *View) inHistory(name string) *model.Resource {
	if r := v.ResourceWithID(name); r != nil {
		return r
	}
	if list := v.WithHistoryID(name); len(list) > 0 {
		return slices.MinFunc(list, func(a, b *model.Resource) int { return int(a.Ix - b.Ix) })
	}
	return nil
}

// hidesHistory tells whether the view's limit hides the history of a resource.
// Of a group, only the members that the user named are shown.
func (v *View) hidesHistory(r *model.Resource) bool {
	if top := r.Top(false); top.Variant == model.Group {
		return !v.OnlyResources.Has(PrintableID(r)) && !v.OnlyResources.Has(PrintableID(top))
	}
	return v.filtered(r, true)
}

func (v *View) historyItem(title string, choose pick) *output.Item {
	list := output.List(title)
	nodes := v.histories(choose)
	if len(nodes) == 0 {
		return nil
	}
	for _, h := range nodes {
		node := output.List("Node: " + v.nodeName(h.node))
		for _, r := range h.resources {
			node.Add(v.resourceHistoryItem(r))
		}
		list.Add(node.OrNil())
	}
	return list
}

func (v *View) resourceHistoryItem(h *resourceHistory) *output.Item {
	text := fmt.Sprintf("%s: migration-threshold=%d", h.name, h.resource.Threshold)
	if h.count > 0 {
		text += fmt.Sprintf(" fail-count=%d", h.count)
	}
	if !h.last.IsZero() {
		text += " last-failure='" + Epoch(h.last) + "'"
	}
	if h.ops == nil {
		return output.Line(text)
	}
	list := output.List(text)
	for _, op := range h.ops {
		list.Add(output.Line(v.operationText(op)))
	}
	return list
}

// operationText is one operation on a line.
func (v *View) operationText(op *xml.Node) string {
	text := fmt.Sprintf("(%s) %s", Known(op, "call-id"), cmp.Or(shownTask(op), Known(op, "operation")))
	interval := op.Attr("interval")
	recurs := interval != "" && interval != "0"
	if recurs || v.Timing {
		text += ":"
	}
	if recurs {
		text += ` interval="` + interval + `ms"`
	}
	if !v.Timing {
		return text
	}
	if at := historyTime(op, "last-rc-change"); !at.IsZero() {
		text += ` last-rc-change="` + Epoch(at) + `"`
	}
	for _, name := range []string{"exec-time", "queue-time"} {
		if value := op.Attr(name); value != "" {
			text += " " + name + `="` + value + `ms"`
		}
	}
	return text + fmt.Sprintf(" rc=%d (%s)", intAttr(op, "rc-code"), exitText(op))
}

// shownTask is the task, with a probe called by that name.
func shownTask(op *xml.Node) string {
	if op.Attr("operation") == crm.TaskMonitor && intAttr(op, "interval") == 0 {
		return "probe"
	}
	return op.Attr("operation")
}

func (v *View) historyXML(choose pick) *xml.Node {
	nodes := v.histories(choose)
	if len(nodes) == 0 {
		return nil
	}
	list := xml.New("node_history")
	for _, h := range nodes {
		if len(h.resources) == 0 {
			continue
		}
		node := elem("node", "name", h.node.Name)
		for _, r := range h.resources {
			node.Add(v.resourceHistoryXML(r))
		}
		list.Add(node)
	}
	return list
}

func (v *View) resourceHistoryXML(h *resourceHistory) *xml.Node {
	n := elem("resource_history", "id", h.name, "orphan", "false", "removed", "false",
		"migration-threshold", strconv.Itoa(h.resource.Threshold))
	if h.count > 0 {
		n.SetAttr("fail-count", strconv.Itoa(h.count))
	}
	if !h.last.IsZero() {
		n.SetAttr("last-failure", Epoch(h.last))
	}
	for _, op := range h.ops {
		n.Add(v.operationXML(op))
	}
	return n
}

func (v *View) operationXML(op *xml.Node) *xml.Node {
	n := elem("operation_history", "call", op.Attr("call-id"), "task", shownTask(op),
		"rc", strconv.Itoa(intAttr(op, "rc-code")), "rc_text", exitText(op))
	if interval := op.Attr("interval"); interval != "" && interval != "0" {
		n.SetAttr("interval", interval+"ms")
	}
	if !v.Timing {
		return n
	}
	if at := historyTime(op, "last-rc-change"); !at.IsZero() {
		n.SetAttr("last-rc-change", Epoch(at))
	}
	for _, name := range []string{"exec-time", "queue-time"} {
		if value := op.Attr(name); value != "" {
			n.SetAttr(name, value+"ms")
		}
	}
	return n
}
