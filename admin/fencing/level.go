// Package fencing makes the edits of a CIB by which an administrator configures
// fence devices and the levels of a fencing topology. Its edits are requests
// that the caller applies to a file or sends to a cluster.
package fencing

import (
	"fmt"
	"strconv"
	"strings"

	"holdfast/cib"
	"holdfast/cib/xml"
)

// A Target is what a level is for: a node by name, nodes by a pattern of names, or
// nodes by the value of an attribute.
type Target struct {
	Node, Pattern    string
	Attribute, Value string
}

// ParseTarget reads NAME, @PATTERN or ATTRIBUTE=VALUE.
func ParseTarget(text string) Target {
	if name, value, found := strings.Cut(text, "="); found {
		return Target{Attribute: name, Value: value}
	}
	if pattern, found := strings.CutPrefix(text, "@"); found {
		return Target{Pattern: pattern}
	}
	return Target{Node: text}
}

// attrs are the attributes by which a level names the target, as name, value pairs.
func (t Target) attrs() []string {
	switch {
	case t.Attribute != "":
		return []string{"target-attribute", t.Attribute, "target-value", t.Value}
	case t.Pattern != "":
		return []string{"target-pattern", t.Pattern}
	}
	return []string{"target", t.Node}
}

// is tells whether a level is for the target.
func (t Target) is(level *xml.Node) bool {
	attrs := t.attrs()
	for i := 0; i < len(attrs); i += 2 {
		if level.Attr(attrs[i]) != attrs[i+1] {
			return false
		}
	}
	return true
}

// MaxLevel is the highest level.
const MaxLevel = 9

// SetLevel makes devices the level of a target with a number from 1 to MaxLevel,
// in place of those it had.
func SetLevel(c cib.CIB, t Target, index int, devices []string) (cib.Request, error) {
	if err := checkIndex(index); err != nil {
		return cib.Request{}, err
	}
	if len(devices) == 0 {
		return cib.Request{}, fmt.Errorf("a level needs at least one device (--device)")
	}
	list := strings.Join(devices, ",")
	for _, level := range levels(c, t, index) {
		changed := xml.New(level.Name, "id", level.ID(), "devices", list)
		return modify(changed), nil
	}
	level := xml.New("fencing-level", "id", freeID(c, t, index))
	attrs := append(t.attrs(), "index", strconv.Itoa(index), "devices", list)
	for i := 0; i < len(attrs); i += 2 {
		level.SetAttr(attrs[i], attrs[i+1])
	}
	return modify(level), nil
}

// RemoveLevel removes a target's level with a number, or with 0 all its levels.
// It is no error if there is none.
func RemoveLevel(c cib.CIB, t Target, index int) ([]cib.Request, error) {
	if index != 0 {
		if err := checkIndex(index); err != nil {
			return nil, err
		}
	}
	var list []cib.Request
	for _, level := range levels(c, t, index) {
		list = append(list, cib.Request{Op: cib.Delete, Section: "fencing-topology", Data: xml.New(level.Name, "id", level.ID())})
	}
	return list, nil
}

func checkIndex(index int) error {
	if index < 1 || index > MaxLevel {
		return fmt.Errorf("level %d is none: give --index a number from 1 to %d", index, MaxLevel)
	}
	return nil
}

// levels lists a target's levels with a number, or with 0 all of them.
func levels(c cib.CIB, t Target, index int) []*xml.Node {
	var list []*xml.Node
	for level := range c.Root().Find("configuration", "fencing-topology").All("fencing-level") {
		if t.is(level) && (index == 0 || level.Attr("index") == strconv.Itoa(index)) {
			list = append(list, level)
		}
	}
	return list
}

// freeID makes an id for a level that no element has.
func freeID(c cib.CIB, t Target, index int) string {
	name := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-' || r == '_' || r == '.' {
			return r
		}
		return '-'
	}, t.Node+t.Pattern+t.Attribute+t.Value)
	base := fmt.Sprintf("fl-%s-%d", name, index)
	id := base
	for n := 1; used(c, id); n++ {
		id = fmt.Sprintf("%s-%d", base, n)
	}
	return id
}

// used tells whether an element of the configuration has an id.
func used(c cib.CIB, id string) (found bool) {
	xml.Walk(c.Root().Child("configuration"), func(n *xml.Node, _ xml.Path) bool {
		found = found || n.Kind == xml.Element && n.ID() == id
		return !found
	})
	return found
}

func modify(level *xml.Node) cib.Request {
	return cib.Request{
		Op: cib.Modify, Section: "fencing-topology", AllowCreate: true,
		Data: xml.New("fencing-topology").Add(level),
	}
}
