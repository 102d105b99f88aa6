package cib

import (
	"slices"

	"holdfast/cib/xml"
)

// This is a second reading of what rights mean, as plain as can be: no marks, no
// sharing, no patches. The tests hold the real one against it.

// A grant is a permission with what it covers said twice: for the CIB, and as a
// function of the way from the root to an element.
type grant struct {
	text   string
	covers func(way []*xml.Node) bool
}

func last(way []*xml.Node) *xml.Node { return way[len(way)-1] }

func named(name string) func([]*xml.Node) bool {
	return func(way []*xml.Node) bool { return last(way).Name == name }
}

func with(attr, value string) func([]*xml.Node) bool {
	return func(way []*xml.Node) bool {
		v, ok := last(way).Lookup(attr)
		return ok && (value == "" || v == value)
	}
}

func both(f, g func([]*xml.Node) bool) func([]*xml.Node) bool {
	return func(way []*xml.Node) bool { return f(way) && g(way) }
}

func below(depth int, f func([]*xml.Node) bool) func([]*xml.Node) bool {
	return func(way []*xml.Node) bool { return len(way) == depth && f(way) }
}

var grants = []grant{
	{`xpath="/cib"`, below(1, named("cib"))},
	{`xpath="/cib/configuration"`, below(2, named("configuration"))},
	{`xpath="//status"`, named("status")},
	{`xpath="//resources"`, named("resources")},
	{`xpath="//nvpair[@name='password']"`, both(named("nvpair"), with("name", "password"))},
	{`xpath="//primitive[@id='p1']"`, both(named("primitive"), with("id", "p1"))},
	{`xpath="//*[@id='p2']"`, with("id", "p2")},
	{`xpath="//primitive/@class"`, both(named("primitive"), with("class", ""))},
	{`xpath="//primitive[@description]"`, both(named("primitive"), with("description", ""))},
	{`xpath="//acls"`, named("acls")},
	{`xpath="//constraints/*"`, func(way []*xml.Node) bool { return len(way) > 1 && way[len(way)-2].Name == "constraints" }},
	{`reference="p1"`, with("id", "p1")},
	{`reference="p2-i"`, with("id", "p2-i")},
	{`object-type="primitive"`, named("primitive")},
	{`object-type="nvpair" reference="p1-2"`, both(named("nvpair"), with("id", "p1-2"))},
	{`object-type="node_state"`, named("node_state")},
	{`object-type="primitive" attribute="description"`, both(named("primitive"), with("description", ""))},
}

// A given permission is a grant with its kind.
type given struct {
	grant
	kind string // read, write or deny
}

// plainRights are what a user was given.
type plainRights []given

// at returns what stands at the end of a way: of each kind, whether it does.
func (r plainRights) at(way []*xml.Node) (read, write, deny bool) {
	for _, g := range r {
		if g.covers(way) {
			read, write, deny = read || g.kind == "read", write || g.kind == "write", deny || g.kind == "deny"
		}
	}
	return read, write, deny
}

func (r plainRights) mayRead(way []*xml.Node) bool {
	for ; len(way) > 0; way = way[:len(way)-1] {
		if read, write, deny := r.at(way); read || write || deny {
			return !deny
		}
	}
	return false
}

func (r plainRights) mayWrite(way []*xml.Node) bool {
	for ; len(way) > 0; way = way[:len(way)-1] {
		if _, write, deny := r.at(way); write || deny {
			return !deny
		}
	}
	return false
}

// visible copies what the user may read; nil if that is nothing.
func (r plainRights) visible(way []*xml.Node) *xml.Node {
	n := last(way)
	c := &xml.Node{Name: n.Name, Attrs: slices.Clone(n.Attrs)}
	for child := range n.Elements() {
		if v := r.visible(append(slices.Clone(way), child)); v != nil {
			c.Add(v)
		}
	}
	if r.mayRead(way) {
		return c
	}
	if len(c.Children) == 0 {
		return nil
	}
	c.Attrs = nil
	if id, ok := n.Lookup("id"); ok {
		c.SetAttr("id", id)
	}
	return c
}

// changes says of everything that differs between two documents whether the user
// may change it. moved tells that something common to both has another place.
type changes struct {
	rights  plainRights
	allowed bool
	moved   bool
}

func (r plainRights) mayChange(old, new *xml.Node) *changes {
	c := &changes{rights: r, allowed: true}
	c.element([]*xml.Node{old}, new)
	return c
}

// versionAttrs of the root are counted by the CIB itself.
var versionAttrs = []string{"epoch", "num_updates", "admin_epoch", "cib-last-written"}

func (c *changes) element(way []*xml.Node, new *xml.Node) {
	old := last(way)
	if !sameAttrs(old, new, len(way) == 1) {
		c.allowed = c.allowed && c.rights.mayWrite(way)
	}
	was, is := keys(old), keys(new)
	var common []string
	for i, k := range was {
		child := append(slices.Clone(way), old.Children[i])
		if j := slices.Index(is, k); j >= 0 {
			common = append(common, k)
			c.element(child, new.Children[j])
			continue
		}
		c.allowed = c.allowed && c.rights.mayWrite(child)
	}
	for j, k := range is {
		if !slices.Contains(was, k) {
			c.created(append(slices.Clone(way), new.Children[j]))
		}
	}
	after := slices.DeleteFunc(is, func(k string) bool { return !slices.Contains(common, k) })
	c.moved = c.moved || !slices.Equal(common, after)
}

// created judges a new element: it may be there if it has nothing but an id, and
// is not below acls, or if the user may write there.
func (c *changes) created(way []*xml.Node) {
	n := last(way)
	_, hasID := n.Lookup("id")
	bare := len(n.Attrs) == 0 || len(n.Attrs) == 1 && hasID
	inACLs := slices.ContainsFunc(way[:len(way)-1], func(a *xml.Node) bool { return a.Name == "acls" })
	c.allowed = c.allowed && (bare && !inACLs || c.rights.mayWrite(way))
	for child := range n.Elements() {
		c.created(append(slices.Clone(way), child))
	}
}

func sameAttrs(a, b *xml.Node, root bool) bool {
	counted := func(n *xml.Node) []string {
		var all []string
		for _, at := range n.Attrs {
			if !root || !slices.Contains(versionAttrs, at.Name) {
				all = append(all, at.Name+"="+at.Value)
			}
		}
		slices.Sort(all)
		return all
	}
	return slices.Equal(counted(a), counted(b))
}

// keys tell children apart: by name and id, and those that are alike by number.
func keys(n *xml.Node) []string {
	var all []string
	for c := range n.Elements() {
		k := c.Name + "#" + c.ID()
		for slices.Contains(all, k) {
			k += "'"
		}
		all = append(all, k)
	}
	return all
}
