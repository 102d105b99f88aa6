package plan

import (
	"slices"

	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/assign"
	"holdfast/scheduler/model"
)

// probes plans a look at every resource on every node where its state is not
// known yet.
func probes(c *model.Cluster) {
	p := prober{c, map[*model.Resource]*spread{}}
	for _, n := range c.ByName {
		switch {
		case !n.Online:
			if RemoteFailed(n) {
				action.FenceNode(c, n, "the connection is unrecoverable", false)
			}
		case n.Unclean || !n.ProbesAllowed:
		default:
			p.probeAll(c.Resources, n)
		}
	}
}

// A prober plans probes.
type prober struct {
	c       *model.Cluster
	spreads map[*model.Resource]*spread // see spreadOf
}

// probeAll probes resources on a node and reports whether any probe was needed.
func (p *prober) probeAll(list []*model.Resource, n *model.Node) bool {
	any := false
	for _, r := range list {
		if p.probe(r, n) {
			any = true
		}
	}
	return any
}

// probe plans the probes of a resource on a node, as its variant wants them.
func (p *prober) probe(r *model.Resource, n *model.Node) bool {
	switch r.Variant {
	case model.Clone:
		return p.probeClone(r, n)
	case model.Bundle:
		return p.probeBundle(r, n)
	}
	if n.IsRemote() && !probeOnRemote(r, n) {
		return false
	}
	if len(r.Children) > 0 {
		return p.probeAll(r.Children, n)
	}
	if r.Variant != model.Primitive || !needsProbe(r, n) || !guestStays(p.c, r, n) {
		return false
	}
	a := action.New(p.c, r, crm.TaskMonitor, 0, n, false)
	a.Clear(model.Optional)
	orderAfterUnfencing(p.c, r, n, a, model.Ordered)
	if !r.ActiveOn(n) {
		action.ExpectResult(a, crm.OCFNotRunning)
	} else if r.Role == crm.RolePromoted {
		action.ExpectResult(a, crm.OCFPromoted)
	}
	orderProbe(p.c, r, a)
	return true
}

// probeOnRemote rules out what cannot run on a remote node anyway.
func probeOnRemote(r *model.Resource, n *model.Node) bool {
	return !r.Is(model.FenceDevice) && !r.Is(model.RemoteConnection) &&
		!(n.IsGuest() && r.GuestConnection() != nil)
}

// needsProbe tells whether a primitive's state on a node is unknown and wanted.
func needsProbe(r *model.Resource, n *model.Node) bool {
	if r.Launcher != nil && !r.Is(model.RemoteConnection) {
		return false // inside a container
	}
	if r.Is(model.Removed) || r.Known.Has(n.Ix) {
		return false
	}
	place := r.Allowed.At(n.Ix)
	if r.Is(model.ExclusiveProbes) || r.Top(false).Is(model.ExclusiveProbes) {
		if place == nil || place.Probe != model.ProbeExclusive {
			return false
		}
	}
	if place == nil {
		return n.Probe != model.ProbeNever // on a bundle's node nothing runs but its own resource
	}
	return place.Probe != model.ProbeNever
}

// guestStays tells whether a probe on a node makes sense: not on a guest that is
// stopped, or that stops now; then a start only waits for the guest's own state.
func guestStays(c *model.Cluster, r *model.Resource, n *model.Node) bool {
	if !n.IsGuest() {
		return true
	}
	guest, top := n.Remote.Launcher, r.Top(false)
	if guest.Role == crm.RoleStopped {
		if guest.Assigned != nil && !guest.Known.Has(guest.Assigned.Ix) {
			action.RelateTasks(c, guest, crm.TaskMonitor, top, crm.TaskStart, model.Ordered)
		}
		return false
	}
	if guestStops(n, guest) {
		action.RelateTasks(c, guest, crm.TaskStop, top, crm.TaskStart, model.Ordered)
		return false
	}
	return true
}

// guestStops guesses from the placement whether a guest will be stopped; its
// actions do not exist yet.
func guestStops(n *model.Node, guest *model.Resource) bool {
	return n.RemoteReset || n.Unclean || guest.Is(model.Failed) || guest.NextRole == crm.RoleStopped ||
		(guest.Role > crm.RoleStopped && guest.Assigned != nil && !guest.ActiveOn(guest.Assigned))
}

// orderProbe lets start and reload wait for the probe. The start is the whole
// clone's, if the resource is an instance of one.
func orderProbe(c *model.Cluster, r *model.Resource, a *model.Action) {
	top := r.Top(false)
	if top.Variant != model.Clone {
		top = r
	}
	t := model.Ordered
	if !a.Is(model.Runnable) && len(top.Active) == 0 {
		// What cannot be looked at is not started; but what is active is
		// not stopped for it.
		t |= model.UnrunnableFirstBlocks
	}
	action.Relate(c, model.Ordering{
		FirstAction:  a,
		ThenResource: top, ThenKey: action.Key(top, crm.TaskStart, 0),
		Type: t, AndReload: true,
	})
}

// probeClone probes every instance of a unique clone, and of an anonymous one
// just one: the instance known there, or to be there, or the first.
func (p *prober) probeClone(clone *model.Resource, n *model.Node) bool {
	if clone.Is(model.ExclusiveProbes) {
		if place := clone.Allowed.At(n.Ix); place == nil || place.Probe != model.ProbeExclusive {
			// Notifications list only nodes the clone can run on.
			clone.Allowed.Remove(n.Ix)
			return false
		}
	}
	spread := p.spreadOf(clone)
	if clone.Is(model.Unique) {
		return p.probeAll(clone.Children, n)
	}
	if instance := spread.known[n.Ix]; instance != nil {
		return p.probe(instance, n)
	}
	if instance := spread.assigned[n.Ix]; instance != nil {
		return p.probe(instance, n)
	}
	return len(clone.Children) > 0 && p.probe(clone.Children[0], n)
}

// A spread is where the instances of a clone are: by node the first instance
// whose state, or that of a member, is known there, and the first that was placed
// there.
type spread struct {
	known, assigned []*model.Resource
}

// spreadOf sorts the instances of a clone and finds out where they are, once.
func (p *prober) spreadOf(clone *model.Resource) *spread {
	if s := p.spreads[clone]; s != nil {
		return s
	}
	assign.SortByInstanceNumber(clone.Children)
	s := &spread{make([]*model.Resource, len(p.c.Nodes)), make([]*model.Resource, len(p.c.Nodes))}
	for _, instance := range slices.Backward(clone.Children) { // so that the first one stays
		s.enterKnown(instance, instance)
		if n := instance.AssignedNode(); n != nil {
			s.assigned[n.Ix] = instance
		}
	}
	p.spreads[clone] = s
	return s
}

func (s *spread) enterKnown(instance, part *model.Resource) {
	for _, child := range part.Children {
		s.enterKnown(instance, child)
	}
	if len(part.Children) > 0 {
		return
	}
	for ix := range part.Known.All() {
		s.known[ix] = instance
	}
}

// probeBundle probes the parts of every replica.
func (p *prober) probeBundle(bundle *model.Resource, n *model.Node) bool {
	any := false
	for _, replica := range bundle.BundleData.Replicas {
		if p.probeReplica(bundle, replica, n) {
			any = true
		}
	}
	return any
}

func (p *prober) probeReplica(bundle *model.Resource, replica *model.Replica, n *model.Node) bool {
	any := replica.IP != nil && p.probe(replica.IP, n)
	if replica.Child != nil && replica.Node == n && p.probe(replica.Child, n) {
		any = true
	}
	if p.probe(replica.Container, n) {
		any = true
		if bundle.BundleData.ReplicasPerHost == 1 {
			orderOtherContainers(p.c, bundle, replica)
		}
	}
	if replica.Remote == nil || !p.probe(replica.Remote, n) {
		return any
	}
	// The connection is looked at once it is known where its container runs:
	// its address may be that node's name.
	a := action.FindKey(replica.Remote, action.Key(replica.Remote, crm.TaskMonitor, 0), n)
	if a == nil {
		return any
	}
	action.RelateFirst(p.c, replica.Container, crm.TaskStart, a, model.NestedRemoteProbe)
	return true
}

// orderOtherContainers keeps other containers from starting on a node before it
// is known that none runs there: they would want the same ports.
func orderOtherContainers(c *model.Cluster, bundle *model.Resource, probed *model.Replica) {
	for _, other := range bundle.BundleData.Replicas {
		if other != probed {
			action.RelateTasks(c, probed.Container, crm.TaskMonitor, other.Container, crm.TaskStart,
				model.Ordered|model.IfOnSameNode)
		}
	}
}
