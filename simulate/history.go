package simulate

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/anishathalye/porcupine"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster"
	"holdfast/cluster/fencing"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// histories are what clients asked for and were told, in virtual time. They are
// held against the simplest of models: one register, one counter, one client after
// the other (linearizability).
//
// A register is an option in the configuration, changed only from a value that is
// named to one that nobody else writes. A change is sure if a side with quorum
// acknowledged it; any other may have happened or not, up to the end. A counter is
// a node attribute that clients count up, each noting what it is then; attributes
// are of a node's life and nobody stores them, so a counter's history is that of
// one group of processes as long as nobody comes or goes.
type histories struct {
	w       *world
	serial  uint64
	open    map[uint64]*request
	changes []*request // of registers
	counts  []*request
}

// request is one that a client has made.
type request struct {
	of   string // which register; whose counter
	from string // what a register held
	to   string // what it is to hold; what a counter is right then
	sure bool
	era  string // of a counter: between whom, and since when
	all  bool   // of a counter: its client waits for the cluster, and does not note what it is then
	call int64
	end  int64 // 0 while nobody knows what becomes of it
	by   *process
}

const (
	registers  = 2
	firstAsked = 1 << 32 // clients of histories, apart from those of writers
	unsureMost = 10      // the models try every subset of what is not sure
)

// registerID names a register.
func registerID(i int) string { return fmt.Sprintf("register-%d", i+1) }

// blankRegisters are the registers of a new cluster.
func blankRegisters() string {
	text := ""
	for i := range registers {
		text += fmt.Sprintf(`<nvpair id="%[1]s" name="%[1]s" value="0"/>`, registerID(i))
	}
	return text
}

// ask has a client on some node ask for something, again and again.
func (h *histories) ask() {
	w := h.w
	w.after(w.later(300*time.Millisecond, 3*time.Second), func() {
		if w.calm {
			return
		}
		if p := w.machines[w.more.IntN(len(w.machines))].proc; p != nil && p.node.InSync() {
			if w.more.IntN(2) == 0 {
				h.change(p, registerID(w.more.IntN(registers)))
			} else {
				h.count(p, w.machines[w.more.IntN(min(2, len(w.machines)))])
			}
		}
		h.ask()
	})
}

// change asks for a register to be changed from what it holds here.
func (h *histories) change(p *process, id string) {
	if unsure(h.changes, id) >= unsureMost {
		return
	}
	r := &request{of: id, from: register(p.node.CIB(), id), to: strconv.FormatUint(h.serial+1, 10)}
	h.changes = append(h.changes, r)
	h.w.tell("%s: is asked to change %s from %s to %s", p.m.name, id, r.from, r.to)
	h.send(p, r, &wire.CIB{Change: wire.NewChange(cib.Request{
		Op: cib.Replace, XPath: fmt.Sprintf(`//nvpair[@id="%s" and @value="%s"]`, id, r.from), Data: xml.New("nvpair", "id", id, "name", id, "value", r.to),
	})})
}

// counter is the attribute that is counted up.
const counter = "counter"

// count asks for a node's counter to be counted up.
func (h *histories) count(p *process, m *machine) {
	peer := p.node.State().Peers[m.id]
	if peer == nil || !peer.Present || unsure(h.counts, string(m.name)) >= unsureMost {
		return
	}
	r := &request{of: string(m.name), era: p.era(m.name)}
	h.counts = append(h.counts, r)
	c := &wire.Attribute{Task: "update", Node: m.name, Name: counter, Value: "value++", Private: true, Dampen: -1}
	if r.all = h.serial%3 == 0; r.all {
		c.Wait = wire.WaitCluster
	}
	h.send(p, r, c)
}

func (h *histories) send(p *process, r *request, c wire.Command) {
	h.serial++
	r.by, r.call = p, h.w.now().UnixNano()
	h.open[firstAsked+h.serial] = r
	p.step(cluster.Asked{Client: firstAsked + h.serial, Command: c})
}

// replied notes how a request ended.
func (h *histories) replied(p *process, reply cluster.Reply) {
	r := h.open[reply.Client]
	if r == nil || r.by != p {
		return
	}
	delete(h.open, reply.Client)
	switch {
	case r.all && reply.Result.Err == nil && r.era == p.era(crm.NodeName(r.of)):
		r.end, r.sure = h.w.now().UnixNano(), true
	case r.all:
	case r.from == "" && reply.Result.Err == nil && p.counts:
		r.end, r.sure = h.w.now().UnixNano(), true
		r.to, r.era = attributeOf(p, crm.NodeName(r.of), counter), p.era(crm.NodeName(r.of))
	case r.from != "" && reply.Result.Err == nil && p.node.Quorate() && !h.w.halved(p):
		r.end, r.sure = h.w.now().UnixNano(), true
		h.w.tell("%s: has changed %s from %s to %s", p.m.name, r.of, r.from, r.to)
	case r.from != "" && cib.KindOf(reply.Result.Err) != 0:
		// It was refused, and nothing is known by that: this member may be behind.
		h.changes = slices.DeleteFunc(h.changes, func(o *request) bool { return o == r })
	}
}

// era names the time in which a node's counter is one thing: the way by which this
// group of processes came together, and the verdicts about the node.
func (p *process) era(target crm.NodeName) string {
	s := p.node.State()
	name := s.Path
	for _, m := range p.m.w.machines {
		if peer := s.Peers[m.id]; peer != nil && peer.Present {
			name += fmt.Sprint(" ", peer.Life)
		}
	}
	for _, r := range s.Fencing.Requests {
		if r.Target == target && r.Verdict != fencing.None {
			name += " " + r.ID
		}
	}
	return name
}

// unsure counts the requests about something that nobody knows the end of.
func unsure(list []*request, of string) int {
	n := 0
	for _, r := range list {
		if r.of == of && !r.sure {
			n++
		}
	}
	return n
}

// register is what a register holds in a document.
func register(root *xml.Node, id string) string {
	for set := range root.Find("configuration", "crm_config").Elements() {
		for nv := range set.All("nvpair") {
			if nv.ID() == id {
				return nv.Attr("value")
			}
		}
	}
	return ""
}

func attributeOf(p *process, node crm.NodeName, name string) string {
	for _, w := range p.node.State().Attributes.Query(name, "", node) {
		return *w.Value
	}
	return ""
}

// checkHistories holds invariant 4 against what clients were told.
func (t *truth) checkHistories() {
	h := &t.w.histories
	now := t.w.now().UnixNano()
	for i := range registers {
		id := registerID(i)
		last := &request{of: id, to: register(t.w.machines[0].proc.node.CIB(), id), sure: true, call: now, end: now}
		history := append(ofOne(h.changes, id), last)
		if !porcupine.CheckOperations(registerModel, operations(history, now+1)) {
			t.w.violated("invariant 4, store: what clients were told of %s fits no order of their changes: %v", id, history)
		}
	}
	for _, m := range t.w.machines {
		of := ofOne(h.counts, string(m.name))
		for _, era := range eras(of) {
			if history := within(of, era); !porcupine.CheckOperations(counterModel, operations(history, now+1)) {
				t.w.violated("invariant 4, store: what clients were told of the counter of %s fits no order of their requests: %v", m.name, history)
			}
		}
	}
}

func (r *request) String() string {
	at := func(t int64) string { return fmt.Sprintf("%.3f", float64(t-epoch.UnixNano())/1e9) }
	what := r.from + " to " + r.to
	if r.from == "" {
		what = r.to
	}
	if !r.sure {
		return fmt.Sprintf("[%s.. %s?]", at(r.call), what)
	}
	return fmt.Sprintf("[%s-%s %s]", at(r.call), at(r.end), what)
}

func ofOne(list []*request, of string) []*request {
	var own []*request
	for _, r := range list {
		if r.of == of {
			own = append(own, r)
		}
	}
	return own
}

// eras lists the eras of a counter, in order.
func eras(list []*request) []string {
	var names []string
	for _, r := range list {
		if r.sure && !slices.Contains(names, r.era) {
			names = append(names, r.era)
		}
	}
	return names
}

// within are the requests of an era, with those whose end nobody knows.
func within(list []*request, era string) []*request {
	var own []*request
	for _, r := range list {
		if !r.sure || r.era == era {
			own = append(own, r)
		}
	}
	return own
}

// operations are requests as the checker takes them.
func operations(list []*request, end int64) []porcupine.Operation {
	var ops []porcupine.Operation
	for i, r := range list {
		op := porcupine.Operation{ClientId: i, Input: r, Call: r.call, Return: end}
		if r.sure {
			op.Return = r.end
		}
		ops = append(ops, op)
	}
	return ops
}

// registerModel is a register that is changed from one value to another. A request
// without a value to change from has read it.
var registerModel = (&porcupine.NondeterministicModel{
	Init: func() []any { return []any{"0"} },
	Step: func(state, input, _ any) []any {
		switch r := input.(*request); {
		case r.from == "" && state == r.to:
			return []any{state}
		case r.from == state && r.sure:
			return []any{r.to}
		case r.from == state:
			return []any{state, r.to}
		case r.sure:
			return nil
		}
		return []any{state}
	},
}).ToModel()

// counterModel is a counter that begins anywhere; a request that is sure has noted
// what it was then, unless it waited for all.
var counterModel = (&porcupine.NondeterministicModel{
	Init: func() []any { return []any{-1} },
	Step: func(state, input, _ any) []any {
		r, n := input.(*request), state.(int)
		value, _ := strconv.Atoi(r.to)
		switch {
		case r.sure && !r.all && (n < 0 || n+1 == value):
			return []any{value}
		case r.sure && !r.all:
			return nil
		case n < 0:
			return []any{n}
		case r.sure:
			return []any{n + 1}
		}
		return []any{n, n + 1}
	},
}).ToModel()
