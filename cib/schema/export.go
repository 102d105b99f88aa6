package schema

import (
	"fmt"
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// RelaxNG writes a schema as a RELAX NG grammar, for programs that read the
// schemas of Pacemaker from files: crmsh completes element and attribute names
// with them.
func RelaxNG(name string) ([]byte, error) {
	if rank(name) < 0 || name == None {
		return nil, fmt.Errorf("%q is no known schema", name)
	}
	return export(grammar(), "start", parseVersion(name).number()), nil
}

// export writes a grammar that begins with a definition.
func export(defs *definitions, first string, version int) []byte {
	e := exporter{defs: defs, version: version, done: map[string]bool{}}
	e.root = xml.New("grammar", "xmlns", "http://relaxng.org/ns/structure/1.0",
		"datatypeLibrary", "http://www.w3.org/2001/XMLSchema-datatypes")
	start := xml.New("start")
	e.root.Add(start.Add(e.term(e.defs.pattern(first))...))
	var defines []*xml.Node
	for i := 0; i < len(e.wanted); i++ {
		define := xml.New("define", "name", e.wanted[i])
		defines = append(defines, define.Add(orEmpty(e.term(e.defs.pattern(e.wanted[i])))...))
	}
	// crmsh takes the first description of an element that it finds: sorted, that
	// is the plain one.
	slices.SortFunc(defines, func(a, b *xml.Node) int { return strings.Compare(a.Attr("name"), b.Attr("name")) })
	e.root.Add(defines...)
	return append([]byte("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"), e.root.Indented()...)
}

type exporter struct {
	defs    *definitions
	version int
	root    *xml.Node
	wanted  []string // definitions that were referred to, in order
	done    map[string]bool
}

func orEmpty(nodes []*xml.Node) []*xml.Node {
	if len(nodes) == 0 {
		return []*xml.Node{xml.New("empty")}
	}
	return nodes
}

// term returns what stands for a term; nothing if this version does not have it.
func (e *exporter) term(t *term) []*xml.Node {
	if !inRange(t.since, t.until, e.version) {
		return nil
	}
	var kids []*xml.Node
	for _, k := range t.kids {
		kids = append(kids, e.term(k)...)
	}
	switch t.op {
	case opChoice:
		return wrap("choice", kids)
	case opGroup:
		return wrap("group", kids)
	case opInterleave:
		return wrap("interleave", kids)
	case opOptional, opStar, opPlus:
		if len(kids) == 0 {
			return nil
		}
		return []*xml.Node{xml.New(repeats[t.op]).Add(kids...)}
	case opElement:
		return []*xml.Node{named("element", t.name).Add(orEmpty(kids)...)}
	case opAttribute:
		return []*xml.Node{e.attribute(t)}
	case opRef:
		return e.reference(t.name)
	case opText:
		return []*xml.Node{xml.New("text")}
	}
	return []*xml.Node{xml.New("empty")}
}

var repeats = map[byte]string{opOptional: "optional", opStar: "zeroOrMore", opPlus: "oneOrMore"}

// wrap puts several patterns into one; a single one stays as it is.
func wrap(name string, kids []*xml.Node) []*xml.Node {
	if len(kids) < 2 {
		return kids
	}
	return []*xml.Node{xml.New(name).Add(kids...)}
}

func named(kind, name string) *xml.Node {
	if name == "*" {
		return xml.New(kind).Add(xml.New("anyName"))
	}
	return xml.New(kind, "name", name)
}

// reference refers to a definition, unless this version has nothing there.
func (e *exporter) reference(name string) []*xml.Node {
	if !e.present(e.defs.pattern(name)) {
		return nil
	}
	if !e.done[name] {
		e.done[name] = true
		e.wanted = append(e.wanted, name)
	}
	return []*xml.Node{xml.New("ref", "name", name)}
}

// present reports whether this version has a term at all.
func (e *exporter) present(t *term) bool {
	switch {
	case !inRange(t.since, t.until, e.version):
		return false
	case t.op == opChoice || t.op == opGroup || t.op == opInterleave || t.op == opOptional || t.op == opStar || t.op == opPlus:
		return slices.ContainsFunc(t.kids, e.present)
	case t.op == opRef:
		return e.present(e.defs.pattern(t.name))
	}
	return true
}

func (e *exporter) attribute(t *term) *xml.Node {
	a := named("attribute", t.name)
	if len(t.except) > 0 {
		except := xml.New("except")
		for _, name := range t.except {
			except.Add(xml.New("name").Add(&xml.Node{Kind: xml.Text, Text: name}))
		}
		a.Children[0].Add(except)
	}
	switch name := t.typ.name; {
	case name == "text":
		return a.Add(xml.New("text"))
	case name == "score":
		return a.Add(xml.New("choice").Add(xml.New("data", "type", "integer"), value("INFINITY"), value("+INFINITY"), value("-INFINITY")))
	case name == "schema":
		return a.Add(choice(append(Names(), None)))
	case standard[name] != nil:
		return a.Add(standard[name]())
	}
	d := t.typ.datatype(e.defs, e.version)
	if t.typ.not {
		return a.Add(xml.New("data", "type", "string").Add(xml.New("except").Add(choice(t.typ.words(e.defs, e.version)))))
	}
	return a.Add(choice(d.words))
}

func value(word string) *xml.Node {
	return xml.New("value").Add(&xml.Node{Kind: xml.Text, Text: word})
}

func choice(words []string) *xml.Node {
	if len(words) == 1 {
		return value(words[0])
	}
	c := xml.New("choice")
	for _, w := range words {
		c.Add(value(w))
	}
	return c
}

// standard are the datatypes that XML Schema has, perhaps narrowed.
var standard = map[string]func() *xml.Node{
	"id":      data("ID", "", ""),
	"ref":     data("IDREF", "", ""),
	"int":     data("integer", "", ""),
	"count":   data("nonNegativeInteger", "", ""),
	"number":  data("positiveInteger", "", ""),
	"bool":    data("boolean", "", ""),
	"decimal": data("decimal", "", ""),
	"level":   data("positiveInteger", "maxInclusive", "9"),
	"devices": data("string", "pattern", `([a-zA-Z0-9_\.\-]+)(,[a-zA-Z0-9_\.\-]+)*`),
	"ports":   data("string", "pattern", `([0-9\-]+)`),
}

func data(typ, param, text string) func() *xml.Node {
	return func() *xml.Node {
		d := xml.New("data", "type", typ)
		if param != "" {
			d.Add(xml.New("param", "name", param).Add(&xml.Node{Kind: xml.Text, Text: text}))
		}
		return d
	}
}
