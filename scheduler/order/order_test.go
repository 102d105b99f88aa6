package order_test

import (
	"slices"
	"strings"
	"testing"

	"holdfast/cib/xml"
	"holdfast/scheduler"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
	"holdfast/scheduler/order"
)

// TestTranscripts shows, for each case in testdata, which actions are to be done
// and after which others, and which cannot be done and why.
func TestTranscripts(t *testing.T) {
	sketch.Transcripts(t, func(cib *xml.Node) string { return settled(ordered(cib)) })
}

// ordered is the state after the stage.
func ordered(cib *xml.Node) *model.Cluster {
	c := model.New(cib, sketch.Now)
	scheduler.Through(c, "order")
	return c
}

// settled lists the actions that are wanted with the wanted ones they wait for,
// and those that are required but impossible with the reason.
func settled(c *model.Cluster) string {
	var lines []string
	for _, a := range c.Actions {
		if order.Wanted(c, a) {
			lines = append(lines, strings.TrimSpace(name(a)+" "+after(c, a)))
		} else if !a.Is(model.Optional) && !a.Is(model.Runnable) {
			lines = append(lines, strings.TrimSpace(name(a)+" cannot be done "+because(a)))
		}
	}
	slices.Sort(lines)
	if len(lines) == 0 {
		return "nothing\n"
	}
	return strings.Join(lines, "\n") + "\n"
}

func name(a *model.Action) string {
	what := strings.TrimSuffix(a.Key, "_0")
	if a.Node == nil || a.Task == model.TaskFence || a.Task == model.TaskShutdown {
		return what
	}
	return what + "@" + a.Node.Name
}

func after(c *model.Cluster, a *model.Action) string {
	var inputs []string
	for _, r := range a.Before {
		if order.WantedInput(c, a, r) && order.Wanted(c, r.Action) {
			inputs = append(inputs, name(r.Action))
		}
	}
	if len(inputs) == 0 {
		return ""
	}
	slices.Sort(inputs)
	return "after " + strings.Join(slices.Compact(inputs), ", ")
}

func because(a *model.Action) string {
	if a.Reason == "" {
		return ""
	}
	return "(" + a.Reason + ")"
}
