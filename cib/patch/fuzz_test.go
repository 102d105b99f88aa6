package patch

import (
	"errors"
	"testing"

	"holdfast/cib/xml"
)

// Whatever comes as a patch, the document it is applied to stays as it is; the
// result is a document, or one of the three reasons; and a patch made between two
// documents leads from one to the other, and applies to no other version.
func FuzzPatch(f *testing.F) {
	const root = `<cib epoch="1"><a id="1"><b/></a><a id="2"/><!--c--></cib>`
	for _, patch := range []string{
		`<diff format="2"><change operation="create" path="/cib/a[@id='1']" position="0"><c/></change><change operation="delete" path="/cib/a"/></diff>`,
		`<diff format="2"><change operation="move" path="/cib/a[@id='1']" position="1"/><change operation="modify" path="/cib"><change-result><cib/></change-result></change></diff>`,
		`<diff><diff-removed><cib><a id="1" __crm_diff_marker__="removed:top"/></cib></diff-removed></diff>`,
		`<diff format="2"><version><source admin_epoch="0" epoch="1" num_updates="0"/><target admin_epoch="0" epoch="2" num_updates="0"/></version><change operation="delete" path="/cib/comment" position="2"/></diff>`,
	} {
		f.Add(root, patch)
	}
	for _, to := range []string{`<cib epoch="2"><a id="2"/><!--c--><a id="1"><d/><b/></a></cib>`, `<cib><a/><a/>text</cib>`} {
		f.Add(root, to)
	}
	f.Fuzz(func(t *testing.T, text, other string) {
		from, err := xml.ParseString(text)
		if err != nil {
			return
		}
		second, err := xml.ParseString(other)
		if err != nil {
			return
		}
		before := from.String()
		checkApply(t, from, second)
		if expressible(from) && expressible(second) {
			checkDiff(t, from, second)
		}
		if from.String() != before {
			t.Fatalf("the document was changed: %s, now %s", before, from)
		}
	})
}

func checkApply(t *testing.T, root, patch *xml.Node) {
	for _, checkVersion := range []bool{true, false} {
		got, err := Apply(root, patch, checkVersion)
		known := errors.Is(err, ErrFailed) || errors.Is(err, ErrOld) || errors.Is(err, ErrInvalid)
		if err != nil && !known || (err == nil) == (got == nil) {
			t.Fatalf("%s applied to %s: %v, %v", patch, root, got, err)
		}
	}
}

func checkDiff(t *testing.T, from, to *xml.Node) {
	to = to.Clone()
	to.Name = from.Name // a patch cannot rename the root, nor give it another id
	to.DelAttr("id")
	if id, ok := from.Lookup("id"); ok {
		to.SetAttr("id", id)
	}
	p := Diff(from, to, Options{Digest: true})
	if p == nil {
		if from.String() != to.String() {
			t.Fatalf("no difference between %s and %s", from, to)
		}
		return
	}
	p = parse(t, p.String())
	got, err := Apply(from, p, false)
	if err != nil || got.String() != to.String() {
		t.Fatalf("%v: got %v\nfrom %s\nto   %s\n%s", err, got, from, to, p.Indented())
	}
	other := from.Copy()
	other.SetAttr("epoch", "99")
	if _, err := Apply(other, p, true); err == nil && VersionOf(other) != VersionOf(from) {
		t.Fatalf("applied to another version:\n%s\n%s", other, p.Indented())
	}
}

// expressible reports whether paths can name everything in a document, as they
// can in every CIB: comments and text have no names of their own there.
func expressible(root *xml.Node) bool {
	ok := true
	xml.Walk(root, func(n *xml.Node, _ xml.Path) bool {
		ok = ok && n.Name != "comment" && n.Name != "text"
		return ok
	})
	return ok
}
