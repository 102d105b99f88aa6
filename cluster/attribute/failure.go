package attribute

import (
	"strconv"
	"strings"

	"holdfast/cluster/wire"
	"holdfast/crm"
)

// Prefixes of the attributes that count failures: PREFIX-RESOURCE#TASK_INTERVAL
// (Pacemaker_Explained, "Resource Failure").
const (
	FailCount   = "fail-count"
	LastFailure = "last-failure"
)

// FailureName is the name of a failure attribute of one operation.
func FailureName(prefix, resource, task string, interval int64) string {
	return prefix + "-" + resource + "#" + task + "_" + strconv.FormatInt(interval, 10)
}

// clearFailures deletes the failure attributes of a resource ("" any), operation
// ("" any) and interval (-1 any).
func (t *Table) clearFailures(c *wire.Attribute, nodes []crm.NodeName) []Change {
	var changes []Change
	for _, name := range sortedKeys(t.Attributes) {
		if !isFailure(name, c.Resource, c.Operation, c.Interval) {
			continue
		}
		a := t.Attributes[name]
		for _, node := range nodes {
			a.put(node, &wire.Attribute{Task: "delete"})
		}
		changes = append(changes, t.settle(a, true))
	}
	return changes
}

func isFailure(name, resource, task string, interval int64) bool {
	rest, ok := strings.CutPrefix(name, FailCount+"-")
	if !ok {
		rest, ok = strings.CutPrefix(name, LastFailure+"-")
	}
	if !ok {
		return false
	}
	rsc, op, hasOp := cutLast(rest, "#")
	if resource != "" && rsc != resource && rest != resource {
		return false
	}
	if task == "" {
		return true
	}
	t, ms, _ := cutLast(op, "_")
	return hasOp && t == task && (interval < 0 || ms == strconv.FormatInt(interval, 10))
}

func cutLast(s, sep string) (before, after string, found bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}
