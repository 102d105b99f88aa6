package status

import (
	"slices"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
)

// FenceState says what became of a fencing action.
type FenceState uint8

// The states.
const (
	FencePending FenceState = iota
	FenceFailed
	FenceDone
)

// A FenceEvent is one fencing action of the past, or one under way.
type FenceEvent struct {
	Action, Target string
	Client, Origin string // who asked for it, and where
	Delegate       string // the node that carried it out, "" if unknown
	Reason         string // why it failed
	State          FenceState
	Completed      time.Time
}

// Reduce leaves of the events, which are in the order newest first, the newest
// of each kind: by target and action, and for failures also by who acted.
func Reduce(events []FenceEvent) []FenceEvent {
	var kept []FenceEvent
	for _, e := range events {
		newer := func(n FenceEvent) bool {
			return strings.EqualFold(n.Target, e.Target) && n.Action == e.Action && n.State == e.State &&
				(e.State == FenceDone || strings.EqualFold(n.Delegate, e.Delegate))
		}
		if e.State == FencePending || !slices.ContainsFunc(kept, newer) {
			kept = append(kept, e)
		}
	}
	return kept
}

// FailedFencing is the list of fencing actions that failed. Full tells that the
// history has not been reduced to the newest of each kind.
func (v *View) FailedFencing(events []FenceEvent, full bool) Section {
	return v.fencing("Failed Fencing Actions", events, full, func(e FenceEvent) bool { return e.State == FenceFailed })
}

// FencingHistory is the list of fencing actions that did not fail.
func (v *View) FencingHistory(events []FenceEvent, full bool) Section {
	return v.fencing("Fencing History", events, full, func(e FenceEvent) bool { return e.State != FenceFailed })
}

// PendingFencing is the list of fencing actions that are under way.
func (v *View) PendingFencing(events []FenceEvent, full bool) Section {
	return v.fencing("Pending Fencing Actions", events, full, func(e FenceEvent) bool { return e.State == FencePending })
}

// fencing is a list of the events that are chosen. XML has all events in one
// list; AllFencing makes it.
func (v *View) fencing(title string, events []FenceEvent, full bool, choose func(FenceEvent) bool) Section {
	return Section{
		Item: func() *output.Item {
			list := output.List(title)
			for i, e := range events {
				if choose(e) && v.OnlyNodes.HasFold(e.Target) {
					list.Add(output.Line(v.FenceText(e, full, laterSuccess(e, events[:i]))))
				}
			}
			return list.OrNil()
		},
		Nodes: func() []*xml.Node { return nil },
	}
}

// AllFencing is the XML form of the whole history. It has no text.
func (v *View) AllFencing(events []FenceEvent) Section {
	return Section{
		Item: func() *output.Item { return nil },
		Nodes: func() []*xml.Node {
			list := xml.New("fence_history")
			for _, e := range events {
				if v.OnlyNodes.HasFold(e.Target) {
					list.Add(FenceXML(e))
				}
			}
			if len(list.Children) == 0 {
				return nil
			}
			return []*xml.Node{list}
		},
	}
}

// laterSuccess returns who succeeded after an event with the same action, "" if
// nobody did.
func laterSuccess(e FenceEvent, newer []FenceEvent) string {
	other := ""
	for _, n := range newer {
		if n.State != FenceDone || !strings.EqualFold(n.Target, e.Target) || n.Action != e.Action || !n.Completed.After(e.Completed) {
			continue
		}
		if e.Delegate == "" || strings.EqualFold(e.Delegate, n.Delegate) {
			return n.Delegate
		}
		if other == "" {
			other = n.Delegate
			if other == "" {
				other = "some node"
			}
		}
	}
	return other
}

// FenceText is one event on a line. Later names who succeeded after a failure.
func (v *View) FenceText(e FenceEvent, full bool, later string) string {
	completed := e.State != FencePending
	text := fenceVerb(e.Action) + " of " + e.Target
	if !v.FailedDetail {
		if completed && e.Delegate != "" {
			text += " by " + e.Delegate
		}
		text += " for " + e.Client + "@" + e.Origin
		if !full {
			text += " last"
		}
	}
	text += " " + [...]string{"pending", "failed", "successful"}[e.State]
	if e.State == FenceFailed && e.Reason != "" {
		text += " (" + e.Reason + ")"
	}
	switch {
	case v.FailedDetail:
		text += fenceDetails(e, full)
	case completed:
		text += " at " + fenceTime(e)
	}
	if e.State == FenceFailed && later != "" {
		text += " (a later attempt from " + later + " succeeded)"
	}
	return text
}

// fenceDetails are who and when in the technical form.
func fenceDetails(e FenceEvent, full bool) string {
	text := ": "
	if e.State != FencePending && e.Delegate != "" {
		text += "delegate=" + e.Delegate + ", "
	}
	text += "client=" + e.Client + ", origin=" + e.Origin
	switch {
	case e.State == FencePending:
		return text
	case full:
		text += ", completed"
	case e.State == FenceFailed:
		text += ", last-failed"
	default:
		text += ", last-successful"
	}
	return text + "='" + fenceTime(e) + "'"
}

func fenceVerb(action string) string {
	switch action {
	case "on":
		return "unfencing"
	case "off":
		return "turning off"
	case "":
		return "fencing"
	}
	return action
}

func fenceTime(e FenceEvent) string {
	return crm.FormatDate(e.Completed.Local(), crm.ShowDateTime|crm.ShowMicroseconds)
}

// FenceXML is one event for programs.
func FenceXML(e FenceEvent) *xml.Node {
	n := elem("fence_event", "action", e.Action, "target", e.Target, "client", e.Client, "origin", e.Origin,
		"status", [...]string{"pending", "failed", "success"}[e.State])
	switch e.State {
	case FenceFailed:
		if e.Reason != "" {
			n.SetAttr("exit-reason", e.Reason)
		}
	case FencePending:
		n.SetAttr("extended-status", "0")
	}
	if e.Delegate != "" {
		n.SetAttr("delegate", e.Delegate)
	}
	if e.State != FencePending {
		n.SetAttr("completed", fenceTime(e))
	}
	return n
}
