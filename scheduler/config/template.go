package config

import (
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// expand returns the effective element of a resource: itself, or its template
// with its own contents added. nil if the template is of no use.
func (r *reader) expand(element *xml.Node) *xml.Node {
	ref := element.Attr("template")
	if ref == "" {
		return element
	}
	merged, known := r.expanded[element]
	if !known {
		if merged = r.merge(element, ref); merged != nil {
			r.expanded[element] = merged
		}
	}
	return merged
}

// merge adds an element's own contents to those of its template.
func (r *reader) merge(element *xml.Node, ref string) *xml.Node {
	if ref == element.ID() {
		r.c.Note(model.Error, ref, "The resource object '%s' should not reference itself", ref)
		return nil
	}
	template := r.templates[ref]
	if template == nil {
		r.c.Note(model.Error, element.ID(), "No template named '%s'", ref)
		return nil
	}
	merged := template.Copy()
	merged.Name = element.Name
	merged.SetAttr("id", element.ID())
	own := element.Child("operations")
	if own == nil || merged.Child("operations") == nil {
		return merged.Add(element.Children...)
	}
	operations := mergeOperations(own, merged.Child("operations"))
	kept := make([]*xml.Node, 0, len(merged.Children)+len(element.Children))
	for _, child := range merged.Children {
		if child != template.Child("operations") {
			kept = append(kept, child)
		}
	}
	for _, child := range element.Children {
		if child == own {
			child = operations
		}
		kept = append(kept, child)
	}
	merged.Children = kept
	return merged
}

// mergeOperations adds to a resource's operations those of its template that it
// does not define itself.
func mergeOperations(own, inherited *xml.Node) *xml.Node {
	merged := own.Copy()
	for op := range inherited.Elements() {
		defined := false
		for mine := range own.Elements() {
			defined = defined || sameOperation(mine, op)
		}
		if !defined {
			merged.Add(op)
		}
	}
	return merged
}

// sameOperation compares operations by task and role, not by interval.
func sameOperation(a, b *xml.Node) bool {
	return a.Attr("name") == b.Attr("name") && strings.EqualFold(operationRole(a), operationRole(b))
}

// operationRole is the role of an op for comparison; roles in which a resource
// just runs are one.
func operationRole(op *xml.Node) string {
	switch role, _ := crm.ParseRole(op.Attr("role")); role {
	case crm.RoleStarted, crm.RoleUnpromoted, crm.RoleUnknown:
		return ""
	}
	return op.Attr("role")
}
