package xpath

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"holdfast/cib/xml"
)

const document = `<cib epoch="1"><configuration><crm_config/><resources>
 <group id="g"><primitive id="a" class="ocf" type="Dummy"/><!-- c --><primitive id="b" class="ocf" type="IPaddr2">
  <meta_attributes id="b-m"><nvpair id="b-m-1" name="target-role" value="Stopped"/></meta_attributes></primitive></group>
 <clone id="cl"><primitive id="c" class="lsb" type="x"/></clone>
</resources><tags><tag id="t"><obj_ref id="c"/></tag></tags></configuration><status><lrm_resource id="a"/></status></cib>`

func TestSelect(t *testing.T) {
	root, err := xml.ParseString(document)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		expr string
		want []string
	}{
		{"/cib", []string{"[] cib"}},
		{"//cib/configuration/crm_config", []string{"[0 0] crm_config"}},
		{"//primitive", []string{"[0 1 0 0] primitive", "[0 1 0 2] primitive", "[0 1 1 0] primitive"}},
		{"//primitive[@id='b']", []string{"[0 1 0 2] primitive"}},
		{"//group/primitive[2]/@type", []string{"[0 1 0 2] primitive@type"}},
		{"//comment()", []string{"[0 1 0 1] comment"}},
		{"//nvpair[@name='target-role' and @value='Stopped']/ancestor::primitive", []string{"[0 1 0 2] primitive"}},
		{"//*[@id='c' or @id='a']", []string{"[0 1 0 0] primitive", "[0 1 1 0] primitive", "[0 2 0 0] obj_ref", "[1 0] lrm_resource"}},
		{"//clone | //group | //clone/..", []string{"[0 1] resources", "[0 1 0] group", "[0 1 1] clone"}},
		{"//primitive[contains(@type, 'addr')]", []string{"[0 1 0 2] primitive"}},
		{"//primitive[not(@class='ocf')]", []string{"[0 1 1 0] primitive"}},
		{"//group/primitive[last()]", []string{"[0 1 0 2] primitive"}},
		{"//primitive[starts-with(@type,'D')]/following-sibling::primitive", []string{"[0 1 0 2] primitive"}},
		{"id('b')", []string{"[0 1 0 2] primitive"}},
		{"id( 'c  a' )/@type", []string{"[0 1 0 0] primitive@type", "[0 1 1 0] primitive@type"}},
		{`id("b")/meta_attributes | id('cl')`, []string{"[0 1 0 2 0] meta_attributes", "[0 1 1] clone"}},
		{"//group[id('a')]/primitive[@id='b' and id('b')]", []string{"[0 1 0 2] primitive"}},
		{"id('c')", []string{"[0 1 1 0] primitive"}},
		{"id('')", nil},
		{`//primitive[@id="id('a')"]`, nil},
		{"count(//primitive)", nil},
		{"//nothing", nil},
	} {
		matches, err := Find(root, c.expr)
		if err != nil {
			t.Errorf("%s: %v", c.expr, err)
			continue
		}
		var got []string
		for _, m := range matches {
			text := fmt.Sprint([]int(m.Path), " ", StepName(m.Node))
			if m.Attr != "" {
				text += "@" + m.Attr
			}
			if m.Path.At(root) != m.Node {
				t.Errorf("%s: the path of %s leads elsewhere", c.expr, text)
			}
			got = append(got, text)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.expr, got, c.want)
		}
	}
}

func TestMalformedExpressionsAreErrors(t *testing.T) {
	for _, expr := range []string{"", "//[", "//a[@b=]", "foo(", "//a[@id='x]", "]", "id(//a)", "id('a", "id('a','b')"} {
		if _, err := Compile(expr); err == nil {
			t.Errorf("%q: no error", expr)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, value := range []string{"plain", "it's", `say "x"`, `both ' and "`} {
		root := xml.New("a", "v", value)
		if m, err := Find(root, "/a[@v="+Quote(value)+"]"); err != nil || len(m) != 1 {
			t.Errorf("%s: %v %v", value, m, err)
		}
	}
}

func FuzzCompile(f *testing.F) {
	for _, s := range []string{"//a[@b='c']/d", "/a|/b", "count(//a)", "//*[position()=2]", "a[", "//a[@b!=1 and (c or d)]"} {
		f.Add(s)
	}
	root, err := xml.ParseString(document)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, expr string) {
		matches, err := Find(root, expr)
		if err != nil {
			return
		}
		for _, m := range matches {
			if m.Node != nil && m.Path.At(root) != m.Node {
				t.Fatalf("%s: a path leads elsewhere", expr)
			}
		}
	})
}

// Under the race detector this shows that a compiled expression can be shared.
func TestExpressionsAreUsedAtTheSameTime(t *testing.T) {
	root, err := xml.ParseString(document)
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() {
			for range 50 {
				m, err := Find(root, "//group/primitive[last()][@id='b' and count(*)=1]/ancestor::*[contains(name(), 'r')]")
				if err != nil || len(m) != 3 {
					t.Error(len(m), err)
					return
				}
			}
		})
	}
	group.Wait()
}
