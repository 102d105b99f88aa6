package crmsimulate

import (
	"bytes"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/cib/xml"
	"holdfast/tool"
)

// damage changes a few places of a document at random.
func damage(r *rand.Rand, root *xml.Node) {
	var all []*xml.Node
	var parents []*xml.Node
	var walk func(n *xml.Node)
	walk = func(n *xml.Node) {
		for _, c := range n.Children {
			all, parents = append(all, c), append(parents, n)
			walk(c)
		}
	}
	walk(root)
	values := []string{"", "-1", "INFINITY", "true", "nothing", "ann", "db:0", "0", "start", "99999999999"}
	for range 1 + r.IntN(5) {
		i := r.IntN(len(all))
		n, parent := all[i], parents[i]
		switch r.IntN(4) {
		case 0:
			for j, c := range parent.Children {
				if c == n {
					parent.Children = append(parent.Children[:j:j], parent.Children[j+1:]...)
					break
				}
			}
		case 1:
			parent.Children = append(parent.Children, n.Clone())
		case 2:
			if len(n.Attrs) > 0 {
				n.Attrs = n.Attrs[:len(n.Attrs)-1]
			}
		default:
			if len(n.Attrs) > 0 {
				n.Attrs[r.IntN(len(n.Attrs))].Value = values[r.IntN(len(values))]
			}
		}
	}
}

// Whatever is wrong with a CIB, the tool shows what it makes of it and ends. The
// state that the transition leads to is scheduled as well.
func TestNoDamagedCIBBreaksASimulation(t *testing.T) {
	const rounds = 200
	files, err := filepath.Glob(filepath.Join("testdata", "*.xml"))
	if err != nil || len(files) == 0 {
		t.Fatal("no input to damage", err)
	}
	dir := t.TempDir()
	for i := range rounds {
		r := rand.New(rand.NewPCG(1, uint64(i)))
		file := files[i%len(files)]
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		doc, err := xml.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		damage(r, doc)
		doc.SetAttr("validate-with", "none")
		path := filepath.Join(dir, "cib.xml")
		if err := os.WriteFile(path, []byte(doc.Indented()), 0o600); err != nil {
			t.Fatal(err)
		}
		for _, args := range []string{"-x " + path + " -S -O " + path, "-x " + path + " -S -sUAc --output-as=xml"} {
			runDamaged(t, i, file, args)
		}
	}
}

func runDamaged(t *testing.T, round int, file, args string) {
	t.Helper()
	defer func() {
		if p := recover(); p != nil {
			t.Fatalf("round %d on %s: crm_simulate %s: %v", round, file, args, p)
		}
	}()
	var out bytes.Buffer
	env := &tool.Env{Program: "crm_simulate", Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
		Getenv: func(string) string { return "" }, Now: time.Now}
	start := time.Now()
	Tool().Run(env, strings.Fields(args))
	if out.Len() == 0 {
		t.Fatalf("round %d on %s: crm_simulate %s says nothing", round, file, args)
	}
	if took := time.Since(start); took > 20*time.Second {
		t.Fatalf("round %d on %s: crm_simulate %s took %s", round, file, args, took)
	}
}
