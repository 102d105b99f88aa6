package cib

import (
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// inConfiguration are the sections below configuration, in the order in which
// Pacemaker documents them.
var inConfiguration = []string{
	"crm_config", "nodes", "resources", "constraints", "op_defaults", "rsc_defaults",
	"acls", "fencing-topology", "tags", "alerts",
}

// Sections are the names that a request may give as its section.
func Sections() []string {
	return append([]string{"cib", "status", "configuration"}, append(slices.Clone(inConfiguration), "all")...)
}

// IsSection reports whether a request may give name as its section.
func IsSection(name string) bool { return slices.Contains(Sections(), name) }

// sectionPath finds a section; "", "cib" and "all" are the whole document.
func sectionPath(root *xml.Node, name string) (xml.Path, bool) {
	switch {
	case name == "" || name == "cib" || strings.EqualFold(name, "all"):
		return xml.Path{}, true
	case name == "status" || name == "configuration":
		return childPath(root, nil, name)
	case slices.Contains(inConfiguration, name):
		configuration, ok := childPath(root, nil, "configuration")
		if !ok {
			return nil, false
		}
		return childPath(root, configuration, name)
	}
	return nil, false
}

// childPath finds the first child element with a name.
func childPath(root *xml.Node, parent xml.Path, name string) (xml.Path, bool) {
	for i, c := range parent.At(root).Children {
		if c.Kind == xml.Element && c.Name == name {
			return parent.Child(i), true
		}
	}
	return nil, false
}

// parentSection is the section around one, "" for the document.
func parentSection(name string) (string, bool) {
	switch {
	case name == "status" || name == "configuration":
		return "", true
	case slices.Contains(inConfiguration, name):
		return "configuration", true
	}
	return "", false
}

// WithoutStatus returns a document without its status section: what is configured,
// and not what the cluster found. It shares the rest with the original.
func WithoutStatus(root *xml.Node) *xml.Node {
	kept := root.Copy()
	kept.Children = slices.DeleteFunc(kept.Children, func(n *xml.Node) bool {
		return n.Kind == xml.Element && n.Name == "status"
	})
	return kept
}

// WithEmptyStatus returns a document with nothing in its status section.
func WithEmptyStatus(root *xml.Node) *xml.Node { return WithoutStatus(root).Add(xml.New("status")) }
