package history

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// An entry is one recorded operation of a resource on a node, parsed.
type entry struct {
	rsc      *model.Resource
	node     *model.Node
	xml      *xml.Node
	id       string
	key      string // operation key
	task     string
	interval uint32
	probe    bool
	masked   bool // a probe's failure that only says "not here"
	status   crm.OpStatus
	code     crm.OCF
	expected crm.OCF // negative if unknown
}

// unknownCode stands for an expected status that was not recorded.
const unknownCode crm.OCF = -1

// parse reads an operation; ok is false if it says nothing about the resource's
// state, or is damaged. The entry is valid until the next call.
func (r *reader) parse(rsc *model.Resource, n *model.Node, op *xml.Node) (e *entry, ok bool) {
	raw := readRaw(op)
	r.entry = entry{rsc: rsc, node: n, xml: op, id: raw.id, key: raw.key, task: raw.task, interval: raw.interval}
	e = &r.entry
	r.anyRecurring = r.anyRecurring || e.interval > 0
	switch {
	case e.id == "":
		r.c.Note(model.Error, "", "Ignoring resource history entry for %s on %s without ID", rsc.ID, n.Name)
		return nil, false
	case e.task == "":
		r.c.Note(model.Error, e.id, "Ignoring resource history entry %s for %s on %s without operation", e.id, rsc.ID, n.Name)
		return nil, false
	case !affectsState(e.task):
		return nil, false
	}
	if e.status, ok = crm.ParseOpStatus(raw.status); !ok || e.status == crm.OpCancelled {
		r.c.Note(model.Error, e.id, "Ignoring resource history entry %s for %s on %s with invalid op-status '%s'",
			e.id, rsc.ID, n.Name, raw.status)
		return nil, false
	}
	if e.code, ok = crm.ParseOCF(raw.code); !ok || e.code < 0 || e.code > maxCode {
		r.c.Note(model.Error, e.id, "Ignoring resource history entry %s for %s on %s with invalid rc-code '%s'",
			e.id, rsc.ID, n.Name, raw.code)
		return nil, false
	}
	e.expected = unknownCode
	if key, ok := crm.ParseTransitionKey(raw.transition); ok {
		e.expected = key.TargetRC
	}
	e.probe = e.task == crm.TaskMonitor && e.interval == 0
	e.masked = e.probe && isMasked(e.code, e.status)
	return e, true
}

// A raw operation is its attributes as far as they matter, read in one go.
type raw struct {
	id, key, task, status, code, transition string
	interval                                uint32
}

func readRaw(op *xml.Node) raw {
	var r raw
	for i := range op.Attrs {
		a := &op.Attrs[i]
		switch a.Name {
		case "id":
			r.id = a.Value
		case "operation_key":
			r.key = a.Value
		case "operation":
			r.task = a.Value
		case "op-status":
			r.status = a.Value
		case "rc-code":
			r.code = a.Value
		case "transition-key":
			r.transition = a.Value
		case "interval":
			r.interval = milliseconds(a.Value)
		}
	}
	if r.key == "" {
		r.key = r.id
	}
	return r
}

func milliseconds(text string) uint32 {
	if text == "0" {
		return 0
	}
	n, _ := strconv.ParseUint(text, 10, 32)
	return uint32(n)
}

// maxCode is the largest exit status.
const maxCode crm.OCF = 255

// affectsState tells whether a task says anything about a resource's state.
func affectsState(task string) bool {
	switch task {
	case crm.TaskMonitor, crm.TaskStart, crm.TaskStop, crm.TaskPromote, crm.TaskDemote,
		crm.TaskMigrateTo, crm.TaskMigrateFrom, "asyncmon":
		return true
	}
	return false
}

// Key is the operation key of a history entry.
func Key(op *xml.Node) string {
	if key, set := op.Lookup("operation_key"); set {
		return key
	}
	return op.ID()
}

// Interval is the interval of a history entry in milliseconds.
func Interval(op *xml.Node) uint32 { return milliseconds(op.Attr("interval")) }

func expectedCode(op *xml.Node) crm.OCF {
	key, ok := crm.ParseTransitionKey(op.Attr("transition-key"))
	if !ok {
		return unknownCode
	}
	return key.TargetRC
}

// isMasked tells whether a probe's result means only that the resource cannot be
// run on the node at all.
func isMasked(code crm.OCF, status crm.OpStatus) bool {
	return code == crm.OCFNotInstalled || code == crm.OCFInvalidParam || status == crm.OpNotInstalled
}

// Changed is when an operation's result last changed.
func Changed(op *xml.Node) (at time.Time, known bool) {
	seconds, err := strconv.ParseInt(op.Attr("last-rc-change"), 10, 64)
	if err != nil {
		return time.Time{}, false
	}
	return time.Unix(seconds, 0), true
}

// SortOperations puts recorded operations into the order in which they happened.
// Entries that cannot be told apart by time go in reverse order of appearance.
func SortOperations(ops []*xml.Node) []*xml.Node {
	if len(ops) < 2 {
		return ops
	}
	sorted := slices.Clone(ops)
	slices.Reverse(sorted)
	for i := 1; i < len(sorted); i++ {
		if CompareOperations(sorted[i-1], sorted[i]) > 0 {
			return mergeSort(sorted)
		}
	}
	return sorted
}

// mergeSort sorts by halves. The comparison is not transitive for damaged
// histories, so that the way of sorting shows: this is the reference's.
func mergeSort(list []*xml.Node) []*xml.Node {
	if len(list) < 2 {
		return list
	}
	a, b := mergeSort(list[:len(list)/2]), mergeSort(list[len(list)/2:])
	merged := make([]*xml.Node, 0, len(list))
	for len(a) > 0 && len(b) > 0 {
		if CompareOperations(a[0], b[0]) <= 0 {
			merged, a = append(merged, a[0]), a[1:]
		} else {
			merged, b = append(merged, b[0]), b[1:]
		}
	}
	return append(append(merged, a...), b...)
}

// CompareOperations tells which of two recorded operations happened later:
// positive if a did, 0 if that cannot be told.
func CompareOperations(a, b *xml.Node) int {
	sameNode := strings.EqualFold(a.Attr("on_node"), b.Attr("on_node"))
	if sameNode && a.ID() == b.ID() {
		return 0
	}
	callA, callB := callID(a), callID(b)
	switch {
	case callA == -1 && callB == -1:
		return 0 // both pending; a stop never is
	case sameNode && callA >= 0 && callA < callB:
		return -1
	case sameNode && callB >= 0 && callA > callB:
		return 1
	case callA >= 0 && callB >= 0:
		return compareChange(a, b)
	}
	return comparePending(a, b, callA, callB)
}

func callID(op *xml.Node) int {
	n, err := strconv.Atoi(op.Attr("call-id"))
	if err != nil {
		return -1
	}
	return n
}

// compareChange compares operations of one call, or of different nodes, by the
// time of their results.
func compareChange(a, b *xml.Node) int {
	atA, knownA := Changed(a)
	atB, knownB := Changed(b)
	if !knownA || !knownB {
		return 0
	}
	return atA.Compare(atB)
}

// comparePending compares a pending operation with a finished one by the
// transitions that they belong to. A graph number of -1 is a shutdown, which
// comes last.
func comparePending(a, b *xml.Node, callA, callB int) int {
	magicA, okA := crm.ParseTransitionMagic(a.Attr("transition-magic"))
	magicB, okB := crm.ParseTransitionMagic(b.Attr("transition-magic"))
	if !okA || !okB {
		return 0
	}
	graphA, graphB := magicA.Key.Graph, magicB.Key.Graph
	switch {
	case !strings.EqualFold(magicA.Key.UUID, magicB.Key.UUID) || graphA == graphB:
		// Pending operations do not outlive their coordinator, so of two
		// coordinators the pending one is of the newer.
		if callB == -1 {
			return -1
		}
		if callA == -1 {
			return 1
		}
	case graphA >= 0 && graphA < graphB, graphB == -1:
		return -1
	case graphB >= 0 && graphA > graphB, graphA == -1:
		return 1
	}
	return 0
}
