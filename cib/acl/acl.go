// Package acl knows what a user may see and change of a CIB: the access control
// lists that the CIB itself holds, for users who are neither root nor the
// cluster's own.
//
// A permission allows or denies reading or writing what its XPath expression
// selects, and all below. The nearest permission above a thing decides; where
// several stand at one element, denying goes before writing before reading.
// Where no permission reaches, everything is denied.
package acl

import (
	"strings"
	"time"

	"holdfast/cib/idref"
	"holdfast/cib/nvset"
	"holdfast/cib/rule"
	"holdfast/cib/xml"
	"holdfast/cib/xpath"
	"holdfast/crm"
)

// kind is what a permission says; several may stand at one element.
type kind uint8

const (
	read kind = 1 << iota
	write
	deny
)

func parseKind(text string) kind {
	switch text {
	case "read":
		return read
	case "write":
		return write
	case "deny":
		return deny
	}
	return 0
}

// readable and writable judge what stands at one element.
func (k kind) readable() bool { return k&deny == 0 && k&(read|write) != 0 }
func (k kind) writable() bool { return k&deny == 0 && k&write != 0 }

// permission is one line of a list.
type permission struct {
	kind  kind
	xpath string
}

// Rights are what one user may do.
type Rights struct {
	user        string
	permissions []permission
}

// Required reports whether rights are asked for at all for a user: not for root,
// the cluster's user, or the cluster itself, which has no name.
func Required(user string) bool {
	return user != "" && user != "root" && user != "hacluster"
}

// For returns the rights of a user who is in the given groups, as the CIB has
// them; nil if everything is allowed, because the user is privileged or access
// control is not enabled.
func For(root *xml.Node, user string, groups []string, now time.Time) *Rights {
	if !Required(user) || !enabled(root, now) {
		return nil
	}
	return listed(root, user, groups)
}

// ForUser returns the rights that a user would have if access control were enabled.
func ForUser(root *xml.Node, user string, groups []string) *Rights {
	if !Required(user) {
		return &Rights{user: user, permissions: []permission{{write, "/*"}}}
	}
	return listed(root, user, groups)
}

// enabled reads the cluster option enable-acl.
func enabled(root *xml.Node, now time.Time) bool {
	config := root.Find("configuration", "crm_config")
	if config == nil {
		return false
	}
	values, _ := nvset.Resolve(config, "cluster_property_set", "cib-bootstrap-options", idref.New(root), &rule.Context{Now: now})
	on, _ := crm.ParseBool(values.Text("enable-acl"))
	return on
}

// listed reads the lists.
func listed(root *xml.Node, user string, groups []string) *Rights {
	r := &Rights{user: user}
	acls := root.Find("configuration", "acls")
	for n := range acls.Elements() {
		name, ok := n.Lookup("name")
		if !ok {
			name = n.ID()
		}
		switch n.Name {
		case "acl_target", "acl_user":
			if name == user {
				r.unpack(acls, n)
			}
		case "acl_group":
			for _, g := range groups {
				if g == name {
					r.unpack(acls, n)
				}
			}
		}
	}
	return r
}

// unpack takes the permissions of roles, and those that stand at the user
// directly, as schemas before 2.0 have them.
func (r *Rights) unpack(acls, n *xml.Node) {
	for c := range n.Elements() {
		switch c.Name {
		case "role", "role_ref":
			for role := range acls.All("acl_role") {
				if role.ID() == c.ID() {
					r.unpack(acls, role)
					break
				}
			}
		case "acl_permission":
			r.add(parseKind(c.Attr("kind")), c, "object-type", "reference")
		case "read", "write", "deny":
			r.add(parseKind(c.Name), c, "tag", "ref")
		}
	}
}

// add takes one permission; tag and ref are what the schema calls these.
func (r *Rights) add(k kind, n *xml.Node, tag, ref string) {
	if k == 0 {
		return
	}
	expr, ok := n.Lookup("xpath")
	attr, byAttr := n.Lookup("attribute")
	switch {
	case ok && tag == "tag" && byAttr:
		expr += "[@" + attr + "]"
	case !ok:
		if expr = selector(n, tag, ref); expr == "" {
			return
		}
	}
	r.permissions = append(r.permissions, permission{k, expr})
}

// selector makes an expression of the other ways to select.
func selector(n *xml.Node, tag, ref string) string {
	name, byName := n.Lookup(tag)
	id, byID := n.Lookup(ref)
	attr, byAttr := n.Lookup("attribute")
	if !byName && !byID {
		return ""
	}
	if !byName {
		name = "*"
	}
	var conditions []string
	if byID {
		conditions = append(conditions, "@id="+xpath.Quote(id))
	}
	if byAttr {
		conditions = append(conditions, "@"+attr)
	}
	if conditions == nil {
		return "//" + name
	}
	return "//" + name + "[" + strings.Join(conditions, " and ") + "]"
}

// marks returns what stands at each element of a document. An expression that
// selects an attribute or text means its element, one that selects the document
// its root; one that cannot be understood denies everything, since nobody knows
// what it was to protect.
func (r *Rights) marks(root *xml.Node) map[*xml.Node]kind {
	marks := map[*xml.Node]kind{}
	for _, p := range r.permissions {
		matches, err := xpath.Find(root, p.xpath)
		if err != nil {
			if p.kind == deny {
				marks[root] |= deny
			}
			continue
		}
		for _, m := range matches {
			marks[elementOf(root, m)] |= p.kind
		}
	}
	return marks
}

func elementOf(root *xml.Node, m xpath.Match) *xml.Node {
	switch {
	case m.Node == nil:
		return root
	case m.Node.Kind != xml.Element && len(m.Path) > 0:
		return m.Path.Parent().At(root)
	}
	return m.Node
}
