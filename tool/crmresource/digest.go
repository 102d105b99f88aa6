package crmresource

import (
	"slices"
	"strconv"
	"strings"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/action"
	"holdfast/scheduler/hashorder"
	"holdfast/scheduler/history"
	"holdfast/scheduler/model"
	"holdfast/tool"
)

// digests shows the digests of the parameters with which the resource would be
// operated on the node now.
func (j *job) digests() error {
	if j.rsc.Variant != model.Primitive {
		return tool.Fail(crm.ExitUnimplemented, "")
	}
	d := digestList{rsc: j.rsc.ID, node: j.on.Name, task: crm.TaskStart}
	entry := j.tellingEntry()
	if entry != nil {
		d.task, d.interval = entry.Attr("operation"), history.Interval(entry)
	}
	var overrides model.Vars
	for name, value := range j.overrides {
		overrides.Set(name, value)
	}
	if ms, err := strconv.ParseUint(overrides.Get("CRM_meta_interval"), 10, 32); err == nil {
		d.interval = uint32(ms)
	}
	d.sums = action.DigestsOf(j.cluster, j.rsc, d.task, d.interval, j.on, entry, overrides.Sorted(), true)
	j.Out.Show(d)
	return nil
}

// tellingEntry is the entry of the history that says most about the parameters
// in use: of the operation that brought the resource into its state, if that is
// known, and the newest of several.
func (j *job) tellingEntry() *xml.Node {
	var best *xml.Node
	for _, e := range j.on.History {
		if e.XML.ID() != j.rsc.ID {
			continue
		}
		for op := range e.XML.All("lrm_rsc_op") {
			if best == nil || moreTelling(op, best) {
				best = op
			}
		}
	}
	return best
}

func moreTelling(op, best *xml.Node) bool {
	switch {
	case effective(best) && !effective(op):
		return false
	case !effective(best) && history.Interval(best) != 0 && !effective(op) && history.Interval(op) == 0:
		return false
	case !isFailure(best) && isFailure(op):
		return false
	case best.Attr("op-restart-digest") != "" && op.Attr("op-restart-digest") == "":
		return false
	}
	return history.CompareOperations(best, op) <= 0
}

// effective tells whether an operation puts the resource into a state.
func effective(op *xml.Node) bool {
	return history.Interval(op) == 0 && slices.Contains(
		[]string{crm.TaskMonitor, crm.TaskStart, crm.TaskPromote, crm.TaskMigrateFrom}, op.Attr("operation"))
}

func isFailure(op *xml.Node) bool { return strings.HasSuffix(op.ID(), "_last_failure_0") }

// digestList is the digests of an operation as shown.
type digestList struct {
	rsc, node, task string
	interval        uint32
	sums            *model.Digest
}

// each calls do for every digest that there is.
func (d digestList) each(do func(kind, words, sum string, params model.Vars)) {
	do("all", "all parameters", d.sums.All, d.sums.ParamsAll)
	if d.sums.HaveSecure {
		do("nonprivate", "non-private parameters", d.sums.Secure, d.sums.ParamsSecure)
	}
	if d.sums.HaveRestart {
		do("nonreloadable", "non-reloadable parameters", d.sums.Restart, d.sums.ParamsRestart)
	}
}

func (d digestList) Text(l *output.Lines) {
	d.each(func(_, words, sum string, _ model.Vars) { l.Line(sum + " (" + words + ")") })
}

func (d digestList) XML(t *output.Tree) {
	t.Open("digests", "resource", d.rsc, "node", d.node, "task", d.task, "interval", strconv.Itoa(int(d.interval))+"ms")
	d.each(func(kind, _, sum string, params model.Vars) {
		t.Open("digest", "type", kind, "hash", sum)
		t.Add(parameters(params))
		t.Close()
	})
	t.Close()
}

// parameters lists parameters as the field's tool does: in the order of a hash
// table, with the timeout added at the end.
func parameters(params model.Vars) *xml.Node {
	names := make([]string, len(params))
	for i, v := range params {
		names[i] = v.Name
	}
	n, timeout := xml.New("parameters"), ""
	for _, i := range hashorder.Of(names) {
		if names[i] == "CRM_meta_timeout" {
			timeout = params[i].Value
			continue
		}
		n.SetAttr(names[i], params[i].Value)
	}
	if timeout != "" {
		n.SetAttr("CRM_meta_timeout", timeout)
	}
	return n
}
