package history

import (
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/config"
	"holdfast/scheduler/model"
)

// BaseName returns the name of a resource without its instance number.
func BaseName(id string) string {
	at := strings.LastIndexByte(id, ':')
	if at <= 0 {
		return id
	}
	for i := at + 1; i < len(id); i++ {
		if id[i] < '0' || id[i] > '9' {
			return id
		}
	}
	return id[:at]
}

// find returns the resource that a node's history means by a name, nil if there
// is none any more.
func (r *reader) find(n *model.Node, id string) *model.Resource {
	rsc := r.named(id)
	if rsc == nil {
		rsc = r.named(BaseName(id) + ":0")
		if rsc != nil && rsc.Is(model.Unique) {
			rsc = nil
		}
	} else if rsc.Variant != model.Primitive {
		return nil
	}
	if rsc == nil {
		return nil
	}
	if clone := rsc.Top(false); clone.IsAnonymousClone() {
		if clone.InBundle() {
			rsc = replicaOn(clone.Parent, n)
		} else {
			rsc = r.instanceOn(clone, n, BaseName(id))
		}
	}
	if rsc != nil && rsc.ID != id {
		r.c.SetHistoryID(rsc, id)
	}
	return rsc
}

// named finds a resource by its id, or by the name it has in a history already read.
// What is configured comes before what another node's history left over.
func (r *reader) named(id string) *model.Resource {
	rsc := r.c.ResourceWithID(id)
	if rsc != nil && !rsc.Is(model.Removed) {
		return rsc
	}
	if list := r.c.WithHistoryID(id); len(list) > 0 && (rsc == nil || !list[0].Is(model.Removed)) {
		return list[0]
	}
	return rsc
}

// replicaOn is the instance in the replica of a bundle whose node is n.
func replicaOn(bundle *model.Resource, n *model.Node) *model.Resource {
	for _, replica := range bundle.BundleData.Replicas {
		if replica.Node == n {
			return replica.Child
		}
	}
	return nil
}

// instanceOn decides which instance of an anonymous clone the history of a
// primitive on a node is about: the one known to be there; else the first that is
// nowhere; else, or if the node's instance does not count, one more, removed.
func (r *reader) instanceOn(clone *model.Resource, n *model.Node, name string) *model.Resource {
	there, free := r.candidates(clone, n, name)
	rsc := there
	if rsc == nil {
		rsc = free
	}
	// Without fencing first, an instance on a lost node may be replaced at
	// once, so it must not use up one of few numbers.
	if rsc != nil && !rsc.Is(model.NeedsFencing) && (!n.Online || n.Unclean) && !n.IsGuest() &&
		clone.CloneData.Max != r.c.NodeCount() {
		rsc = nil
	}
	if rsc == nil {
		if extra := config.NewInstance(r.c, clone); extra != nil {
			rsc = member(extra, name)
		}
	}
	return rsc
}

// candidates looks for the instance on a node, and for the first free one.
func (r *reader) candidates(clone *model.Resource, n *model.Node, name string) (there, free *model.Resource) {
	surplus := false
	for _, child := range clone.Children {
		at := place(child)
		switch {
		case at == n:
			if there = member(child, name); there == nil {
				continue
			}
			if len(there.Active) == 0 {
				return there, nil
			}
			// A second instance on the node, from when the clone was unique.
			surplus, there = true, nil
		case at == nil && free == nil && !surplus && !child.Is(model.Blocked):
			free = member(child, name)
			if free != nil && free.PendingNode != nil && free.PendingNode != n {
				free = nil
			}
		}
	}
	if surplus {
		free = nil
	}
	return there, free
}

// place is the first node where an instance, or a member of it, is active or
// about to be; nil if it is nowhere.
func place(instance *model.Resource) *model.Node {
	if len(instance.Children) > 0 {
		for _, child := range instance.Children {
			if n := place(child); n != nil {
				return n
			}
		}
		return nil
	}
	if len(instance.Active) > 0 {
		return instance.Active[0]
	}
	return instance.PendingNode
}

// member returns the part of an instance with a configured id: itself, or a
// member of a cloned group.
func member(instance *model.Resource, id string) *model.Resource {
	if instance.XML.ID() == id {
		return instance
	}
	for _, child := range instance.Children {
		if found := member(child, id); found != nil {
			return found
		}
	}
	return nil
}

// removed makes up a resource for operations of one that is no longer
// configured. nil if even that cannot be done.
func (r *reader) removed(n *model.Node, element *xml.Node) *model.Resource {
	primitive := &xml.Node{Name: "primitive", Attrs: element.Attrs, Line: element.Line}
	first := model.ResourceIx(r.c.ResourceCount())
	rsc := config.ReadPrimitive(r.c, primitive, nil)
	if rsc == nil {
		r.c.DropResources(first)
		return nil
	}
	if rsc.Is(model.RemoteConnection) {
		r.removedNode(rsc)
	}
	if _, launched := element.Lookup("container"); launched {
		rsc.Set(model.RemovedLaunched)
	}
	rsc.Set(model.Removed)
	r.c.Resources = append(r.c.Resources, rsc)
	if !r.c.Options.StopRemovedResources {
		rsc.Clear(model.Managed)
		return rsc
	}
	for _, other := range r.c.Nodes {
		r.c.Prefer(rsc, other, -crm.Infinity, "", "it was removed from the configuration")
	}
	return rsc
}

// removedNode brings back the node behind a removed connection, on its way out.
func (r *reader) removedNode(conn *model.Resource) {
	n := r.c.NodeNamed(conn.ID)
	if n == nil {
		n = config.CreateNode(r.c, conn.ID, conn.ID, "remote", 0)
	}
	n.Remote = conn
	config.StartupFencing(r.c, n)
	n.Shutdown = true
}

// linkRemovedLaunched connects removed resources with what launched them.
func (r *reader) linkRemovedLaunched(resources *xml.Node) {
	for element := range resources.All("lrm_resource") {
		name := element.Attr("container")
		if name == "" || element.ID() == "" {
			continue
		}
		launcher, rsc := r.named(name), r.named(element.ID())
		if launcher == nil || rsc == nil || rsc.Launcher != nil || !rsc.Is(model.RemovedLaunched) {
			continue
		}
		rsc.Launcher = launcher
		launcher.Launched = append(launcher.Launched, rsc)
	}
}
