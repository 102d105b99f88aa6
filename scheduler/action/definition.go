package action

import (
	"math"
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/config"
	"holdfast/scheduler/model"
)

// defaultTimeout is how long an operation may take if nothing says otherwise.
const defaultTimeout = 20 * time.Second

// IsProbe tells whether a task at an interval finds out a state once.
func IsProbe(task string, interval uint32) bool { return task == crm.TaskMonitor && interval == 0 }

// OpInterval reads the interval of a configured op in milliseconds.
func OpInterval(op *xml.Node) uint32 {
	d, _ := crm.ParseInterval(op.Attr("interval"))
	return uint32(d.Milliseconds())
}

// OpEnabled tells whether a configured op is not disabled.
func OpEnabled(op *xml.Node) bool {
	enabled, ok := crm.ParseBool(op.Attr("enabled"))
	return enabled || !ok
}

// FindOp returns the configured op for a task at an interval, nil if there is
// none. Disabled ops count only if asked for. The steps of a migration may be
// configured as one op named migrate.
func FindOp(rsc *model.Resource, task string, interval uint32, disabled bool) *xml.Node {
	op := exactOp(rsc, task, interval, disabled)
	if op == nil && (task == crm.TaskMigrateTo || task == crm.TaskMigrateFrom) {
		op = exactOp(rsc, "migrate", 0, disabled)
	}
	return op
}

func exactOp(rsc *model.Resource, task string, interval uint32, disabled bool) *xml.Node {
	for _, op := range rsc.Ops {
		if op.Attr("name") == task && (disabled || OpEnabled(op)) && OpInterval(op) == interval {
			return op
		}
	}
	return nil
}

// Meta resolves the meta-attributes of an operation: those of its op, then
// op_defaults, with interval, timeout and start-delay in milliseconds and an
// on-fail that the task can have. n may be nil. They do not depend on the node,
// but for what a fence device's parameters say of its timeout; so they are shared,
// and the caller must not change them.
func Meta(c *model.Cluster, rsc *model.Resource, n *model.Node, task string, interval uint32, op *xml.Node) model.Vars {
	shared := !(rsc.Is(model.FenceDevice) && (task == crm.TaskStart || IsProbe(task, interval)))
	if shared {
		if kept, ok := rsc.OpMeta(task, interval, op); ok {
			return kept
		}
	}
	meta := resolveMeta(c, rsc, n, task, interval, op)
	if shared {
		rsc.KeepOpMeta(task, interval, op, meta)
	}
	return meta
}

func resolveMeta(c *model.Cluster, rsc *model.Resource, n *model.Node, task string, interval uint32, op *xml.Node) model.Vars {
	facts := config.Facts{
		Class: rsc.Class, Provider: rsc.Provider, Type: rsc.Type,
		Task: task, Interval: time.Duration(interval) * time.Millisecond,
	}
	var meta model.Vars
	if op != nil {
		config.Pairs(c, &meta, op, "meta_attributes", facts)
		for _, a := range op.Attrs {
			meta.Set(a.Name, a.Value)
		}
	}
	if IsProbe(task, interval) && !meta.Has("timeout") {
		if timeout, set := mostFrequentMonitor(rsc).Lookup("timeout"); set {
			meta.Set("timeout", timeout)
		}
	}
	config.Resolve(c, &meta, c.OpDefaults, facts)
	meta.Delete("id")
	if interval > 0 {
		meta.Set("interval", strconv.FormatUint(uint64(interval), 10))
	} else {
		meta.Delete("interval")
	}
	if rsc.Is(model.FenceDevice) && (task == crm.TaskStart || IsProbe(task, interval)) {
		if timeout, set := config.Params(c, rsc, n).Lookup("pcmk_monitor_timeout"); set {
			meta.Set("timeout", timeout)
		}
	}
	meta.Set("timeout", timeoutMS(meta.Get("timeout")))
	checkOnFail(c, rsc, task, op, &meta)
	startDelay(c, &meta, op, interval)
	return meta
}

// mostFrequentMonitor returns the enabled monitor that recurs most often; its
// timeout fits a probe, too. nil if there is none.
func mostFrequentMonitor(rsc *model.Resource) *xml.Node {
	var found *xml.Node
	shortest := uint32(math.MaxUint32)
	for _, op := range rsc.Ops {
		if op.Attr("name") != crm.TaskMonitor || !OpEnabled(op) {
			continue
		}
		if interval := OpInterval(op); interval > 0 && interval < shortest {
			found, shortest = op, interval
		}
	}
	return found
}

func timeoutMS(text string) string {
	d, err := crm.ParseDuration(text)
	if err != nil || d <= 0 {
		d = defaultTimeout
	}
	return milliseconds(d)
}

func milliseconds(d time.Duration) string {
	return strconv.FormatInt(min(d.Milliseconds(), math.MaxInt32), 10)
}

// startDelay turns start-delay into milliseconds, and interval-origin into a
// start-delay until the next time that the origin's rhythm comes round.
func startDelay(c *model.Cluster, meta *model.Vars, op *xml.Node, interval uint32) {
	if text, set := meta.Lookup("start-delay"); set {
		d, _ := crm.ParseDuration(text)
		meta.Set("start-delay", milliseconds(max(d, 0)))
		return
	}
	text, set := meta.Lookup("interval-origin")
	every := (int64(interval) + 500) / 1000
	if !set || every == 0 {
		return
	}
	origin, err := crm.ParseDate(text, c.Now)
	if err != nil {
		c.Note(model.Error, op.ID(), "Ignoring 'interval-origin' for operation '%s' because '%s' is not valid", op.ID(), text)
		return
	}
	delay := -((c.Now.Unix() - origin.Unix()) % every)
	if delay < 0 {
		delay += every
	}
	meta.Set("start-delay", strconv.FormatInt(delay*1000, 10))
}

// checkOnFail drops an on-fail that the task cannot have, and gives a demotion
// that of the promoted role's monitor.
func checkOnFail(c *model.Cluster, rsc *model.Resource, task string, op *xml.Node, meta *model.Vars) {
	value, set := meta.Lookup("on-fail")
	lower := strings.ToLower(value)
	switch {
	case task == crm.TaskStop && (lower == "standby" || lower == "demote" || lower == "stop"):
		c.Note(model.Error, op.ID(), "Resetting 'on-fail' for %s stop action to default value because '%s' is not allowed for stop",
			rsc.ID, value)
		meta.Delete("on-fail")
	case task == crm.TaskDemote && !set:
		if value = promotedOnFail(rsc); value != "" {
			meta.Set("on-fail", value)
		}
	case task == model.TaskLRMDelete:
		meta.Set("on-fail", "ignore")
	case lower == "demote" && !mayDemoteOnFail(op):
		c.Note(model.Error, op.ID(), "Resetting 'on-fail' for %s %s action to default value because 'demote' is not allowed for it",
			rsc.ID, op.Attr("name"))
		meta.Delete("on-fail")
	}
}

// isPromotedMonitor tells whether an op monitors promoted instances.
func isPromotedMonitor(op *xml.Node) bool {
	role, _ := crm.ParseRole(op.Attr("role"))
	return op.Attr("name") == crm.TaskMonitor && role == crm.RolePromoted && OpInterval(op) > 0
}

func mayDemoteOnFail(op *xml.Node) bool {
	return op.Attr("name") == crm.TaskPromote || isPromotedMonitor(op)
}

// promotedOnFail is the explicit on-fail of the last enabled monitor for the
// promoted role that has one fit for a demotion.
func promotedOnFail(rsc *model.Resource) string {
	found := ""
	for _, op := range rsc.Ops {
		value, set := op.Lookup("on-fail")
		if set && isPromotedMonitor(op) && OpEnabled(op) && !strings.EqualFold(value, "demote") {
			found = value
		}
	}
	return found
}
