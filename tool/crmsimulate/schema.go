package crmsimulate

import (
	"holdfast/cib/schema"
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/tool"
)

// modern returns a CIB as the newest schema wants it. One that does not conform
// to the schema it names may still conform to a newer one.
func modern(doc *xml.Node) (*xml.Node, error) {
	if doc.Name != "cib" {
		return nil, tool.Fail(crm.ExitConfig, "The input is a <%s> element and not a <cib>", doc.Name)
	}
	claimed, ok := doc.Lookup("validate-with")
	if !ok || !schema.Known(claimed) {
		return nil, tool.Fail(crm.ExitConfig, "")
	}
	if claimed == schema.None {
		return doc, nil
	}
	doc, status := withoutStatus(doc)
	violations := schema.Validate(doc)
	if len(violations) > 0 {
		newer := conforming(doc, claimed)
		if newer == "" {
			return nil, tool.Fail(crm.ExitConfig, "%s\nCannot upgrade configuration (claiming %s schema) to at least %s because it does not "+
				"validate with any schema from %s to the latest", violations[0], claimed, schema.Newest, claimed)
		}
		doc = doc.Copy()
		doc.SetAttr("validate-with", newer)
	}
	up, _, err := schema.Upgrade(doc, "")
	if err != nil {
		return nil, tool.Fail(crm.ExitConfig, "Schema upgrade failed: %v", err)
	}
	return withStatus(up, status), nil
}

// withoutStatus takes the content of the status section out of a CIB: schemas
// leave it alone, and it is by far the largest part.
func withoutStatus(doc *xml.Node) (light, status *xml.Node) {
	light = doc.Copy()
	for i, c := range light.Children {
		if c.Kind == xml.Element && c.Name == "status" {
			light.Children[i] = xml.New("status")
			return light, c
		}
	}
	light.Add(xml.New("status"))
	return light, xml.New("status")
}

// withStatus puts the status section back.
func withStatus(light, status *xml.Node) *xml.Node {
	doc := light.Copy()
	for i, c := range doc.Children {
		if c.Kind == xml.Element && c.Name == "status" {
			doc.Children[i] = status
		}
	}
	return doc
}

// conforming is the oldest schema newer than the claimed one that a document
// conforms to, "" if it conforms to none.
func conforming(doc *xml.Node, claimed string) string {
	for _, name := range schema.Names() {
		if schema.Before(claimed, name) && len(schema.ValidateAs(doc, name)) == 0 {
			return name
		}
	}
	return ""
}
