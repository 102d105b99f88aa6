package schema

import (
	"slices"
	"strings"

	"holdfast/cib/xml"
)

// dropUnsupported drops resources of classes and containers that are no longer
// supported, and what is said only about them.
func (u *upgrading) dropUnsupported() {
	d := u.unsupported()
	rewrite(u.root, func(parent, n *xml.Node) []*xml.Node {
		switch n.Name {
		case "template", "primitive", "group", "clone", "bundle":
			if d.gone[n] {
				u.noteDropped(n, d)
				return nil
			}
		case "nvpair":
			return u.metaAttribute(parent, n, d)
		case "resource_ref":
			if d.ids[n.ID()] {
				return nil
			}
		case "resource_set":
			if d.emptySet(n) {
				return nil
			}
		case "rsc_location", "rsc_ticket", "rsc_colocation", "rsc_order":
			if d.concerns(n) {
				return nil
			}
		}
		return keep(n)
	})
}

// dropped is what will be dropped.
type dropped struct {
	gone    map[*xml.Node]bool
	ids     map[string]bool      // of resources among gone
	class   map[string]string    // by id, the class of a template
	parents map[*xml.Node]string // of sets, the name of the element they are in
}

func unsupportedClass(class string) bool {
	return strings.EqualFold(class, "nagios") || strings.EqualFold(class, "upstart")
}

func (u *upgrading) unsupported() *dropped {
	d := &dropped{gone: map[*xml.Node]bool{}, ids: map[string]bool{}, class: map[string]string{}, parents: map[*xml.Node]string{}}
	each(u.root, func(n *xml.Node) {
		for c := range n.Elements() {
			d.parents[c] = n.Name
		}
		if n.Name == "template" {
			d.class[n.ID()] = n.Attr("class")
			d.gone[n] = unsupportedClass(n.Attr("class"))
		}
	})
	each(u.root, func(n *xml.Node) {
		if n.Name == "primitive" && unsupportedClass(d.classOf(n)) {
			d.drop(n)
		}
	})
	each(u.root, func(n *xml.Node) {
		switch n.Name {
		case "group", "clone":
			all := true
			each(n, func(p *xml.Node) { all = all && (p.Name != "primitive" || d.gone[p]) })
			if all {
				d.drop(n)
			}
		case "bundle":
			if n.Child("rkt") != nil {
				d.drop(n)
			}
		}
	})
	return d
}

func (d *dropped) drop(n *xml.Node) { d.gone[n], d.ids[n.ID()] = true, true }

func (d *dropped) classOf(n *xml.Node) string {
	if template, ok := n.Lookup("template"); ok {
		return d.class[template]
	}
	return n.Attr("class")
}

func (u *upgrading) noteDropped(n *xml.Node, d *dropped) {
	switch n.Name {
	case "template":
		u.note("Dropping template %s because %s resources are no longer supported", n.ID(), n.Attr("class"))
	case "primitive":
		u.note("Dropping resource %s because %s resources are no longer supported", n.ID(), d.classOf(n))
	case "bundle":
		u.note("Dropping bundle resource %s because rkt containers are no longer supported", n.ID())
	default:
		u.note("Dropping %s %s because it would become empty", n.Name, n.ID())
	}
}

var resourceLike = []string{"template", "primitive", "group", "clone", "bundle", "rsc_defaults"}

// metaAttribute drops meta-attributes that are no longer supported.
func (u *upgrading) metaAttribute(set, n *xml.Node, d *dropped) []*xml.Node {
	if set.Name != "meta_attributes" {
		return keep(n)
	}
	of, name := d.parents[set], n.Attr("name")
	instead := ""
	switch {
	case name == "restart-type" && slices.Contains(resourceLike, of):
		instead = `"kind" attribute for relevant constraints`
	case (name == "can_fail" || name == "role_after_failure") && (of == "op" || of == "op_defaults"):
		instead = `"on-fail" operation attribute instead`
	default:
		return keep(n)
	}
	u.note("Dropping %s meta-attribute from %s because it is no longer supported. Consider setting the %s", name, set.ID(), instead)
	return nil
}

// emptySet reports whether nothing is left of a resource set.
func (d *dropped) emptySet(n *xml.Node) bool {
	for r := range n.All("resource_ref") {
		if !d.ids[r.ID()] {
			return false
		}
	}
	return true
}

// concerns reports whether a constraint is about dropped resources only, or
// needs one.
func (d *dropped) concerns(n *xml.Node) bool {
	for _, attr := range []string{"rsc", "with-rsc", "first", "then"} {
		if id, ok := n.Lookup(attr); ok && d.ids[id] {
			return true
		}
	}
	sets := children(n, "resource_set")
	return len(sets) > 0 && !slices.ContainsFunc(sets, func(s *xml.Node) bool { return !d.emptySet(s) })
}

// dropDanglingRights lets rights that refer to what is gone match nothing.
func (u *upgrading) dropDanglingRights() {
	named := byID(u.root)
	xpath := false
	each(u.root, func(n *xml.Node) {
		if n.Name != "acl_permission" {
			return
		}
		if _, ok := n.Lookup("xpath"); ok {
			xpath = true
		}
		if ref, ok := n.Lookup("reference"); ok && named[ref] == nil {
			rename(n, "reference", "xpath")
			n.SetAttr("xpath", "/*[false()]")
		}
	})
	if xpath {
		u.note(`CIB syntax changes may invalidate ACLs that use "xpath". It is strongly recommended to run "cibadmin --upgrade" ` +
			`and then examine the updated CIB carefully to ensure ACLs still match the desired intent.`)
	}
}
