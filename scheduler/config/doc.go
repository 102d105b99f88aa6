// Package config reads the configuration half of a CIB into the working state:
// cluster options, nodes, resources with all their implicit parts, tags and
// fencing levels. It does not look at the status section (history) nor at
// constraints (constraint).
//
// # Flow
//
// Read goes through the sections in the order in which they depend on each
// other: options first, because they decide defaults; then nodes; then the nodes
// that resources bring (remote and guest nodes); then resources, each from the
// outside in: read resolves templates and meta-attributes, and hands over to
// primitive, group, clone or bundle, which read their children the same way.
//
// # Vocabulary
//
// A block is a set of name-value pairs (meta_attributes, instance_attributes,
// utilization, cluster_property_set), perhaps under a rule. Meta-attributes of a
// resource come from its element's attributes, its blocks, its ancestors'
// blocks, rsc_defaults and its parent, the first that has a name winning.
//
// What is wrong with a configuration becomes a model.Notice; a resource that
// cannot be read is left out, with all of its parts.
package config
