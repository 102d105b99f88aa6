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
	want: `
a is started on n1 and stays there.
Why n1 (score 50):
  +50 stickiness
  it is there already, and no node has a better score
Why not n2 (score 20):
  +20 location (likes-n2)`,
}, {
	name: "a ban moves a resource",
	cluster: `
nodes n1 n2 n3-standby
primitive a on n1
<rsc_location id="ban" rsc="a" node="n1" score="-INFINITY"/>`,
	subject: "a",
	want: `
a moves from n1 and will be started on n2.
Why not n1 (score -INFINITY):
  -INFINITY location (ban)
Why n2 (score 0):
  it is the only node that can run it
Why not n3 (score 0):
  the node is in standby
What would change this:
  without ban: started on n1`,
}, {
	name: "why not on one node",
	cluster: `
nodes n1 n2-standby
primitive a on n1
<rsc_location id="likes-n2" rsc="a" node="n2" score="20"/>`,
	subject: "a", on: "n2",
	want: `
a is started on n1 and stays there.
Why n1 (score 0):
  it is the only node that can run it
Why not n2 (score 20):
  the node is in standby
  +20 location (likes-n2)
What would change this:
  with n2 out of standby: started on n2`,
}, {
	name: "told to stop",
	cluster: `
nodes n1
primitive a target-role=Stopped on n1`,
	subject: "a",
	want: `
a is active on n1 and will be stopped.
  because it shall be stopped: target-role
  because of its stop: node availability
Why not n1 (score -INFINITY):
  for the reasons above
What would change this:
  with target-role=Started for a: started on n1`,
}, {
	name: "too many failures",
	cluster: `
nodes n1 n2-offline
primitive a migration-threshold=2
fail a n1 3`,
	subject: "a",
	want: `
a is stopped and stays stopped.
  because its role was decided: Stopped: node availability
Why not n1 (score -INFINITY):
  -INFINITY failed as often as migration-threshold allows
Why not n2 (score 0):
  the node is offline
What would change this:
  with the failures of a on n1 cleaned up: started on n1`,
}, {
	name: "held up by what comes first",
	cluster: `
nodes n1
primitive a target-role=Stopped
primitive b
<rsc_order id="a-then-b" first="a" then="b"/>`,
	subject: "b",
	want: `
b is stopped: it would run on n1, but cannot start.
  because of its start: unrunnable a start
Why n1 (score 0):
  it is the only node that can run it
What would change this:
  without a-then-b: started on n1`,
}, {
	name: "a node that is lost",
	cluster: `
nodes n1-unclean n2
device f
primitive a on n1`,
	subject: "n1",
	want: `
n1 will be fenced.
  because peer is no longer part of the cluster`,
}, {
	name: "a node that is lost without quorum",
	cluster: `
nodes n1-unclean n2
device f
option have-quorum=0
primitive a on n1`,
	subject: "n1",
	want: `
n1 must be fenced, and cannot be.
  because peer is no longer part of the cluster
  because the cluster has no quorum
What would change this:
  with quorum: fenced`,
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
