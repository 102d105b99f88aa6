package schema

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"sync"
)

//go:embed grammar.txt
var grammarText string

//go:embed results.txt
var resultsText string

// term is a pattern of the grammar as written, for all versions.
type term struct {
	op           byte // one of the constants below
	kids         []*term
	name         string   // of an element, an attribute or a definition
	typ          *typ     // of an attribute
	except       []string // of attributes of any name, those that the element names itself
	since, until int      // the versions it is for; 0 means no bound
}

const (
	opChoice     = '|'
	opGroup      = ','
	opInterleave = '&'
	opOptional   = '?'
	opStar       = '*'
	opPlus       = '+'
	opElement    = '<'
	opAttribute  = '@'
	opRef        = '$'
	opText       = 't'
	opEmpty      = 'e'
)

// a typ is a datatype as written.
type typ struct {
	name    string // of a built-in or defined type; "" for a choice of words
	not     bool   // any but the words
	choices []*typ
	word    string // a single word, if isWord
	isWord  bool

	since, until int
}

// definitions is the grammar as a whole. A definition is parsed when it is first
// asked for: most documents need few of them.
type definitions struct {
	mu       sync.Mutex
	patterns map[string]*definition
	types    map[string]*definition
}

// definition is a pattern or a type of the grammar.
type definition struct {
	text string // as written; "" once it is parsed
	term *term
	typ  *typ
}

// grammar and results split their texts once. That these are well-formed is a
// property of the program, held by tests.
var (
	grammar = sync.OnceValue(func() *definitions { return parseDSL(grammarText) })
	results = sync.OnceValue(func() *definitions { return parseDSL(resultsText) })
)

// parseDSL splits a grammar into its definitions: each begins a line, which none
// of its other lines does with a letter.
func parseDSL(text string) *definitions {
	d := &definitions{patterns: make(map[string]*definition, 64), types: map[string]*definition{}}
	start, at := 0, 0
	for line := range strings.Lines(text) {
		if c := line[0]; c >= 'a' && c <= 'z' {
			d.add(text[start:at])
			start = at
		}
		at += len(line)
	}
	d.add(text[start:])
	return d
}

func (d *definitions) add(text string) {
	head, body, ok := strings.Cut(text, "=")
	name, named := strings.CutPrefix(head, "type ")
	switch name = strings.TrimSpace(name); {
	case !ok || head[0] == '#': // the comment before the first
	case named:
		d.types[name] = &definition{text: body}
	default:
		d.patterns[name] = &definition{text: body}
	}
}

// pattern returns a defined pattern, nil if there is none of that name.
func (d *definitions) pattern(name string) *term {
	d.mu.Lock()
	defer d.mu.Unlock()
	def := d.patterns[name]
	if def == nil {
		return nil
	}
	def.parse(func(p *dslParser) { def.term = p.pattern() })
	return def.term
}

// datatype returns a defined type, nil if there is none of that name.
func (d *definitions) datatype(name string) *typ {
	d.mu.Lock()
	defer d.mu.Unlock()
	def := d.types[name]
	if def == nil {
		return nil
	}
	def.parse(func(p *dslParser) { def.typ = p.typeChoice() })
	return def.typ
}

// parse reads a definition with what reads such, once.
func (d *definition) parse(read func(*dslParser)) {
	if d.text == "" {
		return
	}
	p := &dslParser{rest: d.text}
	p.next()
	read(p)
	p.expect("")
	d.text = ""
}

// number makes versions comparable: 2.10 is more than 2.9.
func (v version) number() int { return v.major*100 + v.minor }

// tokenLength measures the token that text begins with.
func tokenLength(text string) int {
	switch text[0] {
	case '"':
		return strings.IndexByte(text[1:], '"') + 2
	case '[':
		return strings.IndexByte(text, ']') + 1
	case '<':
		return strings.IndexByte(text, '>') + 1
	case '@':
		if strings.HasPrefix(text, "@*") {
			return 2
		}
		return 1 + wordLength(text[1:])
	}
	return max(1, wordLength(text))
}

func wordLength(text string) int {
	for i := range len(text) {
		c := text[i]
		if c != '-' && c != '_' && (c < '0' || c > '9') && (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') {
			return i
		}
	}
	return len(text)
}

type dslParser struct {
	token string // the one to look at, "" at the end
	rest  string // what comes after it
	terms []term // room for more
}

// next moves on, and returns the token that was looked at.
func (p *dslParser) next() string {
	token := p.token
	p.rest = strings.TrimLeft(p.rest, " \t\n")
	for strings.HasPrefix(p.rest, "#") {
		_, p.rest, _ = strings.Cut(p.rest, "\n")
		p.rest = strings.TrimLeft(p.rest, " \t\n")
	}
	p.token = ""
	if p.rest != "" {
		n := tokenLength(p.rest)
		p.token, p.rest = p.rest[:n], p.rest[n:]
	}
	return token
}

func (p *dslParser) expect(token string) {
	if t := p.next(); t != token {
		panic(fmt.Sprintf("grammar: %q where %q is expected, before %.40q", t, token, p.token+p.rest))
	}
}

// term makes a term. All of a definition live as long as it does.
func (p *dslParser) term(t term) *term {
	if len(p.terms) == 0 {
		p.terms = make([]term, 16)
	}
	made := &p.terms[0]
	p.terms = p.terms[1:]
	*made = t
	return made
}

// pattern reads alternatives, of sequences, of interleaved parts.
func (p *dslParser) pattern() *term {
	return p.operators(opChoice, func() *term {
		return p.operators(opGroup, func() *term {
			return p.operators(opInterleave, p.guarded)
		})
	})
}

func (p *dslParser) operators(op byte, operand func() *term) *term {
	first := operand()
	if p.token != string(op) {
		return first
	}
	kids := []*term{first}
	for p.token == string(op) {
		p.next()
		kids = append(kids, operand())
	}
	return p.term(term{op: op, kids: kids})
}

// guarded reads "[2.8-] pattern".
func (p *dslParser) guarded() *term {
	since, until := p.guard()
	t := p.postfix()
	if since == 0 && until == 0 {
		return t
	}
	return p.term(term{op: opGroup, kids: []*term{t}, since: since, until: until})
}

func (p *dslParser) guard() (since, until int) {
	t := p.token
	if !strings.HasPrefix(t, "[") {
		return 0, 0
	}
	p.next()
	from, to, ok := strings.Cut(strings.Trim(t, "[]"), "-")
	if !ok {
		panic("grammar: " + t + " is no range of versions")
	}
	return bound(from), bound(to)
}

func bound(text string) int {
	if text == "" {
		return 0
	}
	return parseVersion(text).number()
}

func (p *dslParser) postfix() *term {
	t := p.primary()
	for {
		switch op := p.token; op {
		case "?", "*", "+":
			p.next()
			t = p.term(term{op: op[0], kids: []*term{t}})
		default:
			return t
		}
	}
}

func (p *dslParser) primary() *term {
	t := p.next()
	switch {
	case t == "(":
		inner := p.pattern()
		p.expect(")")
		return inner
	case t[0] == '<':
		p.expect("{")
		inner := p.pattern()
		p.expect("}")
		inner.exclude(inner.named(nil))
		return p.term(term{op: opElement, name: strings.Trim(t, "<>"), kids: []*term{inner}})
	case t[0] == '@':
		a := p.term(term{op: opAttribute, name: t[1:], typ: &typ{name: "text"}})
		if p.token == ":" {
			p.next()
			a.typ = p.typePrimary()
		}
		return a
	case t == "text":
		return p.term(term{op: opText})
	case t == "empty":
		return p.term(term{op: opEmpty})
	}
	return p.term(term{op: opRef, name: t})
}

// named adds the names of the attributes that an element describes with this.
func (t *term) named(names []string) []string {
	if t.op == opAttribute && t.name != "*" {
		return append(names, t.name)
	}
	if t.op != opElement {
		for _, k := range t.kids {
			names = k.named(names)
		}
	}
	return names
}

// exclude takes names away from the attributes of any name, so that these do not
// stand for what is described more closely.
func (t *term) exclude(names []string) {
	if t.op == opAttribute && t.name == "*" {
		t.except = names
	}
	if t.op != opElement {
		for _, k := range t.kids {
			k.exclude(names)
		}
	}
}

func (p *dslParser) typeChoice() *typ {
	c := &typ{choices: []*typ{p.typePrimary()}}
	for p.token == "|" {
		p.next()
		c.choices = append(c.choices, p.typePrimary())
	}
	return c
}

func (p *dslParser) typePrimary() *typ {
	since, until := p.guard()
	t := p.next()
	var c *typ
	switch {
	case t == "(":
		c = p.typeChoice()
		p.expect(")")
	case t == "not":
		p.expect("(")
		c = p.typeChoice()
		c.not = true
		p.expect(")")
	case t[0] == '"':
		word, err := strconv.Unquote(t)
		if err != nil {
			panic("grammar: " + t)
		}
		c = &typ{word: word, isWord: true}
	default:
		c = &typ{name: t}
	}
	c.since, c.until = since, until
	return c
}
