package scheduler_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/graph"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
)

// A world is a random cluster: what is configured stays, what runs changes.
type world struct {
	nodes     []string // with a suffix for their state, as in a sketch
	options   []string
	resources []string // lines after the primitives: groups, clones, constraints
	prims     []*prim
}

// A prim is a primitive with the role it has on each node.
type prim struct {
	id, meta string
	cloned   bool
	role     map[string]crm.Role
}

func (w *world) sketch() string {
	var b strings.Builder
	fmt.Fprintln(&b, "nodes", strings.Join(w.nodes, " "))
	for _, o := range w.options {
		fmt.Fprintln(&b, "option", o)
	}
	for _, p := range w.prims {
		fmt.Fprintf(&b, "primitive %s %s", p.id, p.meta)
		for _, n := range w.names() {
			switch p.role[n] {
			case crm.RolePromoted:
				fmt.Fprintf(&b, " promoted on %s", n)
			case crm.RoleStarted, crm.RoleUnpromoted:
				fmt.Fprintf(&b, " on %s", n)
			}
		}
		fmt.Fprintln(&b)
	}
	for _, r := range w.resources {
		fmt.Fprintln(&b, r)
	}
	return b.String()
}

func (w *world) names() []string {
	var names []string
	for _, n := range w.nodes {
		name, _, _ := strings.Cut(n, "-")
		names = append(names, name)
	}
	return names
}

func (w *world) cib(t *rapid.T) *xml.Node {
	cib, err := sketch.CIB(w.sketch())
	if err != nil {
		t.Fatalf("%v in\n%s", err, w.sketch())
	}
	return cib
}

// anyWorld draws a cluster of primitives, groups and clones with constraints,
// some of it running.
func anyWorld(t *rapid.T) *world {
	w := &world{}
	for i := range rapid.IntRange(1, 4).Draw(t, "nodes") {
		w.nodes = append(w.nodes, fmt.Sprintf("n%d", i+1)+rapid.SampledFrom([]string{"", "", "", "-standby", "-offline"}).Draw(t, "state"))
	}
	if rapid.Bool().Draw(t, "sticky") {
		w.options = append(w.options, "no-quorum-policy=ignore")
	}
	var tops []string
	for i := range rapid.IntRange(1, 7).Draw(t, "primitives") {
		tops = append(tops, w.resource(t, fmt.Sprintf("r%d", i)))
	}
	for range rapid.IntRange(0, 5).Draw(t, "constraints") {
		w.constraint(t, tops)
	}
	return w
}

// resource draws a primitive, perhaps in a group or a clone, and returns the name
// that constraints use.
func (w *world) resource(t *rapid.T, id string) string {
	p := &prim{id: id, role: map[string]crm.Role{}}
	w.prims = append(w.prims, p)
	p.meta = rapid.SampledFrom([]string{"", "", "target-role=Stopped", "priority=5", "allow-migrate=true", "resource-stickiness=10"}).Draw(t, "meta")
	kind := rapid.SampledFrom([]string{"", "", "group", "clone", "clone interleave=true", "clone ordered=true"}).Draw(t, "kind")
	on := rapid.SampledFrom(append(w.online(), "")).Draw(t, "on")
	if on != "" {
		p.role[on] = crm.RoleStarted
	}
	switch {
	case kind == "":
		return id
	case kind == "group":
		second := &prim{id: id + "b", role: map[string]crm.Role{}}
		w.prims = append(w.prims, second)
		if on != "" && rapid.Bool().Draw(t, "whole") {
			second.role[on] = crm.RoleStarted
		}
		w.resources = append(w.resources, fmt.Sprintf("group g%s: %s %s", id, id, second.id))
		return "g" + id
	}
	p.cloned = true
	_, meta, _ := strings.Cut(kind, " ")
	w.resources = append(w.resources, fmt.Sprintf("clone c%s: %s %s", id, id, meta))
	return "c" + id
}

// online lists the nodes that can tell what they run.
func (w *world) online() []string {
	var list []string
	for _, n := range w.nodes {
		if name, state, _ := strings.Cut(n, "-"); state != "offline" {
			list = append(list, name)
		}
	}
	return list
}

func (w *world) constraint(t *rapid.T, tops []string) {
	one, two := rapid.SampledFrom(tops).Draw(t, "one"), rapid.SampledFrom(tops).Draw(t, "two")
	scores := []string{"INFINITY", "-INFINITY", "100"}
	if !strings.HasPrefix(one, "c") {
		// A clone that runs where it would rather not be may change instances
		// in its place: those that are stopped come first. So it is in the field.
		scores = append(scores, "-100")
	}
	line := fmt.Sprintf(`<rsc_location rsc=%q node=%q score=%q/>`, one, rapid.SampledFrom(w.names()).Draw(t, "node"),
		rapid.SampledFrom(scores).Draw(t, "score"))
	// Constraints go from later to earlier resources only: circles among them
	// are mistakes of their own.
	if slices.Index(tops, one) < slices.Index(tops, two) {
		apart := `-INFINITY`
		if strings.HasPrefix(one, "c") || strings.HasPrefix(two, "c") {
			// Being kept away from a clone that is everywhere says nothing, yet
			// moves a resource that does not stick: so it is in the field.
			apart = "100"
		}
		line = rapid.SampledFrom([]string{
			fmt.Sprintf(`<rsc_colocation rsc=%q with-rsc=%q score="INFINITY"/>`, two, one),
			fmt.Sprintf(`<rsc_colocation rsc=%q with-rsc=%q score=%q/>`, two, one, apart),
			fmt.Sprintf(`<rsc_order first=%q then=%q/>`, one, two),
			fmt.Sprintf(`<rsc_order first=%q then=%q kind="Optional"/>`, one, two),
			fmt.Sprintf(`<rsc_order first=%q then=%q kind="Serialize"/>`, one, two),
		}).Draw(t, "constraint")
	}
	w.resources = append(w.resources, line)
}

// after carries out a transition: the world that it leads to.
func (w *world) after(t *rapid.T, c *model.Cluster) *world {
	next := *w
	next.prims = nil
	byID := map[string]*prim{}
	for _, p := range w.prims {
		q := *p
		q.role = map[string]crm.Role{}
		for n, role := range p.role {
			q.role[n] = role
		}
		next.prims = append(next.prims, &q)
		byID[p.id] = &q
	}
	for _, s := range sequence(t, c.Graph) {
		a := s.Action
		if a.Resource == nil || a.Resource.Variant != model.Primitive || a.Node == nil {
			continue
		}
		base, _, _ := strings.Cut(a.Resource.ID, ":")
		switch a.Task {
		case crm.TaskStart, crm.TaskMigrateFrom, crm.TaskDemote:
			byID[base].role[a.Node.Name] = crm.RoleStarted
		case crm.TaskPromote:
			byID[base].role[a.Node.Name] = crm.RolePromoted
		case crm.TaskStop:
			delete(byID[base].role, a.Node.Name)
		}
	}
	return &next
}

func TestSameInputGivesSameBytes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cib := anyWorld(t).cib(t)
		first := xml.AppendCompact(nil, graph.XML(run(t, cib)))
		again := xml.AppendCompact(nil, graph.XML(run(t, cib)))
		if string(first) != string(again) {
			t.Fatalf("two runs differ:\n%s\n%s", first, again)
		}
	})
}

// No circle: sequence fails the test if there is one.
func TestGraphHasNoCircle(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) { sequence(t, run(t, anyWorld(t).cib(t)).Graph) })
}

// A cluster comes to rest: after a few transitions there is nothing left to do.
// One is usually enough; where others lose their place to what comes up later,
// balancing may take more.
func TestTransitionsComeToRest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyWorld(t)
		first := w.sketch()
		var c *model.Cluster
		for range 5 {
			c = run(t, w.cib(t))
			if !anythingReal(c) {
				return
			}
			w = w.after(t, c)
		}
		t.Fatalf("no rest from\n%sat last\n%s%s", first, w.sketch(), transition(t, c))
	})
}

// anythingReal tells whether an agent would be called.
func anythingReal(c *model.Cluster) bool {
	return slices.ContainsFunc(c.Graph.Synapses, func(s model.Synapse) bool { return !s.Action.Is(model.Pseudo) })
}

// At every moment of a transition what is not cloned runs at most once.
func TestNothingRunsTwice(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyWorld(t)
		running := map[string]map[*model.Node]bool{}
		c := run(t, w.cib(t))
		for _, r := range c.All {
			running[r.ID] = map[*model.Node]bool{}
			for _, n := range r.Active {
				running[r.ID][n] = true
			}
		}
		for _, s := range sequence(t, c.Graph) {
			a := s.Action
			if a.Resource == nil || a.Resource.Variant != model.Primitive || a.Node == nil {
				continue
			}
			switch a.Task {
			case crm.TaskStop:
				delete(running[a.Resource.ID], a.Node)
			case crm.TaskStart:
				running[a.Resource.ID][a.Node] = true
			}
			if len(running[a.Resource.ID]) > 1 {
				t.Fatalf("%s makes %s run twice in\n%s%s", name(a), a.Resource.ID, w.sketch(), transition(t, c))
			}
		}
	})
}

// A resource that stays stopped is of no concern to others.
func TestIrrelevantResourceChangesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := anyWorld(t)
		before := transition(t, run(t, w.cib(t)))
		w.prims = append(w.prims, &prim{id: "zz", meta: "target-role=Stopped"})
		if after := transition(t, run(t, w.cib(t))); after != before {
			t.Fatalf("with one more resource\n%sbecomes\n%sin\n%s", before, after, w.sketch())
		}
	})
}
