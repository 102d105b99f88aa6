// Package parameter finds, sets and deletes what a resource is configured with:
// its instance attributes, meta-attributes and utilization, and the attributes of
// its element. Its edits are requests that the caller applies to a file or sends
// to a cluster.
package parameter

import (
	"holdfast/cib"
	"holdfast/cib/xml"
)

// A Place says where a parameter of a resource stands.
type Place struct {
	Resource string // id of the element
	Block    string // "meta_attributes" and so on, "" for any
	Set      string // id of the block, "" for any
	Pair     string // id of the nvpair, "" for any
	Name     string // of the parameter, "" for any
}

// Find lists the nvpairs at a place, in document order.
func (p Place) Find(c cib.CIB) []*xml.Node {
	var found []*xml.Node
	for _, resource := range elements(c, p.Resource) {
		if p.Block == "" {
			found = p.pairs(resource, found)
			continue
		}
		for block := range resource.All(p.Block) {
			if p.Set == "" || block.ID() == p.Set {
				found = p.pairs(block, found)
			}
		}
	}
	return found
}

// pairs adds the fitting nvpairs anywhere below an element.
func (p Place) pairs(below *xml.Node, found []*xml.Node) []*xml.Node {
	for e := range below.Elements() {
		if e.Name == "nvpair" && (p.Pair == "" || e.ID() == p.Pair) && (p.Name == "" || e.Attr("name") == p.Name) {
			found = append(found, e)
		}
		found = p.pairs(e, found)
	}
	return found
}

// elements lists the elements with an id below the resources section.
func elements(c cib.CIB, id string) []*xml.Node {
	var found []*xml.Node
	var walk func(*xml.Node)
	walk = func(parent *xml.Node) {
		for e := range parent.Elements() {
			if e.ID() == id {
				found = append(found, e)
			}
			walk(e)
		}
	}
	walk(c.Root().Find("configuration", "resources"))
	return found
}

// Element returns the first element with an id in the resources section, nil if
// there is none.
func Element(c cib.CIB, id string) *xml.Node {
	if found := elements(c, id); len(found) > 0 {
		return found[0]
	}
	return nil
}

// Change gives an existing pair a value.
func Change(pair *xml.Node, name, value string) cib.Request {
	data := xml.New("nvpair", "id", pair.ID(), "name", name, "value", value)
	return cib.Request{Op: cib.Modify, Section: "resources", Data: data}
}

// SetID and PairID are the ids that a new pair and its block get, unless the
// place says others.
func (p Place) SetID() string {
	if p.Set != "" {
		return p.Set
	}
	return p.Resource + "-" + p.Block
}

// PairID is the id that a new pair gets; see SetID.
func (p Place) PairID() string {
	if p.Pair != "" {
		return p.Pair
	}
	return p.SetID() + "-" + p.Name
}

// Add makes a new pair, and its block if need be, in the element of the resource.
func (p Place) Add(resource *xml.Node, value string) cib.Request {
	pair := xml.New("nvpair", "id", p.PairID(), "name", p.Name, "value", value)
	block := xml.New(p.Block, "id", p.SetID()).Add(pair)
	data := xml.New(resource.Name, "id", p.Resource).Add(block)
	return cib.Request{Op: cib.Modify, Section: "resources", Data: data}
}

// Delete removes a pair.
func Delete(pair *xml.Node, name string) cib.Request {
	data := xml.New("nvpair", "id", pair.ID())
	if name != "" {
		data.SetAttr("name", name)
	}
	return cib.Request{Op: cib.Delete, Section: "resources", Data: data}
}

// SetAttribute gives the resource's element an attribute.
func SetAttribute(resource *xml.Node, name, value string) cib.Request {
	data := resource.Copy()
	data.SetAttr(name, value)
	return cib.Request{Op: cib.Replace, Section: "resources", Data: data}
}

// DeleteAttribute takes an attribute from the resource's element.
func DeleteAttribute(resource *xml.Node, name string) cib.Request {
	data := resource.Copy()
	data.DelAttr(name)
	return cib.Request{Op: cib.Replace, Section: "resources", Data: data}
}

// Remove takes a whole resource out of the configuration.
func Remove(kind, id string) cib.Request {
	return cib.Request{Op: cib.Delete, Section: "resources", Data: xml.New(kind, "id", id)}
}
