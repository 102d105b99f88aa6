package graph_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/cib/xml"
	"holdfast/scheduler"
	"holdfast/scheduler/graph"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
)

// TestTranscripts shows, for each case in testdata, the transition as controllers
// and people read it.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			sketch.Transcript(t, file, func(cib *xml.Node) string { return graph.XML(run(t, cib)).Indented() })
		})
	}
}

type tester interface {
	Helper()
	Fatal(...any)
}

func run(t tester, cib *xml.Node) *model.Cluster {
	t.Helper()
	result, err := scheduler.Run(scheduler.Input{CIB: cib, Now: sketch.Now})
	if err != nil {
		t.Fatal(err)
	}
	return result.Cluster
}

// What is written synapse by synapse is what the tree says.
func TestWriteIsXML(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var text strings.Builder
		text.WriteString("nodes n1 n2 n3-standby\nfresh\n")
		for _, name := range []string{"a", "b", "c", "d"}[:rapid.IntRange(0, 4).Draw(t, "resources")] {
			text.WriteString("primitive " + name + "\n")
			if rapid.Bool().Draw(t, "cloned") {
				text.WriteString("clone c" + name + ": " + name + " notify=true\n")
			}
		}
		cib, err := sketch.CIB(text.String())
		if err != nil {
			t.Fatal(err)
		}
		c := run(t, cib)
		var written strings.Builder
		if err := graph.Write(&written, c); err != nil {
			t.Fatal(err)
		}
		if want := graph.XML(c).Indented(); written.String() != want {
			t.Fatalf("written:\n%s\nthe tree:\n%s", written.String(), want)
		}
	})
}

// Orderings that contradict each other leave no circle: the weaker one goes.
func TestCircleIsCut(t *testing.T) {
	cib, err := sketch.CIB(`
nodes n1-standby n2
primitive a allow-migrate=true on n1
primitive b allow-migrate=true on n1
<rsc_order id="o1" first="a" then="b" kind="Serialize"/>
<rsc_order id="o2" first="b" then="a" kind="Serialize"/>
<rsc_order id="o3" first="a" then="b"/>`)
	if err != nil {
		t.Fatal(err)
	}
	c := run(t, cib)
	told := slices.ContainsFunc(c.Notices, func(n model.Notice) bool { return strings.Contains(n.Text, "contradict each other") })
	if !told {
		t.Errorf("nobody is told that orderings contradict each other: %v", c.Notices)
	}
	place := map[*model.Action]int{}
	for i, s := range c.Graph.Synapses {
		place[s.Action] = i
	}
	const fresh, open, done = 0, 1, 2
	state := make([]int, len(c.Graph.Synapses))
	var visit func(i int)
	visit = func(i int) {
		state[i] = open
		for a := range c.Graph.Synapses[i].Inputs() {
			switch at, present := place[a]; {
			case present && state[at] == open:
				t.Fatalf("%s and %s wait for each other", a.Key, c.Graph.Synapses[i].Action.Key)
			case present && state[at] == fresh:
				visit(at)
			}
		}
		state[i] = done
	}
	for i := range state {
		if state[i] == fresh {
			visit(i)
		}
	}
}
