package crmsimulate

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"holdfast/cib/digest"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// What the simulation writes as the source of its changes; fencing is a source of
// its own.
const (
	origin = "crm_simulate"
	fencer = "simulate_fencing_action"
)

// An outcome is how an operation ended on paper.
type outcome struct {
	resource string // the name under which it is recorded
	task     string
	interval time.Duration
	node     string
	code     int
	reason   string // of a code that was not expected
	expected int
	carried  *xml.Node // the attributes of the action; nil for invented operations
	at       time.Time
}

// record writes the outcome into a resource's history.
func (o *outcome) record(resource *xml.Node, call int) {
	for _, id := range o.entries() {
		entry := entryWithID(resource, id)
		o.fill(entry, id, call)
	}
}

// nextCall is a call id higher than any in the history.
func nextCall(resource *xml.Node) int {
	last := 0
	for op := range resource.Elements() {
		n, _ := strconv.Atoi(op.Attr("call-id"))
		last = max(last, n)
	}
	return last + 1
}

// entryAttrs is how many attributes an entry usually has. There may be hundreds of
// thousands of entries.
const entryAttrs = 17

func entryWithID(resource *xml.Node, id string) *xml.Node {
	for op := range resource.All("lrm_rsc_op") {
		if op.ID() == id {
			return op
		}
	}
	op := &xml.Node{Name: "lrm_rsc_op", Attrs: append(make([]xml.Attr, 0, entryAttrs), xml.Attr{Name: "id", Value: id})}
	resource.Add(op)
	return op
}

// recorded is the task as it is recorded: a reload counts as a start.
func (o *outcome) recorded() string {
	if o.task == crm.TaskReload || o.task == crm.TaskReloadAgent {
		return crm.TaskStart
	}
	return o.task
}

func (o *outcome) key(task string, interval time.Duration) string {
	return crm.OpKey{Resource: o.resource, Task: task, Interval: interval}.String()
}

// entries are the ids of the history entries that the outcome takes.
func (o *outcome) entries() []string {
	switch {
	case o.task == crm.TaskNotify:
		return []string{crm.NotifyKey(o.resource, o.carried.Attr("CRM_meta_notify_type"), o.carried.Attr("CRM_meta_notify_operation"))}
	case o.task == crm.TaskMigrateTo || o.task == crm.TaskMigrateFrom:
		return []string{o.key(o.task, o.interval)}
	case o.code != o.expected && o.interval == 0:
		return []string{o.key("last_failure", 0), o.key("last", 0)}
	case o.code != o.expected:
		return []string{o.key("last_failure", 0)}
	case o.interval > 0:
		return []string{o.key(o.recorded(), o.interval)}
	}
	return []string{o.key("last", 0)}
}

// fill writes the attributes of one entry.
func (o *outcome) fill(op *xml.Node, id string, call int) {
	code, reason := o.code, ""
	if o.task == crm.TaskNotify {
		code = int(crm.ExitOK)
	} else if code != o.expected {
		reason = o.reason
	}
	magic := fmt.Sprintf("0:%d;%d:-1:%d:xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx", code, call, o.expected)
	_, key, _ := strings.Cut(magic, ";") // shares its memory
	at := strconv.FormatInt(o.at.Unix(), 10)
	for _, pair := range [][2]string{
		{"id", id}, {"operation_key", o.key(o.recorded(), o.interval)}, {"operation", o.recorded()},
		{"crm-debug-origin", origin}, {"crm_feature_set", crm.FeatureSet}, {"transition-key", key},
		{"transition-magic", magic}, {"exit-reason", reason}, {"on_node", o.node},
		{"call-id", strconv.Itoa(call)}, {"rc-code", strconv.Itoa(code)}, {"op-status", "0"},
		{"interval", strconv.FormatInt(o.interval.Milliseconds(), 10)},
		{"last-rc-change", at}, {"exec-time", "0"}, {"queue-time", "0"},
	} {
		op.SetAttr(pair[0], pair[1])
	}
	if o.task == crm.TaskMigrateTo || o.task == crm.TaskMigrateFrom {
		op.SetAttr("migrate_source", o.carried.Attr("CRM_meta_migrate_source"))
		op.SetAttr("migrate_target", o.carried.Attr("CRM_meta_migrate_target"))
	}
	if o.carried != nil {
		op.SetAttr("op-digest", o.digest())
	}
}

// digest is the digest of the operation's parameters. The timeout counts for
// recurring operations.
func (o *outcome) digest() string {
	params := &xml.Node{Name: "parameters", Attrs: make([]xml.Attr, 0, len(o.carried.Attrs))}
	for _, a := range o.carried.Attrs {
		timeout := a.Name == "CRM_meta_timeout" && o.interval > 0
		if timeout || !strings.HasPrefix(a.Name, "CRM_meta_") && !unhashed(a.Name) {
			params.Attrs = append(params.Attrs, a)
		}
	}
	for p := range o.carried.All("param") { // what cannot be the name of an attribute
		params.Attrs = append(params.Attrs, xml.Attr{Name: p.Attr("name"), Value: p.Attr("value")})
	}
	return digest.Params(params)
}

// unhashed reports whether an attribute of an action is no parameter.
func unhashed(name string) bool {
	switch name {
	case "id", "crm_feature_set", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip":
		return true
	}
	return false
}
