// Package attribute finds, sets and deletes cluster options, defaults and node
// attributes in a CIB, wherever they are configured. Its edits are requests that
// the caller applies to a file or sends to a cluster.
package attribute

import (
	"errors"
	"regexp"
	"strings"

	"holdfast/cib"
	"holdfast/cib/xml"
)

// Utilization is the Kind of a node's capacities.
const Utilization = "utilization"

// Errors that callers tell apart.
var (
	ErrNotFound = errors.New("there is no such attribute")
	ErrSection  = errors.New("the CIB has no such section")
)

// A Place is where attributes are looked for.
type Place struct {
	Section string // crm_config, rsc_defaults, op_defaults, nodes, status or tickets
	Node    string // the node's id, for nodes and status
	Remote  bool   // the node is a remote node, which nodes may not list yet
	Kind    string // Utilization, or "" for ordinary attributes
	Set     string // the id of a set to look in, "" for all
}

// A Selector names attributes in a place. ID and Name may be empty.
type Selector struct {
	Place
	ID, Name string
}

// step is one element on the way from the section to the pairs.
type step struct{ name, id string } // any id if that is ""

// OfNode reports whether attributes in the place belong to a node.
func (p Place) OfNode() bool {
	switch strings.ToLower(p.Section) {
	case "crm_config", "rsc_defaults", "op_defaults", "tickets":
		return false
	}
	return true
}

// route gives the elements below the section that lead to the sets.
func (p Place) route() (section string, steps []step) {
	sets := "instance_attributes"
	if p.Kind != "" {
		sets = p.Kind
	}
	section = strings.ToLower(p.Section)
	switch section {
	case "crm_config":
		sets = "cluster_property_set"
	case "rsc_defaults", "op_defaults":
		sets = "meta_attributes"
	case "tickets":
		section, steps = "status", []step{{"tickets", ""}}
	case "status":
		steps = []step{{"node_state", p.Node}, {"transient_attributes", ""}}
	default:
		steps = []step{{"node", p.Node}}
	}
	return section, append(steps, step{sets, p.Set}, step{"nvpair", ""})
}

// Find returns the pairs that a selector means, in document order. The error is
// ErrNotFound or ErrSection.
func Find(c cib.CIB, s Selector) ([]*xml.Node, error) {
	section, steps := s.route()
	if !cib.IsSection(section) {
		return nil, ErrSection
	}
	var found []*xml.Node
	descend(c.Section(section), steps, func(n *xml.Node) {
		if (s.ID == "" || n.ID() == s.ID) && (s.Name == "" || n.Attr("name") == s.Name) {
			found = append(found, n)
		}
	})
	if len(found) == 0 {
		return nil, ErrNotFound
	}
	return found, nil
}

// descend visits the elements that match the last step, at any depth below what
// matches those before.
func descend(n *xml.Node, steps []step, visit func(*xml.Node)) {
	for c := range n.Elements() {
		if c.Name == steps[0].name && (steps[0].id == "" || c.ID() == steps[0].id) {
			if len(steps) == 1 {
				visit(c)
			} else {
				descend(c, steps[1:], visit)
				continue
			}
		}
		descend(c, steps, visit)
	}
}

// Matching returns those of the pairs whose name matches a pattern.
func Matching(pairs []*xml.Node, pattern *regexp.Regexp) []*xml.Node {
	var list []*xml.Node
	for _, p := range pairs {
		if pattern.MatchString(p.Attr("name")) {
			list = append(list, p)
		}
	}
	return list
}
