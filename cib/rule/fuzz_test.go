package rule

import (
	"testing"
	"time"

	"holdfast/cib/idref"
	"holdfast/cib/xml"
)

// Whatever a configuration holds, compiling and evaluating it ends; the same
// question has the same answer; and when a rule says at which moment its result
// may change, the result stays until the second before.
func FuzzRule(f *testing.F) {
	for _, s := range []string{
		`<rule id="r"><expression id="e" attribute="%1%" operation="gte" value="1e5" type="number"/></rule>`,
		`<rule id="r" boolean-op="or"><date_expression id="d" operation="date_spec"><date_spec id="s" hours="-5" weeks="53-"/></date_expression></rule>`,
		`<rule id="r"><rule id-ref="r"/></rule>`,
		`<rule id="r"><date_expression id="d" start="T10"><duration id="x" months="-99999"/></date_expression></rule>`,
		`<rule id="r" boolean-op="or"><date_expression id="d" operation="lt" end="2026-11-20"/><rule id="q"><date_expression id="g" operation="gt" start="2026-12-01 12:00:00"/><rsc_expression id="c" class="ocf"/></rule></rule>`,
		`<rule id="r"><date_expression id="d" start="2026-11-01" operation="in_range"><duration id="x" weeks="4" hours="1"/></date_expression><op_expression id="o" name="start" interval="0"/></rule>`,
		`<rule id="r"><expression id="e" attribute="a" operation="eq" value="p" value-source="param"/><date_expression id="d" operation="date_spec"><date_spec id="s" weekdays="1-5" minutes="30"/></date_expression></rule>`,
	} {
		f.Add(s)
	}
	now := time.Date(2026, 11, 19, 12, 0, 0, 0, time.FixedZone("", 19800))
	f.Fuzz(func(t *testing.T, text string) {
		n, err := xml.ParseString(text)
		if err != nil {
			return
		}
		r, _ := Compile(n, idref.New(n))
		at := func(moment time.Time) (bool, time.Time) {
			return r.Eval(&Context{Now: moment, Node: lookup("a", "1"), Params: lookup("p", "1"), Resource: "x", SpecChanges: true})
		}
		passes, change := at(now)
		if again, same := at(now); again != passes || !same.Equal(change) {
			t.Fatalf("%v until %v, asked again %v until %v", passes, change, again, same)
		}
		if change.IsZero() || relative(n) {
			return
		}
		if !change.After(now) {
			t.Fatalf("the result may change at %v, but it is %v", change, now)
		}
		for _, moment := range []time.Time{change.Add(-time.Second), now.Add(change.Sub(now) / 2).Truncate(time.Second)} {
			if moment.Before(now) {
				continue
			}
			if later, _ := at(moment); later != passes {
				t.Fatalf("%v until %v, but %v at %v", passes, change, later, moment)
			}
		}
	})
}

// relative reports whether a date means another moment on another day.
func relative(n *xml.Node) bool {
	found := false
	xml.Walk(n, func(c *xml.Node, _ xml.Path) bool {
		for _, name := range []string{"start", "end"} {
			m, err := readMoment(c, name)
			found = found || err != nil || m.set && m.at.IsZero()
		}
		return !found
	})
	return found
}
