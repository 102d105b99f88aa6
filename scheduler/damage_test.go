package scheduler_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"holdfast/cib/xml"
	"holdfast/scheduler"
	"holdfast/scheduler/graph"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
)

// Whatever is done to a CIB, the scheduler answers: no panic, no circle.
func TestDamagedCIBIsAnswered(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cib := anyWorld(t).cib(t).Clone()
		for range rapid.IntRange(1, 6).Draw(t, "damages") {
			damage(t, cib)
		}
		result, err := scheduler.Run(scheduler.Input{CIB: cib, Now: sketch.Now, WantCauses: true, WantScores: true})
		if err != nil {
			t.Fatal(err)
		}
		graph.XML(result.Cluster)
		sequence(t, result.Cluster.Graph)
	})
}

// A run may end early, too.
func TestEveryPurposeEnds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cib := anyWorld(t).cib(t)
		for _, purpose := range []model.Purpose{model.StatusOnly, model.ValidateOnly, model.LocationOnly} {
			result, err := scheduler.Run(scheduler.Input{CIB: cib, Now: sketch.Now, Purpose: purpose})
			if err != nil || result.Cluster.Graph != nil {
				t.Fatalf("purpose %d: graph %v, error %v", purpose, result.Cluster.Graph, err)
			}
		}
	})
}

// damage changes one thing somewhere: an element is lost, doubled in another
// place or renamed, an attribute is lost or gets the value of another.
func damage(t *rapid.T, cib *xml.Node) {
	var all []*xml.Node
	var visit func(*xml.Node)
	visit = func(n *xml.Node) {
		all = append(all, n)
		for e := range n.Elements() {
			visit(e)
		}
	}
	visit(cib)
	pick := func(label string) *xml.Node { return rapid.SampledFrom(all).Draw(t, label) }
	victim, other := pick("victim"), pick("other")
	switch rapid.IntRange(0, 5).Draw(t, "damage") {
	case 0:
		if n := len(victim.Children); n > 0 {
			i := rapid.IntRange(0, n-1).Draw(t, "child")
			victim.Children = slices.Delete(victim.Children, i, i+1)
		}
	case 1:
		if n := len(victim.Attrs); n > 0 {
			i := rapid.IntRange(0, n-1).Draw(t, "attribute")
			victim.Attrs = slices.Delete(victim.Attrs, i, i+1)
		}
	case 2:
		if len(victim.Attrs) > 0 && len(other.Attrs) > 0 {
			victim.Attrs[len(victim.Attrs)-1].Value = rapid.SampledFrom(other.Attrs).Draw(t, "value").Value
		}
	case 3:
		if len(victim.Attrs) > 0 {
			i := rapid.IntRange(0, len(victim.Attrs)-1).Draw(t, "attribute")
			victim.Attrs[i].Value = rapid.SampledFrom([]string{"", "-1", "0", "true", "INFINITY", "9999999999", "Promoted", "#uname"}).Draw(t, "odd")
		}
	case 4:
		if victim != cib {
			victim.Name = other.Name
		}
	case 5:
		victim.Add(other.Clone())
	}
}
