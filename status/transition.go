package status

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/model"
)

// A Change is what a transition does to one resource, as people are told.
type Change struct {
	Verb     string // "Start", "Move", "Recover", …
	Resource *model.Resource
	From, To *model.Node // nil where it is not active before or after
	Blocked  bool        // the action cannot be executed
	Reason   string
}

// A NodeChange is what a transition does to a node.
type NodeChange struct {
	Verb   string // "Fence (reboot)", "Shutdown"
	Node   string
	Reason string
}

// NodeChanges lists what the schedule does to nodes and says why, the last
// decision first.
func NodeChanges(c *model.Cluster) []NodeChange {
	var list []NodeChange
	for _, a := range slices.Backward(c.Actions) {
		if a.Resource != nil || a.Is(model.Optional) || a.Reason == "" || a.Node == nil {
			continue
		}
		change := NodeChange{Node: a.Node.DisplayName(), Reason: a.Reason}
		switch a.Task {
		case model.TaskShutdown:
			change.Verb = "Shutdown"
		case model.TaskFence:
			change.Verb = "Fence (" + a.Meta.Get("stonith_action") + ")"
		default:
			continue
		}
		if a.Node.IsGuest() {
			change.Node += " (resource: " + a.Node.Remote.Launcher.ID + ")"
		}
		list = append(list, change)
	}
	return list
}

// Changes lists what the schedule does to resources, in the order in which they
// are configured.
func Changes(c *model.Cluster) []Change {
	var list []Change
	for _, r := range c.Resources {
		list = appendChanges(list, r)
	}
	return list
}

// appendChanges goes down to the primitives of a resource.
func appendChanges(list []Change, r *model.Resource) []Change {
	if r.Variant == model.Bundle {
		for _, replica := range r.BundleData.Replicas {
			for _, part := range []*model.Resource{replica.IP, replica.Container, replica.Remote, replica.Child} {
				if part != nil {
					list = appendChanges(list, part)
				}
			}
		}
		return list
	}
	if r.Variant != model.Primitive {
		for _, child := range r.Children {
			list = appendChanges(list, child)
		}
		return list
	}
	p := newPlanned(r)
	if !r.Is(model.Managed) || p.current == nil && p.next == nil {
		return list
	}
	if p.before == r.NextRole {
		return p.appendSameRole(list)
	}
	return p.appendOtherRole(list)
}

// planned is what the schedule has for one primitive.
type planned struct {
	r                            *model.Resource
	before                       crm.Role
	current, next                *model.Node
	start, stop, promote, demote *model.Action
}

func newPlanned(r *model.Resource) *planned {
	p := &planned{r: r, before: RoleBefore(r), current: r.CurrentNode(), next: r.Assigned}
	p.start = planFor(r, crm.TaskStart, p.next)
	var stopsOn *model.Node
	if p.start != nil && p.start.Is(model.Runnable) {
		stopsOn = p.current
	}
	p.stop = planFor(r, crm.TaskStop, stopsOn)
	if p.stop == nil && r.Is(model.StopUnexpected) {
		p.stop = planFor(r, crm.TaskStop, nil)
	}
	p.promote = planFor(r, crm.TaskPromote, p.next)
	p.demote = planFor(r, crm.TaskDemote, p.next)
	return p
}

// RoleBefore is a primitive's role before the transition. One that was found
// somewhere counts as started even where all that is known of it is a failure.
func RoleBefore(r *model.Resource) crm.Role {
	if r.Role == crm.RoleStopped && len(r.Active) > 0 {
		return crm.RoleStarted
	}
	return r.Role
}

// planFor returns the first action with a task that does not recur, on a node or
// bound to none. A nil node stands for any.
func planFor(r *model.Resource, task string, n *model.Node) *model.Action {
	for _, a := range r.Actions {
		if a.Task == task && a.Interval == 0 && (n == nil || a.Node == nil || a.Node == n) {
			return a
		}
	}
	return nil
}

func (p *planned) moving() bool { return p.current != nil && p.next != nil && p.current != p.next }

// change makes a change; the reason is that of because, or else of the action.
func (p *planned) change(verb string, from, to *model.Node, a, because *model.Action) Change {
	if because == nil {
		because = a
	}
	c := Change{Verb: verb, Resource: p.r, From: from, To: to}
	if a != nil {
		c.Blocked = !a.Is(model.Runnable)
	}
	if because != nil {
		c.Reason = because.Reason
	}
	return c
}

func needed(a *model.Action) bool { return a != nil && !a.Is(model.Optional) }

// appendSameRole adds what happens to a resource that keeps its role: it may
// still move or be restarted.
func (p *planned) appendSameRole(list []Change) []Change {
	r := p.r
	if p.next == nil {
		return list
	}
	migrate := planFor(r, crm.TaskMigrateFrom, p.next)
	switch {
	case migrate != nil && p.current != nil && migrate.Is(model.Runnable):
		return append(list, p.change("Migrate", p.current, p.next, p.start, nil))
	case r.Is(model.Reload):
		return append(list, p.change("Reload", p.current, p.next, p.start, nil))
	case p.start == nil || p.start.Is(model.Optional):
		if needed(p.demote) && needed(p.promote) {
			return append(list, p.change("Re-promote", p.current, p.next, p.promote, p.demote))
		}
		return list
	case !p.start.Is(model.Runnable):
		because := p.stop
		if p.stop == nil || p.stop.Reason == "" {
			because = p.start
		}
		return append(list, p.change("Stop", p.current, nil, p.stop, because))
	case p.moving() && r.Is(model.Failed):
		return append(list, p.change("Recover", p.current, p.next, p.stop, nil))
	case p.moving():
		return append(list, p.change("Move", p.current, p.next, p.stop, nil))
	case r.Is(model.Failed):
		return append(list, p.change("Recover", p.current, nil, p.stop, nil))
	}
	return append(list, p.change("Restart", p.current, p.next, p.start, nil))
}

// appendOtherRole adds what happens to a resource that changes its role.
func (p *planned) appendOtherRole(list []Change) []Change {
	r := p.r
	switch {
	case p.stop != nil && (r.NextRole == crm.RoleStopped || p.start != nil && !p.start.Is(model.Runnable)):
		for _, n := range r.Active {
			list = append(list, p.stopOn(n))
		}
	case p.stop != nil && r.Is(model.Failed|model.StopIfFailed):
		list = append(list, p.change("Recover", p.current, p.next, p.stop, p.start))
	case p.moving():
		list = append(list, p.change("Move", p.current, p.next, p.stop, nil))
	case r.Is(model.Reload):
		list = append(list, p.change("Reload", p.current, p.next, p.start, nil))
	case needed(p.stop):
		list = append(list, p.change("Restart", p.current, p.next, p.start, nil))
	case p.before == crm.RolePromoted:
		list = append(list, p.change("Demote", p.current, p.next, p.demote, nil))
	case r.NextRole == crm.RolePromoted:
		list = append(list, p.change("Promote", p.current, p.next, p.promote, nil))
	case p.before == crm.RoleStopped && r.NextRole > crm.RoleStopped:
		list = append(list, p.change("Start", p.current, p.next, p.start, nil))
	}
	return list
}

// stopOn is the stop of a resource on one of its nodes.
func (p *planned) stopOn(n *model.Node) Change {
	stop := planFor(p.r, crm.TaskStop, n)
	because := p.start
	if stop != nil && stop.Reason != "" {
		because = stop
	}
	return p.change("Stop", n, nil, stop, because)
}

// Details says from where to where and from which role to which.
func (c Change) Details() string {
	r := c.Resource
	before, after := RoleBefore(r), r.NextRole
	roles := before > crm.RoleStarted || after > crm.RoleUnpromoted
	from, to := nodeText(c.From), nodeText(c.To)
	switch {
	case c.From == nil && roles:
		return fmt.Sprintf("%s -> %s %s", before, after, to)
	case c.From == nil:
		return to
	case roles && (c.To == nil || before == after && c.From == c.To):
		return before.String() + " " + from
	case c.To == nil || before == after && c.From == c.To:
		return from
	case before == after && roles:
		return from + " -> " + to + " " + before.String()
	case before == after:
		return from + " -> " + to
	case c.From == c.To:
		return fmt.Sprintf("%s -> %s %s", before, after, from)
	}
	return fmt.Sprintf("%s %s -> %s %s", before, from, after, to)
}

func nodeText(n *model.Node) string {
	if n == nil {
		return ""
	}
	return n.DisplayName()
}

// why is the reason as it stands at the end of a line.
func (c Change) why() string {
	switch {
	case c.Reason != "" && c.Blocked:
		return "  due to " + c.Reason + " (blocked)"
	case c.Reason != "":
		return "  due to " + c.Reason
	case c.Blocked:
		return "  blocked"
	}
	return ""
}

// TransitionSummary is the list of all changes that a transition makes.
func TransitionSummary(c *model.Cluster) Section {
	return Section{
		Item:  func() *output.Item { return summaryItem(NodeChanges(c), Changes(c)) },
		Nodes: func() []*xml.Node { return one(summaryXML(NodeChanges(c), Changes(c))) },
	}
}

func summaryItem(nodes []NodeChange, changes []Change) *output.Item {
	var w widths
	for _, c := range changes {
		w.widen(c)
	}
	list := output.List("Transition Summary")
	for _, n := range nodes {
		list.Add(output.Line(n.text()))
	}
	for _, c := range changes {
		list.Add(output.Line(w.text(c)))
	}
	return list
}

// SummaryLines are the changes that a transition makes, as they are logged: columns
// get wider on the way.
func SummaryLines(c *model.Cluster) []string {
	var list []string
	for _, n := range NodeChanges(c) {
		list = append(list, n.text())
	}
	var w widths
	for _, change := range Changes(c) {
		w.widen(change)
		list = append(list, w.text(change))
	}
	return list
}

func (n NodeChange) text() string { return fmt.Sprintf("%s %s '%s'", n.Verb, n.Node, n.Reason) }

// widths are those of the columns of changes.
type widths struct{ name, details int }

func (w *widths) widen(c Change) {
	w.name, w.details = max(w.name, 5), max(w.details, 5, len(c.Details()))
	if n := len(c.Resource.ID); n > w.name {
		w.name = n + 2
	}
}

func (w *widths) text(c Change) string {
	return fmt.Sprintf("%-8s   %-*s   ( %*s )%s", c.Verb, w.name, c.Resource.ID, w.details, c.Details(), c.why())
}

func summaryXML(nodes []NodeChange, changes []Change) *xml.Node {
	list := xml.New("actions")
	for _, n := range nodes {
		list.Add(elem("node_action", "task", n.Verb, "node", n.Node, "reason", n.Reason))
	}
	for _, c := range changes {
		list.Add(c.xml())
	}
	return list
}

// xml is the change for programs; which attributes there are depends on what
// changes, as in Details.
func (c Change) xml() *xml.Node {
	r := c.Resource
	before, after := RoleBefore(r), r.NextRole
	n := elem("rsc_action", "action", strings.ToLower(c.Verb), "resource", r.ID)
	same := before == after
	if before > crm.RoleStarted || after > crm.RoleUnpromoted {
		n.SetAttr("role", before.String())
		if !same && c.To != nil {
			n.SetAttr("next-role", after.String())
		}
	}
	switch {
	case c.From == nil && n.Attr("role") != "":
		n.SetAttr("dest", c.To.Name)
	case c.From == nil:
		n.SetAttr("node", c.To.Name)
	case c.To == nil:
		n.SetAttr("node", c.From.Name)
	case c.From == c.To:
		n.SetAttr("source", c.From.Name)
	default:
		// Of what moves, the next role is said after where it comes from.
		next, changes := n.Lookup("next-role")
		n.DelAttr("next-role")
		n.SetAttr("source", c.From.Name)
		if changes {
			n.SetAttr("next-role", next)
		}
		n.SetAttr("dest", c.To.Name)
	}
	if c.Reason != "" {
		n.SetAttr("reason", c.Reason)
	}
	if c.Blocked {
		n.SetAttr("blocked", "true")
	}
	return n
}
