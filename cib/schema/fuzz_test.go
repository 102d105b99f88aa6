package schema

import (
	"os"
	"testing"

	"holdfast/cib/xml"
)

// A document is judged the same twice and after being written and read again;
// every violation names its place. What conforms to the schema it names can be
// upgraded: the original stays, what results conforms to the newest schema, and
// upgrading that changes nothing.
func FuzzValidate(f *testing.F) {
	for _, r := range []string{dummy, `<clone id="c"><group id="g">` + dummy + `</group></clone>`, `<bundle id="b"><docker image="i"/>` + dummy + `</bundle>`} {
		f.Add(document(f, "pacemaker-3.5", r, `<rsc_order id="o" first="a" then="a"/>`).String())
	}
	for _, name := range []string{"small.xml", "upgrade-1.xml", "upgrade-2.xml", "upgrade-3.xml"} {
		data, err := os.ReadFile("testdata/" + name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(data))
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := xml.ParseString(text)
		if err != nil {
			return
		}
		before := n.String()
		for _, name := range []string{"pacemaker-1.0", "pacemaker-2.10", "pacemaker-4.0"} {
			checkVerdict(t, n, name)
		}
		if name := n.Attr("validate-with"); name != None && Known(name) && n.Name == "cib" && len(Validate(n)) == 0 {
			checkUpgrade(t, n)
		}
		if n.String() != before {
			t.Fatalf("the document was changed: %s", n)
		}
	})
}

func checkVerdict(t *testing.T, n *xml.Node, name string) {
	verdict := ValidateAs(n, name)
	for _, v := range verdict {
		if v.String() == "" || v.Element == "" {
			t.Fatalf("%s: a violation without a place: %+v", name, v)
		}
	}
	again, err := xml.ParseString(n.String())
	if err != nil {
		t.Fatal(err)
	}
	if second := ValidateAs(again, name); len(second) != len(verdict) {
		t.Fatalf("%s: %v, read again %v", name, verdict, second)
	}
}

func checkUpgrade(t *testing.T, n *xml.Node) {
	up, _, err := Upgrade(n, "")
	if err != nil {
		t.Fatalf("a valid document cannot be upgraded: %v", err)
	}
	if v := Validate(up); up.Attr("validate-with") != Newest || len(v) > 0 {
		t.Fatalf("upgraded to %s: %v\n%s", up.Attr("validate-with"), v, up.Indented())
	}
	if again, notes, err := Upgrade(up, ""); err != nil || len(notes) > 0 || !xml.Equal(again, up) {
		t.Fatalf("upgraded again: %v %v\n%s", notes, err, up.Indented())
	}
}
