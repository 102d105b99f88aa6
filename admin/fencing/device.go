package fencing

import (
	"fmt"

	"holdfast/cib"
	"holdfast/cib/xml"
)

// A Param is one parameter of a device.
type Param struct{ Name, Value string }

// Add configures a fence device. The id must be free.
func Add(c cib.CIB, id, agent string, params []Param) (cib.Request, error) {
	if used(c, id) {
		return cib.Request{}, fmt.Errorf("there is already something with the id %s", id)
	}
	device := xml.New("primitive", "id", id, "class", "stonith", "type", agent)
	if len(params) > 0 {
		set := xml.New("instance_attributes", "id", id+"-instance_attributes")
		for _, p := range params {
			set.Add(xml.New("nvpair", "id", set.ID()+"-"+p.Name, "name", p.Name, "value", p.Value))
		}
		device.Add(set)
	}
	return cib.Request{Op: cib.Create, Section: "resources", Data: device}, nil
}

// Remove takes a fence device out of the configuration.
func Remove(c cib.CIB, id string) (cib.Request, error) {
	var device *xml.Node
	xml.Walk(c.Root().Find("configuration", "resources"), func(n *xml.Node, _ xml.Path) bool {
		if n.Kind == xml.Element && n.Name == "primitive" && n.ID() == id && n.Attr("class") == "stonith" {
			device = n
		}
		return device == nil
	})
	if device == nil {
		return cib.Request{}, fmt.Errorf("there is no fence device %s", id)
	}
	return cib.Request{Op: cib.Delete, Section: "resources", Data: xml.New("primitive", "id", id)}, nil
}
