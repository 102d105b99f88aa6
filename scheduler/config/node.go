package config

import (
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// Node attributes that the cluster itself gives to nodes, for rules.
const (
	AttrName    = "#uname"
	AttrID      = "#id"
	AttrKind    = "#kind"
	AttrIsDC    = "#is_dc"
	AttrCluster = "#cluster-name"
	AttrSite    = "#site-name"
)

// readNodes reads the nodes section.
func readNodes(c *model.Cluster, section *xml.Node) {
	for element := range section.All("node") {
		if element.ID() == "" {
			c.Note(model.Error, "", "Ignoring <node> entry in configuration without id")
			continue
		}
		score, ok := crm.ParseScore(element.Attr("score"))
		if !ok && element.Attr("score") != "" {
			c.Note(model.Warning, element.ID(), "Using 0 as score for node %s because '%s' is not a valid score",
				element.Attr("uname"), element.Attr("score"))
		}
		n := CreateNode(c, element.ID(), element.Attr("uname"), element.Attr("type"), score)
		if n == nil {
			return
		}
		n.Line = element.Line
		StartupFencing(c, n)
		NodeAttributes(c, n, element, false)
	}
}

// CreateNode makes a node and enters it. kind is "member" (or "") or "remote";
// the result is nil for others.
func CreateNode(c *model.Cluster, id, name, kind string, score crm.Score) *model.Node {
	if c.NodeNamed(name) != nil {
		c.Note(model.Warning, id, "More than one node entry has name '%s'", name)
	}
	n := &model.Node{ID: id, Name: name, Score: score, ProbesAllowed: true}
	switch strings.ToLower(kind) {
	case "", "member":
		n.Attrs.Set(AttrKind, "cluster")
	case "remote":
		n.Kind = model.RemoteNode
		n.Attrs.Set(AttrKind, "remote")
		c.HaveRemoteNodes = true
	default:
		c.Note(model.Error, id, "Ignoring node %s with unrecognized type '%s'", name, kind)
		return nil
	}
	return c.AddNode(n)
}

// StartupFencing marks a node that has not been seen yet: it is not known to be
// harmless until its node_state says so.
func StartupFencing(c *model.Cluster, n *model.Node) {
	if n.IsRemote() && n.Remote == nil {
		return // left over in the nodes section; nothing could fence it
	}
	n.Unclean = c.Options.StartupFencing
}

// NodeAttributes adds the attributes and utilization under an element (a node,
// or a transient_attributes of its status) to a node. With overwrite the new
// values win.
func NodeAttributes(c *model.Cluster, n *model.Node, element *xml.Node, overwrite bool) {
	n.Attrs.Set(AttrName, n.Name)
	n.Attrs.Set(AttrID, n.ID)
	if dc := c.CIB.Attr("dc-uuid"); c.DC == nil && dc != "" && strings.EqualFold(n.ID, dc) {
		c.DC = n
		n.IsDC = true
		n.Attrs.Set(AttrIsDC, "true")
	} else if n != c.DC {
		n.Attrs.Set(AttrIsDC, "false")
	}
	cluster, named := c.Options.All.Lookup("cluster-name")
	if named {
		n.Attrs.Set(AttrCluster, cluster)
	}
	if overwrite {
		var found model.Vars
		Pairs(c, &found, element, "instance_attributes", Facts{})
		for _, v := range found {
			n.Attrs.Set(v.Name, v.Value)
		}
	} else {
		Pairs(c, &n.Attrs, element, "instance_attributes", Facts{})
	}
	Pairs(c, &n.Utilization, element, "utilization", Facts{})
	if !n.Attrs.Has(AttrSite) {
		if site, ok := n.Attrs.Lookup("site-name"); ok {
			n.Attrs.Set(AttrSite, site)
		} else if named {
			n.Attrs.Set(AttrSite, cluster)
		}
	}
}
