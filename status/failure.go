package status

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/history"
	"holdfast/scheduler/model"
)

// Failures is the list of operations that failed.
func (v *View) Failures() Section {
	return Section{Item: v.failureItems, Nodes: func() []*xml.Node { return one(v.failuresXML()) }}
}

// failures lists the failed operations in the view.
func (v *View) failures() []*model.FailedOp {
	var list []*model.FailedOp
	for _, f := range v.FailedOps {
		key, ok := crm.ParseOpKey(historyKey(f.Op))
		if ok && v.OnlyNodes.HasFold(f.Node.Name) && !maskedProbe(f.Op) && v.OnlyResources.Has(key.Resource) {
			list = append(list, f)
		}
	}
	return list
}

func (v *View) failureItems() *output.Item {
	list := output.List("Failed Resource Actions")
	for _, f := range v.failures() {
		text := friendlyFailure(f)
		if v.FailedDetail {
			text = technicalFailure(f)
		}
		list.Add(&output.Item{Text: text, Class: "failed"})
	}
	return list.OrNil()
}

// friendlyFailure tells of a failure in plain words.
func friendlyFailure(f *model.FailedOp) string {
	op := f.Op
	key, ok := crm.ParseOpKey(historyKey(op))
	if !ok {
		key = crm.OpKey{Resource: "unknown resource", Task: "unknown action"}
	}
	var b strings.Builder
	b.WriteString(key.Resource + " ")
	if key.Interval != 0 {
		b.WriteString(crm.FormatInterval(key.Interval) + "-interval ")
	}
	b.WriteString(readableTask(key) + " on " + f.Node.Name)
	reason := op.Attr("exit-reason")
	if intAttr(op, "op-status") == crm.OpDone.Number() {
		b.WriteString(" returned '" + exitText(op) + "'")
		if reason != "" {
			b.WriteString(" (" + reason + ")")
		}
	} else {
		b.WriteString(" could not be executed (" + statusText(op))
		if reason != "" {
			b.WriteString(": " + reason)
		}
		b.WriteString(")")
	}
	if at, known := history.Changed(op); known {
		b.WriteString(" at " + Epoch(at))
	}
	if ms := intAttr(op, "exec-time"); ms > 0 {
		b.WriteString(" after " + crm.FormatInterval(time.Duration(ms)*time.Millisecond))
	}
	return b.String()
}

func readableTask(key crm.OpKey) string {
	if key.Task == crm.TaskMonitor && key.Interval == 0 {
		return "probe"
	}
	return key.Task
}

// statusText describes the execution status of a history entry.
func statusText(op *xml.Node) string { return crm.OpStatusOf(intAttr(op, "op-status")).String() }

// technicalFailure tells of a failure with all that the history says.
func technicalFailure(f *model.FailedOp) string {
	op := f.Op
	key, call := historyKey(op), op.Attr("call-id")
	if key == "" {
		key = "unknown operation"
	}
	if call == "" {
		call = "unknown"
	}
	s := fmt.Sprintf("%s on %s '%s' (%d): call=%s, status='%s'",
		key, f.Node.Name, exitText(op), intAttr(op, "rc-code"), call, statusText(op))
	if reason := op.Attr("exit-reason"); reason != "" {
		s += ", exitreason='" + reason + "'"
	}
	if at, known := history.Changed(op); known {
		s += ", last-rc-change='" + Epoch(at) + "'"
	}
	if value := op.Attr("queue-time"); value != "" {
		s += ", queued=" + value + "ms"
	}
	if value := op.Attr("exec-time"); value != "" {
		s += ", exec=" + value + "ms"
	}
	return s
}

func (v *View) failuresXML() *xml.Node {
	list := v.failures()
	if len(list) == 0 {
		return nil
	}
	n := xml.New("failures")
	for _, f := range list {
		n.Add(failureXML(f))
	}
	return n
}

// failureXML is a failure for programs. Its reason has been escaped once more than XML
// needs, which they expect.
func failureXML(f *model.FailedOp) *xml.Node {
	op := f.Op
	keyName, reason := "op_key", op.Attr("exit-reason")
	if op.Attr("operation_key") == "" {
		keyName = "id"
	}
	if _, ok := op.Lookup("exit-reason"); !ok {
		reason = "none"
	}
	n := xml.New("failure", keyName, historyKey(op), "node", f.Node.Name, "exitstatus", exitText(op),
		"exitreason", xml.EscapeAttr(reason), "exitcode", strconv.Itoa(intAttr(op, "rc-code")))
	if call, ok := op.Lookup("call-id"); ok {
		n.SetAttr("call", call)
	}
	n.SetAttr("status", statusText(op))
	at := historyTime(op, "last-rc-change")
	if at.IsZero() {
		return n
	}
	n.SetAttr("last-rc-change", crm.FormatDate(at.Local(), crm.ShowDateTime))
	for _, pair := range [][2]string{{"queued", "queue-time"}, {"exec", "exec-time"}} {
		if value, ok := op.Lookup(pair[1]); ok {
			n.SetAttr(pair[0], value)
		}
	}
	n.SetAttr("interval", strconv.Itoa(intAttr(op, "interval")))
	n.SetAttr("task", op.Attr("operation"))
	return n
}
