package constraint

import (
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// Scores of implicit colocations.
const (
	together = crm.Infinity
	// A bundle's connection need not be on the container's host, but should.
	besideContainer crm.Score = 10000
)

// Implicit enters the colocations that the kinds of resources imply, and takes
// from connections, fence devices and guests the nodes they may not use.
func Implicit(c *model.Cluster) {
	for _, rsc := range c.Resources {
		implicit(c, rsc)
	}
}

func implicit(c *model.Cluster, rsc *model.Resource) {
	switch rsc.Variant {
	case model.Primitive:
		implicitPrimitive(c, rsc)
	case model.Group:
		implicitGroup(c, rsc)
	case model.Clone:
		for _, instance := range rsc.Children {
			implicit(c, instance)
		}
	case model.Bundle:
		implicitBundle(c, rsc)
	}
}

// implicitGroup keeps every member of a group with the one before it.
func implicitGroup(c *model.Cluster, group *model.Resource) {
	var previous *model.Resource
	for _, member := range group.Children {
		implicit(c, member)
		if previous != nil && group.GroupData.Colocated {
			Colocate(c, model.Colocation{
				ID: "#group-members", Score: together, Dependent: member, Primary: previous,
				Influence: member.Is(model.Critical),
			})
		}
		previous = member
	}
}

// implicitBundle keeps the address of a replica with its container; the
// connection is kept there as that of any guest node is.
func implicitBundle(c *model.Cluster, bundle *model.Resource) {
	for _, replica := range bundle.BundleData.Replicas {
		implicit(c, replica.Container)
		if replica.IP != nil {
			implicit(c, replica.IP)
			Colocate(c, model.Colocation{
				ID: "#ip-with-container", Score: together, Dependent: replica.IP, Primary: replica.Container,
				Influence: true,
			})
		}
		if replica.Remote != nil {
			implicit(c, replica.Remote)
		}
	}
	if child := bundle.BundleData.Child; child != nil {
		implicit(c, child)
	}
}

func implicitPrimitive(c *model.Cluster, rsc *model.Resource) {
	if !rsc.Is(model.Managed) {
		return
	}
	if rsc.Launcher != nil {
		withLauncher(c, rsc)
	}
	// Connections and fence devices live on cluster nodes only.
	if rsc.Is(model.RemoteConnection) || rsc.Is(model.FenceDevice) {
		avoidRemoteNodes(c, rsc)
	}
}

// withLauncher puts a resource where its launcher lets it be: inside the guest
// node that the launcher is or has, else beside the launcher.
func withLauncher(c *model.Cluster, rsc *model.Resource) {
	var inside *model.Resource
	switch connection := rsc.Is(model.RemoteConnection); {
	case connection && !rsc.Is(model.RemoteNestingAllowed):
		avoidRemoteNodes(c, rsc.Launcher) // guests do not nest; bundles may
	case connection:
	case rsc.Launcher.Is(model.RemoteConnection):
		inside = rsc.Launcher
	case c.HaveRemoteNodes:
		inside = rsc.Launcher.GuestConnection()
	}
	if inside != nil {
		onlyInside(c, rsc, inside)
		return
	}
	score := together
	if rsc.Is(model.RemoteNestingAllowed) {
		score = besideContainer
	}
	Colocate(c, model.Colocation{
		ID: "#resource-with-container", Score: score, Dependent: rsc, Primary: rsc.Launcher, Influence: true,
	})
}

// onlyInside bans a resource from all nodes but the one a connection leads to.
func onlyInside(c *model.Cluster, rsc, connection *model.Resource) {
	for ix, place := range rsc.Allowed.All() {
		if c.Nodes[ix].Remote != connection {
			place.Score = -crm.Infinity
			because(c, rsc, c.Nodes[ix], "it runs inside the node of "+connection.ID)
		}
	}
}

// avoidRemoteNodes bans a resource from all nodes that are reached through a
// connection.
func avoidRemoteNodes(c *model.Cluster, rsc *model.Resource) {
	for ix, place := range rsc.Allowed.All() {
		if c.Nodes[ix].Remote != nil {
			place.Score = -crm.Infinity
			because(c, rsc, c.Nodes[ix], "connections, fence devices and guests run on cluster nodes only")
		}
	}
}

func because(c *model.Cluster, rsc *model.Resource, node *model.Node, why string) {
	c.Because(model.Cause{Kind: model.CauseBan, Resource: rsc, Node: node, Score: -crm.Infinity, Text: why})
}
