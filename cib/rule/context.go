package rule

import (
	"strings"
	"time"
)

// Lookup gives the value of a named attribute or parameter. A nil Lookup knows
// none.
type Lookup func(name string) (value string, ok bool)

func (l Lookup) get(name string) (string, bool) {
	if l == nil {
		return "", false
	}
	return l(name)
}

// Context holds the facts a rule may ask about. The caller fills what applies
// where the rule stands; anything left empty matches nothing.
type Context struct {
	// Now is the moment to evaluate at. Its zone is the one in which hours and
	// days of a date_spec are counted.
	Now time.Time
	// SpecChanges asks for the moments at which a date_spec changes as well. The
	// scheduler does not: it would make graphs differ from the reference's
	// (cases date-2, date-3), which leaves that to cluster-recheck-interval.
	SpecChanges bool

	Node   Lookup // attributes of the node in question, built-in ones included
	Params Lookup // instance attributes of the resource, for value-source="param"
	Meta   Lookup // meta-attributes of the resource, for value-source="meta"

	Class, Provider, Type string // the resource's agent, for rsc_expression

	Op       string        // the operation's name, for op_expression
	Interval time.Duration // and how often it recurs

	// Resource is the resource that a location constraint applies to, and
	// Submatches what the groups of its rsc-pattern matched (0 is the whole). In
	// attribute names %0 to %9 stand for them.
	Resource   string
	Submatches []string
}

// Expand replaces %0 to %9 in the name of an attribute by what the groups of
// rsc-pattern matched, or by nothing. Without a resource the name stays.
func (c *Context) Expand(name string) string {
	if c.Resource == "" || strings.IndexByte(name, '%') < 0 {
		return name
	}
	var b strings.Builder
	for i := 0; i < len(name); i++ {
		if name[i] != '%' || i+1 == len(name) || name[i+1] < '0' || name[i+1] > '9' {
			b.WriteByte(name[i])
			continue
		}
		i++
		if group := int(name[i] - '0'); group < len(c.Submatches) {
			b.WriteString(c.Submatches[group])
		}
	}
	return b.String()
}

// Notice is something wrong in a rule, as a configuration check should show it.
type Notice struct {
	ID      string // the element's id
	Text    string
	Warning bool // odd, but the rule is still used; otherwise an error
}
