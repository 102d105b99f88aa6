package history

import (
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// Failures says which failures FailCount counts.
type Failures uint8

// The kinds of counting; they combine.
const (
	Effective Failures = 1 << iota // leave out failures that have expired
	Launched                       // add those of resources it launches
)

// Names of node attributes with failures begin with these, followed by
// resource#task_interval.
const (
	failCountPrefix   = "fail-count-"
	lastFailurePrefix = "last-failure-"
)

// FailCount returns how often a resource has failed on a node.
func FailCount(c *model.Cluster, n *model.Node, rsc *model.Resource, which Failures) int {
	count, _ := failCount(c, n, rsc, which, nil)
	return count
}

// LastFailure returns how often a resource has failed on a node, and when it did
// last; zero if it did not or that is unknown.
func LastFailure(c *model.Cluster, n *model.Node, rsc *model.Resource, which Failures) (int, time.Time) {
	return failCount(c, n, rsc, which, nil)
}

// failCount is LastFailure with the operation that the question is about, nil
// for none.
func failCount(c *model.Cluster, n *model.Node, rsc *model.Resource, which Failures, entry *xml.Node) (int, time.Time) {
	failures, last := recordedFailures(n, rsc)
	if failures > 0 && rsc.FailureTimeout > 0 && blocksOnFailure(c, n, rsc, entry) {
		c.Note(model.Warning, rsc.ID, "Ignoring failure timeout (%s) for %s because it conflicts with on-fail=block",
			crm.FormatInterval(rsc.FailureTimeout), rsc.ID)
		rsc.FailureTimeout = 0
	}
	if which&Effective != 0 && failures > 0 && last > 0 && rsc.FailureTimeout > 0 {
		if c.Now.Unix() > last+int64(wholeSeconds(rsc.FailureTimeout)/time.Second) {
			failures = 0
		}
	}
	count := int(failures)
	// A bundle's connection may be on another node than its container.
	if which&Launched != 0 && !rsc.InBundle() {
		for _, launched := range rsc.Launched {
			more, at := failCount(c, n, launched, which, entry)
			count += more
			if !at.IsZero() {
				last = max(last, at.Unix())
			}
		}
	}
	if count > 0 && last > 0 {
		return count, time.Unix(last, 0)
	}
	return count, time.Time{}
}

// recordedFailures sums up the node's attributes about a resource.
func recordedFailures(n *model.Node, rsc *model.Resource) (count crm.Score, last int64) {
	name := rsc.HistoryName()
	if !rsc.Is(model.Unique) {
		name = BaseName(name)
	}
	for _, f := range failuresOn(n)[name] {
		if rsc.Is(model.Unique) && f.Resource != name {
			continue
		}
		count = count.Add(f.Count)
		last = max(last, f.Last)
	}
	return count, last
}

// AnyFailures tells whether a node has any attributes about failures: most have
// none, which spares asking for every resource.
func AnyFailures(n *model.Node) bool { return len(failuresOn(n)) > 0 }

// failuresOn indexes a node's attributes about failures by resource; those of
// numbered instances are found under their base name, too.
func failuresOn(n *model.Node) map[string][]model.Failure {
	if n.Failures != nil && n.FailuresOf == len(n.Attrs) {
		return n.Failures
	}
	n.Failures, n.FailuresOf = map[string][]model.Failure{}, len(n.Attrs)
	for _, v := range n.Attrs {
		f, ok := parseFailure(v)
		if !ok {
			continue
		}
		n.Failures[f.Resource] = append(n.Failures[f.Resource], f)
		if base := BaseName(f.Resource); base != f.Resource {
			n.Failures[base] = append(n.Failures[base], f)
		}
	}
	return n.Failures
}

func parseFailure(v model.Var) (f model.Failure, ok bool) {
	rest, counts := strings.CutPrefix(v.Name, failCountPrefix)
	if !counts {
		if rest, ok = strings.CutPrefix(v.Name, lastFailurePrefix); !ok {
			return f, false
		}
	}
	name, op, found := strings.Cut(rest, "#")
	if !found || !isOperation(op) {
		return f, false
	}
	f.Resource = name
	if counts {
		f.Count, ok = crm.ParseScore(v.Value)
		return f, ok
	}
	f.Last, _ = strconv.ParseInt(v.Value, 10, 64)
	return f, true
}

// isOperation tells whether text is task_interval.
func isOperation(text string) bool {
	at := strings.LastIndexByte(text, '_')
	if at <= 0 {
		return false
	}
	_, err := strconv.ParseUint(text[at+1:], 10, 64)
	return err == nil
}

// blocksOnFailure tells whether a failure of the resource on the node is of an
// operation with on-fail=block, which a timeout must not undo.
func blocksOnFailure(c *model.Cluster, n *model.Node, rsc *model.Resource, entry *xml.Node) bool {
	if rsc.Variant != model.Primitive {
		return false
	}
	name := BaseName(rsc.ID)
	for operations := range rsc.XML.All("operations") {
		for op := range operations.All("op") {
			if op.Attr("on-fail") == "block" && blockedBy(c, n, name, op, entry) {
				return true
			}
		}
	}
	return false
}

// blockedBy tells whether an entry, or any on the node, is a failure of an op.
func blockedBy(c *model.Cluster, n *model.Node, name string, op, entry *xml.Node) bool {
	if entry != nil {
		return isFailureOf(name, op, entry)
	}
	for state := range c.CIB.Child("status").All("node_state") {
		if state.Attr("uname") != n.Name {
			continue
		}
		for element := range state.Find("lrm", "lrm_resources").All("lrm_resource") {
			if element.ID() != name {
				continue
			}
			for recorded := range element.All("lrm_rsc_op") {
				if isFailureOf(name, op, recorded) {
					return true
				}
			}
		}
	}
	return false
}

// isFailureOf tells whether a recorded operation is a failure of a configured one.
func isFailureOf(name string, op, entry *xml.Node) bool {
	every, _ := crm.ParseInterval(op.Attr("interval"))
	interval := uint32(every.Milliseconds())
	task := op.Attr("name")
	if interval != Interval(entry) || !strings.EqualFold(task, entry.Attr("operation")) {
		return false
	}
	if strings.EqualFold(entry.ID(), name+"_last_failure_0") {
		return true
	}
	key := name + "_" + task + "_" + strconv.FormatUint(uint64(interval), 10)
	code, _ := crm.ParseOCF(entry.Attr("rc-code"))
	return strings.EqualFold(entry.ID(), key) && code != expectedCode(entry)
}
