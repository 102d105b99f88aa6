package patch

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"holdfast/cib/xml"
)

// applyChanges applies a patch of format 2. Deletions and changes of attributes
// are done at once, in order; what is created or moved goes to its place
// afterwards, in the order of the places, because these count one another.
func applyChanges(root, patch *xml.Node) (*xml.Node, error) {
	a := applier{work: xml.Edit(root)}
	for c := range patch.All("change") {
		if err := a.change(c); err != nil {
			return nil, fmt.Errorf("%w: %s of %s: %s", ErrFailed, c.Attr("operation"), c.Attr("path"), err)
		}
	}
	slices.SortStableFunc(a.later, func(x, y placement) int { return cmp.Compare(x.position, y.position) })
	for _, p := range a.later {
		if err := p.put(); err != nil {
			return nil, fmt.Errorf("%w: %s", ErrFailed, err)
		}
	}
	return a.work.Root(), nil
}

type applier struct {
	work  *xml.Editor
	later []placement
}

// A placement is a node that has to go to a place among the children of parent,
// which is our own and stays the same node until the end.
type placement struct {
	parent, node *xml.Node
	position     int
	move         bool
}

func (a *applier) change(c *xml.Node) error {
	position := -1
	if text, ok := c.Lookup("position"); ok {
		var err error
		if position, err = strconv.Atoi(text); err != nil {
			return fmt.Errorf("position %q is no number", text)
		}
	}
	operation := c.Attr("operation")
	wanted := -1
	if operation == "delete" {
		wanted = position
	}
	path, err := Locate(a.work.Peek(), c.Attr("path"), wanted)
	if err != nil {
		if operation == "delete" {
			return nil // it is gone already, which is what was asked for
		}
		return err
	}
	switch operation {
	case "delete":
		if len(path) == 0 {
			return fmt.Errorf("the root cannot be deleted")
		}
		a.work.Remove(path)
		return nil
	case "modify":
		return a.modify(path, c)
	case "create":
		return a.create(path, c, position)
	case "move":
		return a.move(path, position)
	}
	return fmt.Errorf("the operation is not known")
}

func (a *applier) modify(path xml.Path, c *xml.Node) error {
	for result := range c.Child("change-result").Elements() {
		a.work.Own(path).Attrs = slices.Clone(result.Attrs)
		return nil
	}
	return fmt.Errorf("it has no change-result")
}

func (a *applier) create(path xml.Path, c *xml.Node, position int) error {
	if len(c.Children) == 0 {
		return fmt.Errorf("it has nothing to create")
	}
	a.later = append(a.later, placement{a.work.Own(path), c.Children[0], position, false})
	return nil
}

// move puts the node at the end for the time being, out of the way of the rest.
func (a *applier) move(path xml.Path, position int) error {
	if len(path) == 0 {
		return fmt.Errorf("the root cannot be moved")
	}
	node, parent := a.work.Own(path), a.work.Own(path.Parent())
	i := path[len(path)-1]
	parent.Children = append(slices.Delete(parent.Children, i, i+1), node)
	a.later = append(a.later, placement{parent, node, position, true})
	return nil
}

func (p placement) put() error {
	list := p.parent.Children
	if p.move {
		i := slices.Index(list, p.node)
		if i < 0 {
			return fmt.Errorf("the node to be moved was deleted")
		}
		list = slices.Delete(list, i, i+1)
		if p.position < 0 || p.position > len(list) {
			return fmt.Errorf("%s cannot be moved to position %d of %d", p.node.Name, p.position, len(list))
		}
	}
	i := p.position
	if i < 0 || i > len(list) {
		i = len(list)
	}
	p.parent.Children = slices.Insert(list, i, p.node)
	return nil
}

// Locate follows the path of a change, which is made of names with the id where
// there is one. A comment is found by its position, if that is not negative.
func Locate(root *xml.Node, text string, position int) (xml.Path, error) {
	steps, err := parsePath(text)
	if err != nil {
		return nil, err
	}
	if !steps[0].fits(root) {
		return nil, fmt.Errorf("the root is not %s", steps[0].name)
	}
	path := make(xml.Path, 0, len(steps))
	n := root
	for i, s := range steps[1:] {
		wanted := -1
		if i == len(steps)-2 {
			wanted = position
		}
		index := s.find(n, wanted)
		if index < 0 {
			return nil, fmt.Errorf("there is no %s in %s", s, n.Name)
		}
		path, n = append(path, index), n.Children[index]
	}
	return path, nil
}

type pathStep struct {
	name, id string
	hasID    bool
}

func (s pathStep) String() string {
	if s.hasID {
		return s.name + "[@id='" + s.id + "']"
	}
	return s.name
}

func (s pathStep) fits(n *xml.Node) bool {
	switch n.Kind {
	case xml.Comment:
		return s.name == "comment" && !s.hasID
	case xml.Text:
		return s.name == "text" && !s.hasID
	}
	if n.Name != s.name {
		return false
	}
	if !s.hasID {
		return true
	}
	id, ok := n.Lookup("id")
	return ok && id == s.id
}

// find returns the index of the first child that fits. A step without an id is
// written for an element without one, so such a child is preferred.
func (s pathStep) find(parent *xml.Node, position int) int {
	found := -1
	for i, c := range parent.Children {
		if !s.fits(c) || c.Kind != xml.Element && position >= 0 && i != position {
			continue
		}
		if _, hasID := c.Lookup("id"); hasID == s.hasID {
			return i
		}
		if found < 0 {
			found = i
		}
	}
	return found
}

// parsePath splits "/cib/status/node_state[@id='1']". An id may contain anything
// but the sequence that ends it.
func parsePath(text string) ([]pathStep, error) {
	var steps []pathStep
	for rest := text; rest != ""; {
		if rest[0] != '/' {
			return nil, fmt.Errorf("the path does not begin with \"/\"")
		}
		rest = rest[1:]
		s := pathStep{}
		end := strings.IndexAny(rest, "/[")
		if end < 0 {
			end = len(rest)
		}
		s.name, rest = rest[:end], rest[end:]
		if after, ok := strings.CutPrefix(rest, "[@id='"); ok {
			s.hasID = true
			s.id, rest, ok = cutID(after)
			if !ok {
				return nil, fmt.Errorf("an id in the path is not closed")
			}
		}
		if s.name == "" || rest != "" && rest[0] != '/' {
			return nil, fmt.Errorf("the path cannot be understood")
		}
		steps = append(steps, s)
	}
	if len(steps) == 0 {
		return nil, fmt.Errorf("the path is empty")
	}
	return steps, nil
}

// cutID returns the id that ends with "']" and what follows it.
func cutID(text string) (id, rest string, ok bool) {
	for from := 0; ; {
		i := strings.Index(text[from:], "']")
		if i < 0 {
			return "", "", false
		}
		i += from
		if rest = text[i+2:]; rest == "" || rest[0] == '/' {
			return text[:i], rest, true
		}
		from = i + 1
	}
}
