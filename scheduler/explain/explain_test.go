package explain

import (
	"strings"
	"testing"

	"holdfast/cib/xml"
	"holdfast/scheduler"
	"holdfast/scheduler/internal/sketch"
)

// Each case asks about a small cluster and shows the whole answer.
var examples = []struct {
	name, cluster, subject, on, want string
}{{
	name: "where stickiness outweighs a preference",
	cluster: `
nodes n1 n2
primitive a resource-stickiness=50 on n1
<rsc_location id="likes-n2" rsc="a" node="n2" score="20"/>`,
	subject: "a",
}, {
	name: "a ban moves a resource",
	cluster: `
nodes n1 n2 n3-standby
primitive a on n1
<rsc_location id="ban" rsc="a" node="n1" score="-INFINITY"/>`,
	subject: "a",
}, {
	name: "why not on one node",
	cluster: `
nodes n1 n2-standby
primitive a on n1
<rsc_location id="likes-n2" rsc="a" node="n2" score="20"/>`,
	subject: "a", on: "n2",
}, {
	name: "told to stop",
	cluster: `
nodes n1
primitive a target-role=Stopped on n1`,
	subject: "a",
}, {
	name: "too many failures",
	cluster: `
nodes n1 n2-offline
primitive a migration-threshold=2
fail a n1 3`,
	subject: "a",
}, {
	name: "held up by what comes first",
	cluster: `
nodes n1
primitive a target-role=Stopped
primitive b
<rsc_order id="a-then-b" first="a" then="b"/>`,
	subject: "b",
}, {
	name: "a node that is lost",
	cluster: `
nodes n1-unclean n2
device f
primitive a on n1`,
	subject: "n1",
}, {
	name: "a node that is lost without quorum",
	cluster: `
nodes n1-unclean n2
device f
option have-quorum=0
primitive a on n1`,
	subject: "n1",
}}

func TestAnswers(t *testing.T) {
	for _, e := range examples {
		t.Run(e.name, func(t *testing.T) {
			if got := ask(t, input(t, e.cluster), e.subject, e.on); strings.TrimSpace(got) != strings.TrimSpace(e.want) {
				t.Errorf("got:\n%s\nwant:%s", got, e.want)
			}
		})
	}
}

func input(t *testing.T, cluster string) scheduler.Input {
	t.Helper()
	cib, err := sketch.CIB(cluster)
	if err != nil {
		t.Fatal(err)
	}
	return scheduler.Input{CIB: cib, Now: sketch.Now}
}

func ask(t *testing.T, in scheduler.Input, subject, on string) string {
	t.Helper()
	answers, err := Subject(in, subject, on)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, a := range answers {
		b.WriteString(a.Text())
	}
	return b.String()
}

// A cause that is cited as what would change the outcome, taken out of the input
// by hand, changes it.
func TestCitedCauseIsTheCause(t *testing.T) {
	for _, e := range examples {
		for _, c := range mustAsk(t, input(t, e.cluster), e.subject) {
			for _, cure := range c.Cures {
				id, cited := strings.CutPrefix(cure.What, "without ")
				if !cited {
					continue
				}
				var lines []string
				for _, line := range strings.Split(e.cluster, "\n") {
					if !strings.Contains(line, `id="`+id+`"`) {
						lines = append(lines, line)
					}
				}
				after := mustAsk(t, input(t, strings.Join(lines, "\n")), e.subject)[0]
				if after.Says == c.Says {
					t.Errorf("%s: without %s still %s", e.name, id, after.Says)
				}
			}
		}
	}
}

func mustAsk(t *testing.T, in scheduler.Input, subject string) []Answer {
	t.Helper()
	answers, err := Subject(in, subject, "")
	if err != nil {
		t.Fatal(err)
	}
	return answers
}

// Asking changes nothing in the CIB that was asked about.
func TestAskingLeavesTheInput(t *testing.T) {
	for _, e := range examples {
		in := input(t, e.cluster)
		before := string(xml.AppendCompact(nil, in.CIB))
		ask(t, in, e.subject, e.on)
		if after := string(xml.AppendCompact(nil, in.CIB)); after != before {
			t.Errorf("%s: the CIB has changed", e.name)
		}
	}
}
