package config

import (
	"slices"
	"time"

	"holdfast/cib/nvset"
	"holdfast/cib/rule"
	"holdfast/cib/xml"
	"holdfast/scheduler/model"
)

// Facts is what the rules of a block may ask about, beside the time.
type Facts struct {
	Node     *model.Node // attributes of a node, nil if not allowed
	Class    string      // of the resource
	Provider string
	Type     string
	Task     string // of the operation
	Interval time.Duration
}

// context puts the facts and the time of the run into the form rules take.
func (f Facts) context(c *model.Cluster) *rule.Context {
	ctx := &rule.Context{
		Now: c.Now, Class: f.Class, Provider: f.Provider, Type: f.Type, Op: f.Task, Interval: f.Interval,
	}
	if f.Node != nil {
		ctx.Node = f.Node.Attrs.Lookup
	}
	return ctx
}

// elements lists the child elements with a name; a nil parent has none.
func elements(parent *xml.Node, name string) []*xml.Node {
	return slices.Collect(parent.All(name))
}

// Pairs resolves the blocks of a kind under parent and adds the names that into
// does not have yet.
func Pairs(c *model.Cluster, into *model.Vars, parent *xml.Node, kind string, facts Facts) {
	if parent.Child(kind) == nil {
		return
	}
	sets := c.Blocks(parent, kind)
	if sets == nil {
		// What is wrong with them is noted each time.
		if sets = compile(c, parent, kind, ""); len(sets.Notices) == 0 {
			c.KeepBlocks(parent, kind, sets)
		}
	}
	Resolve(c, into, sets, facts)
}

// compile reads blocks and notes what is wrong with them.
func compile(c *model.Cluster, parent *xml.Node, kind, first string) *nvset.Sets {
	sets := nvset.Compile(parent, kind, first, c.Refs)
	for _, n := range sets.Notices {
		severity := model.Error
		if n.Warning {
			severity = model.Warning
		}
		c.Note(severity, n.ID, "%s", n.Text)
	}
	return sets
}

// Resolve adds the pairs of compiled blocks to into, as Pairs does. Rules that
// time will change move Cluster.RecheckAt.
func Resolve(c *model.Cluster, into *model.Vars, sets *nvset.Sets, facts Facts) {
	if sets.Empty() {
		return
	}
	var ctx *rule.Context
	if sets.Ruled() {
		ctx = facts.context(c)
	}
	c.Recheck(sets.ResolveInto(into, ctx))
}
