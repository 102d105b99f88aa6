package acl

import (
	"fmt"

	"holdfast/cib/patch"
	"holdfast/cib/xml"
	"holdfast/cib/xpath"
)

// A Tracer is told of decisions: where is the name by which Pacemaker's users
// know the place that decides.
type Tracer func(where, text string)

// Check reports whether the user may make the new document out of the old one.
// Every change counts: of attributes, of what is there, of order. An element with
// nothing but an id may always be created, so that what may be written can be
// put somewhere; not so below <acls>.
func (r *Rights) Check(old, new *xml.Node, trace Tracer) error {
	p := patch.Diff(old, new, patch.Options{IgnoreAttrOrder: true})
	if p == nil {
		return nil
	}
	if trace == nil {
		trace = func(string, string) {}
	}
	c := checker{r, old, r.marks(old), r.marks(new), trace, nil}
	for _, first := range []bool{true, false} {
		for change := range p.All("change") {
			ofRoot := change.Attr("operation") == "modify" && change.Attr("path") == "/"+xpath.StepName(new)
			if first == ofRoot {
				c.change(change)
			}
		}
	}
	return c.denied
}

type checker struct {
	rights   *Rights
	old      *xml.Node
	oldMarks map[*xml.Node]kind
	newMarks map[*xml.Node]kind
	trace    Tracer
	denied   error // the first denial
}

func (c *checker) change(change *xml.Node) {
	text := change.Attr("path")
	path, err := patch.Locate(c.old, text, -1)
	if err != nil {
		c.deny(fmt.Errorf("%s cannot be found", text))
		return
	}
	switch change.Attr("operation") {
	case "create":
		c.create(path, text, nil, change.Children[0])
	case "modify":
		for a := range change.Child("change-list").Elements() {
			what := text
			if a.Attr("operation") == "set" {
				what += "[@" + a.Attr("name") + "]"
			}
			c.write(path, what)
		}
	default: // what is deleted, or has moved
		c.write(path, text)
	}
}

func (c *checker) deny(err error) {
	if c.denied == nil {
		c.denied = err
	}
}

// write holds that the element at a path of the old document may be changed.
func (c *checker) write(path xml.Path, text string) bool { return c.allowed(path, nil, text) }

// create holds that a new element may be below the one at a path. above are the
// new elements between the two.
func (c *checker) create(path xml.Path, text string, above []*xml.Node, n *xml.Node) {
	if n.Kind != xml.Element {
		c.allowed(path, above, text+"/"+xpath.StepName(n))
		return
	}
	text += "/" + n.Name
	if id, ok := n.Lookup("id"); ok {
		text += "[@id='" + id + "']"
	}
	above = append(above[:len(above):len(above)], n)
	switch {
	case c.scaffolding(path, above):
		c.tell("Creation of <%s> scaffolding with id=\"%s\" is implicitly allowed", n)
	case c.allowed(path, above, text):
		c.tell("ACLs allow creation of <%s> with id=\"%s\"", n)
	default:
		c.tell("ACLs disallow creation of <%s> with id=\"%s\"", n)
		return
	}
	for _, child := range n.Children {
		c.create(path, text, above, child)
	}
}

func (c *checker) tell(format string, n *xml.Node) {
	id := n.ID()
	if id == "" {
		id = "<unset>"
	}
	c.trace("pcmk__apply_creation_acl", fmt.Sprintf(format, n.Name, id))
}

// scaffolding reports whether the last of the new elements may be created by
// anybody.
func (c *checker) scaffolding(path xml.Path, made []*xml.Node) bool {
	for _, a := range made[len(made)-1].Attrs {
		if a.Name != "id" {
			return false
		}
	}
	for i := range path {
		if path[:i+1].At(c.old).Name == "acls" {
			return false
		}
	}
	for _, n := range made[:len(made)-1] {
		if n.Name == "acls" {
			return false
		}
	}
	return true
}

// allowed walks up, first through new elements, then from the one at the path of
// the old document, to the first permission that decides. What an element was
// before the change decides, not what the change makes of it.
func (c *checker) allowed(path xml.Path, made []*xml.Node, text string) bool {
	prefix := "Default "
	if len(c.rights.permissions) == 0 {
		prefix = "Lack of "
	}
	for i := len(made) - 1; i >= 0; i-- {
		if done, ok := c.decide(c.newMarks[made[i]], i == len(made)-1, &prefix); done {
			return ok || c.refuse(prefix, text)
		}
	}
	for i := len(path); i >= 0; i-- {
		itself := len(made) == 0 && i == len(path)
		if done, ok := c.decide(c.oldMarks[path[:i].At(c.old)], itself, &prefix); done {
			return ok || c.refuse(prefix, text)
		}
	}
	return c.refuse(prefix, text)
}

// decide judges what stands at one element on the way up.
func (c *checker) decide(k kind, itself bool, prefix *string) (done, ok bool) {
	switch {
	case k.writable():
		return true, true
	case k&deny != 0:
		if *prefix = "Parent "; itself {
			*prefix = ""
		}
		return true, false
	}
	return false, false
}

func (c *checker) refuse(prefix, text string) bool {
	why := fmt.Sprintf("%sACL denies user '%s' read/write access to %s", prefix, c.rights.user, text)
	c.trace("pcmk__check_acl", why)
	c.deny(fmt.Errorf("%s", why))
	return false
}
