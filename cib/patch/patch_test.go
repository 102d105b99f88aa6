package patch

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/cib/xml"
)

func parse(t interface {
	Helper()
	Fatal(...any)
}, text string) *xml.Node {
	t.Helper()
	n, err := xml.ParseString(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// node generates small trees that are hard for a patch: few names and ids, so
// that much is alike, with comments and without ids now and then.
func node(depth int) *rapid.Generator[*xml.Node] {
	return rapid.Custom(func(t *rapid.T) *xml.Node {
		if depth < 3 && rapid.IntRange(0, 5).Draw(t, "comment") == 0 {
			return &xml.Node{Kind: xml.Comment, Text: rapid.SampledFrom([]string{"x", "X", "y"}).Draw(t, "text")}
		}
		n := xml.New(rapid.SampledFrom([]string{"a", "b"}).Draw(t, "name"))
		if id := rapid.SampledFrom([]string{"", "1", "2", "3", "4", "a/b", "o'k"}).Draw(t, "id"); id != "" {
			n.SetAttr("id", id)
		}
		for _, name := range rapid.Permutation([]string{"p", "q", "r"}).Draw(t, "order")[:rapid.IntRange(0, 3).Draw(t, "attrs")] {
			n.SetAttr(name, rapid.SampledFrom([]string{"0", "1"}).Draw(t, "value"))
		}
		if depth > 0 {
			n.Children = rapid.SliceOfN(node(depth-1), 0, 6).Draw(t, "children")
		}
		return n
	})
}

func TestApplyAfterDiffGivesTheTarget(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := node(3).Draw(t, "from"), node(3).Draw(t, "to")
		a.Name, b.Name = "cib", "cib"
		a.DelAttr("id")
		b.DelAttr("id")
		a.Kind, b.Kind, a.Text, b.Text = xml.Element, xml.Element, "", ""
		before := a.String()
		p := Diff(a, b, Options{Digest: true})
		if p == nil {
			if a.String() != b.String() {
				t.Fatalf("no difference between %s and %s", a, b)
			}
			return
		}
		p = parse(t, p.String()) // what goes over the wire is text
		got, err := Apply(a, p, false)
		if err != nil {
			t.Fatalf("%v\nfrom %s\nto   %s\n%s", err, a, b, p.Indented())
		}
		if got.String() != b.String() {
			t.Fatalf("got  %s\nfrom %s\nto   %s\n%s", got, a, b, p.Indented())
		}
		if a.String() != before {
			t.Fatalf("the original was changed")
		}
	})
}

func TestVersionPreconditions(t *testing.T) {
	const from = `<cib admin_epoch="1" epoch="2" num_updates="3"/>`
	for _, c := range []struct {
		source, target string
		want           error
	}{
		{"1.2.3", "1.2.4", nil},
		{"1.2.3", "1.3.0", nil},
		{"", "", nil},
		{"1.2.3", "", nil},
		{"1.2.3", "1.2.3", ErrOld},
		{"1.2.2", "1.2.4", ErrOld},
		{"1.2.4", "1.2.5", ErrFailed},
		{"2.0.0", "2.0.1", ErrFailed},
	} {
		p := xml.New("diff", "format", "2").Add(xml.New("version"))
		for i, text := range []string{c.source, c.target} {
			if text == "" {
				continue
			}
			v := strings.Split(text, ".")
			p.Children[0].Add(xml.New([]string{"source", "target"}[i], "admin_epoch", v[0], "epoch", v[1], "num_updates", v[2]))
		}
		if _, err := Apply(parse(t, from), p, true); !errors.Is(err, c.want) {
			t.Errorf("from %s to %s: %v, want %v", c.source, c.target, err, c.want)
		}
	}
}

func TestRefusedPatches(t *testing.T) {
	root := parse(t, `<cib epoch="1"><a id="1"/></cib>`)
	for _, c := range []struct {
		patch string
		want  error
	}{
		{`<patch/>`, ErrInvalid},
		{`<diff format="3"/>`, ErrInvalid},
		{`<diff/>`, ErrInvalid},
		{`<diff format="2"><change operation="modify" path="/cib/b"><change-result><b/></change-result></change></diff>`, ErrFailed},
		{`<diff format="2"><change operation="create" path="/cib/b" position="0"><c/></change></diff>`, ErrFailed},
		{`<diff format="2"><change operation="move" path="/cib/a[@id='1']" position="7"/></diff>`, ErrFailed},
		{`<diff format="2"><change operation="delete" path="/cib"/></diff>`, ErrFailed},
		{`<diff format="2" digest="x"><change operation="delete" path="/cib/a"/></diff>`, ErrFailed},
		{`<diff format="2"><change operation="delete" path="/cib/gone"/></diff>`, nil},
	} {
		if _, err := Apply(root, parse(t, c.patch), false); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.patch, err, c.want)
		}
	}
}

// A patch that Pacemaker 2.1.5 made with crm_diff --no-version.
func TestFormat1IsApplied(t *testing.T) {
	root := parse(t, `<cib epoch="1" num_updates="0" admin_epoch="0"><nodes><node id="1" uname="a"/><node id="2" uname="b"/></nodes></cib>`)
	p := parse(t, `<diff><diff-removed><cib><nodes><node id="1" uname="a"/><node id="2" uname="b" __crm_diff_marker__="removed:top"/></nodes></cib></diff-removed>
		<diff-added><cib><nodes><node id="1" uname="c"/><node id="3" uname="d" __crm_diff_marker__="added:top"/></nodes></cib></diff-added></diff>`)
	got, err := Apply(root, p, true)
	want := `<cib epoch="1" num_updates="0" admin_epoch="0"><nodes><node id="1" uname="c"/><node id="3" uname="d"/></nodes></cib>`
	if err != nil || got.String() != want {
		t.Errorf("%v %v, want %s", got, err, want)
	}
}

func TestDiffDoesNotLookIntoSharedSubtrees(t *testing.T) {
	big := xml.New("resources")
	for i := range 1000 {
		big.Add(xml.New("primitive", "id", fmt.Sprint("r", i)))
	}
	from := xml.New("cib", "epoch", "1").Add(big, xml.New("status"))
	e := xml.Edit(from)
	e.Own(xml.Path{1}).Add(xml.New("node_state", "id", "1"))
	to := e.Root()
	allocs := testing.AllocsPerRun(10, func() { Diff(from, to, Options{}) })
	if allocs > 200 {
		t.Errorf("%v allocations for one small change", allocs)
	}
}
