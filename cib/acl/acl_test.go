package acl

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"holdfast/cib/patch"
	"holdfast/cib/xml"
)

// document is a CIB with one role for the user alice.
func document(t interface{ Fatal(...any) }, permissions, resources string) *xml.Node {
	n, err := xml.ParseString(`<cib epoch="1"><configuration><crm_config>
<cluster_property_set id="cib-bootstrap-options"><nvpair id="o" name="enable-acl" value="true"/></cluster_property_set></crm_config>
<nodes/><resources>` + resources + `</resources><constraints/>
<acls><acl_target id="alice"><role id="r"/></acl_target><acl_group id="staff"><role id="s"/></acl_group>
<acl_role id="r">` + permissions + `</acl_role><acl_role id="s"><acl_permission id="s1" kind="read" xpath="/cib"/></acl_role></acls></configuration><status/></cib>`)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

const resources = `<primitive id="a" class="ocf"><instance_attributes id="a-i"><nvpair id="a-1" name="password" value="secret"/></instance_attributes></primitive><primitive id="b" class="lsb"/>`

func TestReading(t *testing.T) {
	for _, c := range []struct{ name, permissions, want string }{
		{"nothing without permission", ``, ""},
		{"everything below", `<acl_permission id="1" kind="read" xpath="//resources"/>`,
			`<cib><configuration><resources>` + resources + `</resources></configuration></cib>`},
		{"writing is reading", `<acl_permission id="1" kind="write" reference="b"/>`,
			`<cib><configuration><resources><primitive id="b" class="lsb"/></resources></configuration></cib>`},
		{"denied below", `<acl_permission id="1" kind="read" xpath="//resources"/><acl_permission id="2" kind="deny" object-type="instance_attributes"/>`,
			`<cib><configuration><resources><primitive id="a" class="ocf"/><primitive id="b" class="lsb"/></resources></configuration></cib>`},
		{"allowed below what is denied, around it only ids", `<acl_permission id="1" kind="read" xpath="//resources"/><acl_permission id="2" kind="deny" reference="a"/><acl_permission id="3" kind="read" reference="a-1"/>`,
			`<cib><configuration><resources><primitive id="a"><instance_attributes id="a-i"><nvpair id="a-1" name="password" value="secret"/></instance_attributes></primitive><primitive id="b" class="lsb"/></resources></configuration></cib>`},
		{"denying goes first at one element", `<acl_permission id="1" kind="write" reference="b"/><acl_permission id="2" kind="deny" reference="b"/>`, ""},
		{"by attribute", `<acl_permission id="1" kind="read" object-type="primitive" attribute="class"/><acl_permission id="2" kind="deny" xpath="//@value"/>`,
			`<cib><configuration><resources><primitive id="a" class="ocf"><instance_attributes id="a-i"/></primitive><primitive id="b" class="lsb"/></resources></configuration></cib>`},
	} {
		root := document(t, c.permissions, resources)
		got := For(root, "alice", nil, time.Time{}).Filter(root)
		if text := textOf(got); text != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.name, text, c.want)
		}
	}
}

func textOf(n *xml.Node) string {
	if n == nil {
		return ""
	}
	return n.String()
}

func TestWhoIsBound(t *testing.T) {
	root := document(t, "", resources)
	for _, user := range []string{"", "root", "hacluster"} {
		if For(root, user, nil, time.Time{}) != nil {
			t.Errorf("%q is bound", user)
		}
	}
	off := document(t, "", resources)
	off.Find("configuration", "crm_config", "cluster_property_set", "nvpair").SetAttr("value", "false")
	if For(off, "alice", nil, time.Time{}) != nil {
		t.Error("alice is bound although access control is off")
	}
	if For(root, "bob", nil, time.Time{}).Filter(root) != nil {
		t.Error("a user without permissions may read")
	}
	if got := For(root, "bob", []string{"staff"}, time.Time{}).Filter(root); got != root {
		t.Errorf("a member of a group may read %s", textOf(got))
	}
}

func TestOldSyntax(t *testing.T) {
	root := document(t, "", resources)
	acls := root.Find("configuration", "acls")
	user := xml.New("acl_user", "id", "carol").Add(xml.New("read", "id", "x", "tag", "primitive"), xml.New("deny", "id", "y", "ref", "a"))
	acls.Children = append(acls.Children, user)
	got := textOf(For(root, "carol", nil, time.Time{}).Filter(root))
	if want := `<cib><configuration><resources><primitive id="b" class="lsb"/></resources></configuration></cib>`; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestWriting(t *testing.T) {
	const readAll = `<acl_permission id="0" kind="read" xpath="/cib"/>`
	for _, c := range []struct{ name, permissions, after, denied string }{
		{"what may only be read", readAll, `<primitive id="a" class="ocf"/>`, "/cib/configuration/resources/primitive[@id='a']/instance_attributes"},
		{"an attribute", readAll + `<acl_permission id="1" kind="write" reference="b"/>`, strings.Replace(resources, "lsb", "ocf", 1), ""},
		{"another's attribute", readAll + `<acl_permission id="1" kind="write" reference="a"/>`, strings.Replace(resources, "lsb", "ocf", 1), "primitive[@id='b'][@class]"},
		{"scaffolding", readAll, resources + `<group id="g"/>`, ""},
		{"what is in scaffolding", readAll, resources + `<group id="g"><primitive id="c" class="x"/></group>`, "group[@id='g']/primitive[@id='c']"},
		{"what is in scaffolding, allowed", readAll + `<acl_permission id="1" kind="write" xpath="//primitive[@id='c']"/>`, resources + `<group id="g"><primitive id="c" class="x"/></group>`, ""},
		{"deleting what may be written", readAll + `<acl_permission id="1" kind="write" reference="b"/>`, strings.Replace(resources, `<primitive id="b" class="lsb"/>`, "", 1), ""},
		{"moving", readAll, `<primitive id="b" class="lsb"/>` + strings.Replace(resources, `<primitive id="b" class="lsb"/>`, "", 1), "primitive[@id="},
		{"a change that would allow itself", readAll + `<acl_permission id="1" kind="write" xpath="//primitive[@description]"/>`, strings.Replace(resources, "class=\"lsb\"", "class=\"lsb\" description=\"mine\"", 1), "primitive[@id='b'][@description]"},
		{"a comment", readAll, resources + `<!-- hello -->`, "comment"},
	} {
		old, new := document(t, c.permissions, resources), document(t, c.permissions, c.after)
		err := For(old, "alice", nil, time.Time{}).Check(old, new, nil)
		if (err == nil) != (c.denied == "") || err != nil && !strings.Contains(err.Error(), c.denied) {
			t.Errorf("%s: %v, want %q", c.name, err, c.denied)
		}
	}
	old, new := document(t, readAll, ""), document(t, readAll+`<acl_permission id="1"/>`, "")
	if For(old, "alice", nil, time.Time{}).Check(old, new, nil) == nil {
		t.Error("scaffolding below acls may be created")
	}
}

// Whatever is changed, either the change is denied, or every element that
// differs was writable before or is new.
func TestNothingUnwritableChanges(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		permissions := ""
		for _, p := range []string{`kind="read" xpath="/cib"`, `kind="write" reference="a"`, `kind="deny" reference="a-1"`, `kind="write" object-type="nvpair"`, `kind="deny" xpath="//resources"`} {
			if rapid.Bool().Draw(t, p) {
				permissions += `<acl_permission id="p` + p[6:9] + `" ` + p + `/>`
			}
		}
		part := func(name string, all ...string) string { return rapid.SampledFrom(all).Draw(t, name) }
		after := part("a", `<primitive id="a" class="ocf">`, `<primitive id="a" class="lsb">`) +
			part("set", `<instance_attributes id="a-i">`, `<instance_attributes id="a-j">`) +
			part("pair", ``, `<nvpair id="a-1" name="password" value="secret"/>`, `<nvpair id="a-1" name="password" value="known"/>`, `<nvpair id="a-2" name="x"/>`) +
			`</instance_attributes></primitive>` + part("b", ``, `<primitive id="b" class="lsb"/>`, `<primitive id="b"/>`)
		old, new := document(t, permissions, resources), document(t, permissions, after)
		rights := For(old, "alice", nil, time.Time{})
		if rights.Check(old, new, nil) != nil {
			return
		}
		writable := map[string]bool{}
		rights.Visit(old, func(n *xml.Node, a Access) { writable[n.ID()] = a == Writable })
		for change := range patch.Diff(old, new, patch.Options{IgnoreAttrOrder: true}).All("change") {
			if change.Attr("operation") == "create" {
				continue
			}
			path, err := patch.Locate(old, change.Attr("path"), -1)
			if err != nil {
				t.Fatal(err)
			}
			if n := path.At(old); !writable[n.ID()] {
				t.Fatalf("%s of %s was allowed", change.Attr("operation"), change.Attr("path"))
			}
		}
	})
}
