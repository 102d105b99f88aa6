// Package record writes what happened into the status section of a CIB: who is a
// member, how operations ended, which transient attributes nodes have
// (Pacemaker_Explained, "Status"). Its functions edit a tree and are
// deterministic: every member of a cluster that applies the same edits in the
// same order holds the same status. It decides nothing.
package record

import (
	"holdfast/cib/xml"
	"holdfast/crm"
)

// An Editor makes a new version of a CIB's status section.
type Editor struct {
	ed      *xml.Editor
	changed bool
	lost    []migration // that nobody tells of any more
}

// Edit begins a new version of the CIB below root.
func Edit(root *xml.Node) *Editor { return &Editor{ed: xml.Edit(root)} }

// Done returns the new version, and whether anything differs. If something does,
// num_updates has been raised by one.
func (e *Editor) Done() (*xml.Node, bool) {
	e.askTargets()
	if e.changed {
		root := e.ed.Own(nil)
		root.SetAttr("num_updates", increment(root.Attr("num_updates")))
	}
	return e.ed.Root(), e.changed
}

// child returns the path of the child element that match accepts, making it at
// the end if there is none.
func (e *Editor) child(parent xml.Path, match func(*xml.Node) bool, make func() *xml.Node) xml.Path {
	if p := e.find(parent, match); p != nil {
		return p
	}
	end := len(parent.At(e.ed.Peek()).Children)
	e.ed.Insert(parent, end, make())
	e.changed = true
	return parent.Child(end)
}

// find returns the path of the child element that match accepts, nil if none.
func (e *Editor) find(parent xml.Path, match func(*xml.Node) bool) xml.Path {
	for i, c := range parent.At(e.ed.Peek()).Children {
		if c.Kind == xml.Element && match(c) {
			return parent.Child(i)
		}
	}
	return nil
}

func named(name string) func(*xml.Node) bool {
	return func(n *xml.Node) bool { return n.Name == name }
}

func identified(name, id string) func(*xml.Node) bool {
	return func(n *xml.Node) bool { return n.Name == name && n.ID() == id }
}

// set changes attributes of the element at the path; nothing is copied if all
// are as they should be.
func (e *Editor) set(p xml.Path, pairs ...string) {
	n := p.At(e.ed.Peek())
	for i := 0; i+1 < len(pairs); i += 2 {
		if old, ok := n.Lookup(pairs[i]); ok && old == pairs[i+1] {
			continue
		}
		n = e.ed.Own(p)
		n.SetAttr(pairs[i], pairs[i+1])
		e.changed = true
	}
}

func (e *Editor) remove(p xml.Path) {
	if p != nil {
		e.ed.Remove(p)
		e.changed = true
	}
}

func (e *Editor) status() xml.Path {
	return e.child(nil, named("status"), func() *xml.Node { return xml.New("status") })
}

// node returns the path of a node's node_state, making it if need be.
func (e *Editor) node(id crm.NodeID, name crm.NodeName) xml.Path {
	return e.child(e.status(), isNode(id, name), func() *xml.Node {
		return xml.New("node_state", "id", idText(id), "uname", string(name))
	})
}

func (e *Editor) findNode(id crm.NodeID, name crm.NodeName) xml.Path {
	return e.find(e.status(), isNode(id, name))
}

// isNode matches a node_state by id; by name where the id is not known, as for
// remote nodes.
func isNode(id crm.NodeID, name crm.NodeName) func(*xml.Node) bool {
	return func(n *xml.Node) bool {
		if n.Name != "node_state" {
			return false
		}
		if id != 0 {
			return n.ID() == idText(id)
		}
		return n.Attr("uname") == string(name)
	}
}

// Root sets attributes of the cib element itself, such as dc-uuid and have-quorum.
func (e *Editor) Root(pairs ...string) { e.set(nil, pairs...) }
