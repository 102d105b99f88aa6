package cib

import (
	"slices"
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// merge makes the new version of n that a Modify with the update gives: the
// update's attributes are set, its children are merged into those with the same
// name and id, or added.
func merge(n, update *xml.Node, score bool) *xml.Node {
	m := n.Copy()
	for _, a := range update.Attrs {
		value := a.Value
		if score {
			value = countUp(m, a)
		}
		m.SetAttr(a.Name, value)
	}
	for _, u := range update.Children {
		switch {
		case u.Kind == xml.Text:
		case u.Kind == xml.Comment:
			if !hasComment(m, u.Text) {
				m.Add(u)
			}
		default:
			if i := counterpart(m, u); i >= 0 {
				m.Children[i] = merge(m.Children[i], u, score)
				continue
			}
			m.Add(merge(&xml.Node{Name: u.Name}, u, score))
		}
	}
	if sameShallow(n, m) {
		return n
	}
	return m
}

// sameShallow reports whether a merge has changed nothing after all.
func sameShallow(a, b *xml.Node) bool {
	return slices.Equal(a.Attrs, b.Attrs) && slices.Equal(a.Children, b.Children)
}

func hasComment(n *xml.Node, text string) bool {
	return slices.ContainsFunc(n.Children, func(c *xml.Node) bool {
		return c.Kind == xml.Comment && strings.EqualFold(c.Text, text)
	})
}

// counterpart finds the child that an update of a child means: one with the same
// name and the same id or, failing an id, id-ref.
func counterpart(n, update *xml.Node) int {
	attr := "id"
	value, ok := update.Lookup(attr)
	if !ok {
		attr = "id-ref"
		value, ok = update.Lookup(attr)
	}
	return slices.IndexFunc(n.Children, func(c *xml.Node) bool {
		if c.Kind != xml.Element || c.Name != update.Name {
			return false
		}
		if !ok {
			return true
		}
		v, has := c.Lookup(attr)
		return has && v == value
	})
}

// countUp returns the value that an attribute gets if "NAME++" and "NAME+=N"
// stand for sums. An old value that is no score counts as 0, and where there is
// no old value the text stays as it is; so does Pacemaker.
func countUp(n *xml.Node, a xml.Attr) string {
	old, ok := n.Lookup(a.Name)
	rest, found := strings.CutPrefix(a.Value, a.Name)
	if !ok || !found || len(rest) < 2 || rest[0] != '+' {
		return a.Value
	}
	by := crm.Score(1)
	switch rest[1] {
	case '+':
	case '=':
		if s, ok := crm.ParseScore(rest[2:]); ok {
			by = s
		}
	default:
		return a.Value
	}
	was, ok := crm.ParseScore(old)
	if !ok {
		was = 0
	}
	return strconv.Itoa(int(was.Add(by)))
}
