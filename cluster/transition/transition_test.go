package transition

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"holdfast/cib/xml"
	"holdfast/cluster/internal/transcript"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// TestGraphsAreCarriedOut plays transitions. Verbs:
//
//	limit 2                       the batch limit
//	action 3 start a n1 after 1 2 [timeout=20] [can-fail] [priority=N] [pseudo] [fence]
//	go                            the transition begins
//	end 3 ok|failed               an action ended
//	expire 3                      its time is up
//	abort PRIORITY WHY            the rest below a priority is not wanted any more
func TestGraphsAreCarriedOut(t *testing.T) {
	transcript.Run(t, "testdata/transitions.txt", func() transcript.Script { return &script{graph: &Graph{ID: 1, ClusterDelay: 60000}} })
}

type script struct {
	transcript.Log
	graph *Graph
	t     *Transition
}

func (s *script) Do(verb string, words []string) error {
	number := 0
	if len(words) > 0 {
		number, _ = strconv.Atoi(words[0])
	}
	switch verb {
	case "limit":
		s.graph.BatchLimit = number
	case "action":
		s.graph.Synapses = append(s.graph.Synapses, synapse(number, words[1:]))
	case "go":
		s.graph.PromoteAfterProbes()
		t, effects := Start(s.graph)
		s.t = t
		s.took(effects)
	case "end":
		s.took(s.t.Ended(number, words[1] == "ok"))
	case "expire":
		s.took(s.t.Expired(number))
	case "abort":
		s.took(s.t.Abort(strings.Join(words[1:], " "), number))
	default:
		return fmt.Errorf("there is no such verb")
	}
	return nil
}

func synapse(id int, words []string) Synapse {
	a := Action{ID: id, Kind: Resource, Task: words[0], Resource: words[1], Node: crm.NodeName(words[2]), Key: words[1] + "_" + words[0] + "_0"}
	a.Element = xml.New("rsc_op")
	syn := Synapse{ID: id}
	for _, w := range words[3:] {
		key, value, _ := strings.Cut(w, "=")
		n, err := strconv.Atoi(w)
		switch {
		case err == nil:
			syn.Inputs = append(syn.Inputs, n)
		case key == "timeout":
			a.Meta = append(a.Meta, wire.Param{Name: "timeout", Value: value + "000"})
		case key == "priority":
			syn.Priority, _ = strconv.Atoi(value)
		case w == "can-fail":
			a.Meta = append(a.Meta, wire.Param{Name: "can_fail", Value: "true"})
		case w == "pseudo":
			a.Kind = Pseudo
		case w == "fence":
			a.Kind = Cluster
		}
	}
	syn.Actions = []Action{a}
	return syn
}

func (s *script) took(effects []Effect) {
	for _, e := range effects {
		switch e := e.(type) {
		case Fire:
			s.Tell("fire %d: %s on %s", e.Action.ID, e.Action.Key, e.Action.Node)
		case Timer:
			s.Tell("  within %v", e.After)
		case Done:
			s.Tell("done: complete %v, fired %d, skipped %d, incomplete %d%s", e.Complete, e.Fired, e.Skipped, e.Incomplete, because(e.Why))
		}
	}
}

func because(why string) string {
	if why == "" {
		return ""
	}
	return " (" + why + ")"
}

// TestReadRefusesWhatIsNoGraph names the fault.
func TestReadRefusesWhatIsNoGraph(t *testing.T) {
	for text, want := range map[string]string{
		`<graph/>`: "the root element is not transition_graph",
		`<transition_graph><synapse id="3"><action_set><rsc_opp id="1"/></action_set></synapse></transition_graph>`: "synapse 3: element rsc_opp is not an action",
	} {
		root, err := xml.Parse([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		if _, err = Read(root); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// TestReadTakesTheSchedulersGraph shows each part of a graph where it goes.
func TestReadTakesTheSchedulersGraph(t *testing.T) {
	root, err := xml.Parse([]byte(`<transition_graph cluster-delay="60s" failed-start-offset="INFINITY" batch-limit="4" transition_id="7">
<synapse id="0" priority="100"><action_set><rsc_op id="2" operation="start" operation_key="a_start_0" on_node="n1" on_node_uuid="1">
<primitive id="a" long-id="grp:a" class="ocf" provider="sim" type="x"/><attributes CRM_meta_timeout="20000" ip="1.2.3.4"/></rsc_op></action_set>
<inputs><trigger><pseudo_event id="1" operation="all_stopped"/></trigger></inputs></synapse></transition_graph>`))
	if err != nil {
		t.Fatal(err)
	}
	g, err := Read(root)
	if err != nil {
		t.Fatal(err)
	}
	a := g.Synapses[0].Actions[0]
	got := fmt.Sprintln(g.ID, g.BatchLimit, g.ClusterDelay, g.StartOffset, g.Synapses[0].Priority, g.Synapses[0].Inputs,
		a.Kind, a.Resource, a.LongID, a.Class, a.Provider, a.Type, a.Node, a.Number("timeout"), a.Params)
	if want := "7 4 60000 INFINITY 100 [1] 2 a grp:a ocf sim x n1 20000 [{ip 1.2.3.4}]\n"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
}
