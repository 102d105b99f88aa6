package schema

import (
	"fmt"

	"holdfast/cib/xml"
)

// A Violation is one place where a document does not conform.
type Violation struct {
	Line    int    // in the source, 0 if unknown
	Element string // the name of the element
	Path    string // where it is
	Msg     string // what is wrong
}

// String gives the form that crmsh reads.
func (v Violation) String() string {
	return fmt.Sprintf("line %d: element %s: Relax-NG validity error : %s", v.Line, v.Element, v.Msg)
}

// Validate returns where a document does not conform to the schema that its
// validate-with names; nothing if it conforms.
func Validate(root *xml.Node) []Violation {
	name, ok := root.Lookup("validate-with")
	switch {
	case !ok:
		return []Violation{{int(root.Line), root.Name, "/" + root.Name, "the document does not name its schema in validate-with"}}
	case !Known(name):
		return []Violation{{int(root.Line), root.Name, "/" + root.Name, fmt.Sprintf("validate-with=%q names no known schema", name)}}
	}
	return nil
}
