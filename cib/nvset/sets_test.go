package nvset

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/cib/idref"
	"holdfast/cib/rule"
	"holdfast/cib/xml"
)

func resolve(t *testing.T, text, first string, ctx *rule.Context) (*Values, *Sets) {
	t.Helper()
	root, err := xml.ParseString(text)
	if err != nil {
		t.Fatal(err)
	}
	sets := Compile(root, "meta_attributes", first, idref.New(root))
	values := &Values{}
	sets.Resolve(values, ctx)
	return values, sets
}

func show(v *Values) string {
	var b strings.Builder
	for _, p := range v.List() {
		fmt.Fprintf(&b, "%s=%s(%s) ", p.Name, p.Text, p.Set)
	}
	return strings.TrimSpace(b.String())
}

// Precedence: the named set, then higher scores, then the later of equals. A
// set that refers to another, and a pair that refers to another, count as what
// they refer to; #default takes back what was set.
func TestPrecedence(t *testing.T) {
	v, sets := resolve(t, `<primitive>
		<meta_attributes id="a"><nvpair id="a1" name="x" value="a"/><nvpair id="a2" name="only-a" value="a"/></meta_attributes>
		<meta_attributes id="b"><nvpair id="b1" name="x" value="b"/></meta_attributes>
		<meta_attributes id="c" score="5"><nvpair id="c1" name="y" value="c"/><nvpair id="c2" name="z" value="c"/></meta_attributes>
		<meta_attributes id="boot" score="-INFINITY"><nvpair id="d1" name="y" value="boot"/></meta_attributes>
		<meta_attributes id="e" score="-1"><nvpair id="e1" name="z" value="#default"/><nvpair id-ref="c1"/><nvpair id-ref="none"/></meta_attributes>
		<meta_attributes id-ref="missing"/>
	</primitive>`, "boot", nil)
	const want = "y=boot(boot) x=b(b) only-a=a(a)"
	if got := show(v); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if len(sets.Notices) != 3 {
		t.Errorf("notices: %v", sets.Notices)
	}
}

// A set whose rule does not hold is left out; the result says when it may
// change.
func TestRulesChooseSets(t *testing.T) {
	const text = `<primitive><meta_attributes id="a" score="2">
		<rule id="r"><expression id="e" attribute="#uname" operation="eq" value="n1"/></rule>
		<nvpair id="a1" name="x" value="on n1"/></meta_attributes>
		<meta_attributes id="b" score="1"><nvpair id="b1" name="x" value="elsewhere"/></meta_attributes></primitive>`
	for node, want := range map[string]string{"n1": "x=on n1(a)", "n2": "x=elsewhere(b)"} {
		ctx := &rule.Context{Node: func(name string) (string, bool) { return node, name == "#uname" }}
		if v, sets := resolve(t, text, "", ctx); show(v) != want || !sets.Ruled() || sets.Timed() {
			t.Errorf("%s: %s", node, show(v))
		}
	}
}
