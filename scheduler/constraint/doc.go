// Package constraint reads the constraints section of the CIB into relations
// between resources and nodes, and adds those that a resource's kind implies.
// It decides nothing: assign uses locations, colocations and tickets, order the
// orderings.
//
// # Flow
//
//	Read      node health, then every rsc_location, rsc_colocation, rsc_order
//	          and rsc_ticket in document order
//	Implicit  group members with each other, replica addresses with their
//	          container, connections with what launches them; nodes that
//	          connections and fence devices may not use. (The orderings that
//	          kinds imply are made by plan.)
//
// # Names
//
// A constraint names a resource, an anonymous clone's instance by its name in
// the history (then the clone is meant), a template or a tag. Templates and tags
// stand for the resources made from or tagged with them, as a set whose members
// are not related with each other. Files are named by the constraint they read;
// sets.go has what all resource sets share.
//
// A constraint that cannot be understood is left out and noted; one wrong member
// of a set ends the reading of its constraint there, as it does in the field.
package constraint
