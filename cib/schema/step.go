package schema

import (
	"slices"

	"holdfast/cib/xml"
)

// A state is a pattern with what is known of the things that may come in it.
// States grow while documents are validated: documents repeat themselves, so
// that soon every step is a comparison or two with what came here before.
type state struct {
	attrs  []attrEdge
	kids   []kidEdge
	closed pattern // when no more attributes come, if isClosed
	// isClosed says that closed is known.
	isClosed bool
}

// attrEdge is what follows in a state from the attributes of a name.
type attrEdge struct {
	name  string // "" stands for all that the grammar does not have
	index int32  // of the name among the attributes of the grammar, or anyOther
	types []int  // the datatypes that decide what follows
	next  []attrNext
}

// attrNext is what follows from an attribute.
type attrNext struct {
	valid  uint32 // which of the datatypes its value conforms to
	p      pattern
	names  bool // its value names the element
	refers bool // its value is the name of another
}

// kidEdge is what follows in a state from the elements of a name.
type kidEdge struct {
	name       string // "" stands for all that the grammar does not have
	candidates []int  // the descriptions that an element may conform to
	next       []kidNext
}

// kidNext is what follows from an element.
type kidNext struct {
	valid uint32 // which of the candidates it conforms to
	p     pattern
}

// anyOther stands for the attributes whose names the grammar does not have.
// Things that it does not have share an edge, so that documents cannot make the
// tables grow without end.
const anyOther = -1

// stateOf returns what is known of a pattern.
func (g *grammarOf) stateOf(p pattern) *state {
	for int(p) >= len(g.states) {
		g.states = append(g.states, nil)
	}
	if g.states[p] == nil {
		g.states[p] = &state{}
	}
	return g.states[p]
}

// attrEdge returns the edge for the attributes of a name.
func (g *grammarOf) attrEdge(p pattern, name string) *attrEdge {
	s := g.stateOf(p)
	for i := range s.attrs {
		if s.attrs[i].name == name {
			return &s.attrs[i]
		}
	}
	e := attrEdge{name: name, index: anyOther}
	if index, known := g.attrIndex[name]; known {
		e.index = int32(index)
		e.types = g.deciding(p, index)
	} else if e.name = ""; name != "" {
		return g.attrEdge(p, "")
	}
	s.attrs = append(s.attrs, e)
	return &s.attrs[len(s.attrs)-1]
}

// deciding returns the datatypes that a pattern has for an attribute.
func (g *grammarOf) deciding(p pattern, index int) []int {
	var types []int
	g.patterns.leaves(p, func(n node) {
		if n.kind == isAttribute && int(n.a) == index {
			types = appendNew(types, int(n.b))
		}
	})
	return types
}

// stepAttribute returns what follows from an attribute; its pattern is
// notAllowed if the attribute does not fit.
func (g *grammarOf) stepAttribute(p pattern, name, value string) attrNext {
	e := g.attrEdge(p, name)
	var valid uint32
	for i, t := range e.types {
		if g.types[t].ok(value) {
			valid |= 1 << i
		}
	}
	for i := range e.next {
		if e.next[i].valid == valid {
			return e.next[i]
		}
	}
	next := g.afterAttribute(p, e, name, valid)
	e.next = append(e.next, next)
	return next
}

// afterAttribute works out what follows from an attribute.
func (g *grammarOf) afterAttribute(p pattern, e *attrEdge, name string, valid uint32) attrNext {
	next := attrNext{valid: valid}
	next.p = g.patterns.after(p, false, func(n node) pattern {
		switch {
		case n.kind != isAttribute:
			return notAllowed
		case g.attrs[n.a].name == "*":
			if slices.Contains(g.attrs[n.a].except, name) {
				return notAllowed
			}
			return empty
		case n.a != e.index || valid&(1<<slices.Index(e.types, int(n.b))) == 0:
			return notAllowed
		}
		next.names = next.names || g.types[n.b].id
		next.refers = next.refers || g.types[n.b].ref
		return empty
	})
	return next
}

// closeAttributes returns the pattern when no more attributes come.
func (g *grammarOf) closeAttributes(p pattern) pattern {
	s := g.stateOf(p)
	if !s.isClosed {
		s.closed, s.isClosed = g.patterns.replaceAttributes(p, notAllowed), true
	}
	return s.closed
}

// kidEdge returns the edge for the elements of a name.
func (g *grammarOf) kidEdge(p pattern, name string) *kidEdge {
	s := g.stateOf(p)
	for i := range s.kids {
		if s.kids[i].name == name {
			return &s.kids[i]
		}
	}
	if !g.names[name] && name != "" {
		return g.kidEdge(p, "")
	}
	e := kidEdge{name: name}
	g.patterns.leaves(p, func(n node) {
		if n.kind == isElement && (g.elements[n.a].name == name || g.elements[n.a].name == "*") {
			e.candidates = appendNew(e.candidates, int(n.a))
		}
	})
	s.kids = append(s.kids, e)
	return &s.kids[len(s.kids)-1]
}

func appendNew(list []int, i int) []int {
	if slices.Contains(list, i) {
		return list
	}
	return append(list, i)
}

// candidatesFor returns the descriptions of elements of this name that p has.
func (g *grammarOf) candidatesFor(p pattern, name string) []int { return g.kidEdge(p, name).candidates }

// stepElement returns the pattern after an element that conforms to some of the
// candidates for its name.
func (g *grammarOf) stepElement(p pattern, name string, valid uint32) pattern {
	e := g.kidEdge(p, name)
	for i := range e.next {
		if e.next[i].valid == valid {
			return e.next[i].p
		}
	}
	q := g.afterElement(p, e.candidates, valid)
	e.next = append(e.next, kidNext{valid, q})
	return q
}

// afterElement works out the pattern after an element.
func (g *grammarOf) afterElement(p pattern, candidates []int, valid uint32) pattern {
	return g.patterns.after(p, true, func(n node) pattern {
		if n.kind == isElement {
			for i, c := range candidates {
				if int(n.a) == c && valid&(1<<i) != 0 {
					return empty
				}
			}
		}
		return notAllowed
	})
}

// takesText reports whether text may come.
func (g *grammarOf) takesText(p pattern) bool {
	takes := false
	g.patterns.leaves(p, func(n node) { takes = takes || n.kind == isText })
	return takes
}

// isBlank reports whether text counts as nothing.
func isBlank(n *xml.Node) bool { return n.Kind == xml.Text && collapse(n.Text) == "" }
