package schema

import (
	"slices"
	"strings"
	"sync"
)

// A grammarOf is the grammar of one schema, made when first needed. Its tables
// grow while documents are validated: what is in an element is compiled when the
// first of them comes.
type grammarOf struct {
	mu       sync.Mutex
	version  int
	defs     *definitions
	patterns *patterns
	start    pattern

	attrs     []attribute
	attrIndex map[string]int
	types     []datatype
	typeIndex map[string]int // by what the datatype says of itself
	elements  []*element
	byTerm    map[*term]int
	open      map[string]bool // definitions being compiled, to notice left recursion

	states []*state        // by pattern
	names  map[string]bool // of elements
}

// attribute is a name with the datatypes that it has anywhere.
type attribute struct {
	name   string // "*" for any
	types  []int
	except []string // the names that "*" is not for
}

// element is one place in the grammar where an element is described.
type element struct {
	name    string // "*" for any
	open    bool   // nothing in it matters
	term    *term
	content pattern // see contentOf

	compiled bool
}

// A grammarName is what is known of a grammar. For a verdict the parts that a
// document needs are enough. What is told of a document that does not conform comes
// from the whole, so that it does not depend on what was looked at before.
type grammarName struct {
	schema string
	whole  bool
}

var compiled sync.Map // grammarName to *grammarOf

// grammarFor returns the grammar of a schema that is known and not "none", or
// that of results.
func grammarFor(name grammarName) *grammarOf {
	if g, ok := compiled.Load(name); ok {
		return g.(*grammarOf)
	}
	defs := grammar()
	if name.schema == resultSchema {
		defs = results()
	}
	made := newGrammar(defs, parseVersion(name.schema).number())
	if name.whole {
		made.compileAll()
	}
	g, _ := compiled.LoadOrStore(name, made)
	return g.(*grammarOf)
}

func newGrammar(defs *definitions, v int) *grammarOf {
	g := &grammarOf{
		version: v, defs: defs, patterns: newPatterns(),
		attrIndex: map[string]int{}, typeIndex: map[string]int{}, byTerm: map[*term]int{}, open: map[string]bool{},
		names: map[string]bool{},
	}
	g.start = g.compile(&term{op: opRef, name: "start"})
	return g
}

func (g *grammarOf) compileAll() {
	for i := 0; i < len(g.elements); i++ {
		g.contentOf(g.elements[i])
	}
}

// contentOf returns the pattern of what is in an element.
func (g *grammarOf) contentOf(e *element) pattern {
	if !e.compiled {
		e.content, e.compiled = g.compile(e.term.kids[0]), true
	}
	return e.content
}

// compile makes the pattern of a term for this version.
func (g *grammarOf) compile(t *term) pattern {
	p, present := g.compilePresent(t)
	if !present {
		return empty
	}
	return p
}

// compilePresent also says whether the term exists in this version at all: what
// does not is left out of sequences, and is no alternative in choices.
func (g *grammarOf) compilePresent(t *term) (p pattern, present bool) {
	if !inRange(t.since, t.until, g.version) {
		return notAllowed, false
	}
	switch t.op {
	case opChoice:
		return g.combine(t.kids, notAllowed, g.patterns.choice)
	case opGroup:
		return g.combine(t.kids, empty, g.patterns.group)
	case opInterleave:
		return g.combine(t.kids, empty, g.patterns.interleave)
	case opOptional, opStar, opPlus:
		return g.repeat(t)
	case opElement:
		return g.patterns.element(g.elementOf(t)), true
	case opAttribute:
		return g.attributeOf(t), true
	case opRef:
		return g.reference(t.name)
	case opText:
		return anyText, true
	}
	return empty, true
}

// combine folds the terms that exist in this version, beginning with unit.
func (g *grammarOf) combine(kids []*term, unit pattern, with func(p, q pattern) pattern) (pattern, bool) {
	all, any := unit, false
	for _, k := range kids {
		if p, present := g.compilePresent(k); present {
			all, any = with(all, p), true
		}
	}
	return all, any
}

func (g *grammarOf) repeat(t *term) (pattern, bool) {
	p, present := g.compilePresent(t.kids[0])
	if !present {
		return notAllowed, false
	}
	switch t.op {
	case opOptional:
		p = g.patterns.optional(p)
	case opStar:
		p = g.patterns.optional(g.patterns.plus(p))
	case opPlus:
		p = g.patterns.plus(p)
	}
	return p, true
}

func (g *grammarOf) reference(name string) (pattern, bool) {
	t := g.defs.pattern(name)
	if t == nil {
		panic("grammar: " + name + " is not defined")
	}
	if g.open[name] {
		panic("grammar: " + name + " refers to itself outside an element")
	}
	g.open[name] = true
	defer delete(g.open, name)
	return g.compilePresent(t)
}

func (g *grammarOf) elementOf(t *term) int {
	if i, ok := g.byTerm[t]; ok {
		return i
	}
	g.byTerm[t] = len(g.elements)
	content := t.kids[0]
	open := t.name == "*" && content.op == opRef && content.name == "anything"
	g.elements = append(g.elements, &element{name: t.name, open: open, term: t})
	g.names[t.name] = true
	return len(g.elements) - 1
}

func (g *grammarOf) attributeOf(t *term) pattern {
	typ := g.datatypeOf(t.typ)
	key := t.name + " " + strings.Join(t.except, " ")
	if t.name != "*" {
		key = t.name
	}
	name, ok := g.attrIndex[key]
	if !ok {
		name = len(g.attrs)
		g.attrIndex[key] = name
		g.attrs = append(g.attrs, attribute{name: t.name, except: t.except})
	}
	if a := &g.attrs[name]; !slices.Contains(a.types, typ) {
		a.types = append(a.types, typ)
	}
	return g.patterns.attribute(name, typ)
}

// datatypeOf numbers a datatype; those that accept the same share a number.
func (g *grammarOf) datatypeOf(t *typ) int {
	d := t.datatype(g.defs, g.version)
	i, ok := g.typeIndex[d.name]
	if !ok {
		i = len(g.types)
		g.types = append(g.types, d)
		g.typeIndex[d.name] = i
	}
	return i
}
