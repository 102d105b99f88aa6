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

// definitions is the grammar as a whole.
type definitions struct {
	patterns map[string]*term
	types    map[string]*typ
}

// grammar and results parse their texts once. That these are well-formed is a
// property of the program, held by tests.
var (
	grammar = sync.OnceValue(func() *definitions { return parseDSL(grammarText) })
	results = sync.OnceValue(func() *definitions { return parseDSL(resultsText) })
)

func parseDSL(text string) *definitions {
	p := &dslParser{tokens: tokenize(text)}
	return p.definitions()
}

// number makes versions comparable: 2.10 is more than 2.9.
func (v version) number() int { return v.major*100 + v.minor }

func tokenize(text string) []string {
	var tokens []string
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		for line != "" && line[0] != '#' {
			n := tokenLength(line)
			tokens = append(tokens, line[:n])
			line = strings.TrimLeft(line[n:], " \t")
		}
	}
	return tokens
}

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
	tokens []string
	i      int
}

func (p *dslParser) peek(ahead int) string {
	if p.i+ahead < len(p.tokens) {
		return p.tokens[p.i+ahead]
	}
	return ""
}

func (p *dslParser) next() string {
	t := p.peek(0)
	p.i++
	return t
}

func (p *dslParser) expect(token string) {
	if t := p.next(); t != token {
		panic(fmt.Sprintf("grammar: %q where %q is expected, after %q", t, token, p.tokens[max(0, p.i-8):p.i]))
	}
}

func (p *dslParser) definitions() *definitions {
	d := &definitions{map[string]*term{}, map[string]*typ{}}
	for p.i < len(p.tokens) {
		name := p.next()
		if name == "type" {
			name = p.next()
			p.expect("=")
			d.types[name] = p.typeChoice()
			continue
		}
		p.expect("=")
		d.patterns[name] = p.pattern()
	}
	return d
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
	kids := []*term{operand()}
	for p.peek(0) == string(op) {
		p.next()
		kids = append(kids, operand())
	}
	if len(kids) == 1 {
		return kids[0]
	}
	return &term{op: op, kids: kids}
}

// guarded reads "[2.8-] pattern".
func (p *dslParser) guarded() *term {
	since, until := p.guard()
	t := p.postfix()
	if since == 0 && until == 0 {
		return t
	}
	return &term{op: opGroup, kids: []*term{t}, since: since, until: until}
}

func (p *dslParser) guard() (since, until int) {
	t := p.peek(0)
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
		switch op := p.peek(0); op {
		case "?", "*", "+":
			p.next()
			t = &term{op: op[0], kids: []*term{t}}
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
		return &term{op: opElement, name: strings.Trim(t, "<>"), kids: []*term{inner}}
	case t[0] == '@':
		a := &term{op: opAttribute, name: t[1:], typ: &typ{name: "text"}}
		if p.peek(0) == ":" {
			p.next()
			a.typ = p.typePrimary()
		}
		return a
	case t == "text":
		return &term{op: opText}
	case t == "empty":
		return &term{op: opEmpty}
	}
	return &term{op: opRef, name: t}
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
	for p.peek(0) == "|" {
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
