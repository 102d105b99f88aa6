// Package nvset resolves sets of name/value pairs (instance_attributes,
// meta_attributes, utilization, cluster_property_set …) to the values that
// apply: sets are taken by precedence, those whose rule does not hold are left
// out, and of several definitions of a name the first counts.
//
// Sets are compiled once and resolved as often as needed, such as for every
// node. What a value means is not decided here: see cib/option.
package nvset
