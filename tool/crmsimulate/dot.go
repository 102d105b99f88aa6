package crmsimulate

import (
	"bufio"
	"fmt"
	"os"
	"slices"
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/model"
	"holdfast/tool"
)

// writeDot writes the transition as a graph for Graphviz. With all, actions that
// are not part of the transition are drawn as well.
func writeDot(path string, c *model.Cluster, all, withIDs bool) error {
	f, err := os.Create(path)
	if err != nil {
		return tool.Fail(crm.ExitCantCreate, "Could not write dot file %s: %v", path, err)
	}
	b := bufio.NewWriter(f)
	d := &drawing{all: all, withIDs: withIDs, drawn: make([]bool, len(c.Actions))}
	d.draw(b, c)
	err = b.Flush()
	if e := f.Close(); err == nil {
		err = e
	}
	if err != nil {
		return tool.Fail(crm.ExitCantCreate, "Could not write dot file %s: %v", path, err)
	}
	return nil
}

// A drawing is a graph being written. Drawn are the actions that have a box.
type drawing struct {
	all, withIDs bool
	drawn        []bool
}

func (d *drawing) draw(b *bufio.Writer, c *model.Cluster) {
	b.WriteString(" digraph \"g\" {\n")
	for _, a := range slices.Backward(c.Actions) {
		d.box(b, a)
	}
	for _, a := range slices.Backward(c.Actions) {
		for _, before := range a.Before {
			d.arrow(b, before, a)
		}
	}
	b.WriteString("}\n")
}

// box draws an action: green if it is executed, red if it cannot be, blue if it
// need not be.
func (d *drawing) box(b *bufio.Writer, a *model.Action) {
	style, color, font := "dashed", "red", "black"
	if a.Is(model.Pseudo) {
		font = "orange"
	}
	switch {
	case a.Is(model.InGraph):
		style, color = "bold", "green"
	case a.Resource != nil && !a.Resource.Is(model.Managed):
		if !d.all {
			return
		}
		font = "purple"
	case a.Is(model.Optional):
		if !d.all {
			return
		}
		color = "blue"
	}
	d.drawn[a.Ix] = true
	fmt.Fprintf(b, "\"%s\" [ style=%s color=\"%s\" fontcolor=\"%s\"]\n", d.name(a), style, color, font)
}

// arrow draws that one action waits for another.
func (d *drawing) arrow(b *bufio.Writer, before *model.Relation, a *model.Action) {
	style, optional := "dashed", true
	switch {
	case before.Graphed:
		style, optional = "bold", false
	case before.Type == 0:
		return
	case d.inGraph(before.Action) && d.inGraph(a) && before.Type != model.IfOnSameNodeOrTarget:
		optional = false
	}
	if d.all || !optional {
		fmt.Fprintf(b, "\"%s\" -> \"%s\" [ style = %s]\n", d.name(before.Action), d.name(a), style)
	}
}

func (d *drawing) inGraph(a *model.Action) bool { return d.drawn[a.Ix] || a.Is(model.InGraph) }

// name is what is written into an action's box.
func (d *drawing) name(a *model.Action) string {
	name := actionName(a)
	if d.withIDs {
		return fmt.Sprintf("%s (%d)", name, a.ID())
	}
	return name
}

func actionName(a *model.Action) string {
	prefix, task, host := "", a.Task, ""
	switch n := placeOf(a); {
	case n != nil:
		host = n.Name
	case !a.Is(model.Pseudo):
		host = "<none>"
	}
	if a.Task == crm.TaskCancel {
		prefix, task = "Cancel ", a.CancelTask()
	}
	var name string
	switch {
	case a.Resource != nil && a.Resource.HistoryID != "":
		name = historyKey(a, task)
	case a.Task == model.TaskFence:
		return fmt.Sprintf("%s%s '%s' %s", prefix, a.Task, a.Meta.Get("stonith_action"), host)
	case a.Resource == nil && host != "":
		name = a.Task
	default:
		name = a.Key
	}
	if host == "" && (a.Resource == nil || a.Resource.HistoryID == "") {
		return a.Key
	}
	return strings.TrimRight(prefix+name+" "+host, " ")
}

// placeOf is the node of an action. What is not bound to a node, because it will
// not be executed, is drawn where its resource is going to be (case
// promoted-partially-demoted-group).
func placeOf(a *model.Action) *model.Node {
	r := a.Resource
	if a.Node != nil || r == nil || r.Variant != model.Primitive || !r.Is(model.Managed) || a.Interval != 0 {
		return a.Node
	}
	switch a.Task {
	case crm.TaskStart, crm.TaskPromote, crm.TaskDemote:
		return r.Assigned
	}
	return nil
}

// historyKey is the key of an action under the name that its resource has in the
// history.
func historyKey(a *model.Action, task string) string {
	id := a.Resource.HistoryID
	if strings.EqualFold(a.Task, crm.TaskNotify) || strings.EqualFold(a.Task, model.TaskNotified) {
		return crm.NotifyKey(id, a.Meta.Get("notify_key_type"), a.Meta.Get("notify_key_operation"))
	}
	return fmt.Sprintf("%s_%s_%d", id, task, a.Interval)
}
