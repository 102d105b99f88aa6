package action_test

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/action"
	"holdfast/scheduler/config"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
)

func read(t *testing.T, text string) *model.Cluster {
	t.Helper()
	cib, err := sketch.CIB(text)
	if err != nil {
		t.Fatal(err)
	}
	return readCIB(cib)
}

func readCIB(cib *xml.Node) *model.Cluster {
	c := model.New(cib, sketch.Now)
	config.Read(c, cib)
	return c
}

// TestOperations shows what the operations of resources amount to.
func TestOperations(t *testing.T) {
	sketch.Transcript(t, "testdata/operations.txt", func(cib *xml.Node) string {
		c := readCIB(cib)
		var b strings.Builder
		for _, r := range c.All {
			for _, task := range []struct {
				name string
				ms   uint32
			}{{"start", 0}, {"stop", 0}, {"monitor", 0}, {"monitor", 10000}, {"promote", 0}} {
				op := action.FindOp(r, task.name, task.ms, false)
				if op == nil && (task.ms != 0 || task.name == "promote") {
					continue
				}
				fmt.Fprintf(&b, "%s:", r.Key(task.name, task.ms))
				for _, v := range action.Meta(c, r, nil, task.name, task.ms, op).Sorted() {
					if v.Name != "name" {
						fmt.Fprintf(&b, " %s=%s", v.Name, v.Value)
					}
				}
				b.WriteByte('\n')
			}
		}
		for _, n := range c.Notices {
			if !strings.HasPrefix(n.Text, "Blind faith") {
				fmt.Fprintf(&b, "! %s\n", n.Text)
			}
		}
		return b.String()
	})
}

// What a failure leads to, with and without fencing.
func TestOnFail(t *testing.T) {
	const plain, fencing = "nodes n1\nprimitive a", "nodes n1\ndevice f\nprimitive a"
	for _, test := range []struct {
		sketch, task string
		ms           uint32
		value        string
		want         model.OnFail
	}{
		{plain, "monitor", 10000, "", model.OnFailRestart},
		{plain, "start", 0, "", model.OnFailRestart},
		{plain, "stop", 0, "", model.OnFailBlock},
		{fencing, "stop", 0, "", model.OnFailFence},
		{plain, "stop", 0, "fence", model.OnFailStop},
		{fencing, "monitor", 10000, "fence", model.OnFailFence},
		{plain, "monitor", 10000, "Standby", model.OnFailStandby},
		{plain, "monitor", 10000, "nothing", model.OnFailIgnore},
		{plain, "monitor", 10000, "migrate", model.OnFailBan},
		{plain, "monitor", 10000, "restart-container", model.OnFailRestart}, // there is no container
		{plain, "monitor", 10000, "whatever", model.OnFailRestart},
	} {
		c := read(t, test.sketch)
		a := c.ResourceWithID("a")
		if got := action.ParseOnFail(c, a, test.task, test.ms, test.value); got != test.want {
			t.Errorf("%s of %q: %d, want %d", test.task, test.value, got, test.want)
		}
	}
}

func TestRoleAfterFailure(t *testing.T) {
	a := read(t, "nodes n1\nprimitive a").ResourceWithID("a")
	for _, test := range []struct {
		task   string
		onFail model.OnFail
		want   crm.Role
	}{
		{"monitor", model.OnFailRestart, crm.RoleStarted},
		{"monitor", model.OnFailStop, crm.RoleStopped},
		{"promote", model.OnFailRestart, crm.RoleUnpromoted},
		{"start", model.OnFailResetRemote, crm.RoleStarted},
	} {
		if got := action.RoleAfterFailure(a, test.task, test.onFail); got != test.want {
			t.Errorf("%s with %d: %s, want %s", test.task, test.onFail, got, test.want)
		}
	}
}

const parameters = `nodes n1 n2
<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"><instance_attributes id="i"><nvpair id="i1" name="fake" value="1"/><nvpair id="i2" name="passwd" value="secret"/></instance_attributes><operations><op id="o" name="monitor" interval="10s" timeout="5s"/></operations></primitive>
`

func TestDigests(t *testing.T) {
	c := read(t, parameters)
	a, n := c.ResourceWithID("a"), c.NodeNamed("n1")
	entry := func(pairs ...string) *xml.Node { return xml.New("lrm_rsc_op", pairs...) }
	all := action.DigestsOf(c, a, "start", 0, n, nil, nil, true)
	if all.Restart != "" || all.ParamsSecure.Has("passwd") || all.All == all.Secure {
		t.Errorf("%+v", all)
	}
	monitor := action.DigestsOf(c, a, "monitor", 10000, n, nil, nil, false)
	if monitor.ParamsAll.Get("CRM_meta_timeout") != "5000" || monitor.All == all.All {
		t.Errorf("the timeout of a recurring operation must count: %v", monitor.ParamsAll)
	}
	changed := action.DigestsOf(c, a, "start", 0, n, nil, model.Vars{{Name: "fake", Value: "2"}}, false)
	if changed.All == all.All {
		t.Error("an override changes nothing")
	}
	restart := action.DigestsOf(c, a, "start", 0, n, entry("op-force-restart", " fake ", "op-restart-digest", "x"), nil, false)
	if len(restart.ParamsRestart) != 1 || restart.ParamsRestart.Get("fake") != "1" {
		t.Errorf("a restart depends on %v", restart.ParamsRestart)
	}
	private := action.DigestsOf(c, a, "start", 0, n, entry("op-secure-params", " fake "), nil, true)
	if private.ParamsSecure.Has("fake") || !private.ParamsSecure.Has("passwd") {
		t.Errorf("what is private is said by the history: %v", private.ParamsSecure)
	}
}

// What a change of parameters means for an operation that was carried out.
func TestCompareDigest(t *testing.T) {
	c := read(t, parameters)
	a, n := c.ResourceWithID("a"), c.NodeNamed("n1")
	now := action.DigestsOf(c, a, "start", 0, n, nil, nil, false)
	for _, test := range []struct {
		name  string
		pairs []string
		want  model.DigestChange
	}{
		{"the same", []string{"op-digest", now.All}, model.DigestMatch},
		{"none recorded", nil, model.DigestUnknown},
		{"changed", []string{"op-digest", "0"}, model.DigestMismatch},
		{"changed where it needs a restart", []string{"op-digest", "0", "op-force-restart", " fake ", "op-restart-digest", "0"}, model.DigestRestart},
	} {
		n.Digests = nil // else the first answer is kept
		op := xml.New("lrm_rsc_op", append([]string{"operation", "start", "interval", "0"}, test.pairs...)...)
		if got := action.CompareDigest(c, a, op, n).Change; got != test.want {
			t.Errorf("%s: %d, want %d", test.name, got, test.want)
		}
	}
}

func TestActionsAreMadeOnce(t *testing.T) {
	c := read(t, "nodes n1 n2\nprimitive a")
	a, n1, n2 := c.ResourceWithID("a"), c.NodeNamed("n1"), c.NodeNamed("n2")
	start := action.New(c, a, "start", 0, n1, true)
	if again := action.New(c, a, "start", 0, n1, true); again != start {
		t.Error("the same action was made twice")
	}
	if other := action.New(c, a, "start", 0, n2, true); other == start {
		t.Error("two nodes share an action")
	}
	if !start.Is(model.Optional) {
		t.Error("an optional action is required")
	}
	action.New(c, a, "start", 0, n1, false)
	if start.Is(model.Optional) {
		t.Error("an action stays optional although it is required")
	}
	if got := action.Find(a, "start", n2); got == nil || got.Node != n2 {
		t.Errorf("found %v", got)
	}
	if action.Find(a, "stop", nil) != nil {
		t.Error("found what was not made")
	}
}

func TestOrder(t *testing.T) {
	c := read(t, "nodes n1\nprimitive a\nprimitive b")
	n := c.NodeNamed("n1")
	first := action.New(c, c.ResourceWithID("a"), "start", 0, n, false)
	then := action.New(c, c.ResourceWithID("b"), "start", 0, n, false)
	if !action.Order(first, then, model.Ordered) {
		t.Error("the first relation is refused")
	}
	if action.Order(first, then, model.Ordered) {
		t.Error("the same relation is entered twice")
	}
	if action.Order(first, then, 0) || action.Order(first, first, model.Ordered) || action.Order(nil, then, model.Ordered) {
		t.Error("a relation without meaning is entered")
	}
}
