package status

import (
	"fmt"
	"slices"
	"strconv"

	"holdfast/cib/xml"
	"holdfast/output"
	"holdfast/scheduler/model"
)

// bundleItem is the text form of a bundle: a line per replica, or all its parts
// where the user asked for one of them or for everything.
func (v *View) bundleItem(r *model.Resource) *output.Item {
	if v.filtered(r, true) {
		return nil
	}
	list := output.List(v.bundleTitle(r))
	whole := v.OnlyResources.Has(r.ID)
	for _, replica := range r.BundleData.Replicas {
		if v.elsewhere(replica.Container) {
			continue
		}
		wanted := v.wantedParts(replica, whole)
		switch {
		case v.Implicit || !whole && len(wanted) > 0:
			v.addParts(list, replica, wanted, len(r.BundleData.Replicas) > 1)
		case whole || len(wanted) > 0:
			list.Add(v.replicaItem(replica))
		}
	}
	return list.OrNil()
}

// bundleTitle is the title of a bundle with remarks.
func (v *View) bundleTitle(r *model.Resource) string {
	set, unique, unmanaged := "", "", ""
	if len(r.BundleData.Replicas) > 1 {
		set = " set"
	}
	if r.Is(model.Unique) {
		unique = " (unique)"
	}
	switch {
	case r.Is(model.MaintenanceMode):
		unmanaged = " (maintenance)"
	case !r.Is(model.Managed):
		unmanaged = " (unmanaged)"
	}
	return fmt.Sprintf("Container bundle%s: %s [%s]%s%s%s", set, r.ID, r.BundleData.Image, unique, v.describe(r), unmanaged)
}

// wantedParts are the parts of a replica that the view does not hide.
func (v *View) wantedParts(replica *model.Replica, whole bool) []*model.Resource {
	list := []*model.Resource{replica.IP, replica.Child, replica.Container, replica.Remote}
	return slices.DeleteFunc(list, func(p *model.Resource) bool { return p == nil || v.filtered(p, whole) })
}

// addParts lists the parts of a replica below its number.
func (v *View) addParts(list *output.Item, replica *model.Replica, wanted []*model.Resource, several bool) {
	w := *v
	w.Implicit = true
	if several {
		list.Add(output.Line(fmt.Sprintf("Replica[%d]", replica.Offset)))
	}
	parts := output.List("")
	for _, p := range wanted {
		parts.Add(w.resourceItem(p))
	}
	list.Add(parts)
}

// replicaItem is a replica on one line: the state of what runs in it, under the
// name and address of the place it makes.
func (v *View) replicaItem(replica *model.Replica) *output.Item {
	shown, named := replica.Child, replica.Remote
	if shown == nil {
		shown = replica.Container
	}
	if named == nil {
		named = replica.Container
	}
	name := PrintableID(named)
	if replica.IPAddr != "" {
		name += " (" + replica.IPAddr + ")"
	}
	return v.primitiveItem(shown, name, replica.Container.CurrentNode())
}

// bundleXML is the XML form of a bundle.
func (v *View) bundleXML(r *model.Resource) *xml.Node {
	if v.filtered(r, true) {
		return nil
	}
	var n *xml.Node
	whole := v.OnlyResources.Has(r.ID)
	for _, replica := range r.BundleData.Replicas {
		wanted := v.wantedParts(replica, whole)
		if v.elsewhere(replica.Container) || !whole && len(wanted) == 0 {
			continue
		}
		if n == nil {
			n = elem("bundle", "id", r.ID, "type", r.BundleData.Agent, "image", r.BundleData.Image,
				"unique", truth(r.Is(model.Unique)), "maintenance", truth(r.Is(model.MaintenanceMode)),
				"managed", truth(r.Is(model.Managed)), "failed", truth(r.Is(model.Failed)), "description", v.description(r))
		}
		part := elem("replica", "id", strconv.Itoa(replica.Offset))
		for _, p := range wanted {
			addNode(part, v.resourceXML(p))
		}
		n.Add(part)
	}
	return n
}
