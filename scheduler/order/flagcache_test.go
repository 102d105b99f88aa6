package order

import (
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"holdfast/scheduler/action"
	"holdfast/scheduler/config"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
)

// What is remembered of a clone's actions is what looking at every instance
// gives, however their actions change in between.
func TestRememberedFlagsHold(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := cloned(t)
		clone := c.Resources[0]
		tasks := []string{"start", "stop", "promote", "demote"}
		var actions []*model.Action
		for _, task := range tasks {
			actions = append(actions, action.Pseudo(c, clone, task, true, true))
		}
		cache := newFlagCache()
		for range rapid.IntRange(1, 30).Draw(t, "changes") {
			change(t, c, clone, tasks)
			a := rapid.SampledFrom(actions).Draw(t, "asked")
			var n *model.Node
			if rapid.Bool().Draw(t, "on a node") {
				n = rapid.SampledFrom(c.Nodes).Draw(t, "node")
			}
			got := cache.flagsFor(a, n)
			want := Flags(a, nil)
			if n != nil {
				want = Flags(a, n) | want&model.Runnable
			}
			if got != want {
				t.Fatalf("%s on %v: remembered %b, found %b", a.Key, n, got, want)
			}
		}
	})
}

// cloned is a cluster with a clone of a primitive or of a group.
func cloned(t *rapid.T) *model.Cluster {
	nodes := rapid.IntRange(1, 4).Draw(t, "nodes")
	var text strings.Builder
	text.WriteString("nodes")
	for i := range nodes {
		fmt.Fprintf(&text, " n%d", i+1)
	}
	text.WriteString("\nprimitive a\nprimitive b\n")
	what := "a"
	if rapid.Bool().Draw(t, "of a group") {
		text.WriteString("group g: a b\n")
		what = "g"
	}
	text.WriteString("clone c: " + what + " promotable=true\n")
	cib, err := sketch.CIB(text.String())
	if err != nil {
		t.Fatal(err)
	}
	c := model.New(cib, sketch.Now)
	config.Read(c, cib)
	for i, r := range c.Resources {
		if r.Variant == model.Clone {
			c.Resources[0], c.Resources[i] = r, c.Resources[0]
		}
	}
	return c
}

// change plans an action of an instance or member, or changes what holds of one.
func change(t *rapid.T, c *model.Cluster, clone *model.Resource, tasks []string) {
	r := rapid.SampledFrom(clone.Children).Draw(t, "instance")
	if len(r.Children) > 0 && rapid.Bool().Draw(t, "of a member") {
		r = rapid.SampledFrom(r.Children).Draw(t, "member")
	}
	var n *model.Node
	if r.Variant == model.Primitive && rapid.IntRange(0, 3).Draw(t, "placed") > 0 {
		n = rapid.SampledFrom(c.Nodes).Draw(t, "where")
	}
	a := action.New(c, r, rapid.SampledFrom(tasks).Draw(t, "task"), 0, n, rapid.Bool().Draw(t, "optional"))
	flag := rapid.SampledFrom([]model.ActionFlags{model.Optional, model.Runnable}).Draw(t, "flag")
	if rapid.Bool().Draw(t, "set") {
		a.Set(flag)
	} else {
		a.Clear(flag)
	}
}
