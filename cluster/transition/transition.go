// Package transition carries out a transition graph: it fires the actions whose
// inputs are complete, hears how they ended, and knows when the graph is done or
// can go no further. It reads no clock and runs nothing: the controller hands its
// effects to executors and fencing and its timers to the driver.
package transition

import (
	"fmt"
	"slices"
	"time"

	"holdfast/crm"
)

// Effect is a Fire, a Timer or a Done.
type Effect interface{ isEffect() }

// Fire starts an action that takes time: a resource or cluster action.
type Fire struct{ Action *Action }

// Timer asks for Expired(action) if the action has not ended by then.
type Timer struct {
	Action int
	After  time.Duration
}

// Done says that nothing is under way any more and nothing more will be fired.
type Done struct {
	Complete   bool // every action ended as planned
	Why        string
	Fired      int
	Incomplete int
	Skipped    int
}

func (Fire) isEffect()  {}
func (Timer) isEffect() {}
func (Done) isEffect()  {}

// Transition is a graph being carried out.
type Transition struct {
	graph *Graph
	state []state       // by position of the action
	waits []int         // by synapse: inputs not yet complete
	feeds map[int][]int // action id → positions of synapses that wait for it
	where map[int]int   // action id → position of the action
	acts  []*Action
	syn   []int // by action: its synapse

	ready    []int // synapses that may fire, ascending
	underway int
	abort    string // why the rest is not fired, "" if it is
	floor    int    // after an abort, synapses of this priority and above still fire
	done     bool
}

type state uint8

const (
	idle state = iota
	fired
	completed
	failed
)

// Start begins a graph. The first effects come from Step-like calls below.
func Start(g *Graph) (*Transition, []Effect) {
	t := &Transition{graph: g, waits: make([]int, len(g.Synapses)), feeds: map[int][]int{}, where: map[int]int{}}
	for i := range g.Synapses {
		s := &g.Synapses[i]
		for k := range s.Actions {
			t.where[s.Actions[k].ID] = len(t.acts)
			t.acts = append(t.acts, &s.Actions[k])
			t.syn = append(t.syn, i)
		}
		t.waits[i] = len(s.Inputs)
		for _, in := range s.Inputs {
			t.feeds[in] = append(t.feeds[in], i)
		}
		if len(s.Inputs) == 0 {
			t.ready = append(t.ready, i)
		}
	}
	t.state = make([]state, len(t.acts))
	return t, t.fire()
}

// Graph returns the graph being carried out.
func (t *Transition) Graph() *Graph { return t.graph }

// Active reports whether the transition has not ended.
func (t *Transition) Active() bool { return !t.done }

// Aborted returns why the transition was cut short, "" if it was not.
func (t *Transition) Aborted() string { return t.abort }

// Action returns the action with an id if it was fired and has not ended.
func (t *Transition) Action(id int) (*Action, bool) {
	i, ok := t.where[id]
	if !ok || t.state[i] != fired {
		return nil, false
	}
	return t.acts[i], true
}

// Planned returns the action with an id, whatever its state; nil if there is none.
func (t *Transition) Planned(id int) *Action {
	if i, ok := t.where[id]; ok {
		return t.acts[i]
	}
	return nil
}

// Probes reports whether a node is still to be probed: what it runs is not known
// before.
func (t *Transition) Probes(node crm.NodeName) bool {
	for i, a := range t.acts {
		open := t.state[i] == fired || t.state[i] == idle && t.abort == ""
		if open && a.Node == node && a.probes() {
			return true
		}
	}
	return false
}

// Underway lists the actions that were fired and have not ended, by position.
func (t *Transition) Underway() []*Action {
	var list []*Action
	for i, s := range t.state {
		if s == fired {
			list = append(list, t.acts[i])
		}
	}
	return list
}

// fire starts every action whose turn it is, and tells when all is done.
func (t *Transition) fire() []Effect {
	var out []Effect
	for len(t.ready) > 0 && (t.graph.BatchLimit <= 0 || t.underway < t.graph.BatchLimit) {
		i := t.ready[0]
		t.ready = t.ready[1:]
		s := &t.graph.Synapses[i]
		if t.abort != "" && s.Priority < t.floor {
			continue
		}
		for k := range s.Actions {
			out = append(out, t.begin(&s.Actions[k])...)
		}
	}
	if t.underway == 0 && !t.done {
		t.done = true
		out = append(out, t.summary())
	}
	return out
}

func (t *Transition) begin(a *Action) []Effect {
	at := t.where[a.ID]
	if a.Kind == Pseudo {
		t.state[at] = completed
		t.feed(a.ID)
		return nil
	}
	t.state[at] = fired
	t.underway++
	out := []Effect{Fire{a}}
	if limit := t.limit(a); limit > 0 {
		out = append(out, Timer{a.ID, limit})
	}
	return out
}

// limit is how long an action may take before it counts as lost.
func (t *Transition) limit(a *Action) time.Duration {
	ms := a.Number("timeout") + a.Number("start_delay")
	if ms <= 0 && a.Kind == Cluster {
		return 0 // fencing and shutdown end in their own time
	}
	return time.Duration(ms+t.graph.ClusterDelay) * time.Millisecond
}

// feed counts down the synapses that wait for an action.
func (t *Transition) feed(id int) {
	for _, i := range t.feeds[id] {
		if t.waits[i]--; t.waits[i] == 0 {
			at, _ := slices.BinarySearch(t.ready, i)
			t.ready = slices.Insert(t.ready, at, i)
		}
	}
}

// Ended says how a fired action ended. A failed action that may not fail stops
// the rest of the graph. An id that is not under way is ignored.
func (t *Transition) Ended(id int, ok bool) []Effect {
	a, under := t.Action(id)
	if !under {
		return nil
	}
	t.underway--
	at := t.where[id]
	if ok || a.MetaValue("can_fail") == "true" {
		t.state[at] = completed
		t.feed(id)
		return t.fire()
	}
	t.state[at] = failed
	return t.Abort(fmt.Sprintf("%s on %s failed", a.Key, a.Node), int(crm.Infinity))
}

// Expired says that a fired action has not ended in time: it counts as failed.
func (t *Transition) Expired(id int) []Effect {
	if _, under := t.Action(id); !under {
		return nil
	}
	return t.Ended(id, false)
}

// Abort stops firing synapses below a priority; what is under way is awaited.
func (t *Transition) Abort(why string, priority int) []Effect {
	if t.done {
		return nil
	}
	if t.abort == "" || priority > t.floor {
		t.abort, t.floor = why, priority
	}
	return t.fire()
}

func (t *Transition) summary() Done {
	d := Done{Complete: true, Why: t.abort}
	for _, s := range t.state {
		switch s {
		case completed:
			d.Fired++
		case failed:
			d.Fired++
			d.Complete = false
		default:
			d.Complete = false
			if t.abort != "" {
				d.Skipped++
			} else {
				d.Incomplete++
			}
		}
	}
	return d
}
