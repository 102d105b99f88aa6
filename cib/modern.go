package cib

import (
	"sync"

	"holdfast/cib/schema"
	"holdfast/cib/xml"
)

// Modern returns a document as the newest schema has it, for who only reads it:
// the scheduler and the tools that show things know no older syntax. A document
// that cannot be brought there, or names no schema, is returned as it is, with
// the reason. Its status is left alone.
func Modern(root *xml.Node) (*xml.Node, error) {
	claimed := root.Attr("validate-with")
	if claimed == schema.Newest || claimed == schema.None || !schema.Known(claimed) {
		return root, nil
	}
	up, _, err := schema.Upgrade(WithEmptyStatus(root), "")
	if err != nil {
		return root, err
	}
	return withConfiguration(root, up.Child("configuration")), nil
}

// withConfiguration gives a document another configuration, which is of the
// newest schema.
func withConfiguration(root, configuration *xml.Node) *xml.Node {
	next := root.Copy()
	next.SetAttr("validate-with", schema.Newest)
	for i, c := range next.Children {
		if c.Kind == xml.Element && c.Name == "configuration" {
			next.Children[i] = configuration
		}
	}
	return next
}

// A Modernizer makes documents modern that follow one another, and looks at a
// configuration only when it has changed. It may be used by many goroutines.
type Modernizer struct {
	mu          sync.Mutex
	from        *xml.Node // the configuration that was looked at last
	schema      string    // and the schema it was of
	modern      *xml.Node // what became of it
	unreachable error     // or why nothing did
}

// Modern is the function Modern with a memory.
func (m *Modernizer) Modern(root *xml.Node) (*xml.Node, error) {
	configuration, claimed := root.Child("configuration"), root.Attr("validate-with")
	m.mu.Lock()
	defer m.mu.Unlock()
	if configuration == nil || configuration != m.from || claimed != m.schema {
		up, err := Modern(root)
		m.from, m.schema, m.modern, m.unreachable = configuration, claimed, up.Child("configuration"), err
		return up, err
	}
	if m.modern == m.from {
		return root, m.unreachable
	}
	return withConfiguration(root, m.modern), nil
}
