package model

import "holdfast/crm"

// A Presence tells where a resource is found and how often.
type Presence struct {
	Node  *Node // the one that counts as its place, nil if inactive
	All   int   // nodes it is or may be active on
	Clean int   // of these, the nodes that are online and clean
}

// Presence counts the nodes of a resource. The one that counts is the source
// of an unfinished migration; else, for a resource that may be recovered
// before fencing, the first clean node; else the first node found. A bundle is
// where its containers are.
func (r *Resource) Presence() Presence {
	if r == nil {
		return Presence{}
	}
	if r.Variant != Bundle {
		return r.presence(r.Active)
	}
	var active []*Resource
	for _, replica := range r.BundleData.Replicas {
		if len(replica.Container.Active) > 0 {
			active = append(active, replica.Container)
		}
	}
	if len(active) == 1 {
		return active[0].Presence()
	}
	var seen NodeSet
	var nodes []*Node
	for _, container := range active {
		for _, n := range container.Active {
			if !seen.Has(n.Ix) {
				seen.Add(n.Ix)
				nodes = append(nodes, n)
			}
		}
	}
	return r.presence(nodes)
}

func (r *Resource) presence(nodes []*Node) Presence {
	var p Presence
	for _, n := range nodes {
		clean := n.Online && !n.Unclean
		p.All++
		if clean {
			p.Clean++
		}
		switch {
		case r.PartialSource != nil:
			if n == r.PartialSource {
				p.Node = n
			}
		case !r.Is(NeedsFencing):
			if clean && (p.Node == nil || !p.Node.Online || p.Node.Unclean) {
				p.Node = n
			}
		}
		if p.Node == nil {
			p.Node = n
		}
	}
	return p
}

// CurrentNode is the node that counts as the resource's place now, nil if it
// is inactive.
func (r *Resource) CurrentNode() *Node {
	if r != nil && len(r.Active) == 1 && r.Variant != Bundle {
		return r.Active[0]
	}
	return r.Presence().Node
}

// ActiveOnlyOn tells whether a node is the one place where the resource is active.
func (r *Resource) ActiveOnlyOn(n *Node) bool {
	return len(r.Active) == 1 && r.Active[0] == n
}

// RoleNow is the role at the start of the transition: of a collective resource
// the highest of its children, of a bundle unknown.
func (r *Resource) RoleNow() crm.Role { return r.role(true) }

// RoleNext is the role at the end of the transition, in the sense of RoleNow.
func (r *Resource) RoleNext() crm.Role { return r.role(false) }

func (r *Resource) role(now bool) crm.Role {
	switch r.Variant {
	case Group, Clone:
		highest := crm.RoleUnknown
		for _, child := range r.Children {
			highest = max(highest, child.role(now))
		}
		return highest
	case Bundle:
		return crm.RoleUnknown
	}
	if now {
		return r.Role
	}
	return r.NextRole
}

// IsActive tells whether the resource is active anywhere; with all set, of a
// collective resource, whether every child is.
func (r *Resource) IsActive(all bool) bool {
	switch r.Variant {
	case Primitive:
		for _, n := range r.Active {
			if n.Unclean || n.Online || !r.Is(Managed) {
				return true
			}
		}
		return false
	case Group:
		some, every := false, true
		for _, child := range r.Children {
			if child.IsActive(all) {
				some = true
			} else {
				every = false
			}
		}
		return some && (every || !all)
	case Clone:
		for _, child := range r.Children {
			if child.IsActive(all) != all {
				return !all
			}
		}
		return all
	}
	for _, replica := range r.BundleData.Replicas {
		for _, part := range replica.parts() {
			if part != nil && part.IsActive(all) != all {
				return !all
			}
		}
	}
	return all
}

// parts are the resources of a replica in the order people are shown them.
func (p *Replica) parts() [4]*Resource {
	return [4]*Resource{p.IP, p.Child, p.Container, p.Remote}
}

// AssignedNode is the node that the resource will be on: of a collective
// resource the one node of all its children, nil if there is none or several.
func (r *Resource) AssignedNode() *Node {
	if len(r.Children) == 0 {
		return r.Assigned
	}
	node, _ := r.oneNode(func(leaf *Resource) []*Node {
		if leaf.Assigned == nil {
			return nil
		}
		return []*Node{leaf.Assigned}
	})
	return node
}

// OneActiveNode is the node that the resource, or all of its children, is
// active on, nil if there is none or several.
func (r *Resource) OneActiveNode() *Node {
	node, _ := r.oneNode(func(leaf *Resource) []*Node { return leaf.Active })
	return node
}

// oneNode returns the single node among those of all leaves; many tells of several.
func (r *Resource) oneNode(nodes func(*Resource) []*Node) (one *Node, many bool) {
	if len(r.Children) == 0 {
		for _, n := range nodes(r) {
			if one != nil && one != n {
				return nil, true
			}
			one = n
		}
		return one, false
	}
	for _, child := range r.Children {
		n, several := child.oneNode(nodes)
		if several || (one != nil && n != nil && n != one) {
			return nil, true
		}
		if n != nil {
			one = n
		}
	}
	return one, false
}

// AnyIs tells whether the flags are set on the resource or anything below it.
func (r *Resource) AnyIs(f ResourceFlags) bool {
	if r.Is(f) {
		return true
	}
	for _, child := range r.Children {
		if child.AnyIs(f) {
			return true
		}
	}
	return false
}

// IsBelow tells whether ancestor is above the resource in its tree.
func (r *Resource) IsBelow(ancestor *Resource) bool {
	for p := r.Parent; p != nil; p = p.Parent {
		if p == ancestor {
			return true
		}
	}
	return false
}

// MaxPerNode is how many instances a node may have; 1 for what has no instances.
func (r *Resource) MaxPerNode() int {
	switch r.Variant {
	case Clone:
		return r.CloneData.NodeMax
	case Bundle:
		return r.BundleData.ReplicasPerHost
	}
	return 1
}

// GuestConnection is the connection to the guest node that the resource
// launches, nil if it launches none.
func (r *Resource) GuestConnection() *Resource {
	for _, launched := range r.Launched {
		if launched.Is(RemoteConnection) {
			return launched
		}
	}
	return nil
}

// Containers are the containers of a bundle's replicas.
func (b *BundleData) Containers() []*Resource {
	list := make([]*Resource, 0, len(b.Replicas))
	for _, replica := range b.Replicas {
		list = append(list, replica.Container)
	}
	return list
}

// Instances are what a collective resource has one of per place: a clone's
// children, a bundle's containers.
func (r *Resource) Instances() []*Resource {
	if r.Variant == Bundle {
		return r.BundleData.Containers()
	}
	return r.Children
}

// ReplicaOf returns the replica whose container or connection the resource is,
// nil if it is neither.
func (r *Resource) ReplicaOf() *Replica {
	top := r.Top(true)
	if top.Variant != Bundle {
		return nil
	}
	for _, replica := range top.BundleData.Replicas {
		if r == replica.Container || r == replica.Remote {
			return replica
		}
	}
	return nil
}
