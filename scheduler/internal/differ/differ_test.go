package main

import (
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/cib/xml"
)

const small = `<cib have-quorum="1"><configuration><crm_config/><nodes><node id="1" uname="n1"/></nodes>
	<resources><primitive id="a" class="ocf" type="Dummy"/><primitive id="b" class="ocf" type="Dummy"/></resources>
	<constraints><rsc_location id="l" rsc="a" node="n1" score="5"/></constraints></configuration>
	<status><node_state id="1" uname="n1" crmd="online"/></status></cib>`

func parsed(t *testing.T, text string) *xml.Node {
	t.Helper()
	root, err := xml.ParseString(text)
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// A seed is the whole mutation: the same again gives the same, and what was made
// is a document.
func TestSeedIsTheMutation(t *testing.T) {
	origin := parsed(t, small)
	changed := 0
	for seed := range uint64(300) {
		m := &mutant{tree: origin, donors: []base{{"small", origin}}, kinds: slices.Concat(recorded, wider), seeds: []uint64{seed, seed + 1000}}
		cib, did := m.make()
		again, _ := m.make()
		if !xml.Equal(cib, again) {
			t.Fatalf("seed %d: another mutant the second time", seed)
		}
		if _, err := xml.ParseString(cib.String()); err != nil {
			t.Fatalf("seed %d, %s: %v", seed, strings.Join(did, "; "), err)
		}
		if !xml.Equal(cib, origin) {
			changed++
		}
	}
	if !xml.Equal(origin, parsed(t, small)) {
		t.Error("a mutation changed the recorded CIB itself")
	}
	if changed < 250 {
		t.Errorf("only %d of 300 mutants are others than their base", changed)
	}
}

// Numbers of actions and the sequence of synapses do not count; what comes after
// what does.
func TestGraphsAreComparedByMeaning(t *testing.T) {
	graph := func(first, second, after string) string {
		return `<transition_graph batch-limit="0"><synapse id="0"><action_set><rsc_op id="` + first + `" operation_key="a_stop_0" on_node="n1"/></action_set><inputs/></synapse>` +
			`<synapse id="1"><action_set><rsc_op id="` + second + `" operation_key="a_start_0" on_node="n2"/></action_set><inputs>` +
			`<trigger><rsc_op id="` + first + `" operation_key="` + after + `" on_node="n1"/></trigger></inputs></synapse></transition_graph>`
	}
	if a, b := graphLines(graph("1", "2", "a_stop_0")), graphLines(graph("7", "3", "a_stop_0")); !slices.Equal(a, b) {
		t.Errorf("other numbers, and not the same: %v %v", a, b)
	}
	if a, b := graphLines(graph("1", "2", "a_stop_0")), graphLines(graph("1", "2", "b_stop_0")); slices.Equal(a, b) {
		t.Error("another input, and the same")
	}
}

// Within the transition independent actions may have any sequence, elsewhere none.
func TestOnlyTheTransitionIsSorted(t *testing.T) {
	text := "Current:\n * b\n * a\n\nExecuting Cluster Transition:\n * d\n * c\n\nRevised Cluster Status:\n * f\n * e\n"
	want := []string{"Current:", "* b", "* a", "Executing Cluster Transition:", "* c", "* d", "Revised Cluster Status:", "* f", "* e"}
	if got := textLines(text, "Executing Cluster Transition:"); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}

// script makes a crm_simulate that shows what a line of shell prints.
func script(t *testing.T, line string) player {
	path := filepath.Join(t.TempDir(), "crm_simulate")
	text := "#!/bin/sh\necho '<transition_graph/>' > \"$(dirname $2)/graph.xml\"\n" + line + "\n"
	if err := os.WriteFile(path, []byte(text), 0o755); err != nil {
		t.Fatal(err)
	}
	return player{path}
}

// What makes no difference is left out, and what does remains.
func TestShrinkKeepsTheCause(t *testing.T) {
	r := &referee{ours: script(t, "grep -c crmd $2 || true"), theirs: script(t, "echo 0"), views: views, folder: t.TempDir()}
	start := remainder{tree: parsed(t, small)}
	d, _, err := r.compare(start.tree, whole)
	if err != nil || d == nil {
		t.Fatalf("no difference to begin with: %v", err)
	}
	least, d := r.shrink(start, d, whole)
	cib, _ := least.cib()
	var left []string
	for _, p := range all(cib) {
		left = append(left, p.at.Name)
	}
	if want := []string{"status", "node_state"}; !slices.Equal(left, want) || d.view != "text" {
		t.Errorf("left are %v, different in the %s", left, d.view)
	}
}

// A CIB that the reference does not take is one that we must not take either.
func TestRefusedAlikeIsNoDifference(t *testing.T) {
	for _, c := range []struct {
		ours, theirs string
		differ       bool
	}{
		{"exit 78", "exit 78", false}, {"exit 1", "exit 78", true}, {"echo 0", "exit 78", true}, {"exit 78", "echo 0", true},
		{"echo 0", "exit 134", false}, {"echo 0", "exit 1", false},
	} {
		r := &referee{ours: script(t, c.ours), theirs: script(t, c.theirs), views: views, folder: t.TempDir()}
		if d, taken, err := r.compare(parsed(t, small), whole); (d != nil) != c.differ || taken != (c.theirs == "echo 0") || err != nil {
			t.Errorf("%s and %s: difference %v, taken %v, error %v", c.ours, c.theirs, d, taken, err)
		}
	}
}

// A drawn cluster gets smaller by lines, and by words of lines.
func TestDrawnClusterGetsSmaller(t *testing.T) {
	s := drawn{"nodes n1", "primitive a priority=5 on n1"}
	next, stop := iter.Pull(s.smaller())
	defer stop()
	var texts []string
	for {
		less, ok := next()
		if !ok {
			break
		}
		texts = append(texts, strings.TrimSpace(strings.ReplaceAll(less.text(), "\n", ";")))
	}
	want := []string{"nodes n1;", "nodes n1;  primitive a on n1;", "nodes n1;  primitive a priority=5;", "nodes n1;  primitive a priority=5 on;"}
	if !slices.Equal(texts, want) {
		t.Errorf("got %q", texts)
	}
}
