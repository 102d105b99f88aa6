package patch

import (
	"slices"
	"strconv"

	"holdfast/cib/digest"
	"holdfast/cib/xml"
	"holdfast/cib/xpath"
)

// Diff returns the patch that leads from one document to another, nil if they
// are the same. Subtrees that both share as the same pointer are not looked
// into, so the cost follows the change, not the document.
func Diff(from, to *xml.Node, o Options) *xml.Node {
	d := differ{ignoreOrder: o.IgnoreAttrOrder}
	changes := d.element(from, to, "/"+step(to))
	if len(d.deletes)+len(changes) == 0 {
		return nil
	}
	p := xml.New("diff", "format", "2")
	if o.Digest {
		p.SetAttr("digest", digest.OnWire(to))
	}
	p.Add(xml.New("version").Add(versionElement("source", from), versionElement("target", to)))
	return p.Add(d.deletes...).Add(changes...)
}

// versionElement copies the version of a document. A document without one
// counts as of version 1.1.1, which is what Pacemaker writes.
func versionElement(name string, root *xml.Node) *xml.Node {
	v := xml.New(name)
	for _, a := range []string{"admin_epoch", "epoch", "num_updates"} {
		value, ok := root.Lookup(a)
		if !ok {
			value = "1"
		}
		v.SetAttr(a, value)
	}
	return v
}

// differ gathers changes. Deletions come first in a patch, because positions in
// the others count what is there after them.
type differ struct {
	ignoreOrder bool
	deletes     []*xml.Node
}

func step(n *xml.Node) string {
	if id, ok := n.Lookup("id"); ok {
		return xpath.StepName(n) + "[@id='" + id + "']"
	}
	return xpath.StepName(n)
}

func change(operation, path string) *xml.Node {
	return xml.New("change", "operation", operation, "path", path)
}

// element compares two versions of one element, records what was deleted, and
// returns the other changes in the order of the new document.
func (d *differ) element(old, new *xml.Node, path string) []*xml.Node {
	if old == new {
		return nil
	}
	changes := d.attributes(old, new, path)
	if slices.Equal(old.Children, new.Children) {
		return changes
	}
	s := matchSiblings(old.Children, new.Children)
	s.markMoves()
	below := d.oldChildren(s, path)
	for i, c := range s.new {
		if s.match[i] < 0 {
			changes = append(changes, at(i, change("create", path)).Add(c))
			continue
		}
		changes = append(changes, below[i]...)
		if s.moved[i] {
			changes = append(changes, at(i, change("move", path+"/"+step(c))))
		}
	}
	return changes
}

// at says the place of a change among the children.
func at(position int, change *xml.Node) *xml.Node {
	change.SetAttr("position", strconv.Itoa(position))
	return change
}

// oldChildren goes through the old children in order: it records those that are
// gone and returns for each new child what changed in it.
func (d *differ) oldChildren(s *siblings, path string) map[int][]*xml.Node {
	below := map[int][]*xml.Node{}
	left := 0
	for i, c := range s.old {
		if s.kept[i] >= 0 && (c == s.new[s.kept[i]] || c.Kind != xml.Element) {
			left++
			continue
		}
		childPath := path + "/" + step(c)
		if s.kept[i] >= 0 {
			left++
			if changes := d.element(c, s.new[s.kept[i]], childPath); changes != nil {
				below[s.kept[i]] = changes
			}
			continue
		}
		gone := change("delete", childPath)
		if c.Kind != xml.Element {
			at(left, gone)
		}
		d.deletes = append(d.deletes, gone)
	}
	return below
}

// attributes reports how the attributes changed, with the whole new list, whose
// order counts.
func (d *differ) attributes(old, new *xml.Node, path string) []*xml.Node {
	if slices.Equal(old.Attrs, new.Attrs) || d.ignoreOrder && xml.SameAttrs(old, new) {
		return nil
	}
	list := xml.New("change-list")
	changed := changedAttrs(old, new, d.ignoreOrder)
	for i, a := range new.Attrs {
		if changed[i] {
			list.Add(xml.New("change-attr", "name", a.Name, "operation", "set", "value", a.Value))
		}
	}
	for _, a := range old.Attrs {
		if _, ok := new.Lookup(a.Name); !ok {
			list.Add(xml.New("change-attr", "name", a.Name, "operation", "unset"))
		}
	}
	result := &xml.Node{Name: new.Name, Attrs: new.Attrs}
	return []*xml.Node{change("modify", path).Add(list, xml.New("change-result").Add(result))}
}

// changedAttrs says which attributes of new were added, have another value or
// another place. A place is counted without those already known to have moved,
// so that one attribute that moved does not make all behind it move.
func changedAttrs(old, new *xml.Node, ignoreOrder bool) []bool {
	changed := make([]bool, len(new.Attrs))
	for i, a := range new.Attrs {
		v, ok := old.Lookup(a.Name)
		changed[i] = !ok || v != a.Value
	}
	if ignoreOrder {
		return changed
	}
	skipOld, skipNew := make([]bool, len(old.Attrs)), make([]bool, len(new.Attrs))
	for i, a := range old.Attrs {
		j := slices.IndexFunc(new.Attrs, func(b xml.Attr) bool { return b.Name == a.Name })
		if j < 0 || new.Attrs[j].Value != a.Value {
			continue
		}
		was, is := countUnset(skipOld[:i]), countUnset(skipNew[:j])
		if was == is {
			continue
		}
		changed[j] = true
		if was > is {
			skipOld[i] = true
		} else {
			skipNew[j] = true
		}
	}
	return changed
}

func countUnset(flags []bool) int {
	n := 0
	for _, f := range flags {
		if !f {
			n++
		}
	}
	return n
}
