package schema

// A pattern is what may still come in an element. Patterns are numbered, and
// equal ones have the same number, so that what follows from a pattern has to be
// found only once per schema: validation soon becomes a walk through tables.
//
// The method is that of derivatives (James Clark, "An algorithm for RELAX NG
// validation"): the derivative of a pattern by a thing is what may come after it.
type pattern int32

const (
	notAllowed pattern = 0 // nothing fits
	empty      pattern = 1 // nothing more must come
	anyText    pattern = 2 // text may come
)

type patternKind uint8

const (
	isNotAllowed patternKind = iota
	isEmpty
	isText
	isAttribute // a: index of the name, b: index of the datatype
	isElement   // a: index of the element
	isChoice
	isGroup
	isInterleave
	isPlus // a: what comes once or more
)

type node struct {
	kind patternKind
	a, b int32
}

// patterns is the table of all patterns of a schema.
type patterns struct {
	nodes    []node
	nullable []bool
	known    map[node]pattern
}

func newPatterns() *patterns {
	t := &patterns{known: map[node]pattern{}}
	t.intern(node{kind: isNotAllowed}, false)
	t.intern(node{kind: isEmpty}, true)
	t.intern(node{kind: isText}, true)
	return t
}

func (t *patterns) intern(n node, nullable bool) pattern {
	if p, ok := t.known[n]; ok {
		return p
	}
	p := pattern(len(t.nodes))
	t.nodes = append(t.nodes, n)
	t.nullable = append(t.nullable, nullable)
	t.known[n] = p
	return p
}

func (t *patterns) attribute(name, typ int) pattern {
	return t.intern(node{isAttribute, int32(name), int32(typ)}, false)
}

func (t *patterns) element(index int) pattern {
	return t.intern(node{isElement, int32(index), 0}, false)
}

// choice keeps alternatives as a sorted list without repetition, each head less
// than all in its tail.
func (t *patterns) choice(p, q pattern) pattern {
	switch {
	case p == notAllowed || p == q:
		return q
	case q == notAllowed:
		return p
	}
	ph, pt := t.uncons(p)
	qh, qt := t.uncons(q)
	switch {
	case ph == qh:
		return t.cons(ph, t.choice(pt, qt))
	case ph < qh:
		return t.cons(ph, t.choice(pt, q))
	}
	return t.cons(qh, t.choice(p, qt))
}

func (t *patterns) uncons(p pattern) (head, tail pattern) {
	if n := t.nodes[p]; n.kind == isChoice {
		return pattern(n.a), pattern(n.b)
	}
	return p, notAllowed
}

func (t *patterns) cons(head, tail pattern) pattern {
	if tail == notAllowed {
		return head
	}
	return t.intern(node{isChoice, int32(head), int32(tail)}, t.nullable[head] || t.nullable[tail])
}

func (t *patterns) group(p, q pattern) pattern { return t.both(isGroup, p, q) }

func (t *patterns) interleave(p, q pattern) pattern {
	if p > q {
		p, q = q, p // the order does not matter: fewer patterns
	}
	return t.both(isInterleave, p, q)
}

func (t *patterns) both(kind patternKind, p, q pattern) pattern {
	switch {
	case p == notAllowed || q == notAllowed:
		return notAllowed
	case p == empty:
		return q
	case q == empty:
		return p
	}
	return t.intern(node{kind, int32(p), int32(q)}, t.nullable[p] && t.nullable[q])
}

func (t *patterns) plus(p pattern) pattern {
	if p == notAllowed || p == empty || t.nodes[p].kind == isPlus {
		return p
	}
	return t.intern(node{isPlus, int32(p), 0}, t.nullable[p])
}

func (t *patterns) optional(p pattern) pattern { return t.choice(p, empty) }

// after returns the derivative of p by a thing that leaf tells the derivative
// of. An attribute may stand at either side of a group, an element only at the
// first side that has not ended.
func (t *patterns) after(p pattern, ordered bool, leaf func(n node) pattern) pattern {
	n := t.nodes[p]
	a, b := pattern(n.a), pattern(n.b)
	switch n.kind {
	case isChoice:
		return t.choice(t.after(a, ordered, leaf), t.after(b, ordered, leaf))
	case isGroup:
		first := t.group(t.after(a, ordered, leaf), b)
		switch {
		case !ordered:
			return t.choice(first, t.group(a, t.after(b, ordered, leaf)))
		case t.nullable[a]: // the first side is over
			return t.choice(first, t.after(b, ordered, leaf))
		}
		return first
	case isInterleave:
		return t.choice(t.interleave(t.after(a, ordered, leaf), b), t.interleave(a, t.after(b, ordered, leaf)))
	case isPlus:
		return t.group(t.after(a, ordered, leaf), t.optional(p))
	}
	return leaf(n)
}

// replaceAttributes returns p with every attribute in it replaced: by notAllowed
// when no more can come, by empty to go on after one was missed.
func (t *patterns) replaceAttributes(p, by pattern) pattern {
	n := t.nodes[p]
	a, b := pattern(n.a), pattern(n.b)
	switch n.kind {
	case isAttribute:
		return by
	case isChoice:
		return t.choice(t.replaceAttributes(a, by), t.replaceAttributes(b, by))
	case isGroup:
		return t.group(t.replaceAttributes(a, by), t.replaceAttributes(b, by))
	case isInterleave:
		return t.interleave(t.replaceAttributes(a, by), t.replaceAttributes(b, by))
	case isPlus:
		return t.plus(t.replaceAttributes(a, by))
	}
	return p
}

// leaves calls visit for the attributes, elements and text in p.
func (t *patterns) leaves(p pattern, visit func(n node)) {
	n := t.nodes[p]
	switch n.kind {
	case isChoice, isGroup, isInterleave:
		t.leaves(pattern(n.a), visit)
		t.leaves(pattern(n.b), visit)
	case isPlus:
		t.leaves(pattern(n.a), visit)
	default:
		visit(n)
	}
}
