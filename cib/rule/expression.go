package rule

import (
	"fmt"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// comparison is the operation of an attribute expression.
type comparison uint8

const (
	compareUnknown comparison = iota
	compareDefined
	compareNotDefined
	compareEqual
	compareNotEqual
	compareLess
	compareLessEqual
	compareGreater
	compareGreaterEqual
)

func parseComparison(text string) comparison {
	switch strings.ToLower(text) {
	case "defined":
		return compareDefined
	case "not_defined":
		return compareNotDefined
	case "eq":
		return compareEqual
	case "ne":
		return compareNotEqual
	case "lt":
		return compareLess
	case "lte":
		return compareLessEqual
	case "gt":
		return compareGreater
	case "gte":
		return compareGreaterEqual
	}
	return compareUnknown
}

// ordered holds for the operations that ask which value is greater.
func (c comparison) ordered() bool { return c >= compareLess }

// needsValue holds for the operations that compare with something.
func (c comparison) needsValue() bool { return c >= compareEqual }

// valueSource says where the value to compare with comes from.
type valueSource uint8

const (
	sourceUnknown valueSource = iota
	sourceLiteral
	sourceParam
	sourceMeta
)

func parseSource(text string) valueSource {
	switch strings.ToLower(text) {
	case "", "literal":
		return sourceLiteral
	case "param":
		return sourceParam
	case "meta":
		return sourceMeta
	}
	return sourceUnknown
}

// attrExpression compares a node attribute.
type attrExpression struct {
	attr   string
	expand bool // attr may hold %0 to %9
	op     comparison
	kind   valueType
	value  string
	source valueSource
}

func (e *attrExpression) eval(ctx *Context) (bool, time.Time) {
	attr := e.attr
	if e.expand {
		attr = ctx.Expand(attr)
	}
	actual, have := ctx.Node.get(attr)
	switch e.op {
	case compareDefined:
		return have, time.Time{}
	case compareNotDefined:
		return !have, time.Time{}
	}
	reference, known := e.reference(ctx)
	return e.passes(actual, have, reference, known), time.Time{}
}

func (e *attrExpression) reference(ctx *Context) (string, bool) {
	switch e.source {
	case sourceParam:
		return ctx.Params.get(e.value)
	case sourceMeta:
		return ctx.Meta.get(e.value)
	}
	return e.value, true
}

// passes compares. A missing value equals only another missing one and is
// neither less nor greater than anything.
func (e *attrExpression) passes(actual string, have bool, reference string, known bool) bool {
	if !have || !known {
		switch e.op {
		case compareEqual:
			return have == known
		case compareNotEqual:
			return have != known
		}
		return false
	}
	d := compare(e.kind.resolve(e.op, actual, reference), actual, reference)
	switch e.op {
	case compareEqual:
		return d == 0
	case compareNotEqual:
		return d != 0
	case compareLess:
		return d < 0
	case compareLessEqual:
		return d <= 0
	case compareGreater:
		return d > 0
	}
	return d >= 0
}

// agentExpression asks what agent a resource has; empty parts match all.
type agentExpression struct {
	class, provider, kind          string
	hasClass, hasProvider, hasKind bool
}

func (e *agentExpression) eval(ctx *Context) (bool, time.Time) {
	return (!e.hasClass || e.class == ctx.Class) &&
		(!e.hasProvider || e.provider == ctx.Provider) &&
		(!e.hasKind || e.kind == ctx.Type), time.Time{}
}

// opExpression asks which operation it is about.
type opExpression struct {
	name        string
	interval    time.Duration
	anyInterval bool
}

func (e *opExpression) eval(ctx *Context) (bool, time.Time) {
	return e.name == ctx.Op && (e.anyInterval || e.interval == ctx.Interval), time.Time{}
}

// compileAttr reads an <expression>.
func compileAttr(n *xml.Node) (condition, error) {
	e := &attrExpression{op: parseComparison(n.Attr("operation")), source: parseSource(n.Attr("value-source"))}
	var ok bool
	if e.attr, ok = n.Lookup("attribute"); !ok {
		return nil, fmt.Errorf("attribute was not specified")
	}
	e.expand = strings.IndexByte(e.attr, '%') >= 0
	if e.op == compareUnknown {
		if op, given := n.Lookup("operation"); given {
			return nil, fmt.Errorf("'%s' is not a valid operation", op)
		}
		return nil, fmt.Errorf("it has no operation")
	}
	if e.source == sourceUnknown {
		return nil, fmt.Errorf("'%s' is not a valid value-source", n.Attr("value-source"))
	}
	value, given := n.Lookup("value")
	switch {
	case given && !e.op.needsValue():
		return nil, fmt.Errorf("value is not allowed when operation is %s", n.Attr("operation"))
	case !given && e.op.needsValue():
		return nil, fmt.Errorf("value is required when operation is %s", n.Attr("operation"))
	}
	e.value = value
	kind, given := n.Lookup("type")
	if e.kind = parseType(kind, given); e.kind == typeUnknown {
		return nil, fmt.Errorf("'%s' is not a valid type", kind)
	}
	return e, nil
}

// compileAgent reads an <rsc_expression>.
func compileAgent(n *xml.Node) (condition, error) {
	e := &agentExpression{}
	e.class, e.hasClass = n.Lookup("class")
	e.provider, e.hasProvider = n.Lookup("provider")
	e.kind, e.hasKind = n.Lookup("type")
	return e, nil
}

// compileOp reads an <op_expression>.
func compileOp(n *xml.Node) (condition, error) {
	name, ok := n.Lookup("name")
	if !ok {
		return nil, fmt.Errorf("it has no name")
	}
	text, given := n.Lookup("interval")
	interval, err := crm.ParseInterval(text)
	if err != nil {
		return nil, fmt.Errorf("'%s' is not a valid interval", text)
	}
	return &opExpression{name: name, interval: interval, anyInterval: !given}, nil
}
