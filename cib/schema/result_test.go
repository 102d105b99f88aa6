package schema

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"holdfast/cib/xml"
)

// answers are what tools answered in their tests, read from the transcripts.
func answers(t *testing.T) []*xml.Node {
	t.Helper()
	files, _ := filepath.Glob("../../tool/*/testdata/*")
	block := regexp.MustCompile(`(?s)<pacemaker-result.*?</pacemaker-result>`)
	var all []*xml.Node
	for _, f := range files {
		data, err := os.ReadFile(f)
		if err != nil {
			continue // a folder
		}
		for _, text := range block.FindAllString(string(data), -1) {
			n, err := xml.ParseString(strings.ReplaceAll(text, "\n| ", "\n"))
			if err != nil {
				t.Fatalf("%s: %v", f, err)
			}
			all = append(all, n)
		}
	}
	if len(all) < 10 {
		t.Fatalf("only %d answers are in the transcripts", len(all))
	}
	return all
}

func TestAnswersOfToolsConform(t *testing.T) {
	for _, n := range answers(t) {
		for _, v := range ValidateResult(n) {
			t.Errorf("%s\n%s", v, n.Indented())
		}
	}
}

// An answer that is wrong in one place is refused, and the place is named.
func TestBrokenAnswersAreRefused(t *testing.T) {
	const (
		node = `<node name="a" id="1" online="true" standby="false" standby_onfail="false" maintenance="false" pending="false" unclean="false"` +
			` shutdown="false" expected_up="true" is_dc="false" resources_running="0" type="member"/>`
		resource = `<resource id="r" resource_agent="ocf:x" role="Started" active="true" orphaned="false" removed="false" failed="false"` +
			` managed="true" failure_ignored="false" nodes_running_on="1"><node name="a" id="1" cached="true"/></resource>`
		ticket = `<tickets><ticket id="t" status="granted" colour="red"/></tickets>`
		done   = `<status code="0" message="OK"/>`
	)
	replace := strings.Replace
	for _, c := range []struct{ name, answer, want string }{
		{"a node", `<nodes>` + node + `</nodes>` + done, ""},
		{"a resource", `<resources>` + resource + `</resources>` + done, ""},
		{"a ticket with an attribute of its own", ticket + done, ""},
		{"nothing but the outcome", done, ""},
		{"no outcome", `<nodes/>`, "pacemaker-result is incomplete"},
		{"something after the outcome", done + `<nodes/>`, "nothing more may come in pacemaker-result"},
		{"an outcome without code", `<status message="OK"/>`, "status lacks the attribute code"},
		{"errors without any", `<status code="1" message="x"><errors/></status>`, "errors is incomplete"},
		{"a node in a state that is none", `<nodes>` + replace(node, `online="true"`, `online="maybe"`, 1) + `</nodes>` + done, `attribute online has the value "maybe"`},
		{"a node without id", `<nodes>` + replace(node, ` id="1"`, ``, 1) + `</nodes>` + done, "node lacks the attribute id"},
		{"a node of an unknown kind", `<nodes>` + replace(node, "member", "menber", 1) + `</nodes>` + done, "did you mean member?"},
		{"a resource outside its list", resource + done, "resource is not allowed in pacemaker-result here"},
		{"a resource on an unknown number of nodes", `<resources>` + replace(resource, `on="1"`, `on="-1"`, 1) + `</resources>` + done, "expected a number from 0"},
		{"a ticket in a state that is none", replace(ticket, "granted", "given", 1) + done, `attribute status has the value "given"`},
		{"lists in another order", `<resources/><nodes/>` + done, "nodes is not allowed in pacemaker-result here"},
	} {
		n, err := xml.ParseString(`<pacemaker-result api-version="2.0" request="x">` + c.answer + `</pacemaker-result>`)
		if err != nil {
			t.Fatal(err)
		}
		got := ValidateResult(n)
		if c.want == "" && len(got) > 0 || c.want != "" && (len(got) == 0 || !strings.Contains(fmt.Sprint(got), c.want)) {
			t.Errorf("%s: %v, want %q", c.name, got, c.want)
		}
	}
}

// TestResultSchemaSaysTheSame compares our verdict on answers and on mutants of
// them with that of libxml2: by the schema that we install, and by the one that
// API_RESULT_SCHEMA names, if it does. API_RESULT_CORPUS (a glob) gives more
// answers, SCHEMA_MUTANTS how many mutants of each.
func TestResultSchemaSaysTheSame(t *testing.T) {
	if _, err := exec.LookPath("xmllint"); err != nil {
		t.Skip("xmllint is not installed")
	}
	ours := filepath.Join(t.TempDir(), "api-result.rng")
	if err := os.WriteFile(ours, ResultRelaxNG(), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, rng := range []string{ours, os.Getenv("API_RESULT_SCHEMA")} {
		if rng != "" {
			t.Run(filepath.Base(rng), func(t *testing.T) { compareResultVerdicts(t, rng) })
		}
	}
}

func compareResultVerdicts(t *testing.T, rng string) {
	docs := answers(t)
	more, _ := filepath.Glob(os.Getenv("API_RESULT_CORPUS"))
	for _, f := range more {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		n, err := xml.Parse(data)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, n)
	}
	mutants := 10
	fmt.Sscan(os.Getenv("SCHEMA_MUTANTS"), &mutants)
	m := mutator{rand: rand.New(rand.NewPCG(3, 1)), docs: docs}
	for _, d := range docs {
		m.learn(d)
	}
	dir := t.TempDir()
	var files []string
	verdicts := map[string][]Violation{}
	add := func(n *xml.Node) {
		file := filepath.Join(dir, fmt.Sprintf("%05d.xml", len(files)))
		if err := os.WriteFile(file, []byte(n.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		files = append(files, file)
		verdicts[file] = ValidateResult(n)
	}
	for _, d := range docs {
		add(d)
		for range mutants {
			add(m.mutate(d))
		}
	}
	sameAsXmllint(t, rng, files, verdicts)
}
