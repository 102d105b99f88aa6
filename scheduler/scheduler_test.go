package scheduler_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"holdfast/cib/xml"
	"holdfast/scheduler"
	"holdfast/scheduler/graph"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
)

// TestTranscripts shows, for each case in testdata, the transition: its actions
// in an order in which they may be executed, and what each waits for.
func TestTranscripts(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			sketch.Transcript(t, file, func(cib *xml.Node) string { return transition(t, run(t, cib)) })
		})
	}
}

// A tester is a test, be it of one case or of a property.
type tester interface {
	Helper()
	Errorf(format string, args ...any)
	Fatal(args ...any)
}

func run(t tester, cib *xml.Node) *model.Cluster {
	t.Helper()
	result, err := scheduler.Run(scheduler.Input{CIB: cib, Now: sketch.Now})
	if err != nil {
		t.Fatal(err)
	}
	return result.Cluster
}

// transition writes an action a line, inputs first.
func transition(t tester, c *model.Cluster) string {
	var b strings.Builder
	for _, s := range sequence(t, c.Graph) {
		b.WriteString(name(s.Action))
		if s.Action.Is(model.Pseudo) {
			b.WriteString(" (pseudo)")
		}
		var inputs []string
		for a := range s.Inputs() {
			inputs = append(inputs, name(a))
		}
		slices.Sort(inputs)
		if len(inputs) > 0 {
			b.WriteString(" after " + strings.Join(inputs, ", "))
		}
		b.WriteString("\n")
	}
	return b.String()
}

func name(a *model.Action) string {
	what := strings.TrimSuffix(a.Key, "_0")
	if a.Task == "cancel" {
		what += " cancelled"
	}
	if a.Node == nil || a.Task == model.TaskFence || a.Task == model.TaskShutdown {
		return what
	}
	return what + "@" + a.Node.Name
}

// sequence sorts the synapses so that inputs come first; among those that are
// ready the names decide. It fails the test if there is a circle.
func sequence(t tester, g *model.Graph) []model.Synapse {
	t.Helper()
	waiting, after := map[model.Synapse]int{}, map[*model.Action][]model.Synapse{}
	present := map[*model.Action]bool{}
	for _, s := range g.Synapses {
		present[s.Action] = true
	}
	for _, s := range g.Synapses {
		for a := range s.Inputs() {
			if present[a] {
				waiting[s]++
				after[a] = append(after[a], s)
			}
		}
	}
	byName := func(a, b model.Synapse) int { return strings.Compare(name(a.Action), name(b.Action)) }
	var ready, done []model.Synapse
	for _, s := range g.Synapses {
		if waiting[s] == 0 {
			ready = append(ready, s)
		}
	}
	for len(ready) > 0 {
		slices.SortFunc(ready, byName)
		next := ready[0]
		ready = ready[1:]
		done = append(done, next)
		for _, s := range after[next.Action] {
			if waiting[s]--; waiting[s] == 0 {
				ready = append(ready, s)
			}
		}
	}
	if len(done) != len(g.Synapses) {
		t.Errorf("the graph has a circle among %d of %d actions", len(g.Synapses)-len(done), len(g.Synapses))
	}
	return done
}

// Where a clone may run nowhere, notifications name no available node, and not
// those where its instances were.
func TestNotificationsKnowWhereNothingMayRun(t *testing.T) {
	cib, err := sketch.CIB("nodes n1\noption symmetric-cluster=false\nprimitive a target-role=Stopped on n1\nclone c: a notify=true")
	if err != nil {
		t.Fatal(err)
	}
	text := graph.XML(run(t, cib)).String()
	if !strings.Contains(text, `notify_available_uname=" "`) || strings.Contains(text, `notify_available_uname="n1"`) {
		t.Errorf("available nodes, though there are none:\n%s", text)
	}
}
