package record

import (
	"strconv"

	"holdfast/cib/xml"
	"holdfast/crm"
)

func idText(id crm.NodeID) string { return strconv.FormatUint(uint64(id), 10) }

// increment adds one to a decimal number; what is not one counts as zero.
func increment(text string) string {
	n, _ := strconv.Atoi(text)
	return strconv.Itoa(n + 1)
}

// Membership is what a node_state says about a node's place in the cluster
// (Pacemaker_Explained, "Node State"). Empty fields are left as they are.
type Membership struct {
	InCCM    string // time since when it is a member, Unix seconds, "0" if it is none
	CRMD     string // "online" if its Holdfast process is, the word that agents look for (rabbitmq-cluster); else "0"
	Join     string // member, pending, down, banned
	Expected string // member, down
}

// Member records the membership of a node.
func (e *Editor) Member(id crm.NodeID, name crm.NodeName, m Membership, origin string) {
	p := e.node(id, name)
	before := e.changed
	e.changed = false
	for _, pair := range [][2]string{
		{"uname", string(name)}, {"in_ccm", m.InCCM}, {"crmd", m.CRMD}, {"join", m.Join}, {"expected", m.Expected},
	} {
		if pair[1] != "" {
			e.set(p, pair[0], pair[1])
		}
	}
	if e.changed {
		e.set(p, "crm-debug-origin", origin)
	}
	e.changed = e.changed || before
}

// ForgetLife drops what a node's former life left: history and attributes. What it was
// migrating elsewhere is probed there.
func (e *Editor) ForgetLife(id crm.NodeID, name crm.NodeName) {
	if p := e.findNode(id, name); p != nil {
		e.loseAll(p.At(e.ed.Peek()).Child("lrm"), nil)
	}
	e.HideLife(id, name)
}

// HideLife is ForgetLife for a document that one decision is made by: what the node
// did still stands, and nobody is probed for it.
func (e *Editor) HideLife(id crm.NodeID, name crm.NodeName) {
	p := e.findNode(id, name)
	if p == nil {
		return
	}
	e.remove(e.find(p, named("lrm")))
	e.remove(e.find(p, named("transient_attributes")))
}

// RemoveNode drops a node from the status section altogether.
func (e *Editor) RemoveNode(id crm.NodeID, name crm.NodeName) {
	e.remove(e.findNode(id, name))
}

// ReplaceLife puts what a node says of itself (its own node_state) in the place of
// what the cluster held of it.
func (e *Editor) ReplaceLife(id crm.NodeID, name crm.NodeName, own *xml.Node) {
	p := e.node(id, name)
	for _, part := range []string{"lrm", "transient_attributes"} {
		mine := own.Child(part)
		at := e.find(p, named(part))
		theirs := at.At(e.ed.Peek())
		if part == "lrm" && at != nil {
			e.loseAll(theirs, mine)
		}
		switch {
		case mine == nil:
			e.remove(at)
		case at == nil:
			e.ed.Insert(p, -1, mine)
			e.changed = true
		case !xml.Equal(mine, theirs):
			e.ed.Set(at, mine)
			e.changed = true
		}
	}
}

// Own returns the node_state of a node, nil if the status section has none.
func Own(root *xml.Node, id crm.NodeID) *xml.Node {
	for n := range root.Child("status").All("node_state") {
		if n.ID() == idText(id) {
			return n
		}
	}
	return nil
}

// Attribute sets a transient attribute of a node; a nil value removes it. The
// set is the id of its nvset, "" for the customary one.
func (e *Editor) Attribute(id crm.NodeID, node crm.NodeName, utilization bool, set, name string, value *string) {
	kind := "instance_attributes"
	if utilization {
		kind = "utilization"
	}
	if set == "" {
		set = CustomarySet(id)
	}
	if value == nil {
		e.removeAttribute(id, node, kind, set, name)
		return
	}
	p := e.child(e.node(id, node), named("transient_attributes"), func() *xml.Node {
		return xml.New("transient_attributes", "id", idText(id))
	})
	p = e.child(p, identified(kind, set), func() *xml.Node { return xml.New(kind, "id", set) })
	nvid := set + "-" + sanitize(name)
	p = e.child(p, namedPair(name), func() *xml.Node { return xml.New("nvpair", "id", nvid, "name", name) })
	e.set(p, "value", *value)
}

// CustomarySet is the id of the nvset that holds a node's transient attributes unless
// somebody has named another.
func CustomarySet(id crm.NodeID) string { return "status-" + idText(id) }

func (e *Editor) removeAttribute(id crm.NodeID, node crm.NodeName, kind, set, name string) {
	p := e.findNode(id, node)
	if p != nil {
		p = e.find(p, named("transient_attributes"))
	}
	if p != nil {
		p = e.find(p, identified(kind, set))
	}
	if p != nil {
		e.remove(e.find(p, namedPair(name)))
	}
}

func namedPair(name string) func(*xml.Node) bool {
	return func(n *xml.Node) bool { return n.Name == "nvpair" && n.Attr("name") == name }
}

// sanitize makes a name fit for an XML id.
func sanitize(name string) string {
	b := []byte(name)
	for i, c := range b {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '-', c == '_', c == '.':
		default:
			b[i] = '.'
		}
	}
	return string(b)
}
