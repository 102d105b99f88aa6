package cib

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/cib/schema"
	"holdfast/cib/xml"
)

// A scene is a CIB of which the user alice has some rights.
type scene struct {
	cib    CIB
	rights plainRights
}

var scenes = rapid.Custom(func(t *rapid.T) scene {
	name := rapid.SampledFrom([]string{"none", "pacemaker-4.0", "pacemaker-3.5", "pacemaker-2.3"}).Draw(t, "schema")
	var rights plainRights
	permissions := ""
	for i, g := range rapid.SliceOfN(rapid.SampledFrom(grants), 0, 5).Draw(t, "grants") {
		kind := rapid.SampledFrom([]string{"read", "write", "deny"}).Draw(t, "kind")
		rights = append(rights, given{g, kind})
		permissions += fmt.Sprintf(`<acl_permission id="g%d" kind="%s" %s/>`, i, kind, g.text)
	}
	text := `<cib validate-with="` + name + `" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config>` +
		`<cluster_property_set id="cib-bootstrap-options"><nvpair id="o" name="enable-acl" value="true"/></cluster_property_set></crm_config>` +
		`<nodes><node id="1" uname="a"/></nodes><resources>` + drawResources(t) + `</resources><constraints>` +
		rapid.SampledFrom([]string{"", `<rsc_location id="l" rsc="p1" node="a" score="1"/>`}).Draw(t, "constraint") +
		`</constraints><acls><acl_target id="alice"><role id="r"/></acl_target><acl_role id="r">` + permissions +
		`</acl_role></acls></configuration><status><node_state id="1" uname="a"/></status></cib>`
	root, err := xml.ParseString(text)
	if err != nil {
		t.Fatal(err)
	}
	c, err := New(root)
	if err != nil {
		t.Fatal(err)
	}
	return scene{c, rights}
})

// drawResources draws up to three primitives, always p1.
func drawResources(t *rapid.T) string {
	text := ""
	for i := range 3 {
		if i > 0 && !rapid.Bool().Draw(t, "exists") {
			continue
		}
		id := fmt.Sprint("p", i+1)
		text += `<primitive id="` + id + `" class="` + rapid.SampledFrom([]string{"lsb", "systemd"}).Draw(t, "class") + `" type="x"` +
			rapid.SampledFrom([]string{"", ` description="d"`}).Draw(t, "description") + `>`
		if rapid.Bool().Draw(t, "set") {
			text += `<instance_attributes id="` + id + `-i"><nvpair id="` + id + `-1" name="x" value="1"/>`
			if rapid.Bool().Draw(t, "secret") {
				text += `<nvpair id="` + id + `-2" name="password" value="` + rapid.SampledFrom([]string{"SECRET", "KNOWN"}).Draw(t, "value") + `"/>`
			}
			text += `</instance_attributes>`
		}
		text += `</primitive>`
	}
	return text
}

var anyExpression = rapid.SampledFrom([]string{"/cib", "//nvpair", "//primitive", "//primitive[1]", "//*", "//@value", "/", "//nvpair[@value='SECRET']",
	"//acls", "//nvpair/..", "//primitive[@description]", "//status//*", "//nodes|//constraints", "//primitive[count(.//nvpair)>1]", "id('p1')"})

// drawRequest draws a request of alice, with data that hits and misses: parts of
// this CIB and of another, and edits of them.
func (s scene) drawRequest(t *rapid.T, ops []Op) Request {
	r := Request{Op: rapid.SampledFrom(ops).Draw(t, "op"), User: "alice", NoStamp: true,
		AllowCreate: rapid.Bool().Draw(t, "create"), All: rapid.Bool().Draw(t, "all"), NoChildren: rapid.Bool().Draw(t, "no children")}
	other := scenes.Draw(t, "other").cib
	var parts []*xml.Node
	for _, c := range []CIB{s.cib, other} {
		xml.Walk(c.root, func(n *xml.Node, _ xml.Path) bool { parts = append(parts, n); return true })
	}
	r.Data = rapid.SampledFrom(parts).Draw(t, "data").Clone()
	switch rapid.IntRange(0, 4).Draw(t, "edit") {
	case 0:
		r.Data.SetAttr(rapid.SampledFrom([]string{"id", "value", "description", "class", "name"}).Draw(t, "attr"), rapid.SampledFrom([]string{"p1", "new", "2"}).Draw(t, "to"))
	case 1:
		r.Data.Children = nil
	case 2: // nearly bare
		one := rapid.SampledFrom([]string{"", "class", "description"}).Draw(t, "kept")
		r.Data = xml.New(r.Data.Name, "id", rapid.SampledFrom([]string{"p1", "p2", "new"}).Draw(t, "id"))
		if one != "" {
			r.Data.SetAttr(one, "x")
		}
	case 3:
		r.Data.Add(rapid.SampledFrom(parts).Draw(t, "child").Clone())
	}
	if rapid.IntRange(0, 2).Draw(t, "by expression") == 0 {
		r.XPath = anyExpression.Draw(t, "xpath")
	} else {
		r.Section = rapid.SampledFrom([]string{"", "resources", "status", "acls", "crm_config", "configuration", "nodes"}).Draw(t, "section")
	}
	return r
}

// What a query shows is what it would show of the part that may be read.
func checkReading(t *rapid.T, s scene, r Request) {
	got, err := s.cib.Apply(r)
	visible := s.rights.visible([]*xml.Node{s.cib.root})
	if visible == nil {
		if KindOf(err) != Denied {
			t.Fatalf("alice may read nothing, and is shown %v (%v)", got.Output, err)
		}
		return
	}
	r.User = ""
	want, wantErr := CIB{visible}.Apply(r)
	if KindOf(err) != KindOf(wantErr) || err == nil && !xml.Equal(got.Output, want.Output) {
		t.Fatalf("%+v shows %v (%v), want %v (%v) of\n%s", r, got.Output, err, want.Output, wantErr, s.cib.root.Indented())
	}
}

// A change is carried out only if all that differs afterwards may be changed; and
// it is denied only if not.
func checkChanging(t *rapid.T, s scene, r Request) {
	got, err := s.cib.Apply(r)
	if got.Output != nil {
		t.Fatalf("a change shows %v", got.Output)
	}
	if err != nil && got.CIB.root != s.cib.root {
		t.Fatalf("refused (%v), but changed", err)
	}
	if c := s.rights.mayChange(s.cib.root, got.CIB.root); !c.allowed {
		t.Fatalf("%v of %v (%v) in %q%q was carried out:\n%s\nbefore\n%s", r.Op, r.Data, r.Requests, r.Section, r.XPath, got.CIB.root.Indented(), s.cib.root.Indented())
	}
	if r.XPath != "" || r.Op == Transaction || KindOf(err) != Denied {
		return // an expression selects other things for somebody who may read more
	}
	r.User = ""
	full, fullErr := s.cib.Apply(r)
	if fullErr != nil {
		return
	}
	if c := s.rights.mayChange(s.cib.root, full.CIB.root); c.allowed && !c.moved && !rootCounted(s.cib, full.CIB) {
		t.Fatalf("%v of %v in %q was denied (%v):\n%s\nbefore\n%s", r.Op, r.Data, r.Section, err, full.CIB.root.Indented(), s.cib.root.Indented())
	}
}

// rootCounted reports whether a request itself set the version, which is an
// attribute like any other to who asks.
func rootCounted(before, after CIB) bool {
	was, is := before.Version(), after.Version()
	return is.AdminEpoch != was.AdminEpoch || is.Epoch > was.Epoch+1 || is.NumUpdates > was.NumUpdates+1
}

func checkRights(t *rapid.T) {
	s := scenes.Draw(t, "scene")
	r := s.drawRequest(t, []Op{Query, Query, Create, Modify, Modify, Replace, Replace, Delete, Erase, Bump, Upgrade, Transaction})
	switch r.Op {
	case Query:
		checkReading(t, s, r)
		return
	case Transaction:
		for range rapid.IntRange(1, 3).Draw(t, "requests") {
			r.Requests = append(r.Requests, s.drawRequest(t, []Op{Create, Modify, Replace, Delete, Upgrade}))
		}
	case Bump:
		if _, err := s.cib.Apply(r); err == nil && !s.rights.mayWrite([]*xml.Node{s.cib.root}) {
			t.Fatal("alice may count the version up without a right to the root")
		}
		return
	case Upgrade:
		r.MaxSchema = rapid.SampledFrom([]string{"", schema.Newest, "pacemaker-3.10"}).Draw(t, "max")
	}
	checkChanging(t, s, r)
	checkNoHints(t, s, r)
}

// What alice may not read has no influence on what she is told.
func checkNoHints(t *rapid.T, s scene, r Request) {
	visible := s.rights.visible([]*xml.Node{s.cib.root})
	if visible != nil && strings.Contains(visible.String(), "SECRET") || s.cib.root.String() == strings.ReplaceAll(s.cib.root.String(), "SECRET", "KNOWN") {
		return
	}
	root, err := xml.ParseString(strings.ReplaceAll(s.cib.root.String(), "SECRET", "KNOWN"))
	if err != nil {
		t.Fatal(err)
	}
	if r.Data.String() != strings.NewReplacer("SECRET", "", "KNOWN", "").Replace(r.Data.String()) || r.XPath == "" {
		return // she names values herself
	}
	_, one := s.cib.Apply(r)
	_, two := CIB{root}.Apply(r)
	if KindOf(one) != KindOf(two) {
		t.Fatalf("%v by %s tells of what may not be read: %v, and with another value %v", r.Op, r.XPath, one, two)
	}
}

func TestRightsAreThoseOfThePlainReading(t *testing.T) { rapid.Check(t, checkRights) }

// FuzzRights searches for a request of an unprivileged user that reads or changes
// what the user's rights deny, upgrades and transactions included.
func FuzzRights(f *testing.F) { f.Fuzz(rapid.MakeFuzz(checkRights)) }
