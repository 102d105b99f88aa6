package config

import (
	"slices"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// A reader reads the resources section.
type reader struct {
	c         *model.Cluster
	templates map[string]*xml.Node
	expanded  map[*xml.Node]*xml.Node // elements with their templates merged in
	ids       map[string]bool         // of top-level resources and group members
	section   *xml.Node
}

func newReader(c *model.Cluster, section *xml.Node) *reader {
	r := &reader{c: c, section: section, templates: map[string]*xml.Node{}, expanded: map[*xml.Node]*xml.Node{}, ids: map[string]bool{}}
	for t := range section.All("template") {
		r.templates[t.ID()] = t
	}
	return r
}

// topLevel reads one child of the resources section. A resource that cannot be
// read leaves nothing behind.
func (r *reader) topLevel(element *xml.Node) {
	if element.ID() == "" {
		r.c.Note(model.Error, "", "Ignoring <%s> resource without ID", element.Name)
		return
	}
	if element.Name == "template" {
		r.c.AddTemplateRef(element.ID(), "")
		return
	}
	first := model.ResourceIx(r.c.ResourceCount())
	rsc := r.read(element, nil, "")
	if rsc == nil {
		r.c.DropResources(first)
		r.c.Note(model.Error, element.ID(), "Ignoring <%s> resource '%s' because configuration is invalid",
			element.Name, element.ID())
		return
	}
	r.c.Resources = append(r.c.Resources, rsc)
}

// ReadPrimitive reads a primitive that is in no configuration (history makes
// one up for a removed resource) and enters it, but not into Cluster.Resources.
// The result is nil if it cannot be read.
func ReadPrimitive(c *model.Cluster, element *xml.Node, parent *model.Resource) *model.Resource {
	r := &reader{c: c, expanded: map[*xml.Node]*xml.Node{}}
	return r.read(element, parent, "")
}

// NewInstance adds one more instance to a clone: history calls it for active
// instances beyond the configured number. The result is nil if the instance
// cannot be read.
func NewInstance(c *model.Cluster, clone *model.Resource) *model.Resource {
	r := newReader(c, c.CIB.Find("configuration", "resources"))
	return r.instance(clone)
}

// read reads a resource element and all below it. instance is the number of the
// clone instance that it is or belongs to, "" if none. The result is nil if the
// element cannot be read.
func (r *reader) read(element *xml.Node, parent *model.Resource, instance string) *model.Resource {
	if element.ID() == "" {
		r.c.Note(model.Error, "", "Ignoring <%s> configuration without id", element.Name)
		return nil
	}
	rsc := &model.Resource{OrigXML: element, Parent: parent, Role: crm.RoleStopped}
	if rsc.XML = r.expand(element); rsc.XML == nil {
		return nil
	}
	if !r.identify(rsc, instance) {
		return nil
	}
	r.readMeta(rsc)
	if instance != "" {
		rsc.Meta.Set("clone", instance)
	}
	r.c.AddResource(rsc)
	r.common(rsc)
	if !r.variant(rsc, instance) {
		return nil
	}
	r.allow(rsc)
	Pairs(r.c, &rsc.Utilization, rsc.XML, "utilization", Facts{})
	if template := element.Attr("template"); template != "" {
		r.c.AddTemplateRef(template, element.ID())
	}
	return rsc
}

// identify sets what a resource is called and what kind it is.
func (r *reader) identify(rsc *model.Resource, instance string) bool {
	rsc.ID = rsc.XML.ID()
	if instance != "" {
		rsc.ID += ":" + instance
	}
	rsc.Class, rsc.Provider, rsc.Type = rsc.XML.Attr("class"), rsc.XML.Attr("provider"), rsc.XML.Attr("type")
	rsc.Ops = r.operations(rsc.XML)
	switch rsc.XML.Name {
	case "primitive":
		rsc.Variant = model.Primitive
	case "group":
		rsc.Variant = model.Group
	case "clone", "master":
		rsc.Variant = model.Clone
	case "bundle":
		rsc.Variant = model.Bundle
	default:
		r.c.Note(model.Error, rsc.ID, "Ignoring resource '%s' of unknown type '%s'", rsc.ID, rsc.XML.Name)
		return false
	}
	return true
}

// operations lists the op elements of a resource element.
func (r *reader) operations(element *xml.Node) []*xml.Node {
	return elements(r.c.Refs.Resolve(element.Child("operations")), "op")
}

// variant reads what only the resource's variant has, children included.
func (r *reader) variant(rsc *model.Resource, instance string) bool {
	switch rsc.Variant {
	case model.Group:
		return r.group(rsc, instance)
	case model.Clone:
		return r.clone(rsc)
	case model.Bundle:
		return r.bundle(rsc)
	}
	return r.primitive(rsc)
}

// primitive checks what an agent's class can do.
func (r *reader) primitive(rsc *model.Resource) bool {
	top := rsc.Top(false)
	class := strings.ToLower(rsc.Class)
	if class == "nagios" || class == "upstart" {
		r.c.Note(model.Error, rsc.ID, "Ignoring resource %s because %s resources are no longer supported", rsc.ID, class)
		return false
	}
	if class != "ocf" && class != "stonith" && rsc.Is(model.Unique) && top.Variant == model.Clone {
		r.forceAnonymous(top, rsc)
	}
	if class != "ocf" && top.Is(model.Promotable) {
		r.c.Note(model.Error, rsc.ID,
			"Resource %s is of type %s and therefore cannot be used as a promotable clone resource", rsc.ID, rsc.Class)
		return false
	}
	return true
}

// allow gives the resource its nodes to start with.
func (r *reader) allow(rsc *model.Resource) {
	guest := rsc.Is(model.RemoteConnection) && rsc.Meta.Has("container")
	if !r.c.Options.Symmetric && !guest {
		return
	}
	rsc.Allowed = slices.Grow(rsc.Allowed, len(r.c.Nodes))
	for _, n := range r.c.Nodes {
		// A guest's connection may go wherever its guest runs, in any cluster.
		if r.c.Options.Symmetric && (rsc.Is(model.ExclusiveProbes) || n.Probe == model.ProbeNever) {
			continue
		}
		if n.Twin == nil && !rsc.Allowed.Has(n.Ix) {
			rsc.Allowed.Put(n.Ix, model.Place{Score: n.Score, Probe: n.Probe})
		}
	}
}

// isRemoteConnection tells whether an element configures the connection to a
// remote or guest node.
func isRemoteConnection(element *xml.Node) bool {
	return strings.EqualFold(element.Attr("type"), "remote") &&
		strings.EqualFold(element.Attr("class"), "ocf") &&
		strings.EqualFold(element.Attr("provider"), "pacemaker")
}
