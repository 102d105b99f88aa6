package cib

import (
	"slices"

	"holdfast/cib/patch"
	"holdfast/cib/schema"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// A Version is the triple that orders CIBs.
type Version = patch.Version

// A CIB is one version of the document. The zero value holds none; use New,
// Parse or Empty.
type CIB struct{ root *xml.Node }

// New makes a CIB of a tree that must not be changed any more. The root must be
// <cib>. Text has no place in a CIB and is left out; a status section is added
// if there is none.
func New(root *xml.Node) (CIB, error) {
	if root == nil || root.Kind != xml.Element || root.Name != "cib" {
		return CIB{}, refuse(Corrupt, "the root element is not <cib>")
	}
	root = withoutText(root)
	if root.Child("status") == nil {
		root = root.Copy().Add(xml.New("status"))
	}
	return CIB{root}, nil
}

// Trusted makes a CIB of a root that another CIB had, without looking at it.
func Trusted(root *xml.Node) CIB { return CIB{root} }

// Parse reads a CIB.
func Parse(data []byte) (CIB, error) {
	root, err := xml.Parse(data)
	if err != nil {
		return CIB{}, refuse(Corrupt, "%v", err)
	}
	return New(root)
}

// Empty returns a CIB without anything configured, for the newest schema or the
// one given.
func Empty(schema string) CIB {
	if schema == "" {
		schema = NewestSchema
	}
	return CIB{xml.New("cib", "crm_feature_set", crm.FeatureSet, "validate-with", schema,
		"admin_epoch", "0", "epoch", "0", "num_updates", "0").Add(emptyConfiguration(), xml.New("status"))}
}

func emptyConfiguration() *xml.Node {
	return xml.New("configuration").Add(
		xml.New("crm_config"), xml.New("nodes"), xml.New("resources"), xml.New("constraints"))
}

// NewestSchema is what validate-with says in a new CIB.
const NewestSchema = schema.Newest

// Root returns the document, which is shared and must not be changed.
func (c CIB) Root() *xml.Node { return c.root }

// IsZero reports whether there is no document.
func (c CIB) IsZero() bool { return c.root == nil }

// Version returns the version triple.
func (c CIB) Version() Version { return patch.VersionOf(c.root) }

// Schema returns the name of the schema that the document must conform to.
func (c CIB) Schema() string { return c.root.Attr("validate-with") }

// Configuration returns the configuration section, nil if there is none.
func (c CIB) Configuration() *xml.Node { return c.root.Child("configuration") }

// Status returns the status section, nil if there is none.
func (c CIB) Status() *xml.Node { return c.root.Child("status") }

// Section returns one section by the name that requests use.
func (c CIB) Section(name string) *xml.Node {
	path, ok := sectionPath(c.root, name)
	if !ok {
		return nil
	}
	return path.At(c.root)
}

// withoutText returns the tree without text, sharing what has none.
func withoutText(n *xml.Node) *xml.Node {
	if n == nil {
		return nil
	}
	var kept []*xml.Node
	for i, c := range n.Children {
		next := c
		if c.Kind == xml.Element {
			next = withoutText(c)
		}
		if kept == nil && (next != c || c.Kind == xml.Text) {
			kept = slices.Clone(n.Children[:i])
			if kept == nil {
				kept = []*xml.Node{}
			}
		}
		if kept != nil && c.Kind != xml.Text {
			kept = append(kept, next)
		}
	}
	if kept == nil {
		return n
	}
	c := *n
	c.Children = kept
	return &c
}
