package plan

import (
	"holdfast/scheduler/model"
)

// Run plans the actions of all resources.
func Run(c *model.Cluster) {
	deferredChecks(c)
	if c.Options.ProbeResources {
		probes(c)
	}
	if c.Options.StopRemovedResources {
		clearRemovedFailcounts(c)
	}
	for _, r := range c.Resources {
		create(c, r)
	}
}

// create plans the actions of a resource and of everything below it.
func create(c *model.Cluster, r *model.Resource) {
	switch r.Variant {
	case model.Primitive:
		createPrimitive(c, r)
	case model.Group:
		createGroup(c, r)
	case model.Clone:
		createClone(c, r)
	case model.Bundle:
		createBundle(c, r)
	}
}

func setNextRole(r *model.Resource, role roleOf, why string) {
	if r.NextRole != role {
		r.NextRole, r.NextRoleWhy = role, why
	}
}
