package rule

import (
	"fmt"
	"strings"
	"time"

	"holdfast/cib/idref"
	"holdfast/cib/xml"
)

// Rule is a compiled rule element: conditions of which all must hold, or one.
// It is never changed after Compile.
type Rule struct {
	id         string
	any        bool // "or": one condition is enough
	valid      bool
	timed      bool // holds a date_expression, at any depth
	size       int  // conditions at all depths, those of references each time
	conditions []condition
}

// condition is one part of a rule. It says whether it holds and, if it knows,
// when that may change.
type condition interface {
	eval(*Context) (passes bool, change time.Time)
}

// never is a condition that is wrong and so does not hold.
type never struct{}

func (never) eval(*Context) (bool, time.Time) { return false, time.Time{} }

// ID returns the rule's id.
func (r *Rule) ID() string { return r.id }

// Timed reports whether the rule asks for dates, so that its result may change
// with nothing but time.
func (r *Rule) Timed() bool { return r.timed }

// Eval says whether the rule holds, and the earliest moment at which time alone
// may change that; the zero time if none is known. Conditions that need not be
// looked at to decide are not asked. A nil rule always holds.
func (r *Rule) Eval(ctx *Context) (passes bool, change time.Time) {
	if r == nil {
		return true, time.Time{}
	}
	if !r.valid {
		return false, time.Time{}
	}
	for _, c := range r.conditions {
		ok, at := c.eval(ctx)
		change = Earlier(change, at)
		if ok == r.any {
			return ok, change
		}
	}
	return !r.any || len(r.conditions) == 0, change
}

func (r *Rule) eval(ctx *Context) (bool, time.Time) { return r.Eval(ctx) }

func (d *DateExpression) eval(ctx *Context) (bool, time.Time) {
	if d.spec != nil && !ctx.SpecChanges {
		return d.spec.eval(ctx.Now).Passes(), time.Time{}
	}
	v, change := d.Eval(ctx.Now)
	return v.Passes(), change
}

// Earlier returns the earlier of two moments, where zero means none.
func Earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// Compile reads a rule element. References (id-ref) are followed through refs. A
// rule, or a condition, that is wrong never passes; notices say why.
func Compile(n *xml.Node, refs *idref.Index) (*Rule, []Notice) {
	c := compiler{refs: refs, done: map[*xml.Node]*Rule{}}
	r := c.rule(n)
	return r, c.notices
}

// compiler collects what is wrong while it reads.
type compiler struct {
	refs    *idref.Index
	done    map[*xml.Node]*Rule // what each element became; nil while it is being read
	notices []Notice
}

// maxSize bounds how many conditions a rule may have, counting those of rules it
// refers to every time: references to references multiply.
const maxSize = 10_000

func (c *compiler) fail(n *xml.Node, because error) {
	id := n.ID()
	text := fmt.Sprintf("Treating %s %s as not passing because %v", n.Name, id, because)
	if id == "" {
		text = fmt.Sprintf("Treating %s without id as not passing", n.Name)
	}
	c.notices = append(c.notices, Notice{ID: id, Text: text})
}

// rule reads a rule element, or the one it refers to, once.
func (c *compiler) rule(n *xml.Node) *Rule {
	resolved := c.refs.Resolve(n)
	if resolved != nil {
		r, known := c.done[resolved]
		if !known {
			c.done[resolved] = nil
			r = c.read(resolved)
			c.done[resolved] = r
		}
		if r != nil {
			return r
		}
	}
	// The reference leads nowhere, or back to a rule that it is part of.
	ref := n.Attr("id-ref")
	c.notices = append(c.notices, Notice{ID: ref, Text: fmt.Sprintf(
		"Ignoring invalid %s configuration: id-ref '%s' does not reference a valid object", n.Name, ref)})
	return &Rule{}
}

func (c *compiler) read(n *xml.Node) *Rule {
	r := &Rule{id: n.ID()}
	op := n.Attr("boolean-op")
	switch {
	case r.id == "":
		c.fail(n, nil)
		return r
	case strings.EqualFold(op, "or"):
		r.any = true
	case op != "" && !strings.EqualFold(op, "and"):
		c.fail(n, fmt.Errorf("'%s' is not a valid boolean-op", op))
		return r
	}
	r.valid = true
	for child := range n.Elements() {
		r.size++
		r.conditions = append(r.conditions, c.condition(r, child))
	}
	if r.size > maxSize {
		c.fail(n, fmt.Errorf("it has more than %d conditions", maxSize))
		return &Rule{id: r.id}
	}
	if len(r.conditions) == 0 {
		c.notices = append(c.notices, Notice{ID: r.id, Warning: true,
			Text: fmt.Sprintf("Ignoring rule %s because it contains no conditions", r.id)})
	}
	return r
}

// condition compiles one child of r.
func (c *compiler) condition(r *Rule, n *xml.Node) condition {
	var (
		cond condition
		err  error
	)
	switch n.Name {
	case "rule":
		nested := c.rule(n)
		r.timed = r.timed || nested.timed
		r.size += nested.size
		return nested
	case "expression":
		cond, err = compileAttr(n)
	case "date_expression":
		r.timed = true
		cond, err = CompileDate(n)
	case "rsc_expression":
		cond, err = compileAgent(n)
	case "op_expression":
		cond, err = compileOp(n)
	default:
		c.notices = append(c.notices, Notice{ID: n.ID(), Text: fmt.Sprintf(
			"Treating rule condition %s as not passing because %s is not a valid condition type", n.ID(), n.Name)})
		return never{}
	}
	if err != nil || n.ID() == "" {
		c.fail(n, err)
		return never{}
	}
	return cond
}
