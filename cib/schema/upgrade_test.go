package schema

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/cib/xml"
)

// pipelines are the sheets of the reference for each step, under the names that
// different versions of it gave them.
var pipelines = map[string][][]string{
	"pacemaker-1.3":  {{"upgrade-1.3.xsl"}, {"upgrade-1.3-0.xsl"}},
	"pacemaker-2.10": {{"upgrade-2.10-enter.xsl", "upgrade-2.10.xsl", "upgrade-2.10-leave.xsl"}, {"upgrade-2.10-0.xsl", "upgrade-2.10-1.xsl", "upgrade-2.10-2.xsl"}},
	"pacemaker-3.10": {{"upgrade-3.10-0.xsl", "upgrade-3.10-1.xsl", "upgrade-3.10-2.xsl", "upgrade-3.10-3.xsl", "upgrade-3.10-4.xsl", "upgrade-3.10-99.xsl"}},
}

// TestUpgradesAreThoseOfTheReference compares each step with the reference's
// sheets, where these and xsltproc are installed, over the test documents and
// mutants of them. The environment is that of TestVerdictsAreThoseOfTheReference.
func TestUpgradesAreThoseOfTheReference(t *testing.T) {
	dir := os.Getenv("SCHEMA_DIR")
	if dir == "" {
		dir = "/usr/share/pacemaker"
	}
	if _, err := exec.LookPath("xsltproc"); err != nil {
		t.Skip("xsltproc is not installed")
	}
	docs := readDocs(t)
	for _, s := range steps {
		sheets := findSheets(dir, s.from)
		if sheets == nil {
			continue
		}
		t.Run(s.from, func(t *testing.T) {
			mutants := 2
			fmt.Sscan(os.Getenv("SCHEMA_MUTANTS"), &mutants)
			m := mutator{rand: rand.New(rand.NewPCG(2, 1)), docs: docs}
			compared, wrong := 0, 0
			for _, d := range docs {
				base := withoutComments(d)
				for i := range mutants + 1 {
					base.SetAttr("validate-with", s.from)
					d := base
					for try := 0; i > 0 && try < 40 && (d == base || len(Validate(d)) > 0); try++ {
						d = m.mutate(base)
					}
					if len(Validate(d)) > 0 || losesSomething(d) || len(ValidateAs(d, s.to)) == 0 {
						continue // not valid, or nothing has to be changed
					}
					compared++
					if !compareUpgrade(t, s, sheets, d) {
						if wrong++; wrong > 4 {
							t.FailNow()
						}
					}
				}
			}
			t.Logf("%d documents compared, %d differ", compared, wrong)
		})
	}
}

// losesSomething recognizes a document of which the reference loses something:
// options that belong into defaults without a plain set, and meta-attributes
// that are renamed unless they come first in their set.
func losesSomething(d *xml.Node) bool {
	loses := false
	for _, name := range []string{"op_defaults", "rsc_defaults"} {
		n := d.Find("configuration", name)
		loses = loses || n != nil && plainSet(n) == nil
	}
	each(d, func(n *xml.Node) {
		if n.Name != "meta_attributes" {
			return
		}
		for i, p := range children(n, "nvpair") {
			c := changeFor(metaChanges, p)
			loses = loses || i > 0 && c != nil && c.to != ""
		}
	})
	return loses
}

func findSheets(dir, from string) []string {
	for _, names := range pipelines[from] {
		var sheets []string
		for _, name := range names {
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				sheets = append(sheets, filepath.Join(dir, name))
			}
		}
		if len(sheets) == len(names) {
			return sheets
		}
	}
	return nil
}

func compareUpgrade(t *testing.T, s step, sheets []string, d *xml.Node) bool {
	t.Helper()
	text := d.String()
	for _, sheet := range sheets {
		command := exec.Command("xsltproc", sheet, "-")
		command.Stdin = strings.NewReader(text)
		out, err := command.Output()
		if err != nil {
			return true // a document that the reference gives up on
		}
		text = string(out)
	}
	theirs, err := xml.ParseString(text)
	if err != nil {
		t.Fatal(err)
	}
	theirs.SetAttr("validate-with", s.to)
	if len(ValidateAs(theirs, s.to)) > 0 {
		return true // theirs is damaged; that ours is not is held elsewhere
	}
	// The sheets leave blanks behind and then take equal sets for different.
	folded := upgrading{root: withoutComments(theirs)}
	folded.foldSets()
	theirs = folded.root
	ours, _, err := Upgrade(d, s.to)
	if err != nil {
		t.Errorf("%v\n%s", err, d.Indented())
		return false
	}
	if canonical(ours) == canonical(theirs) {
		return true
	}
	a, b := filepath.Join(t.TempDir(), "theirs"), filepath.Join(t.TempDir(), "ours")
	os.WriteFile(a, []byte(canonical(theirs)), 0o600)
	os.WriteFile(b, []byte(canonical(ours)), 0o600)
	diff, _ := exec.Command("diff", "-U4", a, b).CombinedOutput()
	t.Errorf("differs from the reference:\n%s\nfor %s", diff, d.Indented())
	return false
}

// canonical writes a document with sorted attributes and without comments.
func canonical(n *xml.Node) string {
	n = withoutComments(n)
	each(n, func(c *xml.Node) {
		slices.SortFunc(c.Attrs, func(a, b xml.Attr) int { return strings.Compare(a.Name, b.Name) })
	})
	return n.Indented()
}

func withoutComments(n *xml.Node) *xml.Node {
	n = n.Clone()
	each(n, func(c *xml.Node) {
		c.Children = slices.DeleteFunc(c.Children, func(d *xml.Node) bool { return d.Kind != xml.Element })
	})
	return n
}
