package schema

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"holdfast/cib/xml"
)

// TestVerdictsAreThoseOfTheReference compares, where xmllint and Pacemaker's
// schema files are installed, our verdict on documents and on mutants of them
// with that of libxml2. SCHEMA_DIR and SCHEMA_CORPUS (a glob) give other
// schemas and more documents, SCHEMA_MUTANTS how many mutants of each.
func TestVerdictsAreThoseOfTheReference(t *testing.T) {
	dir := os.Getenv("SCHEMA_DIR")
	if dir == "" {
		dir = "/usr/share/pacemaker"
	}
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("xmllint is not installed")
	}
	if _, err := os.Stat(filepath.Join(dir, "pacemaker-3.0.rng")); err != nil {
		t.Skip("the reference's schemas are not installed")
	}
	docs := readDocs(t)
	for _, name := range Names() {
		rng := filepath.Join(dir, name+".rng")
		if _, err := os.Stat(rng); err != nil {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compareVerdicts(t, name, rng, docs)
		})
	}
}

func readDocs(t *testing.T) []*xml.Node {
	t.Helper()
	files, _ := filepath.Glob("testdata/*.xml")
	more, _ := filepath.Glob(os.Getenv("SCHEMA_CORPUS"))
	var docs []*xml.Node
	for _, f := range append(files, more...) {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n, err := xml.Parse(data)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		if len(data) < 60000 {
			docs = append(docs, n)
		}
	}
	if len(docs) == 0 {
		t.Fatal("there are no documents")
	}
	return docs
}

func compareVerdicts(t *testing.T, name, rng string, docs []*xml.Node) {
	dir := t.TempDir()
	var files []string
	ours := map[string][]Violation{}
	add := func(n *xml.Node) {
		file := filepath.Join(dir, fmt.Sprintf("%05d.xml", len(files)))
		if err := os.WriteFile(file, []byte(n.Indented()), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
		again, err := xml.ParseString(n.Indented())
		if err != nil {
			t.Fatal(err)
		}
		ours[file] = ValidateAs(again, name)
	}
	mutants := 10
	fmt.Sscan(os.Getenv("SCHEMA_MUTANTS"), &mutants)
	m := mutator{rand: rand.New(rand.NewPCG(1, uint64(parseVersion(name).number()))), docs: docs}
	for _, d := range docs {
		d = d.Clone()
		d.SetAttr("validate-with", name)
		add(d)
		if len(ours[files[len(files)-1]]) > 0 && len(docs) > 20 {
			continue // mutants of what is wrong already seldom show anything
		}
		for range mutants {
			add(m.mutate(d))
		}
	}
	sameAsXmllint(t, rng, files, ours)
}

// sameAsXmllint holds our verdicts, by file the mistakes found, against xmllint's.
func sameAsXmllint[M any](t *testing.T, rng string, files []string, ours map[string][]M) {
	t.Helper()
	theirs := xmllint(t, rng, files)
	valid, wrong := 0, 0
	for _, file := range files {
		if theirs[file] {
			valid++
		}
		if theirs[file] == (len(ours[file]) == 0) {
			continue
		}
		if wrong++; wrong <= 5 {
			data, _ := os.ReadFile(file)
			out, _ := exec.Command("xmllint", "--noout", "--relaxng", rng, file).CombinedOutput()
			t.Errorf("reference says valid=%v, we say %v\n%s\n%.3000s", theirs[file], ours[file], out, data)
		}
	}
	t.Logf("%d documents, %d of them valid, %d verdicts differ", len(files), valid, wrong)
}

// xmllint returns which of the files conform.
func xmllint(t *testing.T, rng string, files []string) map[string]bool {
	t.Helper()
	verdict := map[string]bool{}
	for len(files) > 0 {
		n := min(len(files), 500)
		out, err := exec.Command("xmllint", append([]string{"--noout", "--relaxng", rng}, files[:n]...)...).CombinedOutput()
		if _, ok := err.(*exec.ExitError); err != nil && !ok {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(out)) {
			if file, ok := strings.CutSuffix(strings.TrimSpace(line), " validates"); ok {
				verdict[file] = true
			}
		}
		files = files[n:]
	}
	return verdict
}

// mutator changes documents in ways that people and programs get wrong.
type mutator struct {
	rand  *rand.Rand
	docs  []*xml.Node
	words []xml.Attr  // attributes that occur somewhere
	nodes []*xml.Node // elements that occur somewhere
}

func (m *mutator) mutate(d *xml.Node) *xml.Node {
	if m.nodes == nil {
		for _, d := range m.docs {
			for n := range d.Child("configuration").Elements() {
				m.learn(n)
			}
		}
	}
	d = d.Clone()
	for range 1 + m.rand.IntN(2) {
		var all []*xml.Node
		xml.Walk(d, func(n *xml.Node, _ xml.Path) bool {
			if n.Kind == xml.Element && n.Name != "status" {
				all = append(all, n)
			}
			return n.Name != "status"
		})
		if len(all) > 0 { // else the root is called status now
			m.change(all[m.rand.IntN(len(all))])
		}
	}
	return d
}

// learn remembers what occurs below an element.
func (m *mutator) learn(n *xml.Node) {
	xml.Walk(n, func(n *xml.Node, _ xml.Path) bool {
		if n.Kind == xml.Element {
			m.nodes = append(m.nodes, n)
			m.words = append(m.words, n.Attrs...)
		}
		return true
	})
}

var values = []string{"", "1", "-1", "true", "INFINITY", "a b", "x:y", "ocf", "Started", "Promoted", "0", "12"}

func (m *mutator) change(n *xml.Node) {
	word := m.words[m.rand.IntN(len(m.words))]
	other := m.nodes[m.rand.IntN(len(m.nodes))]
	kids, attrs := len(n.Children), len(n.Attrs)
	if n.Name == "cib" {
		attrs = 0 // the versions of the reference differ in which schemas they know
	}
	switch m.rand.IntN(10) {
	case 0:
		if attrs > 0 {
			n.DelAttr(n.Attrs[m.rand.IntN(attrs)].Name)
		}
	case 1:
		n.SetAttr(word.Name, word.Value)
	case 2:
		if attrs > 0 {
			n.Attrs[m.rand.IntN(attrs)].Value = values[m.rand.IntN(len(values))]
		}
	case 3:
		if kids > 0 {
			i := m.rand.IntN(kids)
			n.Children = append(n.Children[:i:i], n.Children[i+1:]...)
		}
	case 4:
		if kids > 1 {
			i, j := m.rand.IntN(kids), m.rand.IntN(kids)
			n.Children[i], n.Children[j] = n.Children[j], n.Children[i]
		}
	case 5:
		n.Name = other.Name
	case 6, 7:
		c := other.Clone()
		i := m.rand.IntN(kids + 1)
		n.Children = append(n.Children[:i:i], append([]*xml.Node{c}, n.Children[i:]...)...)
	case 8:
		if kids > 0 {
			n.Add(n.Children[m.rand.IntN(kids)].Clone())
		}
	case 9:
		n.Add(&xml.Node{Kind: xml.Text, Text: "text"})
	}
}

// TestExportedSchemasSayTheSame validates with what RelaxNG writes.
func TestExportedSchemasSayTheSame(t *testing.T) {
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("xmllint is not installed")
	}
	docs := readDocs(t)
	for _, name := range Names() {
		text, err := RelaxNG(name)
		if err != nil {
			t.Fatal(err)
		}
		rng := filepath.Join(t.TempDir(), name+".rng")
		if err := os.WriteFile(rng, text, 0o600); err != nil {
			t.Fatal(err)
		}
		t.Run(name, func(t *testing.T) { compareVerdicts(t, name, rng, docs) })
	}
}
