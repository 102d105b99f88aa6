package config

import (
	"strings"

	"holdfast/scheduler/model"
)

// usualMeta is how many meta-attributes a resource has, beside the attributes of its
// element.
const usualMeta = 6

// readMeta resolves a resource's meta-attributes: its element's attributes, its
// own blocks, its ancestors' blocks, the defaults, and what its parent has.
func (r *reader) readMeta(rsc *model.Resource) {
	rsc.Meta = make(model.Vars, 0, len(rsc.XML.Attrs)+usualMeta)
	for _, a := range rsc.XML.Attrs {
		addMeta(rsc, a.Name, a.Value)
	}
	facts := Facts{Class: rsc.Class, Provider: rsc.Provider, Type: rsc.Type}
	Pairs(r.c, &rsc.Meta, rsc.XML, "meta_attributes", facts)
	if rsc.Parent != nil {
		var inherited model.Vars
		for p := rsc.Parent; p != nil; p = p.Parent {
			Pairs(r.c, &inherited, p.XML, "meta_attributes", facts)
		}
		for _, v := range inherited {
			addMeta(rsc, v.Name, v.Value)
		}
	}
	Resolve(r.c, &rsc.Meta, r.c.RscDefaults, facts)
	if rsc.Parent != nil {
		for _, v := range rsc.Parent.Meta {
			addMeta(rsc, v.Name, v.Value)
		}
	}
}

// addMeta adds a meta-attribute unless it is there already. The value #default
// is an old way of saying nothing.
func addMeta(rsc *model.Resource, name, value string) {
	if !strings.EqualFold(value, "#default") {
		rsc.Meta.Default(name, value)
	}
}

// Params returns the instance attributes of a resource as a node sees them; nil
// asks for those that hold without a node. The caller must not change them.
func Params(c *model.Cluster, rsc *model.Resource, n *model.Node) model.Vars {
	cache := &rsc.Params
	if !cache.Known {
		cache.Known = true
		cache.PerNode = dependsOnNode(c, rsc)
	}
	ix := model.NoNode
	if n != nil && cache.PerNode {
		ix = n.Ix
	} else {
		n = nil
	}
	if found, ok := cache.ByNode[ix]; ok {
		return found
	}
	if cache.ByNode == nil {
		cache.ByNode = map[model.NodeIx]model.Vars{}
	}
	var params model.Vars
	for p := rsc; p != nil; p = p.Parent {
		Pairs(c, &params, p.XML, "instance_attributes", Facts{Node: n})
	}
	cache.ByNode[ix] = params
	return params
}

// dependsOnNode tells whether any instance attributes of a resource or its
// ancestors are under a rule, so that they may differ between nodes.
func dependsOnNode(c *model.Cluster, rsc *model.Resource) bool {
	for p := rsc; p != nil; p = p.Parent {
		for block := range p.XML.All("instance_attributes") {
			if c.Refs.Resolve(block).Child("rule") != nil {
				return true
			}
		}
	}
	return false
}
