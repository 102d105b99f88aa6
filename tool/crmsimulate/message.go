package crmsimulate

import (
	"fmt"
	"strconv"
	"time"

	"holdfast/cib/xml"
	"holdfast/output"
)

// event is something that happens in a simulation: a line, and an element.
type event struct {
	text string
	node *xml.Node
}

func (e event) Text(l *output.Lines) { l.Item("%s", e.text) }
func (e event) XML(t *output.Tree)   { t.Add(e.node) }

// happening makes an event; attributes with an empty value are left out.
func happening(text, name string, pairs ...string) event {
	n := xml.New(name)
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			n.SetAttr(pairs[i], pairs[i+1])
		}
	}
	return event{text, n}
}

func pseudoEvent(task, node string) event {
	text := "Pseudo action:   " + task
	if node != "" {
		text += " on " + node
	}
	return happening(text, "pseudo_action", "task", task, "node", node)
}

// A resourceEvent is an operation of a resource on a node. There are so many of
// them that each form is made only when it is shown.
type resourceEvent struct {
	resource, task, node string
	interval             time.Duration
}

func (e resourceEvent) Text(l *output.Lines) {
	if e.interval == 0 {
		l.Item("Resource action: %-15s %s on %s", e.resource, e.task, e.node)
		return
	}
	l.Item("Resource action: %-15s %s=%d on %s", e.resource, e.task, e.interval.Milliseconds(), e.node)
}

func (e resourceEvent) XML(t *output.Tree) {
	ms := ""
	if e.interval != 0 {
		ms = strconv.FormatInt(e.interval.Milliseconds(), 10)
	}
	happening("", "rsc_action", "resource", e.resource, "op", e.task, "node", e.node, "interval", ms).XML(t)
}

func clusterEvent(task, resource, node string) event {
	text := "Cluster action:  " + task
	if resource != "" {
		text += " for " + resource
	}
	return happening(text+" on "+node, "cluster_action", "task", task, "node", node, "id", resource)
}

func fencingEvent(target, operation string) event {
	return happening(fmt.Sprintf("Fencing %s (%s)", target, operation), "fencing_action", "target", target, "op", operation)
}

func attributeEvent(name, value string, state *xml.Node) event {
	return happening(fmt.Sprintf("Injecting attribute %s=%s into /node_state '%s'", name, value, state.ID()),
		"inject_attr", "name", name, "value", value, "node_path", "/node_state", "cib_node", state.ID())
}
