package schema

import (
	"slices"

	"holdfast/cib/xml"
)

// validity says which of an attribute's possible datatypes its value conforms to.
func (g *grammarOf) validity(a *attribute, value string) uint32 {
	var valid uint32
	for i, t := range a.types {
		if g.types[t].ok(value) {
			valid |= 1 << i
		}
	}
	return valid
}

// anyOther stands for the attributes whose names the grammar does not have.
const anyOther = -1

// stepAttribute returns what follows from an attribute; its pattern is
// notAllowed if the attribute does not fit.
func (g *grammarOf) stepAttribute(p pattern, name, value string) attrNext {
	index, known := g.attrIndex[name]
	key := attrStep{p, anyOther, 0}
	if known {
		key = attrStep{p, int32(index), g.validity(&g.attrs[index], value)}
	}
	next, ok := g.afterAttr[key]
	if ok {
		return next
	}
	next.p = g.patterns.after(p, false, func(n node) pattern {
		switch {
		case n.kind != isAttribute:
			return notAllowed
		case g.attrs[n.a].name == "*":
			if slices.Contains(g.attrs[n.a].except, name) {
				return notAllowed
			}
			return empty
		case !known || int(n.a) != index || !accepts(&g.attrs[index], int(n.b), key.valid):
			return notAllowed
		}
		next.names = next.names || g.types[n.b].id
		next.refers = next.refers || g.types[n.b].ref
		return empty
	})
	g.afterAttr[key] = next
	return next
}

// accepts reports whether the value whose validity this is conforms to a
// datatype of the attribute.
func accepts(a *attribute, datatype int, valid uint32) bool {
	for i, t := range a.types {
		if t == datatype {
			return valid&(1<<i) != 0
		}
	}
	return false
}

// closeAttributes returns the pattern when no more attributes come.
func (g *grammarOf) closeAttributes(p pattern) pattern {
	q, ok := g.closed[p]
	if !ok {
		q = g.patterns.replaceAttributes(p, notAllowed)
		g.closed[p] = q
	}
	return q
}

// nameOf numbers the names of elements. Names that the grammar does not have
// share a number, so that documents cannot make the tables grow without end.
func (g *grammarOf) nameOf(name string) int32 {
	if i, ok := g.names[name]; ok {
		return i
	}
	return -1
}

// candidatesFor returns the descriptions of elements of this name that p has.
func (g *grammarOf) candidatesFor(p pattern, name string) []int {
	key := nameStep{p, g.nameOf(name)}
	c, ok := g.candidates[key]
	if !ok {
		g.patterns.leaves(p, func(n node) {
			if n.kind == isElement && (g.elements[n.a].name == name || g.elements[n.a].name == "*") {
				c = appendNew(c, int(n.a))
			}
		})
		g.candidates[key] = c
	}
	return c
}

func appendNew(list []int, i int) []int {
	for _, j := range list {
		if i == j {
			return list
		}
	}
	return append(list, i)
}

// stepElement returns the pattern after an element that conforms to some of the
// candidates.
func (g *grammarOf) stepElement(p pattern, name string, candidates []int, valid uint32) pattern {
	key := elemStep{p, g.nameOf(name), valid}
	if q, ok := g.afterElem[key]; ok {
		return q
	}
	q := g.patterns.after(p, true, func(n node) pattern {
		if n.kind == isElement {
			for i, c := range candidates {
				if int(n.a) == c && valid&(1<<i) != 0 {
					return empty
				}
			}
		}
		return notAllowed
	})
	g.afterElem[key] = q
	return q
}

// takesText reports whether text may come.
func (g *grammarOf) takesText(p pattern) bool {
	takes := false
	g.patterns.leaves(p, func(n node) { takes = takes || n.kind == isText })
	return takes
}

// isBlank reports whether text counts as nothing.
func isBlank(n *xml.Node) bool { return n.Kind == xml.Text && collapse(n.Text) == "" }
