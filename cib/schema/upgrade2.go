package schema

import "holdfast/cib/xml"

// to2 turns the access rights of 1.2 and 1.3 into those of 2.0: users become
// targets with roles, and read, write and deny become permissions.
func to2(u *upgrading) {
	rewrite(u.root, func(parent, n *xml.Node) []*xml.Node {
		switch {
		case parent.Name == "status" || n.Name == "status":
		case n.Name == "role_ref":
			n.Name = "role"
		case n.Name == "read" || n.Name == "write" || n.Name == "deny":
			return keep(u.permission(n))
		case n.Name == "acl_user":
			return u.target(n)
		}
		return keep(n)
	})
}

func (u *upgrading) permission(n *xml.Node) *xml.Node {
	p := xml.New("acl_permission", "id", n.ID(), "kind", n.Name)
	attribute, limited := n.Lookup("attribute")
	ref, byRef := n.Lookup("ref")
	tag, byTag := n.Lookup("tag")
	switch {
	case byRef:
		p.SetAttr("reference", ref)
		if limited {
			u.note("ACL %s: the restriction to attribute %s cannot be kept beside a reference", n.ID(), attribute)
		}
	case byTag:
		p.SetAttr("object-type", tag)
		if limited {
			p.SetAttr("attribute", attribute)
		}
	case limited:
		p.SetAttr("xpath", n.Attr("xpath")+"[@"+attribute+"]")
	default:
		p.SetAttr("xpath", n.Attr("xpath"))
	}
	return p
}

// target makes a target of a user; rights that the user had directly become
// those of a role of its own.
func (u *upgrading) target(n *xml.Node) []*xml.Node {
	if n.Child("role_ref") != nil {
		n.Name = "acl_target"
		return keep(n)
	}
	t := &xml.Node{Name: "acl_target", Attrs: n.Attrs}
	role := xml.New("acl_role", "id", "auto-"+n.ID())
	for c := range n.Elements() {
		role.Add(c)
	}
	if len(role.Children) == 0 {
		return keep(t)
	}
	return []*xml.Node{t.Add(xml.New("role", "id", role.ID())), role}
}
