package simulate

import (
	"slices"
	"time"

	"holdfast/cluster/fencing"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// truth knows what really runs where, and what evidence there is of the end of
// former holders. It is what the checkers judge by; each checker has a file of its
// own, named after its invariant.
type truth struct {
	w *world
	// holders are the lives that may hold an exclusive thing: a start has begun
	// there, and nothing proves its end.
	holders map[string]map[string]bool
	last    map[string]crm.NodeID      // where each was started last
	doubts  map[string]map[string]bool // by thing and life: the newest look has failed
	acked   []string                   // configuration changes acknowledged by a quorate node
	idle    map[string]time.Time       // steps of requests that nobody works at, since when
	opened  map[string]time.Time       // open fencing requests, by the moment they were seen first

	looks int
	acts  int // operations other than monitors that have begun
	acted string
	still int // acts when the cluster was left alone
	fired int // fencings then
}

func newTruth(w *world) *truth {
	t := &truth{w: w, holders: map[string]map[string]bool{}, last: map[string]crm.NodeID{}, doubts: map[string]map[string]bool{}, opened: map[string]time.Time{}, idle: map[string]time.Time{}}
	for _, name := range w.plan.exclusive() {
		t.holders[name] = map[string]bool{}
	}
	t.holders[promotedRole] = map[string]bool{}
	return t
}

// begins is called when an agent starts.
func (t *truth) begins(m *machine, op wire.Operation) {
	if op.Task != "monitor" {
		t.acts++
		t.acted = op.Task + " of " + op.Resource + " on " + string(m.name)
	}
	thing := ""
	switch op.Task {
	case "start":
		thing = plain(op.Resource)
	case "promote":
		thing = promotedRole
	}
	if t.holders[thing] != nil {
		t.startsWithQuorum(m, thing)
		t.takesOver(m, thing)
		t.last[thing] = m.id
	}
}

// fences is called when a fence agent starts.
func (t *truth) fences(p *process, run fencing.Run, target *machine) {
	if run.Action == "off" && run.Ordered { // a person who asks answers for it
		t.fencesWithQuorum(p, target)
		t.fencesForCause(p, run, target)
	}
}

// stopped is called when a stop, or a look, has shown that a service is down.
func (t *truth) stopped(m *machine, name string) {
	t.ended(name, m.life())
	if name == database {
		t.ended(promotedRole, m.life())
	}
}

func (t *truth) ended(thing, life string) {
	if h := t.holders[thing]; h != nil {
		delete(h, life)
	}
}

// inspect looks at the whole, once a second (at the documents, which takes longer,
// every third time).
func (t *truth) inspect() {
	if t.looks++; t.looks%3 == 0 {
		t.checkReplicas()
	}
	t.checkLives()
	t.checkSelfStop()
	t.checkEngineLost()
	t.checkOpen()
	t.checkWell()
}

// inSync lists the processes that share the state of their view and are awake.
func (t *truth) inSync() []*process {
	var list []*process
	for _, m := range t.w.machines {
		if p := m.proc; p != nil && p.paused == 0 && p.node.InSync() {
			list = append(list, p)
		}
	}
	return list
}

// lately reports whether something was disturbed in the last so many seconds.
func (t *truth) lately(at time.Time, within time.Duration) bool { return t.w.now().Sub(at) < within }

// things lists the exclusive things of the run.
func (t *truth) things() []string {
	list := slices.Clone(t.w.plan.exclusive())
	if t.w.plan.promoted {
		list = append(list, promotedRole)
	}
	return list
}
