package cib

import (
	"holdfast/cib/acl"
	"holdfast/cib/xml"
	"holdfast/cib/xpath"
)

// Query returns what a request of that kind asks for. The result is shared with
// the document and must not be changed. It has only what the user may read. An expression with several matches
// gives them wrapped in <xpath-query>.
func (c CIB) Query(r Request) (*xml.Node, error) {
	if rights := acl.For(c.root, r.User, r.Groups, r.Time); rights != nil {
		c.root = rights.Filter(c.root)
		if c.root == nil {
			return nil, refuse(Denied, "user %s may read nothing", r.User)
		}
	}
	if r.XPath != "" {
		return c.queryXPath(r)
	}
	path, ok := sectionPath(c.root, r.Section)
	if !ok {
		return nil, refuse(NotFound, "there is no section %s", r.Section)
	}
	return limited(path.At(c.root), r.NoChildren), nil
}

func (c CIB) queryXPath(r Request) (*xml.Node, error) {
	matches, err := c.find(r)
	if err != nil {
		return nil, err
	}
	if len(matches) == 1 && isElement(matches[0]) {
		return limited(matches[0].Node, r.NoChildren), nil
	}
	all := xml.New("xpath-query")
	for _, m := range matches {
		switch {
		case m.Attr != "":
			// An attribute cannot stand alone; it is shown on the wrapper.
			all.SetAttr(m.Attr, m.Value())
		case m.Node != nil:
			all.Add(limited(m.Node, r.NoChildren && isElement(m)))
		}
	}
	return all, nil
}

func isElement(m xpath.Match) bool {
	return m.Node != nil && m.Attr == "" && m.Node.Kind == xml.Element
}

// find evaluates the request's expression over what the user may read; no match
// is a refusal.
func (c CIB) find(r Request) ([]xpath.Match, error) {
	matches, err := c.selected(r)
	if err != nil {
		return nil, err
	}
	if len(matches) == 0 {
		return nil, refuse(NotFound, "nothing matches %s", r.XPath)
	}
	return matches, nil
}

func (c CIB) selected(r Request) (matches []xpath.Match, err error) {
	if r.rights != nil {
		matches, err = r.rights.Select(c.root, r.XPath)
	} else {
		matches, err = xpath.Find(c.root, r.XPath)
	}
	if err != nil {
		return nil, refuse(NotFound, "%v", err)
	}
	return matches, nil
}

func limited(n *xml.Node, noChildren bool) *xml.Node {
	if !noChildren {
		return n
	}
	return &xml.Node{Name: n.Name, Attrs: n.Attrs}
}
