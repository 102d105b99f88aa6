package schema

import (
	"fmt"

	"holdfast/cib/xml"
)

// Upgrade returns the document as the newest schema wants it, or as the schema
// limit wants it. A document that is there already is returned as it is.
func Upgrade(root *xml.Node, limit string) (*xml.Node, error) {
	if limit == "" {
		limit = Newest
	}
	if !Known(limit) {
		return nil, fmt.Errorf("%q is no known schema", limit)
	}
	from := root.Attr("validate-with")
	if !Before(from, limit) {
		return root, nil
	}
	if violations := Validate(root); len(violations) > 0 {
		return nil, fmt.Errorf("the document does not conform to %s: %s", from, violations[0])
	}
	up := root.Copy()
	up.SetAttr("validate-with", limit)
	return up, nil
}
