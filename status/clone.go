package status

import (
	"slices"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/model"
)

// cloneItem is the text form of a clone: the instances that need a line of
// their own, then the nodes of the others by state.
func (v *View) cloneItem(r *model.Resource) *output.Item {
	if v.filtered(r, true) {
		return nil
	}
	list := output.List(v.cloneTitle(r))
	var promoted, started []*model.Node
	anyInstance := false
	for _, instance := range r.Children {
		if v.elsewhere(instance) || v.filtered(instance, v.selected(r)) {
			continue
		}
		where, full := v.instanceForm(r, instance)
		switch {
		case full:
			anyInstance = true
			list.Add(v.all().resourceItem(instance))
		case where == nil:
		case instance.RoleNow() > crm.RoleUnpromoted:
			promoted = append(promoted, where)
		default:
			started = append(started, where)
		}
	}
	if v.CloneDetail {
		if !anyInstance {
			return nil
		}
		return list
	}
	active := v.addNodes(list, "Promoted", promoted) + v.addNodes(list, v.startedTitle(r), started)
	if v.Inactive {
		stopped := v.addStopped(list, r, active)
		if !stopped && active == 0 {
			return list
		}
	}
	if anyInstance {
		return list
	}
	return list.OrNil()
}

// instanceForm decides how an instance is shown: fully, as one of the nodes of
// the clone, or (nil, false) not at all.
func (v *View) instanceForm(clone, instance *model.Resource) (where *model.Node, full bool) {
	if v.CloneDetail {
		return nil, true
	}
	some := instance.IsActive(false)
	if clone.Is(model.Unique) {
		return nil, some || !clone.Is(model.Removed)
	}
	if v.Pending && instance.Pending != "" && instance.Pending != "probe" {
		return nil, true
	}
	switch {
	case !some:
		return nil, false
	case instance.AnyIs(model.Removed), !allAre(instance, model.Managed), instance.AnyIs(model.Failed),
		!instance.IsActive(true):
		return nil, true
	}
	node := instance.OneActiveNode()
	if node == nil || !node.Online && node.Unclean {
		return nil, true
	}
	return node, false
}

// allAre tells whether flags are set on the resource and everything below it.
func allAre(r *model.Resource, f model.ResourceFlags) bool {
	return r.Is(f) && !slices.ContainsFunc(r.Children, func(c *model.Resource) bool { return !allAre(c, f) })
}

// addNodes adds a line with the nodes of the instances in one state, and
// returns how many they are.
func (v *View) addNodes(list *output.Item, title string, nodes []*model.Node) int {
	var names []string
	for _, n := range sortedByName(nodes) {
		if v.OnlyNodes.HasFold(n.Name) {
			names = append(names, n.Name)
		}
	}
	if len(names) > 0 {
		list.Add(nodeNames(title, names))
	}
	return len(names)
}

func nodeNames(title string, names []string) *output.Item {
	return output.Line(title + ": [ " + strings.Join(names, " ") + " ]")
}

func sortedByName(nodes []*model.Node) []*model.Node {
	return slices.SortedStableFunc(slices.Values(nodes), func(a, b *model.Node) int {
		return model.CompareNames(a.Name, b.Name)
	})
}

// startedTitle is the title of the line with what is started but not promoted.
func (v *View) startedTitle(r *model.Resource) string {
	switch {
	case !r.Is(model.Promotable):
		return "Started"
	case configuredRole(r) == crm.RoleUnpromoted:
		return "Unpromoted (target-role)"
	}
	return "Unpromoted"
}

// configuredRole is the target role of a clone, which may stand with what it
// is made of.
func configuredRole(clone *model.Resource) crm.Role {
	role, _ := crm.ParseRole(configuredRoleText(clone))
	return role
}

func configuredRoleText(clone *model.Resource) string {
	if text := clone.Meta.Get("target-role"); text != "" || len(clone.Children) == 0 {
		return text
	}
	return clone.Children[0].Meta.Get("target-role")
}

// addStopped adds the nodes without an instance, by the reason they have none,
// and reports whether there were any.
func (v *View) addStopped(list *output.Item, r *model.Resource, active int) bool {
	if r.Is(model.Unique) || r.CloneData.Max <= active {
		return v.addStoppedInstances(list, r)
	}
	var titles []string
	names := map[string][]string{}
	for _, n := range v.possibleNodes(r) {
		if r.ActiveOn(n) || !v.OnlyNodes.HasFold(n.Name) {
			continue
		}
		title := "Stopped"
		if op := v.failedProbe(r, n); op != nil {
			title = "Stopped (" + exitText(op) + ")"
		} else if configuredRole(r) == crm.RoleStopped {
			title = "Stopped (disabled)"
		}
		if names[title] == nil {
			titles = append(titles, title)
		}
		names[title] = append(names[title], n.Name)
	}
	slices.Sort(titles)
	for _, title := range titles {
		list.Add(nodeNames(title, names[title]))
	}
	return len(titles) > 0
}

// addStoppedInstances names the inactive instances of a clone that has all the
// active ones it may have.
func (v *View) addStoppedInstances(list *output.Item, r *model.Resource) bool {
	if r.Is(model.Unique) {
		return false
	}
	var names []string
	for _, instance := range r.Children {
		if _, full := v.instanceForm(r, instance); !full && !instance.IsActive(false) && !instance.Is(model.Removed) &&
			!v.elsewhere(instance) && !v.filtered(instance, v.selected(r)) {
			names = append(names, instance.ID)
		}
	}
	slices.SortFunc(names, model.CompareNames)
	if len(names) > 0 {
		list.Add(nodeNames("Stopped", names))
	}
	return len(names) > 0
}

// possibleNodes are the nodes that a clone may have instances on, by name; where
// the cluster is not symmetric and nothing has been computed, those it was
// looked for.
func (v *View) possibleNodes(r *model.Resource) []*model.Node {
	var list []*model.Node
	for _, n := range v.ByName {
		if r.Allowed.Has(n.Ix) {
			list = append(list, n)
		}
	}
	if len(list) > 0 {
		return list
	}
	for _, n := range v.ByName {
		if r.Known.Has(n.Ix) {
			list = append(list, n)
		}
	}
	return list
}

// cloneTitle is the title of a clone with remarks.
func (v *View) cloneTitle(r *model.Resource) string {
	var remarks []string
	if r.Is(model.Promotable) {
		remarks = append(remarks, "promotable")
	}
	if r.Is(model.Unique) {
		remarks = append(remarks, "unique")
	}
	return "Clone Set: " + r.ID + " [" + childID(r) + "]" + brackets(append(remarks, commonRemarks(r)...)) + v.describe(r)
}

// cloneXML is the XML form of a clone.
func (v *View) cloneXML(r *model.Resource) *xml.Node {
	if v.filtered(r, true) {
		return nil
	}
	var n *xml.Node
	for _, instance := range r.Children {
		if v.elsewhere(instance) || v.filtered(instance, v.selected(r)) {
			continue
		}
		if n == nil {
			n = elem("clone", "id", r.ID, "multi_state", truth(r.Is(model.Promotable)), "unique", truth(r.Is(model.Unique)),
				"maintenance", truth(r.Is(model.MaintenanceMode)), "managed", truth(r.Is(model.Managed)),
				"disabled", truth(disabled(r)), "failed", truth(r.Is(model.Failed)),
				"failure_ignored", truth(r.Is(model.IgnoreFailure)), "target_role", configuredRoleText(r),
				"description", v.description(r))
		}
		addNode(n, v.all().resourceXML(instance))
	}
	return n
}
