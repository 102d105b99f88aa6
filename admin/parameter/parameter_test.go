package parameter

import (
	"testing"

	"holdfast/cib"
	"holdfast/cib/xml"
)

func parse(t *testing.T) cib.CIB {
	t.Helper()
	root, err := xml.ParseString(`<cib epoch="1" num_updates="0" admin_epoch="0" validate-with="none"><configuration><crm_config/><nodes/><resources>
<group id="g"><primitive id="a" class="ocf" provider="x" type="y">
  <instance_attributes id="a-one"><nvpair id="a-one-p" name="p" value="1"/></instance_attributes>
  <instance_attributes id="a-two"><nvpair id="a-two-p" name="p" value="2"/><nvpair id="a-two-q" name="q" value="3"/></instance_attributes>
  <meta_attributes id="a-meta"><nvpair id="a-meta-p" name="p" value="4"/></meta_attributes>
</primitive></group></resources><constraints/></configuration><status/></cib>`)
	if err != nil {
		t.Fatal(err)
	}
	c, err := cib.New(root)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func apply(t *testing.T, c cib.CIB, r cib.Request) cib.CIB {
	t.Helper()
	r.NoStamp = true
	result, err := c.Apply(r)
	if err != nil {
		t.Fatal(err)
	}
	return result.CIB
}

func TestFind(t *testing.T) {
	c := parse(t)
	for _, test := range []struct {
		place Place
		want  string // ids
	}{
		{Place{Resource: "a", Block: "instance_attributes", Name: "p"}, "a-one-p a-two-p "},
		{Place{Resource: "a", Block: "instance_attributes", Set: "a-two", Name: "p"}, "a-two-p "},
		{Place{Resource: "a", Block: "meta_attributes", Name: "p"}, "a-meta-p "},
		{Place{Resource: "a", Name: "p"}, "a-one-p a-two-p a-meta-p "},
		{Place{Resource: "a", Block: "instance_attributes", Pair: "a-two-q"}, "a-two-q "},
		{Place{Resource: "g", Block: "instance_attributes", Name: "p"}, ""},
		{Place{Resource: "nobody", Name: "p"}, ""},
	} {
		got := ""
		for _, pair := range test.place.Find(c) {
			got += pair.ID() + " "
		}
		if got != test.want {
			t.Errorf("%+v: %q, want %q", test.place, got, test.want)
		}
	}
}

func TestAddAndDelete(t *testing.T) {
	c := parse(t)
	for _, place := range []Place{
		{Resource: "a", Block: "instance_attributes", Name: "new"},
		{Resource: "g", Block: "meta_attributes", Name: "new"},
		{Resource: "g", Block: "utilization", Set: "s", Pair: "i", Name: "new"},
		{Resource: "a", Block: "meta_attributes", Set: "a-meta", Name: "new"},
	} {
		with := apply(t, c, place.Add(Element(c, place.Resource), "5"))
		found := place.Find(with)
		if len(found) != 1 || found[0].Attr("value") != "5" || found[0].ID() != place.PairID() {
			t.Fatalf("%+v: found %v", place, found)
		}
		with = apply(t, with, Change(found[0], "new", "6"))
		if got := place.Find(with); len(got) != 1 || got[0].Attr("value") != "6" {
			t.Errorf("%+v: changed to %v", place, got)
		}
		without := apply(t, with, Delete(found[0], "new"))
		if got := place.Find(without); got != nil {
			t.Errorf("%+v: %v is still there", place, got)
		}
	}
}

func TestAttributesOfTheElement(t *testing.T) {
	c := parse(t)
	c = apply(t, c, SetAttribute(Element(c, "a"), "description", "x"))
	if got := Element(c, "a").Attr("description"); got != "x" {
		t.Errorf("it is %q", got)
	}
	c = apply(t, c, DeleteAttribute(Element(c, "a"), "description"))
	if _, set := Element(c, "a").Lookup("description"); set {
		t.Error("it is still there")
	}
	if len(Element(c, "a").Children) != 3 {
		t.Error("the resource has lost something")
	}
	if c = apply(t, c, Remove("group", "g")); Element(c, "g") != nil || Element(c, "a") != nil {
		t.Error("the group is still there")
	}
}
