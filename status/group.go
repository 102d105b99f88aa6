package status

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/output"
	"holdfast/scheduler/model"
)

// groupItem is the text form of a group.
func (v *View) groupItem(r *model.Resource) *output.Item {
	if v.filtered(r, true) {
		return nil
	}
	list := output.List(v.groupTitle(r))
	if v.Brief {
		members := slices.DeleteFunc(slices.Clone(r.Children), func(c *model.Resource) bool { return !v.listed(c) })
		if len(members) == 0 {
			return nil
		}
		w := *v
		w.Inactive = true
		list.Add(w.briefItems(members)...)
		return list
	}
	for _, member := range r.Children {
		if !v.skipMember(r, member) {
			list.Add(v.resourceItem(member))
		}
	}
	if len(list.Items) == 0 && !slices.ContainsFunc(r.Children, func(c *model.Resource) bool { return !v.skipMember(r, c) }) {
		return nil
	}
	return list
}

// listed tells whether a resource, or what it is directly part of, is in the view.
func (v *View) listed(r *model.Resource) bool {
	return v.OnlyResources.Has(PrintableID(r)) ||
		r.Parent != nil && v.OnlyResources.Has(PrintableID(r.Parent))
}

// groupTitle is the title of a group with remarks.
func (v *View) groupTitle(r *model.Resource) string {
	var remarks []string
	if n := inactiveMembers(r); n > 0 && !v.Inactive && r.IsActive(false) {
		remarks = append(remarks, fmt.Sprintf("%d member%s inactive", n, plural(n)))
	}
	title := "Resource Group: " + r.ID
	return title + brackets(append(remarks, commonRemarks(r)...)) + v.describe(r)
}

// commonRemarks are the remarks that groups and clones share.
func commonRemarks(r *model.Resource) []string {
	var list []string
	if disabled(r) {
		list = append(list, "disabled")
	}
	switch {
	case r.Is(model.MaintenanceMode):
		list = append(list, "maintenance")
	case !r.Is(model.Managed):
		list = append(list, "unmanaged")
	}
	return list
}

// describe is a collective resource's description in brackets.
func (v *View) describe(r *model.Resource) string {
	if text := v.description(r); text != "" {
		return " (" + text + ")"
	}
	return ""
}

func brackets(remarks []string) string {
	if len(remarks) == 0 {
		return ""
	}
	return " (" + strings.Join(remarks, ", ") + ")"
}

func inactiveMembers(r *model.Resource) int {
	n := 0
	for _, member := range r.Children {
		if !member.IsActive(true) {
			n++
		}
	}
	return n
}

// skipMember tells whether a member of a group is not shown: because the view
// is limited to others, or because it is inactive and nobody asked for it.
func (v *View) skipMember(group, member *model.Resource) bool {
	hidden := v.filtered(member, false)
	if v.OnlyResources != nil && !hidden {
		return false
	}
	if hidden && !v.selected(group) {
		return true
	}
	return !member.IsActive(false) && !v.Inactive
}

// groupXML is the XML form of a group.
func (v *View) groupXML(r *model.Resource) *xml.Node {
	if v.filtered(r, true) {
		return nil
	}
	var n *xml.Node
	for i, member := range r.Children {
		if v.skipMember(r, member) {
			continue
		}
		if n == nil {
			n = elem("group", "id", r.ID, "number_resources", strconv.Itoa(len(r.Children)-i),
				"maintenance", truth(r.Is(model.MaintenanceMode)), "managed", truth(r.Is(model.Managed)),
				"disabled", truth(disabled(r)), "description", v.description(r))
		}
		addNode(n, v.resourceXML(member))
	}
	return n
}

// addNode adds a child element unless it is nil.
func addNode(n, child *xml.Node) {
	if child != nil {
		n.Add(child)
	}
}
