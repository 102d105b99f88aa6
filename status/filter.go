package status

import (
	"slices"
	"strings"

	"holdfast/scheduler/model"
)

// SelectNodes limits the view to a node, or to the nodes with a tag. A name
// that is neither leaves nothing.
func (v *View) SelectNodes(name string) {
	switch {
	case name == "" || name == "*":
		v.OnlyNodes = nil
	case v.NodeNamed(name) != nil:
		v.OnlyNodes = Names{name}
	default:
		v.OnlyNodes = Names{}
		for _, ref := range v.tagged(name) {
			if n := v.NodeWithID(ref); n != nil {
				v.OnlyNodes = append(v.OnlyNodes, n.Name)
			}
		}
	}
}

// SelectResources limits the view to a resource, to one instance of it, or to
// the resources with a tag. A name that is none of these leaves nothing.
func (v *View) SelectResources(name string) {
	if name == "" || name == "*" {
		v.OnlyResources = nil
		return
	}
	if r := Find(v.Cluster, name); r != nil {
		v.OnlyResources = Names{PrintableID(r)}
		if strings.Contains(name, ":") {
			v.OnlyResources = Names{r.ID}
		}
		return
	}
	v.OnlyResources = Names{}
	for _, ref := range v.tagged(name) {
		if r := Find(v.Cluster, ref); r != nil {
			v.OnlyResources = append(v.OnlyResources, PrintableID(r))
		}
	}
}

func (v *View) tagged(name string) []string {
	if t := v.TagWithID(name); t != nil {
		return t.Refs
	}
	return nil
}

// Find returns the resource that a user means by a name: its exact ID, the name
// in the history, or the name in the configuration of interchangeable clone
// instances (the first of them).
func Find(c *model.Cluster, name string) *model.Resource {
	for _, r := range c.Resources {
		if found := findBelow(r, name); found != nil {
			return found
		}
	}
	return nil
}

func findBelow(r *model.Resource, name string) *model.Resource {
	if r.ID == name || r.HistoryID == name || baseName(r) == name {
		return r
	}
	for _, child := range parts(r) {
		if found := findBelow(child, name); found != nil {
			return found
		}
	}
	return nil
}

// baseName is the ID without the instance number, of anything in a clone.
func baseName(r *model.Resource) string {
	if r.Parent == nil || !r.Parent.InClone() && r.Parent.Variant < model.Clone {
		return r.ID
	}
	if i := strings.LastIndexByte(r.ID, ':'); i > 0 {
		return r.ID[:i]
	}
	return r.ID
}

// parts are the resources directly below one.
func parts(r *model.Resource) []*model.Resource {
	if r.Variant != model.Bundle {
		return r.Children
	}
	var list []*model.Resource
	for _, replica := range r.BundleData.Replicas {
		for _, part := range []*model.Resource{replica.IP, replica.Child, replica.Container, replica.Remote} {
			if part != nil {
				list = append(list, part)
			}
		}
	}
	return list
}

// filtered tells whether a limit to some resources hides this one. A part of a
// collective resource is shown with it if withParent is set.
func (v *View) filtered(r *model.Resource, withParent bool) bool {
	only := v.OnlyResources
	if only == nil || only.Has(PrintableID(r)) {
		return false
	}
	switch r.Variant {
	case model.Primitive:
		if only.Has(r.ID) {
			return false
		}
		return !withParent || r.Parent == nil || v.filtered(r.Top(true), false)
	case model.Group:
		if withParent && only.Has(PrintableID(r.Top(false))) || strings.Contains(r.ID, ":") && only.Has(r.ID) {
			return false
		}
	case model.Clone:
		if only.Has(childID(r)) {
			return false
		}
	}
	return !slices.ContainsFunc(parts(r), func(p *model.Resource) bool { return !v.filtered(p, false) })
}

// childID is the configured ID of what a clone is made of.
func childID(clone *model.Resource) string { return clone.CloneData.ChildXML.ID() }

// selected tells whether a collective resource is shown with everything in it,
// because it is itself what the user asked for.
func (v *View) selected(r *model.Resource) bool {
	return v.OnlyResources.Has(PrintableID(r)) ||
		strings.Contains(r.ID, ":") && v.OnlyResources.Has(r.ID)
}

// elsewhere tells whether a limit to some nodes hides an active resource.
func (v *View) elsewhere(r *model.Resource) bool {
	return v.OnlyNodes != nil && r.IsActive(false) && !v.runsOnSelected(r)
}

// runsOnSelected tells whether the resource is active on a node in the view.
func (v *View) runsOnSelected(r *model.Resource) bool {
	for _, n := range r.Active {
		if v.OnlyNodes.HasFold(n.Name) {
			return true
		}
	}
	return false
}

// all is the same view without a limit to some resources.
func (v *View) all() *View {
	if v.OnlyResources == nil {
		return v
	}
	w := *v
	w.OnlyResources = nil
	return &w
}
