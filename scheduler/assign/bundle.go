package assign

import (
	"holdfast/crm"
	"holdfast/scheduler/constraint"
	"holdfast/scheduler/model"
)

// assignBundle places a bundle's containers as instances, then what belongs to
// each, then the bundled resource inside them.
func (r *run) assignBundle(bundle *model.Resource, prefer *model.Node, final bool) {
	bundle.Set(model.Assigning)
	r.show(labelBundle, bundle)
	containers := bundle.BundleData.Containers()
	r.sortInstances(containers)
	r.assignInstances(bundle, containers, len(containers), bundle.BundleData.ReplicasPerHost)
	for _, replica := range bundle.BundleData.Replicas {
		r.assignReplica(replica, prefer, final)
	}
	if child := bundle.BundleData.Child; child != nil {
		r.openReplicas(bundle, child)
		r.assign(child, prefer, final)
	}
	bundle.Clear(model.Assigning | model.Unassigned)
}

// assignReplica places what belongs to a container that has its node.
func (r *run) assignReplica(replica *model.Replica, prefer *model.Node, final bool) {
	if replica.IP != nil {
		r.assign(replica.IP, prefer, final)
	}
	if replica.Remote != nil {
		r.nest(replica)
		r.assign(replica.Remote, prefer, final)
	}
	if replica.Child == nil {
		return
	}
	for ix, place := range replica.Child.Allowed.All() {
		switch n := r.c.Nodes[ix]; {
		case n != replica.Node:
			place.Score = -crm.Infinity
		case ThresholdReached(r.c, replica.Child, n) == nil:
			place.Score = crm.Infinity
		}
	}
	replica.Child.Parent.Set(model.Assigning)
	r.assign(replica.Child, replica.Node, final)
	replica.Child.Parent.Clear(model.Assigning)
}

// nest puts the connection of a container on a remote node where that node's own
// connection is: a remote node is reached from one host only.
func (r *run) nest(replica *model.Replica) {
	if host := replica.Container.Assigned; host.IsRemote() {
		constraint.Colocate(r.c, model.Colocation{
			ID: "#replica-remote-with-host-remote", Score: crm.Infinity,
			Dependent: replica.Remote, Primary: host.Remote, Influence: true,
		})
	}
}

// openReplicas allows the bundled resource the nodes of its replicas, and no other.
func (r *run) openReplicas(bundle, child *model.Resource) {
	for ix, place := range child.Allowed.All() {
		place.Score = -crm.Infinity
		for _, replica := range bundle.BundleData.Replicas {
			if replica.Node == r.c.Nodes[ix] {
				place.Score = 0
			}
		}
	}
}

// colocateWithBundle applies a colocation with a bundle as the primary.
func (r *run) colocateWithBundle(dependent, bundle *model.Resource, col *model.Colocation) crm.Score {
	if bundle.Is(model.Unassigned) {
		return 0
	}
	if col.Dependent.Variant > model.Group {
		return r.colocateInstanceWithBundle(dependent, bundle, col)
	}
	if col.Score >= crm.Infinity {
		r.onlyWith(dependent, col, bundleHosts(bundle, col), false)
		return 0
	}
	delta := crm.Score(0)
	for _, replica := range bundle.BundleData.Replicas {
		delta = delta.Add(r.colocateOne(dependent, replica.Container, col))
	}
	return delta
}

// bundleHosts lists where a bundle's containers will be, unless blocked; for a
// colocation with promoted instances only those with one inside.
func bundleHosts(bundle *model.Resource, col *model.Colocation) []candidate {
	var hosts []candidate
	for _, replica := range bundle.BundleData.Replicas {
		place, ok := assignedPlace(replica.Container)
		if !ok || replica.Container.AnyIs(model.Blocked) {
			continue
		}
		if col.PrimaryRole >= crm.RolePromoted && (replica.Child == nil || replica.Child.NextRole < crm.RolePromoted) {
			continue
		}
		hosts = append(hosts, place)
	}
	return hosts
}

// colocateInstanceWithBundle colocates an instance with the container that belongs
// to it; without one, it cannot run if it must.
func (r *run) colocateInstanceWithBundle(dependent, bundle *model.Resource, col *model.Colocation) crm.Score {
	if container := r.compatibleContainer(dependent, bundle); container != nil {
		return r.colocateDependent(dependent, container, col)
	}
	if col.Score >= crm.Infinity {
		r.banned(dependent, nil, col.ID, "no container of "+bundle.ID+" is where it could be")
		r.place(dependent, nil, 0, true, true)
	}
	return 0
}

// compatibleContainer finds a bundle's container on the node that a dependent was
// given, or else on the best of its nodes that has one.
func (r *run) compatibleContainer(dependent, bundle *model.Resource) *model.Resource {
	if host := hostOfNode(dependent.AssignedNode()); host != nil {
		return instanceOn(bundle, host, crm.RoleUnknown, false, "")
	}
	for _, candidate := range r.ranked(dependent.Allowed) {
		host := hostOfNode(candidate.node)
		if host == nil {
			continue
		}
		if found := instanceOn(bundle, host, crm.RoleUnknown, false, ""); found != nil {
			return found
		}
	}
	return nil
}

// hostOfNode is where the container of a bundle's node will be; another node is
// its own host.
func hostOfNode(n *model.Node) *model.Node {
	if n.IsBundleNode() {
		return n.Remote.Launcher.AssignedNode()
	}
	return n
}
