// Package forget decides which parts of the resource history have to be
// forgotten when a person says that resources are well again.
package forget

import (
	"slices"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/scheduler/history"
	"holdfast/scheduler/model"
)

// A Place is a resource without parts on a node.
type Place struct {
	Resource *model.Resource
	Node     *model.Node
}

// Places lists where a resource, with all its parts, may have a history: on one
// node, or (nil) on all nodes online where its state is known, or if there is no
// such node, where it might run; with force then everywhere.
func Places(c *model.Cluster, rsc *model.Resource, n *model.Node, force bool) []Place {
	if len(rsc.Children) > 0 {
		var list []Place
		for _, child := range rsc.Children {
			list = append(list, Places(c, child, n, force)...)
		}
		return list
	}
	if n != nil {
		return []Place{{rsc, n}}
	}
	var list []Place
	for _, n := range c.Nodes {
		if n.Online && concerns(rsc, n, force) {
			list = append(list, Place{rsc, n})
		}
	}
	return list
}

func concerns(rsc *model.Resource, n *model.Node, force bool) bool {
	switch {
	case !rsc.Known.Empty():
		return rsc.Known.Has(n.Ix)
	case force:
		return true
	case rsc.Is(model.ExclusiveProbes):
		return rsc.Allowed.Has(n.Ix) && rsc.Allowed.Score(n.Ix) >= 0
	}
	return rsc.Allowed.Has(n.Ix)
}

// FailName is the name of a resource in attributes that count its failures.
func FailName(rsc *model.Resource) string {
	if rsc.Is(model.Unique) {
		return rsc.HistoryName()
	}
	return history.BaseName(rsc.HistoryName())
}

// A Filter says which failed operations are meant.
type Filter struct {
	Resource  *model.Resource // nil for all
	Operation string          // "" for all
	Interval  time.Duration   // counts if Operation is given
}

// Failed lists the resources, by their names in the history of a node, that have
// failed operations there.
func Failed(c *model.Cluster, n *model.Node, f Filter) []string {
	var names []string
	for _, op := range c.FailedOps {
		name := op.Name
		if op.Resource != nil {
			name = op.Resource.HistoryName()
		}
		if op.Node == n && f.matches(op) && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}

func (f Filter) matches(op *model.FailedOp) bool {
	if f.Resource != nil && op.Resource != f.Resource {
		return false
	}
	return f.Operation == "" || strings.EqualFold(f.Operation, op.Op.Attr("operation")) && interval(op.Op) == f.Interval
}

func interval(op *xml.Node) time.Duration {
	return time.Duration(history.Interval(op)) * time.Millisecond
}

// Recorded lists the resources in the history of a node.
func Recorded(n *model.Node) []string {
	var names []string
	for _, e := range n.History {
		if !slices.Contains(names, e.XML.ID()) {
			names = append(names, e.XML.ID())
		}
	}
	return names
}
