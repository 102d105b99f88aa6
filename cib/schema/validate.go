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
	Msg     string // what is wrong, and what would be right
}

// String gives the form that crmsh reads.
func (v Violation) String() string {
	return fmt.Sprintf("Entity: line %d: element %s: Relax-NG validity error : %s (at %s)", v.Line, v.Element, v.Msg, v.Path)
}

// maxViolations bounds how many are told; the rest seldom helps.
const maxViolations = 50

// Validate returns where a document does not conform to the schema that its
// validate-with names; nothing if it conforms.
func Validate(root *xml.Node) []Violation {
	name, ok := root.Lookup("validate-with")
	switch {
	case root.Name == "cib" && !ok:
		return []Violation{{int(root.Line), root.Name, "/cib", "the document does not name its schema in validate-with"}}
	case root.Name == "cib" && !Known(name):
		return []Violation{{int(root.Line), root.Name, "/cib", fmt.Sprintf("validate-with=%q names no known schema%s", name, didYouMean(name, names))}}
	}
	return ValidateAs(root, name)
}

// ValidateAs returns where a document does not conform to a schema, whatever its
// validate-with says.
func ValidateAs(root *xml.Node, name string) []Violation {
	if name == None {
		return nil
	}
	if !Known(name) {
		return []Violation{{int(root.Line), root.Name, "/" + root.Name, fmt.Sprintf("%q is no known schema", name)}}
	}
	return validate(root, name)
}

// validate holds a document against a grammar.
func validate(root *xml.Node, name string) []Violation {
	if conforms(root, name) {
		return nil
	}
	g := grammarFor(grammarName{name, true})
	g.mu.Lock()
	defer g.mu.Unlock()
	v := validator{g: g, ids: map[string]*xml.Node{}}
	v.document(root)
	return v.found
}

// validator is one run over a document.
type validator struct {
	g     *grammarOf
	ids   map[string]*xml.Node // by id, the element that has it
	refs  []reference
	way   []*xml.Node // from the root to the element being looked at
	found []Violation
	mute  int // greater than 0 while only the verdict counts
	bad   bool
}

// reference is an attribute that names another element.
type reference struct {
	from     *xml.Node
	attr, id string
}

// violation records that something is wrong with the innermost element.
func (v *validator) violation(n *xml.Node, format string, args ...any) {
	v.bad = true
	if v.mute > 0 || len(v.found) >= maxViolations {
		return
	}
	v.found = append(v.found, Violation{int(n.Line), n.Name, v.path(), fmt.Sprintf(format, args...)})
}

func (v *validator) path() string {
	path := ""
	for _, n := range v.way {
		path += "/" + n.Name
		if id, ok := n.Lookup("id"); ok {
			path += "[@id='" + id + "']"
		}
	}
	return path
}

func (v *validator) document(root *xml.Node) {
	candidates := v.g.candidatesFor(v.g.start, root.Name)
	if len(candidates) == 0 {
		v.way = append(v.way, root)
		v.violation(root, "the root element is %s, expected %s", root.Name, v.g.elements[0].name)
		return
	}
	v.element(root, v.g.elements[candidates[0]])
	v.resolve()
}

// element holds an element against its description.
func (v *validator) element(n *xml.Node, e *element) {
	if e.open {
		return
	}
	v.way = append(v.way, n)
	p, fit := v.attributes(n, v.g.contentOf(e)), true
	for _, c := range n.Children {
		q := v.child(n, c, p)
		if fit = fit && q != notAllowed; q != notAllowed {
			p = q
		}
	}
	if fit && !v.g.patterns.nullable[p] { // otherwise what is missing is what did not fit
		v.incomplete(n, p)
	}
	v.way = v.way[:len(v.way)-1]
}

// attributes takes the attributes and returns the pattern of what is inside.
func (v *validator) attributes(n *xml.Node, p pattern) pattern {
	fit := true
	for i := range n.Attrs {
		a := &n.Attrs[i]
		next := v.g.stepAttribute(p, a.Name, a.Value)
		switch {
		case next.p == notAllowed:
			v.badAttribute(n, p, a)
			fit = false
			continue
		case v.mute > 0:
		case next.names:
			v.identify(n, collapse(a.Value))
		case next.refers:
			v.refs = append(v.refs, reference{n, a.Name, collapse(a.Value)})
		}
		p = next.p
	}
	q := v.g.closeAttributes(p)
	if q == notAllowed {
		if fit { // otherwise what is missing is what was told of
			v.missingAttributes(n, p)
		}
		q = v.g.patterns.replaceAttributes(p, empty)
	}
	return q
}

// identify holds that names are unique.
func (v *validator) identify(n *xml.Node, id string) {
	if first, ok := v.ids[id]; ok && first != n {
		v.violation(n, "id %q is taken already, by the %s of line %d", id, first.Name, first.Line)
		return
	}
	v.ids[id] = n
}

// resolve holds that what is referred to exists.
func (v *validator) resolve() {
	for _, r := range v.refs {
		if _, ok := v.ids[r.id]; ok {
			continue
		}
		v.way = []*xml.Node{r.from}
		v.violation(r.from, "attribute %s refers to %q, but no element has that id", r.attr, r.id)
	}
}

// child takes one child and returns the pattern after it, notAllowed if it does
// not fit.
func (v *validator) child(n, c *xml.Node, p pattern) pattern {
	switch c.Kind {
	case xml.Comment:
		return p
	case xml.Text:
		if !isBlank(c) && !v.g.takesText(p) {
			v.violation(n, "text is not allowed here: %.40q", c.Text)
		}
		return p
	}
	candidates := v.g.candidatesFor(p, c.Name)
	q := notAllowed
	if len(candidates) > 0 {
		q = v.g.stepElement(p, c.Name, v.conforming(c, candidates))
	}
	if q == notAllowed {
		v.unexpected(n, c, p)
	}
	return q
}

// conforming looks into a child and says which candidates it conforms to. A
// child that conforms to none counts as conforming, once that has been told, so
// that what comes after it is looked at as well.
func (v *validator) conforming(c *xml.Node, candidates []int) uint32 {
	if len(candidates) == 1 {
		v.element(c, v.g.elements[candidates[0]])
		return 1
	}
	var valid uint32
	for i, e := range candidates {
		if v.conforms(c, e) {
			valid |= 1 << i
		}
	}
	if valid == 0 {
		v.element(c, v.g.elements[candidates[0]])
		return 1
	}
	v.collect(c, candidates, valid)
	return valid
}

// conforms tries an element without telling of violations.
func (v *validator) conforms(c *xml.Node, e int) bool {
	was := v.bad
	v.bad = false
	v.mute++
	v.element(c, v.g.elements[e])
	v.mute--
	ok := !v.bad
	v.bad = was
	return ok
}

// collect takes the ids in an element that was only tried.
func (v *validator) collect(c *xml.Node, candidates []int, valid uint32) {
	for i, e := range candidates {
		if valid&(1<<i) != 0 && v.mute == 0 {
			v.element(c, v.g.elements[e])
			return
		}
	}
}
