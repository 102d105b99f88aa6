package schema

import (
	"strings"

	"holdfast/cib/xml"
)

// Conforms reports whether a document conforms to a schema, whatever its
// validate-with says. It stops at the first thing that does not, and does not
// ask what it is: that is Validate's.
func Conforms(root *xml.Node, name string) bool {
	if name == None || !Known(name) {
		return name == None
	}
	return conforms(root, name)
}

// conforms holds a document against a grammar.
func conforms(root *xml.Node, name string) bool {
	g := grammarFor(grammarName{schema: name})
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.conforms(root)
}

func (g *grammarOf) conforms(root *xml.Node) bool {
	candidates := g.candidatesFor(g.start, root.Name)
	if len(candidates) == 0 {
		return false
	}
	v := verdict{g: g, ids: idTables.Get().(*idTable)}
	defer idTables.Put(v.ids)
	defer v.ids.clear()
	return v.element(root, g.elements[candidates[0]]) && v.ids.resolved()
}

// verdict is a run over a document that only asks whether it conforms.
type verdict struct {
	g   *grammarOf
	ids *idTable
}

func (v *verdict) element(n *xml.Node, e *element) bool {
	if e.open {
		return true
	}
	p := v.g.contentOf(e)
	for i := range n.Attrs {
		a := &n.Attrs[i]
		next := v.g.stepAttribute(p, a.Name, a.Value)
		if next.p == notAllowed {
			return false
		}
		if next.names || next.refers {
			v.ids.note(idUse{n, strings.Trim(a.Value, " \t\n\r"), !next.names}) // a name has blanks around it at most
		}
		p = next.p
	}
	p = v.g.closeAttributes(p)
	for i := 0; p != notAllowed && i < len(n.Children); i++ {
		p = v.child(n.Children[i], p)
	}
	return p != notAllowed && v.g.patterns.nullable[p]
}

// child returns the pattern after a child, notAllowed if it does not fit.
func (v *verdict) child(c *xml.Node, p pattern) pattern {
	switch {
	case c.Kind == xml.Comment, c.Kind == xml.Text && (isBlank(c) || v.g.takesText(p)):
		return p
	case c.Kind == xml.Text:
		return notAllowed
	}
	candidates := v.g.candidatesFor(p, c.Name)
	if len(candidates) == 1 {
		if !v.element(c, v.g.elements[candidates[0]]) {
			return notAllowed
		}
		return v.g.stepElement(p, c.Name, 1)
	}
	valid := v.conforming(c, candidates)
	if valid == 0 {
		return notAllowed
	}
	return v.g.stepElement(p, c.Name, valid)
}

// conforming says which candidates an element conforms to. The first of them
// says which names are in it.
func (v *verdict) conforming(c *xml.Node, candidates []int) (valid uint32) {
	kept := v.ids.len()
	for i, e := range candidates {
		ok := v.element(c, v.g.elements[e])
		if ok && valid == 0 {
			kept = v.ids.len()
		}
		if ok {
			valid |= 1 << i
		}
		v.ids.cut(kept)
	}
	return valid
}
