package order

import (
	"holdfast/scheduler/model"
)

// Implicit enters the orderings that follow from what a resource is: stop
// before start, members one after the other, instances within their clone.
// The colocations of the same kind are constraint.Implicit's.
func Implicit(c *model.Cluster) {
	for _, r := range c.Resources {
		implicit(c, r)
	}
}

func implicit(c *model.Cluster, r *model.Resource) {
	switch r.Variant {
	case model.Primitive:
		implicitPrimitive(c, r)
	case model.Group:
		implicitGroup(c, r)
	case model.Clone:
		implicitClone(c, r)
	case model.Bundle:
		implicitBundle(c, r)
	}
}
