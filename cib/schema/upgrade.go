package schema

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// A step brings a document to the next major schema. Between major schemas a
// newer one takes all that an older one took, so nothing has to be changed.
type step struct {
	from, to string // the last schema of a major version and the first of the next
	do       func(u *upgrading)
}

var steps = []step{
	{"pacemaker-1.3", "pacemaker-2.0", to2},
	{"pacemaker-2.10", "pacemaker-3.0", to3},
	{"pacemaker-3.10", "pacemaker-4.0", to4},
}

// Upgrade returns the document as the newest schema wants it, or as the schema
// limit wants it, and notes on what could not be kept. A document that is there
// already is returned as it is. The original is not changed.
//
// A step is done only if the document does not conform to the next schema as it
// is, as Pacemaker does it. A document that does not conform to the schema that it
// names, but to a newer one, is taken for that; one that conforms to none gives a
// *NonconformingError.
func Upgrade(root *xml.Node, limit string) (*xml.Node, []string, error) {
	if limit == "" || limit == None {
		limit = Newest
	}
	from := root.Attr("validate-with")
	if !Known(limit) || !Known(from) {
		return nil, nil, fmt.Errorf("upgrade from %q to %q: no such schema", from, limit)
	}
	if !Before(from, limit) {
		return root, nil, nil
	}
	if passes(root, from, limit) {
		up := root.Copy()
		up.SetAttr("validate-with", limit)
		return up, nil, nil
	}
	from, err := conforming(root, from, limit)
	if err != nil {
		return nil, nil, err
	}
	u := &upgrading{root: root}
	for _, s := range steps {
		if Before(s.from, from) || Before(limit, s.to) || Conforms(u.root, s.to) {
			continue
		}
		u.step(s)
		if violations := ValidateAs(u.root, s.to); len(violations) > 0 {
			return nil, u.notes, fmt.Errorf("the document would not conform to %s: %s", s.to, violations[0])
		}
	}
	up := u.root
	if up == root {
		up = root.Copy()
	}
	up.SetAttr("validate-with", limit)
	return up, u.notes, nil
}

// passes reports whether a document conforms to the schema after the only step
// that it could need. Then nothing needs to be done, whatever else it conforms to:
// most documents are looked at once.
func passes(root *xml.Node, from, limit string) bool {
	last := steps[len(steps)-1]
	return limit == last.to && !Before(from, steps[len(steps)-2].to) && Conforms(root, last.to)
}

// A NonconformingError says that a document conforms neither to the schema that
// it names nor to a newer one.
type NonconformingError struct {
	Schema string    // the one it names
	First  Violation // of that
}

func (e *NonconformingError) Error() string {
	return fmt.Sprintf("the document does not conform to %s: %s", e.Schema, e.First)
}

// conforming returns the first schema from the one named on that the document
// conforms to. The error is a *NonconformingError.
func conforming(root *xml.Node, from, limit string) (string, error) {
	for _, name := range names[rank(from) : rank(limit)+1] {
		if Conforms(root, name) {
			return name, nil
		}
	}
	return "", &NonconformingError{from, ValidateAs(root, from)[0]}
}

// upgrading is a document on its way. It is a copy of its own, changed in place.
type upgrading struct {
	root  *xml.Node
	notes []string
	// made are the elements that were not in the document to begin with: new ones,
	// and copies that stand for a reference.
	made map[*xml.Node]bool
}

// note tells of something once, even if it was copied to several places.
func (u *upgrading) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); !slices.Contains(u.notes, text) {
		u.notes = append(u.notes, text)
	}
}

func (u *upgrading) step(s step) {
	u.root = u.root.Clone()
	trimNames(u.root)
	u.made = map[*xml.Node]bool{}
	s.do(u)
	u.root.SetAttr("validate-with", s.to)
}

// naming are the attributes whose values are ids.
var naming = []string{"id", "id-ref", "rsc", "with-rsc", "first", "then", "template", "ref", "reference"}

// trimNames takes blanks around ids away. They do not count where ids are compared,
// but they would stand in the middle of ids that are made from these.
func trimNames(root *xml.Node) {
	each(root, func(n *xml.Node) {
		for i := range n.Attrs {
			if a := &n.Attrs[i]; slices.Contains(naming, a.Name) {
				a.Value = strings.TrimFunc(a.Value, blank)
			}
		}
	})
}

// idOf makes a text fit to be part of an id.
func idOf(text string) string {
	return strings.Map(func(r rune) rune {
		if isNCName("_" + string(r) + "_") {
			return r
		}
		return '_'
	}, text)
}

// rewrite replaces the children of every element by what f makes of each, from
// the top down. f returns what stands in the place of a child: itself, others,
// or nothing.
func rewrite(n *xml.Node, f func(parent, child *xml.Node) []*xml.Node) {
	if len(n.Children) == 0 {
		return
	}
	var kids []*xml.Node
	for _, c := range n.Children {
		if c.Kind != xml.Element {
			kids = append(kids, c)
			continue
		}
		kids = append(kids, f(n, c)...)
	}
	n.Children = kids
	for _, c := range kids {
		rewrite(c, f)
	}
}

// keep is what f of rewrite returns to leave a child as it is.
func keep(n *xml.Node) []*xml.Node { return []*xml.Node{n} }

// each calls f for every element, the root first.
func each(root *xml.Node, f func(n *xml.Node)) {
	xml.Walk(root, func(n *xml.Node, _ xml.Path) bool {
		if n.Kind == xml.Element {
			f(n)
		}
		return true
	})
}

// byID returns the elements that have an id, the first of each.
func byID(root *xml.Node) map[string]*xml.Node {
	found := map[string]*xml.Node{}
	each(root, func(n *xml.Node) {
		if id, ok := n.Lookup("id"); ok && found[id] == nil {
			found[id] = n
		}
	})
	return found
}

// rename gives an attribute another name in the same place.
func rename(n *xml.Node, from, to string) {
	for i := range n.Attrs {
		if n.Attrs[i].Name == from {
			n.Attrs[i].Name = to
		}
	}
}

// children returns the child elements of a name.
func children(n *xml.Node, name string) []*xml.Node {
	var list []*xml.Node
	for c := range n.All(name) {
		list = append(list, c)
	}
	return list
}
