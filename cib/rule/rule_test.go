package rule

import (
	"fmt"
	"testing"
	"time"

	"holdfast/cib/idref"
	"holdfast/cib/xml"
	"holdfast/crm"
)

func lookup(pairs ...string) Lookup {
	return func(name string) (string, bool) {
		for i := 0; i+1 < len(pairs); i += 2 {
			if pairs[i] == name {
				return pairs[i+1], true
			}
		}
		return "", false
	}
}

func parse(t *testing.T, text string) *xml.Node {
	t.Helper()
	n, err := xml.ParseString(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func at(t *testing.T, text string) time.Time {
	t.Helper()
	d, err := crm.ParseDate(text, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// What a condition makes of node n1 with ram=16, load=2.50, version 3.1.10 and no
// attribute "gone", for a resource with the parameter host=n1.
func TestAttributeExpressions(t *testing.T) {
	ctx := &Context{
		Node:       lookup("#uname", "n1", "ram", "16", "load", "2.50", "version", "3.1.10", "Site-db", "here"),
		Params:     lookup("host", "n1"),
		Resource:   "db",
		Submatches: []string{"db", "db"},
	}
	for _, c := range []struct {
		text string
		want bool
	}{
		{`<expression id="e" attribute="#uname" operation="eq" value="N1"/>`, true}, // text without regard to case
		{`<expression id="e" attribute="ram" operation="gte" value="9"/>`, true},    // order: as numbers
		{`<expression id="e" attribute="ram" operation="gte" value="9" type="string"/>`, false},
		{`<expression id="e" attribute="load" operation="lt" value="2.51"/>`, true},
		{`<expression id="e" attribute="load" operation="eq" value="2.5"/>`, false}, // equality: as text
		{`<expression id="e" attribute="load" operation="eq" value="2.5" type="number"/>`, true},
		{`<expression id="e" attribute="version" operation="gt" value="3.1.9" type="version"/>`, true},
		{`<expression id="e" attribute="gone" operation="ne" value="x"/>`, true}, // missing is unequal to all
		{`<expression id="e" attribute="gone" operation="lt" value="5"/>`, false},
		{`<expression id="e" attribute="gone" operation="not_defined"/>`, true},
		{`<expression id="e" attribute="ram" operation="defined" value="1"/>`, false}, // invalid
		{`<expression id="e" attribute="#uname" operation="eq" value="host" value-source="param"/>`, true},
		{`<expression id="e" attribute="#uname" operation="eq" value="host" value-source="meta"/>`, false},
		{`<expression id="e" attribute="Site-%1" operation="eq" value="here"/>`, true},
		{`<expression id="e" attribute="Site-db%2" operation="eq" value="here"/>`, true}, // no such group: nothing
	} {
		r, _ := Compile(parse(t, `<rule id="r">`+c.text+`</rule>`), nil)
		if got, _ := r.Eval(ctx); got != c.want {
			t.Errorf("%s: %v", c.text, got)
		}
	}
}

// Nested and referenced rules, and how wrong ones behave.
func TestRulesCombine(t *testing.T) {
	const yes = `<expression id="y" attribute="a" operation="defined"/>`
	const no = `<expression id="n" attribute="b" operation="defined"/>`
	doc := parse(t, `<cib><rule id="shared" boolean-op="or">`+no+yes+`</rule></cib>`)
	ctx := &Context{Node: lookup("a", "1")}
	for _, c := range []struct {
		text    string
		want    bool
		notices int
	}{
		{`<rule id="r">` + yes + no + `</rule>`, false, 0},
		{`<rule id="r" boolean-op="or">` + no + yes + `</rule>`, true, 0},
		{`<rule id="r"><rule id="s" boolean-op="or">` + no + yes + `</rule>` + yes + `</rule>`, true, 0},
		{`<rule id-ref="shared"/>`, true, 0},
		{`<rule id-ref="missing"/>`, false, 1},
		{`<rule id="r"/>`, true, 1},
		{`<rule id="r" boolean-op="xor">` + yes + `</rule>`, false, 1},
		{`<rule>` + yes + `</rule>`, false, 1},
		{`<rule id="r" boolean-op="or"><expression id="x" attribute="a"/>` + yes + `</rule>`, true, 1},
		{`<rule id="r"><moon id="x"/></rule>`, false, 1},
	} {
		r, notices := Compile(parse(t, c.text), idref.New(doc))
		if got, _ := r.Eval(ctx); got != c.want || len(notices) != c.notices {
			t.Errorf("%s: %v, notices %v", c.text, got, notices)
		}
	}
}

// Rules that refer to themselves never pass, and references to references end
// before they have multiplied beyond reason.
func TestReferencesCannotRunAway(t *testing.T) {
	circle := parse(t, `<rule id="r" boolean-op="or"><rule id-ref="r"/><rule id-ref="r"/></rule>`)
	r, notices := Compile(circle, idref.New(circle))
	if ok, _ := r.Eval(&Context{}); ok || len(notices) != 2 {
		t.Errorf("a circle passes: %v, notices %v", ok, notices)
	}
	tower := xml.New("rule", "id", "r0").Add(xml.New("expression", "id", "e", "attribute", "a", "operation", "not_defined"))
	doc := xml.New("cib").Add(tower)
	for i := 1; i < 60; i++ {
		below := fmt.Sprintf("r%d", i-1)
		tower = xml.New("rule", "id", fmt.Sprintf("r%d", i)).Add(xml.New("rule", "id-ref", below), xml.New("rule", "id-ref", below))
		doc.Add(tower)
	}
	r, notices = Compile(tower, idref.New(doc))
	if ok, _ := r.Eval(&Context{}); ok || len(notices) == 0 {
		t.Errorf("a tower of references passes, notices %v", notices)
	}
}

func TestAgentAndOperationExpressions(t *testing.T) {
	ctx := &Context{Class: "ocf", Provider: "heartbeat", Type: "IPaddr2", Op: "monitor", Interval: 10 * time.Second}
	for text, want := range map[string]bool{
		`<rsc_expression id="e" class="ocf" type="IPaddr2"/>`:     true,
		`<rsc_expression id="e" class="ocf" provider="other"/>`:   false,
		`<op_expression id="e" name="monitor"/>`:                  true,
		`<op_expression id="e" name="monitor" interval="10s"/>`:   true,
		`<op_expression id="e" name="monitor" interval="0"/>`:     false,
		`<op_expression id="e" name="start" interval="10s"/>`:     false,
		`<op_expression id="e" name="monitor" interval="often"/>`: false,
	} {
		r, _ := Compile(parse(t, `<rule id="r">`+text+`</rule>`), nil)
		if got, _ := r.Eval(ctx); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// What a date expression says at noon of Thursday 2026-11-19 UTC, and when that
// changes next.
func TestDateExpressions(t *testing.T) {
	now := at(t, "2026-11-19 12:00:00Z")
	for _, c := range []struct {
		text   string
		want   DateVerdict
		change string
	}{
		{`operation="gt" start="2026-11-19 12:00:00Z"`, DateBefore, "2026-11-19 12:00:01Z"},
		{`operation="gt" start="2026-11-19 11:59:59Z"`, DateWithin, ""},
		{`operation="lt" end="2026-11-20"`, DateWithin, "2026-11-20 00:00:00Z"},
		{`operation="lt" end="2026-11-19 12:00:00Z"`, DateAfter, ""},
		{`operation="in_range" start="2026-11-19" end="2026-11-19 12:00:00Z"`, DateWithin, "2026-11-19 12:00:01Z"},
		{`start="2026-11-20"`, DateBefore, "2026-11-20 00:00:00Z"},
		{`operation="in_range"`, DateInvalid, ""},
		{`operation="gt" start="never"`, DateInvalid, ""},
	} {
		d, err := CompileDate(parse(t, `<date_expression id="d" `+c.text+`/>`))
		if err != nil {
			if c.want != DateInvalid {
				t.Errorf("%s: %v", c.text, err)
			}
			continue
		}
		got, change := d.Eval(now)
		text := ""
		if !change.IsZero() {
			text = crm.FormatDate(change, crm.ShowDateTime)
		}
		if got != c.want || text != c.change {
			t.Errorf("%s: %v, changes %s", c.text, got, text)
		}
	}
}

func TestDateSpecsAndDurations(t *testing.T) {
	now := at(t, "2026-11-19 12:00:00Z")
	for text, want := range map[string]DateVerdict{
		`operation="date_spec"><date_spec id="s" hours="9-16" weekdays="1-5"/>`:   DateSatisfied,
		`operation="date_spec"><date_spec id="s" hours="13-"/>`:                   DateBefore,
		`operation="date_spec"><date_spec id="s" years="-2025"/>`:                 DateAfter,
		`operation="date_spec"><date_spec id="s" weeks="47" yeardays="323"/>`:     DateSatisfied,
		`operation="date_spec"><date_spec id="s"/>`:                               DateSatisfied,
		`start="2026-11-18 12:00:00Z"><duration id="s" days="1"/>`:                DateWithin,
		`start="2026-11-18 12:00:00Z"><duration id="s" hours="23" minutes="59"/>`: DateAfter,
		`start="2026-10-31 12:00:00Z"><duration id="s" months="1"/>`:              DateWithin,
	} {
		d, err := CompileDate(parse(t, `<date_expression id="d" `+text+`</date_expression>`))
		if err != nil {
			t.Fatal(err)
		}
		if got, _ := d.Eval(now); got != want {
			t.Errorf("%s: %v", text, got)
		}
	}
}

// Hours are counted in the zone of now.
func TestDateSpecUsesTheZoneOfNow(t *testing.T) {
	d, err := CompileDate(parse(t, `<date_expression id="d" operation="date_spec"><date_spec id="s" hours="14"/></date_expression>`))
	if err != nil {
		t.Fatal(err)
	}
	now := at(t, "2026-11-19 12:00:00Z").In(time.FixedZone("", 2*3600))
	if v, _ := d.Eval(now); !v.Passes() {
		t.Errorf("14:00 +02:00 is %v", v)
	}
}

// A date_spec tells when its result will be another, as far as some years ahead.
// It is noon of Thursday 2026-11-19.
func TestDateSpecTellsItsNextChange(t *testing.T) {
	now := at(t, "2026-11-19 12:00:00Z")
	never := crm.FormatDate(time.Time{}, crm.ShowDateTime)
	for text, want := range map[string]string{
		`hours="9-16" weekdays="1-5"`: "2026-11-19 17:00:00Z",
		`hours="17-"`:                 "2026-11-19 17:00:00Z",
		`hours="9-10" weekdays="6-7"`: "2026-11-21 09:00:00Z",
		`monthdays="1"`:               "2026-12-01 00:00:00Z",
		`years="2026"`:                "2027-01-01 00:00:00Z",
		`years="2020"`:                never,
		`minutes="0-29" seconds="30"`: "2026-11-19 12:00:30Z",
	} {
		d, err := CompileDate(parse(t, `<date_expression id="d" operation="date_spec"><date_spec id="s" `+text+`/></date_expression>`))
		if err != nil {
			t.Fatal(err)
		}
		if _, change := d.Eval(now); crm.FormatDate(change, crm.ShowDateTime) != want {
			t.Errorf("%s: %s, want %s", text, crm.FormatDate(change, crm.ShowDateTime), want)
		}
	}
}

func TestNextSpecChangeIsTheEarliest(t *testing.T) {
	n := parse(t, `<constraints><rsc_location id="l"><rule id="r">
		<date_expression id="a" operation="date_spec"><date_spec id="s" hours="9-16"/></date_expression>
		<rule id="q"><date_expression id="b" operation="date_spec"><date_spec id="u" monthdays="20"/></date_expression></rule>
		<date_expression id="c" operation="lt" end="2026-11-19 13:00:00Z"/></rule></rsc_location></constraints>`)
	got := crm.FormatDate(NextSpecChange(n, at(t, "2026-11-19 18:00:00Z")), crm.ShowDateTime)
	if got != "2026-11-20 00:00:00Z" {
		t.Error(got)
	}
}

func BenchmarkLocationRule(b *testing.B) {
	n, err := xml.ParseString(`<rule id="r" score="INFINITY"><expression id="a" attribute="#uname" operation="eq" value="node17"/>` +
		`<expression id="b" attribute="ram" operation="gte" value="16"/></rule>`)
	if err != nil {
		b.Fatal(err)
	}
	r, _ := Compile(n, nil)
	ctx := &Context{Node: lookup("#uname", "node17", "ram", "32")}
	for b.Loop() {
		r.Eval(ctx)
	}
}
