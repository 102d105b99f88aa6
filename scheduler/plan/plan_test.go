package plan_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"holdfast/cib/xml"
	"holdfast/scheduler"
	"holdfast/scheduler/internal/sketch"
	"holdfast/scheduler/model"
)

// TestTranscripts shows, for each case in testdata, which actions are planned for
// what the resources are and shall be, before orderings have a say.
func TestTranscripts(t *testing.T) {
	sketch.Transcripts(t, func(cib *xml.Node) string { return actions(planned(cib)) })
}

// planned is the state after the stage.
func planned(cib *xml.Node) *model.Cluster {
	c := model.New(cib, sketch.Now)
	scheduler.Through(c, "fencing")
	return c
}

// actions lists what is planned, sorted, an action a line, with what sets it
// apart: that it need not be done, cannot be done, or is done by nobody.
func actions(c *model.Cluster) string {
	var lines []string
	for _, a := range c.Actions {
		line := strings.TrimSuffix(a.Key, "_0")
		if a.Task == "cancel" {
			line += " cancelled"
		}
		if a.Node != nil {
			line += " on " + a.Node.Name
		}
		for _, word := range []struct {
			holds bool
			text  string
		}{
			{a.Is(model.Pseudo), "pseudo"},
			{a.Is(model.Optional), "optional"},
			{!a.Is(model.Runnable), "not possible"},
			{a.Is(model.MigratableStep), "part of a migration"},
			{a.Meta.Has("op_target_rc"), "expects " + a.Meta.Get("op_target_rc")},
		} {
			if word.holds {
				line += ", " + word.text
			}
		}
		lines = append(lines, line)
	}
	slices.Sort(lines)
	if len(lines) == 0 {
		return "nothing\n"
	}
	return fmt.Sprintln(strings.Join(lines, "\n"))
}
