package schema

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/cib/xml"
)

// document makes a CIB around the content of its configuration.
func document(t testing.TB, schema, resources, constraints string) *xml.Node {
	t.Helper()
	n, err := xml.ParseString(fmt.Sprintf(`<cib validate-with="%s" admin_epoch="0" epoch="1" num_updates="0"><configuration>
<crm_config/><nodes/><resources>%s</resources>
<constraints>%s</constraints></configuration><status><anything goes="here"><at all="x"/></anything></status></cib>`, schema, resources, constraints))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestAllSchemasTakeTheEmptyConfiguration(t *testing.T) {
	for _, name := range Names() {
		if v := Validate(document(t, name, "", "")); len(v) > 0 {
			t.Errorf("%s: %v", name, v)
		}
	}
}

const dummy = `<primitive id="a" class="ocf" provider="heartbeat" type="Dummy"/>`

func TestThingsComeAndGo(t *testing.T) {
	for _, c := range []struct{ what, resources, constraints, since, until string }{
		{"a template", `<template id="t" class="lsb" type="x"/>`, "", "pacemaker-1.2", ""},
		{"a bundle", `<bundle id="b"><docker image="i"/></bundle>`, "", "pacemaker-2.8", ""},
		{"rkt", `<bundle id="b"><rkt image="i"/></bundle>`, "", "pacemaker-2.10", "pacemaker-3.10"},
		{"podman", `<bundle id="b"><podman image="i"/></bundle>`, "", "pacemaker-3.2", ""},
		{"a master", `<master id="m">` + dummy + `</master>`, "", "", "pacemaker-3.10"},
		{"requires of an operation", `<primitive id="a" class="lsb" type="x"><operations><op id="o" name="start" interval="0" requires="quorum"/></operations></primitive>`, "", "", "pacemaker-2.10"},
		{"the role Promoted", `<primitive id="a" class="lsb" type="x"><operations><op id="o" name="monitor" interval="0" role="Promoted"/></operations></primitive>`, "", "pacemaker-3.7", ""},
		{"a lifetime", dummy, `<rsc_location id="l" rsc="a" score="1" node="n"><lifetime><rule id="r" score="0"><expression id="e" attribute="x" operation="defined"/></rule></lifetime></rsc_location>`, "", "pacemaker-3.10"},
		{"two rules", dummy, `<rsc_location id="l" rsc="a"><rule id="r" score="0"><expression id="e" attribute="x" operation="defined"/></rule><rule id="r2" score="0"><expression id="e2" attribute="x" operation="defined"/></rule></rsc_location>`, "", "pacemaker-3.10"},
		{"a ticket", dummy, `<rsc_ticket id="t" rsc="a" ticket="x"/>`, "pacemaker-1.2", ""},
		{"a pattern", dummy, `<rsc_location id="l" rsc-pattern="a.*" score="1" node="n"/>`, "pacemaker-2.6", ""},
	} {
		for _, name := range Names() {
			want := (c.since == "" || !Before(name, c.since)) && (c.until == "" || !Before(c.until, name))
			if v := Validate(document(t, name, c.resources, c.constraints)); (len(v) == 0) != want {
				t.Errorf("%s in %s: %v, want valid=%v", c.what, name, v, want)
			}
		}
	}
}

func TestViolationsSayWhatWouldBeRight(t *testing.T) {
	for _, c := range []struct{ resources, constraints, want string }{
		{`<primitve id="a" class="lsb" type="x"/>`, "", "line 2: element primitve: Relax-NG validity error : element primitve is not allowed in resources here; expected bundle, clone, group, primitive, template; did you mean primitive? (at /cib/configuration/resources/primitve[@id='a'])"},
		{`<primitive id="a" clas="lsb" type="x"/>`, "", "attribute clas is not allowed in primitive; did you mean class?"},
		{`<primitive id="a" class="lsbb" type="x"/>`, "", `attribute class has the value "lsbb", expected lsb, heartbeat, stonith, service, systemd or ocf; did you mean lsb?`},
		{`<primitive id="a" type="x"/>`, "", "primitive lacks the attribute class"},
		{`<primitive id="1a" class="lsb" type="x"/>`, "", `attribute id has the value "1a", expected an id`},
		{`<group id="g"/>`, "", "group is incomplete: expected instance_attributes, meta_attributes, primitive"},
		{dummy + dummy, "", `id "a" is taken already, by the primitive of line 2`},
		{dummy, `<rsc_colocation id="c" rsc="a" with-rsc="b"/>`, `attribute with-rsc refers to "b", but no element has that id`},
		{dummy, `<rsc_order id="o" first="a" first-action="break" then="a"/>`, `attribute first-action has the value "break", expected start, promote, demote, stop`},
		{`<group id="g">text` + dummy + `</group>`, "", `text is not allowed here: "text"`},
	} {
		v := Validate(document(t, "pacemaker-4.0", c.resources, c.constraints))
		if len(v) != 1 || !strings.Contains(v[0].String(), c.want) {
			t.Errorf("%s%s:\n got %v\nwant %s", c.resources, c.constraints, v, c.want)
		}
	}
}

func TestUnknownSchemasAreViolations(t *testing.T) {
	for schema, want := range map[string]string{
		"pacemaker-4.1": "names no known schema; did you mean pacemaker-4.0?",
		"":              "names no known schema",
	} {
		if v := Validate(document(t, schema, "", "")); len(v) != 1 || !strings.Contains(v[0].Msg, want) {
			t.Errorf("%q: %v, want %s", schema, v, want)
		}
	}
	if v := Validate(document(t, None, "<rubbish/>", "")); len(v) > 0 {
		t.Errorf("none: %v", v)
	}
}

func BenchmarkValidate(b *testing.B) {
	resources := strings.Builder{}
	for i := range 2000 {
		fmt.Fprintf(&resources, `<primitive id="a%d" class="ocf" provider="heartbeat" type="Dummy"><operations><op id="o%d" name="monitor" interval="10s" timeout="20s"/></operations><meta_attributes id="m%d"><nvpair id="n%d" name="target-role" value="Started"/></meta_attributes></primitive>`, i, i, i, i)
	}
	n := document(b, Newest, resources.String(), "")
	b.SetBytes(int64(resources.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if v := Validate(n); len(v) > 0 {
			b.Fatal(v[0])
		}
	}
}

// BenchmarkFirstVerdict is what a tool pays that looks at one small document: the
// grammar comes first.
func BenchmarkFirstVerdict(b *testing.B) {
	n := document(b, Newest, dummy, "")
	b.ReportAllocs()
	for b.Loop() {
		if g := newGrammar(parseDSL(grammarText), parseVersion(Newest).number()); !g.conforms(n) {
			b.Fatal("it does not conform")
		}
	}
}

// BenchmarkUpgrade brings a document to the newest schema that needs a step.
func BenchmarkUpgrade(b *testing.B) {
	resources := strings.Builder{}
	for i := range 200 {
		fmt.Fprintf(&resources, `<primitive id="a%d" class="ocf" provider="heartbeat" type="Dummy"><meta_attributes id="m%d"><nvpair id="n%d" name="restart-type" value="restart"/></meta_attributes></primitive>`, i, i, i)
	}
	n := document(b, "pacemaker-3.9", resources.String(), "")
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Upgrade(n, ""); err != nil {
			b.Fatal(err)
		}
	}
}
