package cib

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/cib/acl"
	"holdfast/cib/patch"
	"holdfast/cib/xml"
)

const guarded = `<cib validate-with="none" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config>
<cluster_property_set id="cib-bootstrap-options"><nvpair id="o" name="enable-acl" value="true"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="a"/></nodes>
<resources><primitive id="mine" class="lsb"><instance_attributes id="mine-i"><nvpair id="mine-1" name="x" value="1"/></instance_attributes></primitive>
<primitive id="other" class="lsb"><instance_attributes id="other-i"><nvpair id="other-1" name="password" value="SECRET"/></instance_attributes></primitive></resources>
<constraints/><acls><acl_target id="alice"><role id="r"/></acl_target><acl_role id="r">
<acl_permission id="p1" kind="read" xpath="//resources"/><acl_permission id="p2" kind="write" reference="mine"/><acl_permission id="p3" kind="deny" xpath="//nvpair[@name='password']"/>
</acl_role></acls></configuration><status><node_state id="1"/></status></cib>`

// request generates requests of all kinds, with data that hits and misses.
var request = rapid.Custom(func(t *rapid.T) Request {
	data := rapid.SampledFrom([]string{
		`<primitive id="mine" class="ocf"/>`, `<primitive id="other" class="ocf"/>`, `<primitive id="new" class="ocf"/>`, `<primitive id="new"/>`,
		`<nvpair id="mine-1" value="2"/>`, `<nvpair id="other-1" name="x" value="2"/>`, `<nvpair id="o" value="false"/>`,
		`<cib epoch="9"/>`, `<acl_permission id="p3" xpath="//nothing"/>`, `<acls/>`, `<resources/>`, `<node_state id="1" x="1"/>`,
		`<diff format="2"><change operation="modify" path="/cib/configuration/resources/primitive[@id='other']"><change-result><primitive id="other" class="x"/></change-result></change></diff>`,
		`<diff format="2"><change operation="delete" path="/cib/configuration/acls"/></diff>`,
		`<diff format="2"><change operation="move" path="/cib/configuration/resources/primitive[@id='mine']" position="1"/></diff>`,
		strings.ReplaceAll(guarded, "SECRET", "KNOWN"), strings.ReplaceAll(guarded, `kind="deny"`, `kind="write"`), strings.ReplaceAll(guarded, `name="x" value="1"`, `name="x" value="3"`),
	}).Draw(t, "data")
	n, err := xml.ParseString(data)
	if err != nil {
		t.Fatal(err)
	}
	r := Request{Op: rapid.SampledFrom([]Op{Query, Create, Modify, Replace, Delete, Erase, Bump, Patch, Upgrade}).Draw(t, "op"),
		Data: n, User: "alice", NoStamp: true, AllowCreate: rapid.Bool().Draw(t, "create"), All: rapid.Bool().Draw(t, "all")}
	if rapid.Bool().Draw(t, "by expression") {
		r.XPath = rapid.SampledFrom([]string{"/cib", "//nvpair", "//primitive", "//*", "//@value", "/", "//nvpair[@value='SECRET']", "//acls", "//nvpair/.."}).Draw(t, "xpath")
	} else {
		r.Section = rapid.SampledFrom([]string{"", "resources", "status", "acls", "crm_config", "configuration"}).Draw(t, "section")
	}
	return r
})

// No request of a user, alone or in a transaction, shows or changes what the
// user's rights deny.
func TestNoRequestGoesBeyondRights(t *testing.T) {
	root, err := xml.ParseString(guarded)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(root)
	if err != nil {
		t.Fatal(err)
	}
	writable := map[string]bool{}
	acl.ForUser(c.root, "alice", nil).Visit(c.root, func(n *xml.Node, a acl.Access) { writable[n.ID()] = a == acl.Writable })
	rapid.Check(t, func(t *rapid.T) {
		r := request.Draw(t, "request")
		if rapid.Bool().Draw(t, "transaction") {
			r = Request{Op: Transaction, Requests: rapid.SliceOfN(request, 1, 3).Draw(t, "requests"), User: "alice", NoStamp: true}
		}
		result, _ := c.Apply(r)
		if result.Output != nil && strings.Contains(result.Output.String(), "SECRET") {
			t.Fatalf("the secret is shown: %s", result.Output)
		}
		guess := func(value string) Kind {
			_, err := c.Apply(Request{Op: r.Op, Data: r.Data, User: "alice", NoStamp: true, XPath: "//*[.//nvpair[starts-with(@value,'" + value + "')]]"})
			return KindOf(err)
		}
		if right, wrong := guess("SEC"), guess("WRO"); right != wrong && r.Op != Query && r.Op != Transaction {
			t.Fatalf("%v tells of the secret: %v and %v", r.Op, right, wrong)
		}
		if result.Patch == nil {
			return
		}
		for change := range result.Patch.All("change") {
			path, err := patch.Locate(c.root, change.Attr("path"), -1)
			if err != nil {
				t.Fatal(err)
			}
			switch n := path.At(c.root); {
			case len(path) == 0: // the version
			case change.Attr("operation") == "create" && (onlyIDs(change.Children[0]) || writableAs(result.CIB.root, change.Children[0])):
			case !writable[n.ID()]:
				t.Fatalf("%s of %s by %v", change.Attr("operation"), change.Attr("path"), r.Op)
			}
		}
	})
}

// writableAs reports whether the new element is one that the user may write.
func writableAs(root, made *xml.Node) bool {
	ok := false
	acl.ForUser(root, "alice", nil).Visit(root, func(n *xml.Node, a acl.Access) { ok = ok || n == made && a == acl.Writable })
	return ok
}

func onlyIDs(n *xml.Node) bool {
	ok := true
	xml.Walk(n, func(d *xml.Node, _ xml.Path) bool {
		ok = ok && (len(d.Attrs) == 0 || len(d.Attrs) == 1 && d.ID() != "")
		return true
	})
	return ok
}
