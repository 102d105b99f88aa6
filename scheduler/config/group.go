package config

import (
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// group reads a group's members. A member that cannot be read is left out; a
// group without members is none.
func (r *reader) group(rsc *model.Resource, instance string) bool {
	rsc.GroupData = &model.GroupData{Ordered: unlessFalse(rsc, "ordered"), Colocated: unlessFalse(rsc, "collocated")}
	for element := range rsc.XML.All("primitive") {
		first := model.ResourceIx(r.c.ResourceCount())
		member := r.read(element, rsc, instance)
		if member == nil {
			r.c.DropResources(first)
			continue
		}
		rsc.Children = append(rsc.Children, member)
	}
	if len(rsc.Children) == 0 {
		r.c.Note(model.Error, rsc.ID, "Group %s has no members", rsc.ID)
		return false
	}
	return true
}

// unlessFalse reads a truth value that holds unless clearly denied.
func unlessFalse(rsc *model.Resource, name string) bool {
	value, ok := crm.ParseBool(rsc.Meta.Get(name))
	return !ok || value
}
