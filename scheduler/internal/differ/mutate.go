package main

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"holdfast/cib/xml"
)

// A mutation changes a CIB in one place. Its change draws the place and reports
// what it did, "" if the CIB has no such place.
type mutation struct {
	name   string
	weight int // how often, in relation to the others
	change func(*mutator) string
}

// A mutator is a CIB being changed, and the luck that chooses.
type mutator struct {
	r   *rand.Rand
	cib *xml.Node
	n   int // the serial number of the mutation, for ids that are new

	donors []base // recorded CIBs, from which something can be taken over
}

// mutate makes the mutation that belongs to a seed, and says what it was. The caller
// owns the CIB.
func mutate(cib *xml.Node, list []mutation, donors []base, seed uint64) string {
	m := &mutator{r: rand.New(rand.NewPCG(seed, 1)), cib: cib, n: int(seed % 100000), donors: donors}
	total := 0
	for _, mu := range list {
		total += mu.weight
	}
	for range 20 {
		at := m.r.IntN(total)
		i := 0
		for at >= list[i].weight {
			at -= list[i].weight
			i++
		}
		if did := list[i].change(m); did != "" {
			return list[i].name + " " + did
		}
	}
	return "nothing"
}

func (m *mutator) chance(n int) bool { return m.r.IntN(n) == 0 }

func (m *mutator) pick(list ...string) string { return list[m.r.IntN(len(list))] }

// id makes a new one.
func (m *mutator) id(what string) string {
	return fmt.Sprintf("mut-%d-%s", m.n, xml.SanitizeID(what))
}

// A place is an element and what it is in.
type place struct{ parent, at *xml.Node }

func (p place) remove() {
	for i, child := range p.parent.Children {
		if child == p.at {
			p.parent.Children = append(p.parent.Children[:i:i], p.parent.Children[i+1:]...)
			return
		}
	}
}

// all finds the elements below root with one of some names, in their sequence; with
// no names, every element.
func all(root *xml.Node, names ...string) []place {
	var list []place
	for child := range root.Elements() {
		wanted := len(names) == 0
		for _, name := range names {
			wanted = wanted || child.Name == name
		}
		if wanted {
			list = append(list, place{root, child})
		}
		list = append(list, all(child, names...)...)
	}
	return list
}

// one draws an element with one of some names; at is nil if there is none.
func (m *mutator) one(names ...string) place {
	return m.oneOf(all(m.cib, names...))
}

func (m *mutator) oneOf(list []place) place {
	if len(list) == 0 {
		return place{}
	}
	return list[m.r.IntN(len(list))]
}

// section finds a part of the CIB, and makes it if it is missing.
func (m *mutator) section(path ...string) *xml.Node {
	n := m.cib
	for _, name := range path {
		child := n.Child(name)
		if child == nil {
			child = xml.New(name)
			n.Add(child)
		}
		n = child
	}
	return n
}

// set gives a name a value in a set of an element, and says what is new.
func (m *mutator) set(owner *xml.Node, kind, name, value string) string {
	did := fmt.Sprintf("%s of %s: %s=%s", kind, label(owner), name, value)
	for set := range owner.All(kind) {
		for pair := range set.All("nvpair") {
			if pair.Attr("name") == name {
				pair.SetAttr("value", value)
				return did
			}
		}
	}
	set := owner.Child(kind)
	if set == nil || set.Attr("id-ref") != "" {
		set = xml.New(kind, "id", m.id(kind))
		owner.Children = append([]*xml.Node{set}, owner.Children...)
		if kind == "instance_attributes" && owner.Name != "node" {
			owner.Children = append(owner.Children[1:], set)
		}
	}
	set.Add(xml.New("nvpair", "id", m.id(name), "name", name, "value", value))
	return did
}

// label names an element for a person.
func label(n *xml.Node) string {
	for _, name := range []string{"id", "uname", "name"} {
		if v := n.Attr(name); v != "" {
			return n.Name + " " + v
		}
	}
	return n.Name
}

// change sets an attribute and says what it was.
func change(n *xml.Node, name, value string) string {
	was := n.Attr(name)
	n.SetAttr(name, value)
	return fmt.Sprintf("%s: %s from %s to %s", label(n), name, was, value)
}

// resources are the ids that constraints may name: mostly those of whole resources.
func (m *mutator) resources() []string {
	var list []string
	for child := range m.section("configuration", "resources").Elements() {
		if child.Name == "template" && !m.chance(4) {
			continue
		}
		list = append(list, child.ID())
		if m.chance(3) {
			for _, p := range all(child, "primitive", "group") {
				list = append(list, p.at.ID())
			}
		}
	}
	return list
}

// nodes are the names of all nodes, remote ones among them.
func (m *mutator) nodes() []string {
	var list []string
	for _, p := range all(m.section("configuration", "nodes"), "node") {
		list = append(list, p.at.Attr("uname"))
	}
	for _, p := range all(m.section("status"), "node_state") {
		if name := p.at.Attr("uname"); !strings.Contains(strings.Join(list, " "), name) {
			list = append(list, name)
		}
	}
	return list
}
