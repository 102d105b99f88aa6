package status

import (
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/model"
)

// resourceItem is the text form of any resource, nil if the view hides it.
func (v *View) resourceItem(r *model.Resource) *output.Item {
	switch r.Variant {
	case model.Group:
		return v.groupItem(r)
	case model.Clone:
		return v.cloneItem(r)
	case model.Bundle:
		return v.bundleItem(r)
	}
	if v.filtered(r, true) {
		return nil
	}
	node := r.CurrentNode()
	if node == nil {
		node = r.PendingNode
	}
	return v.primitiveItem(r, PrintableID(r), node)
}

// resourceXML is the XML form of any resource, nil if the view hides it.
func (v *View) resourceXML(r *model.Resource) *xml.Node {
	switch r.Variant {
	case model.Group:
		return v.groupXML(r)
	case model.Clone:
		return v.cloneXML(r)
	case model.Bundle:
		return v.bundleXML(r)
	}
	if v.filtered(r, true) {
		return nil
	}
	return v.primitiveXML(r)
}

// primitiveItem is the text form of a primitive under a name of the caller's.
func (v *View) primitiveItem(r *model.Resource, name string, node *model.Node) *output.Item {
	if r.MetaBool("internal-rsc") && !v.Implicit {
		return nil
	}
	return &output.Item{Text: v.PrimitiveText(r, name, node, true), Class: primitiveClass(r)}
}

// primitiveClass says what a resource's state means, for style sheets.
func primitiveClass(r *model.Resource) string {
	switch {
	case !r.Is(model.Managed):
		return "rsc-managed"
	case r.Is(model.Failed) || len(r.Active) == 0:
		return "rsc-failed"
	case len(r.Active) > 1:
		return "rsc-multiple"
	case r.Is(model.IgnoreFailure):
		return "rsc-failure-ignored"
	}
	return "rsc-ok"
}

// PrimitiveText is the line that shows a primitive: name, agent, state, node,
// remarks, and with nodes all of its places if it is active on several.
func (v *View) PrimitiveText(r *model.Resource, name string, node *model.Node, nodes bool) string {
	var b strings.Builder
	if node == nil {
		node = r.LockNode
	}
	multiple := len(r.Active) > 1
	if v.ResourceOnly || multiple {
		node = nil
	}
	b.WriteString(name + "\t(" + agentText(r) + "):\t")
	v.writeState(&b, r)
	if node != nil {
		b.WriteString(" " + node.DisplayName())
	}
	if displayRole(r) == crm.RoleStopped {
		if op := v.failedProbe(r, node); op != nil {
			b.WriteString(" (" + exitText(op) + ") ")
		}
	}
	if remarks := v.remarks(r, node); len(remarks) > 0 {
		b.WriteString(" (" + strings.Join(remarks, ", ") + ")")
	}
	if text := r.XML.Attr("description"); text != "" && (v.ResourceOnly || v.Description || multiple) {
		b.WriteString(" (" + text + ")")
	}
	if nodes && multiple && !v.ResourceOnly {
		b.WriteString(" [")
		for _, n := range r.Active {
			b.WriteString(" " + n.Name)
		}
		b.WriteString(" ]")
	}
	return b.String()
}

// writeState writes what the resource is doing.
func (v *View) writeState(b *strings.Builder, r *model.Resource) {
	if r.Is(model.Removed) {
		b.WriteString(" ORPHANED")
	}
	if !r.Is(model.Failed) {
		b.WriteString(" " + v.stateText(r))
		return
	}
	b.WriteString(" FAILED")
	if role := displayRole(r); role > crm.RoleUnpromoted {
		b.WriteString(" " + role.String())
	}
}

// remarks are the words in brackets after a resource's state.
func (v *View) remarks(r *model.Resource, node *model.Node) []string {
	var list []string
	if node != nil && !node.Online && node.Unclean {
		list = append(list, "UNCLEAN")
	}
	if node != nil && node == r.LockNode {
		list = append(list, "LOCKED")
	}
	if v.Pending && r.Pending == "monitor" {
		list = append(list, "Monitoring")
	}
	switch targetRole(r) {
	case crm.RoleStopped:
		list = append(list, "disabled")
	case crm.RoleUnpromoted:
		if r.Top(false).Is(model.Promotable) {
			list = append(list, "target-role:"+r.Meta.Get("target-role"))
		}
	}
	switch {
	case r.Is(model.Blocked):
		list = append(list, "blocked")
	case r.Is(model.MaintenanceMode):
		list = append(list, "maintenance")
	case !r.Is(model.Managed):
		list = append(list, "unmanaged")
	}
	if r.Is(model.IgnoreFailure) {
		list = append(list, "failure ignored")
	}
	return list
}

// agentText names the agent: class, provider and type.
func agentText(r *model.Resource) string {
	if r.Provider != "" && r.Class == "ocf" {
		return r.Class + ":" + r.Provider + ":" + r.Type
	}
	return r.Class + ":" + r.Type
}

// displayRole is the role as shown: an instance of a promotable clone that is
// merely started is unpromoted.
func displayRole(r *model.Resource) crm.Role {
	if r.Role == crm.RoleStarted && r.Top(false).Is(model.Promotable) {
		return crm.RoleUnpromoted
	}
	return r.Role
}

var pendingStates = map[string]string{
	"start": "Starting", "stop": "Stopping", "migrate_to": "Migrating", "migrate_from": "Migrating",
	"promote": "Promoting", "demote": "Demoting",
}

// stateText is what an operation under way makes of the resource, or its role.
func (v *View) stateText(r *model.Resource) string {
	if s := pendingStates[r.Pending]; s != "" && v.Pending {
		return s
	}
	return displayRole(r).String()
}

// primitiveXML is the XML form of a primitive.
func (v *View) primitiveXML(r *model.Resource) *xml.Node {
	agent := r.Class + ":"
	if r.Provider != "" {
		agent += r.Provider + ":"
	}
	removed := truth(r.Is(model.Removed))
	n := elem("resource", "id", PrintableID(r), "resource_agent", agent+r.Type, "role", v.stateText(r),
		"target_role", r.Meta.Get("target-role"), "active", truth(r.IsActive(true)), "orphaned", removed,
		"removed", removed, "blocked", truth(r.Is(model.Blocked)), "maintenance", truth(r.Is(model.MaintenanceMode)),
		"managed", truth(r.Is(model.Managed)), "failed", truth(r.Is(model.Failed)),
		"failure_ignored", truth(r.Is(model.IgnoreFailure)), "nodes_running_on", strconv.Itoa(len(r.Active)))
	if v.Pending && r.Pending == "monitor" {
		n.SetAttr("pending", "Monitoring")
	}
	if r.LockNode != nil {
		n.SetAttr("locked_to", r.LockNode.Name)
	}
	if text := v.description(r); text != "" {
		n.SetAttr("description", text)
	}
	for _, node := range r.Active {
		n.Add(elem("node", "name", node.Name, "id", node.ID, "cached", truth(node.Online)))
	}
	return n
}

// description is what the user wrote about the resource, if that is shown.
func (v *View) description(r *model.Resource) string {
	if v.ResourceOnly || v.Description {
		return r.XML.Attr("description")
	}
	return ""
}
