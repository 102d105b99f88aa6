// Package attribute is the table of transient node attributes (the reference's
// attribute manager, attrd_updater(8)): values that agents and people set on
// running nodes, some written to the CIB's status section at once, some after a
// dampening delay, some never. The table is replicated state: it is changed only
// by commands in log order, so that it is the same on every member.
package attribute

import (
	"regexp"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"holdfast/cluster/wire"
	"holdfast/crm"
)

// Table holds every attribute by name.
type Table struct {
	Serial     uint64                `json:"serial"` // of the newest dampened change
	Attributes map[string]*Attribute `json:"attributes"`
}

// Attribute is one name with its values on the nodes.
type Attribute struct {
	Name    string                   `json:"name"`
	Set     string                   `json:"set,omitempty"`
	Util    bool                     `json:"utilization,omitempty"`
	Private bool                     `json:"private,omitempty"`
	Dampen  int64                    `json:"dampen,omitempty"` // milliseconds
	Values  map[crm.NodeName]*string `json:"values"`           // nil: deleted, and not yet written
	Pending uint64                   `json:"pending,omitempty"`
	Dirty   map[crm.NodeName]bool    `json:"dirty,omitempty"` // values the CIB does not have yet
}

// Write is a value to be put into the status section; nil removes it.
type Write struct {
	Node  crm.NodeName
	Set   string
	Util  bool
	Name  string
	Value *string
}

// Change is what one command did.
type Change struct {
	Writes []Write
	// Wait asks that a Flush with this name and serial be multicast after a time.
	Wait *Wait
	// Unknown is set if a query-like task named an attribute that does not exist.
	Unknown bool
}

// Wait is a dampening delay that has begun.
type Wait struct {
	Name   string
	Serial uint64
	After  time.Duration
}

// New returns an empty table.
func New() *Table { return &Table{Attributes: map[string]*Attribute{}} }

// Apply carries out a command. Nodes are the names that stand for "all nodes".
func (t *Table) Apply(c *wire.Attribute, nodes []crm.NodeName) []Change {
	if c.Node != "" {
		nodes = []crm.NodeName{c.Node}
	}
	switch c.Task {
	case "clear-failure":
		return t.clearFailures(c, nodes)
	case "peer-remove":
		t.ForgetNode(c.Node)
		return nil
	case "refresh":
		return t.refresh()
	}
	names := []string{c.Name}
	if c.Pattern != "" {
		names = t.matching(c.Pattern)
	}
	var changes []Change
	for _, name := range names {
		changes = append(changes, t.change(name, c, nodes))
	}
	return changes
}

func (t *Table) change(name string, c *wire.Attribute, nodes []crm.NodeName) Change {
	a := t.Attributes[name]
	if a == nil {
		if c.Task == "delete" || c.Task == "delay" {
			return Change{Unknown: true}
		}
		a = &Attribute{Name: name, Set: c.Set, Util: c.Util, Private: c.Private, Values: map[crm.NodeName]*string{}}
		a.Dampen = max(c.Dampen, 0)
		t.Attributes[name] = a
	}
	if c.Task == "delay" || c.Task == "update-both" {
		a.Dampen = max(c.Dampen, 0)
	}
	if c.Task == "delay" {
		return t.settle(a, a.Dampen == 0)
	}
	for _, node := range nodes {
		a.put(node, c)
	}
	return t.settle(a, a.Dampen == 0)
}

// put sets one node's value and notes whether the CIB must hear of it.
func (a *Attribute) put(node crm.NodeName, c *wire.Attribute) {
	old, had := a.Values[node]
	var value *string
	if c.Task != "delete" {
		v := evaluate(a.Name, c.Value, old)
		value = &v
	}
	if value == nil && !had || old != nil && value != nil && *old == *value {
		return
	}
	a.Values[node] = value
	if a.Dirty == nil {
		a.Dirty = map[crm.NodeName]bool{}
	}
	a.Dirty[node] = true
}

// settle writes what is due, or begins the dampening delay.
func (t *Table) settle(a *Attribute, now bool) Change {
	switch {
	case len(a.Dirty) == 0:
		return Change{}
	case now:
		return Change{Writes: a.flush()}
	case a.Pending != 0:
		return Change{} // the delay is running: later values ride along
	}
	t.Serial++
	a.Pending = t.Serial
	return Change{Wait: &Wait{a.Name, a.Pending, time.Duration(a.Dampen) * time.Millisecond}}
}

// Flush ends the dampening delay of an attribute. A serial that is not the
// running one is ignored.
func (t *Table) Flush(c *wire.Flush) []Write {
	a := t.Attributes[c.Name]
	if a == nil || a.Pending != c.Serial {
		return nil
	}
	return a.flush()
}

// flush hands out the values the CIB does not have, by node name.
func (a *Attribute) flush() []Write {
	var writes []Write
	for _, node := range sortedKeys(a.Dirty) {
		value := a.Values[node]
		if !a.Private {
			writes = append(writes, Write{Node: node, Set: a.Set, Util: a.Util, Name: a.Name, Value: value})
		}
		if value == nil {
			delete(a.Values, node)
		}
	}
	a.Dirty, a.Pending = nil, 0
	return writes
}

func (t *Table) refresh() []Change {
	var c Change
	for _, name := range sortedKeys(t.Attributes) {
		a := t.Attributes[name]
		for node := range a.Values {
			if a.Dirty == nil {
				a.Dirty = map[crm.NodeName]bool{}
			}
			a.Dirty[node] = true
		}
		c.Writes = append(c.Writes, a.flush()...)
	}
	return []Change{c}
}

// Waits lists the delays that are running, for whoever takes over as the
// coordinator; they begin anew.
func (t *Table) Waits() []Wait {
	var waits []Wait
	for _, name := range sortedKeys(t.Attributes) {
		if a := t.Attributes[name]; a.Pending != 0 {
			waits = append(waits, Wait{name, a.Pending, time.Duration(a.Dampen) * time.Millisecond})
		}
	}
	return waits
}

// ForgetNode drops a node's values: its life has ended.
func (t *Table) ForgetNode(node crm.NodeName) {
	for _, a := range t.Attributes {
		delete(a.Values, node)
		delete(a.Dirty, node)
	}
}

// Learn takes over a value that stands in the CIB, as when a member of another
// partition comes with its own status.
func (t *Table) Learn(node crm.NodeName, set string, utilization bool, name, value string) {
	a := t.Attributes[name]
	if a == nil {
		a = &Attribute{Name: name, Set: set, Util: utilization, Values: map[crm.NodeName]*string{}}
		t.Attributes[name] = a
	}
	a.Values[node] = &value
	delete(a.Dirty, node)
}

// Query returns the values of the attributes that match the name, or the
// pattern, on one node or ("") all, ordered by attribute and node.
func (t *Table) Query(name, pattern string, node crm.NodeName) []Write {
	names := []string{name}
	if pattern != "" {
		names = t.matching(pattern)
	}
	var found []Write
	for _, n := range names {
		a := t.Attributes[n]
		if a == nil {
			continue
		}
		for _, host := range sortedKeys(a.Values) {
			if v := a.Values[host]; v != nil && (node == "" || node == host) {
				found = append(found, Write{Node: host, Name: n, Value: v})
			}
		}
	}
	return found
}

func (t *Table) matching(pattern string) []string {
	re, err := regexp.Compile(pattern)
	if err != nil {
		return nil // tools refuse such a pattern before it gets here
	}
	return slices.DeleteFunc(sortedKeys(t.Attributes), func(n string) bool { return !re.MatchString(n) })
}

func sortedKeys[K ~string, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Slice(keys, func(i, j int) bool { return keys[i] < keys[j] })
	return keys
}

// evaluate expands value++ and value+=N (with "value" or the attribute's own
// name before the operator) against the old value. Sums stop at the infinities.
func evaluate(name, value string, old *string) string {
	operand, ok := strings.CutPrefix(value, "value")
	if !ok {
		operand, ok = strings.CutPrefix(value, name)
	}
	if !ok {
		return value
	}
	var by crm.Score
	switch {
	case operand == "++":
		by = 1
	case operand == "--":
		by = -1
	case strings.HasPrefix(operand, "+="), strings.HasPrefix(operand, "-="):
		n, err := strconv.Atoi(operand[2:])
		if err != nil {
			return value
		}
		by = crm.Score(max(-int(crm.Infinity), min(int(crm.Infinity), n)))
		if operand[0] == '-' {
			by = by.Neg()
		}
	default:
		return value
	}
	var base crm.Score
	if old != nil {
		base, _ = crm.ParseScore(*old)
	}
	return base.Add(by).String()
}
