package cib

import (
	"testing"

	"holdfast/cib/xml"
)

// Readers see the newest syntax, whatever the document is written in; the
// document and its status stay, and a configuration is converted once.
func TestReadersSeeTheNewestSyntax(t *testing.T) {
	parse := func(schema, config string) *xml.Node {
		root, err := xml.ParseString(`<cib validate-with="` + schema + `" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config>` + config +
			`</crm_config><nodes/><resources/><constraints/></configuration><status><node_state id="1"/></status></cib>`)
		if err != nil {
			t.Fatal(err)
		}
		return root
	}
	old := parse("pacemaker-2.10", `<cluster_property_set id="b"><nvpair id="o" name="stonith_enabled" value="false"/></cluster_property_set>`)
	before := old.String()
	m := &Modernizer{}
	first, err := m.Modern(old)
	option := first.Find("configuration", "crm_config", "cluster_property_set", "nvpair")
	if err != nil || first.Attr("validate-with") != NewestSchema || option.Attr("name") != "stonith-enabled" {
		t.Fatalf("%v: %s", err, first)
	}
	if first.Child("status") != old.Child("status") || old.String() != before {
		t.Errorf("the document was changed: %s", old)
	}
	later := old.Copy()
	later.SetAttr("num_updates", "7")
	again, err := m.Modern(later)
	if err != nil || again.Child("configuration") != first.Child("configuration") || again.Attr("num_updates") != "7" {
		t.Errorf("%v: the same configuration was converted again, or not: %s", err, again)
	}

	wrong := parse("pacemaker-3.0", `<nonsense/>`)
	for range 2 {
		if got, err := m.Modern(wrong); err == nil || got != wrong {
			t.Errorf("%v: %s", err, got)
		}
	}
	for _, schema := range []string{NewestSchema, "none", "unheard-of"} {
		root := parse(schema, "")
		if got, err := m.Modern(root); err != nil || got != root {
			t.Errorf("%s: %v, %s", schema, err, got)
		}
	}
}
