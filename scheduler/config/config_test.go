package config_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"holdfast/cib/xml"
	"holdfast/scheduler/config"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
)

// TestTranscripts shows, for each case in testdata, the resources that a
// configuration makes, with what follows from their meta-attributes.
func TestTranscripts(t *testing.T) {
	sketch.Transcripts(t, tell)
}

func read(cib *xml.Node) *model.Cluster {
	c := model.New(cib, sketch.Now)
	config.Read(c, cib)
	return c
}

func tell(cib *xml.Node) string {
	c := read(cib)
	var b strings.Builder
	for _, n := range c.Nodes {
		if n.IsRemote() || n.IsGuest() {
			fmt.Fprintf(&b, "node %s by %s\n", n.Name, n.Remote.ID)
		}
	}
	for _, r := range c.Resources {
		resource(&b, c, r, "")
	}
	for _, n := range c.Notices {
		if !strings.HasPrefix(n.Text, "Blind faith") { // as every sketch without fencing would say
			fmt.Fprintf(&b, "! %s\n", n.Text)
		}
	}
	return b.String()
}

// resource writes a resource and below it its parts.
func resource(b *strings.Builder, c *model.Cluster, r *model.Resource, indent string) {
	fmt.Fprintf(b, "%s%s %s%s\n", indent, r.Variant, r.ID, traits(c, r))
	for _, child := range r.Children {
		resource(b, c, child, indent+"  ")
	}
}

// traits are what sets a resource apart from one without any settings.
func traits(c *model.Cluster, r *model.Resource) string {
	var list []string
	add := func(found bool, text string) {
		if found {
			list = append(list, text)
		}
	}
	add(r.Class == "stonith", "device")
	add(r.Priority != 0, fmt.Sprint("priority ", r.Priority))
	add(r.Stickiness != 0, fmt.Sprint("stickiness ", r.Stickiness))
	add(r.Threshold != 1000000, fmt.Sprint("threshold ", r.Threshold))
	add(r.FailureTimeout != 0, "failures for "+r.FailureTimeout.String())
	add(!r.Is(model.Managed), "unmanaged")
	add(r.Is(model.MaintenanceMode), "in maintenance")
	add(!r.Is(model.Critical), "not critical")
	add(r.Is(model.Promotable), "promotable")
	add(r.Is(model.Notify), "notified")
	add(r.Is(model.Unique) && r.Parent != nil, "unique")
	add(r.Is(model.Migratable), "can migrate")
	add(r.Is(model.NeedsFencing), "needs fencing")
	add(!r.Is(model.NeedsQuorum), "needs no quorum")
	if role, set := config.TargetRole(c, r); set {
		list = append(list, "to be "+role.String())
	}
	for _, v := range config.Params(c, r, nil) {
		list = append(list, v.Name+"="+v.Value)
	}
	if len(list) == 0 {
		return ""
	}
	return ": " + strings.Join(list, ", ")
}

// Parameters may depend on the node where a resource is to run.
func TestParamsByNode(t *testing.T) {
	cib, err := sketch.CIB(`
nodes n1 n2
<primitive id="a" class="ocf" provider="pacemaker" type="Dummy"><instance_attributes id="p1" score="10"><rule id="r" boolean-op="and"><expression id="e" attribute="#uname" operation="eq" value="n1"/></rule><nvpair id="v1" name="place" value="first"/></instance_attributes><instance_attributes id="p2"><nvpair id="v2" name="place" value="any"/><nvpair id="v3" name="more" value="yes"/></instance_attributes></primitive>
`)
	if err != nil {
		t.Fatal(err)
	}
	c := read(cib)
	a := c.ResourceWithID("a")
	for _, n := range []*model.Node{c.NodeNamed("n1"), c.NodeNamed("n2"), nil} {
		want, name := "any", "no node"
		if n != nil {
			name = n.Name
		}
		if name == "n1" {
			want = "first"
		}
		params := config.Params(c, a, n)
		if params.Get("place") != want || params.Get("more") != "yes" {
			t.Errorf("on %s: %v", name, params)
		}
	}
}

// Whatever numbers a configuration gives, reading it ends.
func TestAbsurdNumbers(t *testing.T) {
	for _, text := range []string{
		"nodes n1\nprimitive a\nclone c: a clone-max=99999999999",
		"nodes n1\nprimitive a\nclone c: a clone-max=-5 clone-node-max=99999999",
		`<bundle id="b"><docker image="i" replicas="999999999" replicas-per-host="-1"/></bundle>`,
	} {
		cib, err := sketch.CIB(text)
		if err != nil {
			t.Fatal(err)
		}
		if c := read(cib); c.ResourceCount() > 100_000 {
			t.Errorf("%d resources from %s", c.ResourceCount(), text)
		}
	}
}

// Every option that the scheduler knows takes effect.
func TestOptions(t *testing.T) {
	for _, test := range []struct {
		option string
		shows  func(*model.Cluster) bool
	}{
		{"stonith-enabled=true", func(c *model.Cluster) bool { return c.Options.FencingEnabled }},
		{"fencing-enabled=true", func(c *model.Cluster) bool { return c.Options.FencingEnabled }},
		{"symmetric-cluster=false", func(c *model.Cluster) bool { return !c.Options.Symmetric }},
		{"stop-all-resources=true", func(c *model.Cluster) bool { return c.Options.StopAll }},
		{"maintenance-mode=yes", func(c *model.Cluster) bool { return c.Options.Maintenance }},
		{"batch-limit=30", func(c *model.Cluster) bool { return c.Options.BatchLimit == "30" }},
	} {
		cib, err := sketch.CIB("nodes n1\noption stonith-enabled=false\noption " + test.option)
		if err != nil {
			t.Fatal(err)
		}
		plain, err := sketch.CIB("nodes n1")
		if err != nil {
			t.Fatal(err)
		}
		if !test.shows(read(cib)) || test.shows(read(plain)) {
			t.Errorf("%s has no effect", test.option)
		}
	}
}

// A limit that is no number is none.
func TestBatchLimitIsANumber(t *testing.T) {
	for text, want := range map[string]string{"5": "5", "-1": "-1", "1.5": "1.5", "10s": "10s", "TRUE": "0", "garbage": "0"} {
		cib, err := sketch.CIB("nodes n1\noption batch-limit=" + text)
		if err != nil {
			t.Fatal(err)
		}
		if got := read(cib).Options.BatchLimit; got != want {
			t.Errorf("batch-limit=%s: got %s, want %s", text, got, want)
		}
	}
}

// A number may stand behind a space or a sign, and before anything.
func TestCount(t *testing.T) {
	for text, want := range map[string]int{"5": 5, " 5": 5, "+5": 5, "007": 7, "1.5": 1, "5 of them": 5, "": 0, "-1": 0, "many": 0, "99999999999": 1<<31 - 1} {
		if got := config.Count(text); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}

func TestEveryResourceIsInTheIndex(t *testing.T) {
	cib, err := sketch.CIB("nodes n1 n2\nprimitive a\nprimitive b\nprimitive c\ngroup g: a b\nclone k: g")
	if err != nil {
		t.Fatal(err)
	}
	c := read(cib)
	var ids []string
	for i, r := range c.All {
		if int(r.Ix) != i || c.ResourceWithID(r.ID) != r {
			t.Errorf("%s is number %d, at place %d", r.ID, r.Ix, i)
		}
		ids = append(ids, r.ID)
	}
	slices.Sort(ids)
	if len(slices.Compact(ids)) != len(c.All) {
		t.Errorf("ids are given twice: %v", ids)
	}
}
