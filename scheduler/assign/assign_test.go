package assign_test

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/cib/xml"
	"holdfast/scheduler"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
)

// TestTranscripts shows, for each case in testdata, where resources go and with
// which scores.
func TestTranscripts(t *testing.T) {
	sketch.Transcripts(t, func(cib *xml.Node) string { return placements(assigned(cib)) })
}

// assigned is the state after the stage.
func assigned(cib *xml.Node) *model.Cluster {
	c := model.New(cib, sketch.Now)
	c.WantCauses = true
	scheduler.Through(c, "assign")
	return c
}

// placements tells of every primitive where it will be, in which role if that
// says more, and the scores that it had in the end.
func placements(c *model.Cluster) string {
	var b strings.Builder
	for _, rsc := range c.All {
		if rsc.Variant != model.Primitive {
			continue
		}
		where := "nowhere"
		if rsc.Assigned != nil {
			where = rsc.Assigned.Name
		}
		if rsc.Top(false).Is(model.Promotable) {
			where += " " + strings.ToLower(rsc.NextRole.String())
		}
		fmt.Fprintf(&b, "%s: %s  ", rsc.ID, where)
		for _, n := range c.ByName {
			if place := rsc.Allowed.At(n.Ix); place != nil {
				fmt.Fprintf(&b, " %s=%s", n.Name, place.Score)
			}
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestRunIsRepeatable holds that the same CIB gives the same scores and causes.
func TestRunIsRepeatable(t *testing.T) {
	text := `
nodes n1 n2 n3
primitive a on n1
primitive b
primitive c
clone many: c clone-max=5 clone-node-max=2 globally-unique=true
<rsc_colocation rsc="b" with-rsc="a" score="-100"/>
<rsc_location rsc="many" node="n2" score="7"/>`
	first := ""
	for range 5 {
		cib, err := sketch.CIB(text)
		if err != nil {
			t.Fatal(err)
		}
		c := assigned(cib)
		got := placements(c)
		for _, cause := range c.Causes {
			got += fmt.Sprintln(cause.Kind, cause.Source, cause.Text, cause.Score)
		}
		if first == "" {
			first = got
		}
		if got != first {
			t.Fatalf("two runs differ:\n%s\n%s", first, got)
		}
	}
}

// TestEveryBanHasACause holds that a resource that is forbidden a node by its
// configuration can be told why.
func TestEveryBanHasACause(t *testing.T) {
	cib, err := sketch.CIB(`
nodes n1 n2
primitive a on n1
primitive b
<rsc_location id="not-there" rsc="a" node="n2" score="-INFINITY"/>
<rsc_colocation id="apart" rsc="b" with-rsc="a" score="-INFINITY"/>`)
	if err != nil {
		t.Fatal(err)
	}
	c := assigned(cib)
	for _, want := range []struct{ resource, node, source string }{
		{"a", "n2", "not-there"},
		{"b", "n1", "apart"},
	} {
		found := false
		for _, cause := range c.Causes {
			found = found || cause.Resource != nil && cause.Resource.ID == want.resource &&
				cause.Node != nil && cause.Node.Name == want.node && cause.Source == want.source
		}
		if !found {
			t.Errorf("no cause says why %s may not run on %s (%s)", want.resource, want.node, want.source)
		}
	}
}
