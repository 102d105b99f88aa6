package fencing

import (
	"slices"

	"holdfast/cluster/wire"
	"holdfast/crm"
)

// Verdict is what is known about a target at the end of a request.
type Verdict string

// The verdicts. Only Off, Returned and Confirmed allow another node to take
// over what the target ran; an exit code alone gives Reported, which does so as
// well, but only for agents that cannot be asked for the status.
const (
	None      Verdict = ""
	Off       Verdict = "off"       // the device was asked afterwards and says off
	Reported  Verdict = "reported"  // the agent said success and has no way to be asked
	On        Verdict = "on"        // unfenced
	Returned  Verdict = "returned"  // the target was seen in a new life: the old one has ended
	Confirmed Verdict = "confirmed" // a person said so
	Failed    Verdict = "failed"    // every device was tried
)

// Good reports whether the request achieved what it asked for.
func (v Verdict) Good() bool { return v != None && v != Failed }

// Request is one fencing request with its plan and what became of it. It is
// replicated state.
type Request struct {
	wire.Fence
	From crm.NodeID `json:"from"`

	Levels   [][]string   `json:"levels"` // device ids by level; all of a level must succeed
	Level    int          `json:"level"`
	Device   int          `json:"device"` // position in the level
	Phase    string       `json:"phase"`  // the action now asked of the device: off, on, or status, to ask again
	Step     int          `json:"step"`   // counts agent calls
	Tried    []crm.NodeID `json:"tried"`  // nodes that failed at this step
	Executor crm.NodeID   `json:"executor"`
	Given    uint64       `json:"given,omitempty"` // the view in which the executor had come when it was asked
	Mute     []int        `json:"mute,omitempty"`  // devices of the level that could not be asked afterwards, or not again
	Again    int          `json:"again,omitempty"` // how often the level was begun anew, for what was off was found on

	Verdict  Verdict      `json:"verdict"`
	By       crm.NodeName `json:"by"` // who carried it out
	Evidence []string     `json:"evidence,omitempty"`
	Open     bool         `json:"open"` // agent calls are still to come
	Done     int64        `json:"done"` // Unix seconds
	Nanos    int64        `json:"nanos"`
	Waiters  []Waiter     `json:"waiters,omitempty"`
}

// Waiter is a further asker of the same thing.
type Waiter struct {
	From    crm.NodeID `json:"from"`
	Request uint64     `json:"request"`
	Key     string     `json:"key,omitempty"`
}

// State is the replicated part: open and finished requests, oldest first, and
// what devices said about whom they can reach.
type State struct {
	Requests []*Request         `json:"requests"`
	Reach    map[string]*Reach  `json:"reach"` // by device
	Lives    map[string]LifeEnd `json:"lives"` // ended lives by boot: proof for later requests
}

// Reach is the answer of a device to "list" or "status".
type Reach struct {
	Digest string   `json:"digest"`
	Hosts  []string `json:"hosts"`
}

// LifeEnd says how a life of a node is known to have ended.
type LifeEnd struct {
	Node    crm.NodeName `json:"node"`
	Verdict Verdict      `json:"verdict"`
	Time    int64        `json:"time"`
}

// HistoryLimit is how many finished requests are kept.
const HistoryLimit = 500

// NewState returns an empty state.
func NewState() *State {
	return &State{Reach: map[string]*Reach{}, Lives: map[string]LifeEnd{}}
}

// find returns the request with an id, nil if there is none.
func (s *State) find(id string) *Request {
	for _, r := range s.Requests {
		if r.ID == id {
			return r
		}
	}
	return nil
}

// AskedBy reports whether a request was asked for by a node under this number of its own.
func (r *Request) AskedBy(node crm.NodeID, number uint64) bool {
	return r.From == node && r.Fence.Request == number ||
		slices.ContainsFunc(r.Waiters, func(w Waiter) bool { return w.From == node && w.Request == number })
}

// OpenFor returns the open request about a target, nil if there is none.
func (s *State) OpenFor(target crm.NodeName) *Request {
	for _, r := range s.Requests {
		if r.Open && r.Verdict == None && r.Target == target {
			return r
		}
	}
	return nil
}

// trim forgets the oldest finished requests.
func (s *State) trim() {
	over := len(s.Requests) - HistoryLimit
	kept := s.Requests[:0]
	for _, r := range s.Requests {
		if over > 0 && !r.Open {
			over--
			continue
		}
		kept = append(kept, r)
	}
	s.Requests = kept
}

// Erase removes finished requests about a target, "" for all.
func (s *State) Erase(target crm.NodeName) {
	kept := s.Requests[:0]
	for _, r := range s.Requests {
		if r.Open || target != "" && r.Target != target {
			kept = append(kept, r)
		}
	}
	s.Requests = kept
}
