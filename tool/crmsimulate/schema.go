package crmsimulate

import (
	"errors"
	"slices"

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
	up, _, err := schema.Upgrade(doc, "")
	if claimed == schema.Newest {
		err = conformance(doc)
	}
	if none := (*schema.NonconformingError)(nil); errors.As(err, &none) {
		return nil, tool.Fail(crm.ExitConfig, "%s\nCannot upgrade configuration (claiming %s schema) to at least %s because it does not "+
			"validate with any schema from %s to the latest", none.First, claimed, schema.Newest, claimed)
	}
	if err != nil {
		return nil, tool.Fail(crm.ExitConfig, "Schema upgrade failed: %v", err)
	}
	return withStatus(up, status), nil
}

// inspect does what modern does, beside what its caller does until it asks for the
// outcome.
func inspect(doc *xml.Node) (outcome func() (*xml.Node, error)) {
	var up *xml.Node
	var err error
	done := make(chan struct{})
	go func() {
		defer close(done)
		up, err = modern(doc)
	}()
	return func() (*xml.Node, error) {
		<-done
		return up, err
	}
}

// asNewest is what modern makes of a document whose contents need no change.
func asNewest(doc *xml.Node) *xml.Node {
	up := doc.Copy()
	if claimed, ok := doc.Lookup("validate-with"); ok && claimed != schema.None {
		up.SetAttr("validate-with", schema.Newest)
	}
	return up
}

// same tells whether two documents have the same attributes and the very same
// contents.
func same(a, b *xml.Node) bool {
	return a.Name == b.Name && slices.Equal(a.Attrs, b.Attrs) && slices.Equal(a.Children, b.Children)
}

// conformance holds a document of the newest schema, which needs no upgrade,
// against it.
func conformance(doc *xml.Node) error {
	if violations := schema.Validate(doc); len(violations) > 0 {
		return &schema.NonconformingError{Schema: schema.Newest, First: violations[0]}
	}
	return nil
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
