package replica

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"holdfast/cluster/view"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/internal/mutant"
)

// HelloWait is how long members wait for one another's hello before the silent
// ones are left out.
const HelloWait = 2 * time.Second

// Keeper is the state that the replica keeps equal.
type Keeper interface {
	// Describe fills in what a hello says of the local state; ring and members
	// are set by the replica.
	Describe() wire.Hello
	// Save encodes the whole replicated state.
	Save() json.RawMessage
	// Adopt replaces the local state. An error means that the sender's state
	// cannot be read; the member then stays out of sync.
	Adopt(json.RawMessage) error
}

// Out is something that the replica wants done: Send, Deliver, InSync, OutOfSync
// or Wait.
type Out interface{ isOut() }

// Send multicasts a command.
type Send struct{ Command wire.Command }

// Deliver applies a command: it is its turn in the log.
type Deliver struct {
	From    crm.NodeID
	Index   uint64
	Command wire.Command

	life wire.Incarnation // of the sender, if it was held back
}

// InSync says that the members now hold the same state and the log goes on.
type InSync struct {
	View    view.View
	Index   uint64       // where in the log
	Members []crm.NodeID // those in sync: the view's members less the silent
	// Hellos are what the members said, ascending by id; nil if the view needed no
	// words, because nobody joined.
	Hellos []Said
	// Source is whose state went on; zero if no words were needed.
	Source crm.NodeID
	// Late says that this member was left out before: what it said then was not
	// applied in its own state.
	Late bool
}

// OutOfSync says that commands wait until the next InSync.
type OutOfSync struct{ View view.View }

// Wait asks to be called back with Late(Serial) after a time.
type Wait struct {
	Serial uint64
	After  time.Duration
}

// Again asks to be called back with Again at once, when everything before it is done: one
// that was left out has spoken, and the next hello describes what that has made of the state.
type Again struct{}

// Trouble is a message for the log.
type Trouble struct{ Text string }

func (Send) isOut()      {}
func (Deliver) isOut()   {}
func (InSync) isOut()    {}
func (OutOfSync) isOut() {}
func (Wait) isOut()      {}
func (Again) isOut()     {}
func (Trouble) isOut()   {}

// Said is one member's hello.
type Said struct {
	ID    crm.NodeID
	Hello *wire.Hello
}

// Replica is the state machine of one member.
type Replica struct {
	self   crm.NodeID
	keeper Keeper

	view   view.View
	inSync bool
	index  uint64 // of the last command delivered; equal on all members in sync

	round   round
	carried []Deliver                       // held back since before this round
	waiting []Deliver                       // held back in this round
	stale   bool                            // left out of a round that the others finished
	apart   bool                            // it has come alone, or from others than those who go on: what it did before only it knows
	lives   map[crm.NodeID]wire.Incarnation // of those who have said hello
}

// round is one exchange of hellos. It lasts from a view change, or a late hello,
// to the snapshot.
type round struct {
	serial   uint64 // of this member's timers
	number   int    // counts the rounds of one view: equal on all members
	hellos   map[crm.NodeID]*wire.Hello
	leftOut  map[crm.NodeID]bool
	awaiting crm.NodeID // the source, once all hellos are there
	settled  bool       // the snapshot was delivered
	late     bool       // one that was left out has spoken before that
	early    []Said     // such hellos that are about the next round
}

// New returns the replica of member self, out of sync until its first view.
func New(self crm.NodeID, keeper Keeper) *Replica {
	return &Replica{self: self, keeper: keeper, lives: map[crm.NodeID]wire.Incarnation{}}
}

// InSync reports whether commands are applied as they are delivered.
func (r *Replica) InSync() bool { return r.inSync }

// View returns the newest view.
func (r *Replica) View() view.View { return r.view }

// Index is the position in the log: the number of commands applied, equal on
// all members that are in sync.
func (r *Replica) Index() uint64 { return r.index }

// ViewChange installs a view whose members differ from the last one's. A change
// of quorum or machines alone is not in the order of messages and none of the
// replica's business.
func (r *Replica) ViewChange(v view.View) []Out {
	alike := r.inSync && len(v.Joined) == 0 && !r.silentIn(v)
	r.view = v
	self := slices.ContainsFunc(v.Joined, func(c view.Change) bool { return c.ID == r.self })
	r.apart = r.apart || self || len(v.Members)-len(v.Joined) <= 1
	for _, id := range v.Members {
		if self || slices.ContainsFunc(v.Joined, func(c view.Change) bool { return c.ID == id }) {
			r.unknown(id)
		}
	}
	if alike {
		return []Out{InSync{View: v, Index: r.index, Members: slices.Clone(v.Members)}}
	}
	return r.begin(0)
}

// unknown forgets which process speaks for a member that has come, or to whom this one has
// come, with a new engine: it may be another one than the last we heard of. So what it says
// before its hello has no name, and what it said so in earlier views is dropped, of which
// nobody can tell any more whose it was. A process that is still the same says again what it needs.
func (r *Replica) unknown(id crm.NodeID) {
	delete(r.lives, id)
	unnamed := func(d Deliver) bool { return d.From == id && d.life == wire.Incarnation{} }
	r.carried = slices.DeleteFunc(r.carried, unnamed)
	r.waiting = slices.DeleteFunc(r.waiting, unnamed)
}

// silentIn reports whether the view still holds a member that was left out of
// the last round: it does not share our state, so words are needed.
func (r *Replica) silentIn(v view.View) bool {
	for id := range r.round.leftOut {
		if v.Has(id) {
			return true
		}
	}
	return false
}

// begin starts a round. What was held back in an unfinished round is carried on;
// of several carried queues the source's goes on.
func (r *Replica) begin(number int) []Out {
	r.inSync = false
	r.carried = append(r.carried, r.waiting...)
	r.waiting = nil
	if r.stale {
		r.carried = nil // the others have applied it
	}
	before := r.round
	r.round = round{
		serial:  r.round.serial + 1,
		number:  number,
		hellos:  map[crm.NodeID]*wire.Hello{},
		leftOut: map[crm.NodeID]bool{},
	}
	if number == before.number+1 {
		for _, s := range before.early {
			r.round.hellos[s.ID] = s.Hello
		}
	}
	h := r.keeper.Describe()
	h.Members, h.Round, h.Serial = r.view.Members, number, r.round.serial
	if r.stale { // the others know better, of this member as well if it was with them
		h.Live, h.Formed, h.Current = false, false, false
		if !r.apart {
			h.Own = ""
		}
	}
	return []Out{OutOfSync{View: r.view}, Send{&h}, Wait{Serial: r.round.serial, After: HelloWait}}
}

// Late is the answer to Wait. A serial of an earlier round is ignored.
func (r *Replica) Late(serial uint64) []Out {
	if serial != r.round.serial || r.round.settled {
		return nil
	}
	silent := r.missing()
	if r.round.awaiting != 0 {
		// All have spoken but the source: it does not send its snapshot.
		silent = []crm.NodeID{r.round.awaiting}
	}
	again := Wait{Serial: serial, After: HelloWait}
	if len(silent) == 0 || slices.Contains(silent, r.self) {
		return []Out{again} // our own voice does not come back: not ours to judge others
	}
	return []Out{Send{&wire.LeaveOut{Ring: r.view.Ring, Members: r.view.Members, Round: r.round.number, Silent: silent}}, again}
}

// missing lists the members whose hello is still awaited, ascending.
func (r *Replica) missing() []crm.NodeID {
	var ids []crm.NodeID
	for _, id := range r.view.Members {
		if r.round.hellos[id] == nil && !r.round.leftOut[id] {
			ids = append(ids, id)
		}
	}
	return ids
}

// Receive takes one delivered command.
func (r *Replica) Receive(from crm.NodeID, c wire.Command) []Out {
	if r.revived(from, c) {
		return r.begin(r.round.number + 1)
	}
	switch c := c.(type) {
	case *wire.Hello:
		r.lives[from] = c.Incarnation
		if r.current(c.Members) {
			return r.hello(from, c)
		}
		return nil
	case *wire.LeaveOut:
		if c.Ring == r.view.Ring && r.current(c.Members) && c.Round == r.round.number && !r.round.settled {
			return r.leaveOut(c)
		}
		return nil
	case *wire.Snapshot:
		if r.current(c.Members) && c.Round == r.round.number && from == r.round.awaiting && !r.round.settled {
			return r.snapshot(c)
		}
		return nil
	}
	return r.command(Deliver{From: from, Command: c})
}

// revived reports whether one that was left out takes part in a round of its own:
// it is alive, and its hello was lost. An engine that was out of reach for a moment may
// come back without the others having seen it go; they have spoken before it could
// hear them. Then each side leaves the other out, and another round mends that.
func (r *Replica) revived(from crm.NodeID, c wire.Command) bool {
	if !r.round.settled || !r.round.leftOut[from] {
		return false
	}
	switch c := c.(type) {
	case *wire.LeaveOut:
		return r.current(c.Members)
	case *wire.Snapshot:
		return r.current(c.Members)
	}
	return false
}

func (r *Replica) command(d Deliver) []Out {
	switch {
	case r.inSync:
		r.index++
		d.Index = r.index
		return []Out{d}
	case !r.stale || !r.round.settled:
		d.life = r.lives[d.From]
		r.waiting = append(r.waiting, d)
	}
	return nil
}

// current reports whether a message is about the present members. It may be of an earlier
// view of the same members. A snapshot does no harm then: being in order, it comes before
// anything newer of its sender. A hello stands in for the one that follows it, since its
// sender's state was frozen meanwhile; but others may have gone on, so what it says of quorum
// without a break is over. Nobody can see that but its sender, who therefore sends no snapshot
// on the strength of it (close).
func (r *Replica) current(members []crm.NodeID) bool {
	return slices.Equal(members, r.view.Members)
}

func (r *Replica) hello(from crm.NodeID, h *wire.Hello) []Out {
	switch {
	case r.round.leftOut[from]:
		r.round.late = true
		if h.Round == r.round.number+1 { // it has begun that round already
			r.round.early = append(r.round.early, Said{from, h})
		}
		if r.round.settled {
			return r.begin(r.round.number + 1) // here, at one place in the log for all
		}
		return nil
	case h.Round != r.round.number:
		return nil
	case r.round.settled && r.round.hellos[from] != nil: // that one was of an earlier view: what it lacked has its place here
		return r.command(Deliver{From: from, Command: h})
	case r.round.settled:
		return nil
	case r.round.hellos[from] != nil: // that was of an earlier view: all judge anew
		r.round.awaiting = 0
	}
	r.round.hellos[from] = h
	return r.close()
}

func (r *Replica) leaveOut(c *wire.LeaveOut) []Out {
	for _, id := range c.Silent {
		if r.round.hellos[id] == nil || id == r.round.awaiting {
			r.round.leftOut[id] = true
			delete(r.round.hellos, id)
		}
	}
	if r.round.leftOut[r.round.awaiting] {
		r.round.awaiting = 0
	}
	if len(r.round.hellos) == 0 && len(r.missing()) == 0 {
		// One source after the other was too slow, in a network that stood still: nobody
		// is left to wait for. All begin anew, at this place in the log.
		return r.begin(r.round.number + 1)
	}
	return r.close()
}

// close ends the round's first half once all have spoken.
func (r *Replica) close() []Out {
	if len(r.missing()) > 0 || r.round.awaiting != 0 || len(r.round.hellos) == 0 {
		return nil
	}
	r.round.awaiting = choose(r.said())
	if r.round.awaiting != r.self || r.round.hellos[r.self].Serial != r.round.serial {
		return nil // in the last case our hello of this view is on its way, and all will judge anew
	}
	return []Out{Send{&wire.Snapshot{
		Members: r.view.Members, Round: r.round.number,
		State: r.save(),
	}}}
}

func (r *Replica) said() []Said {
	var all []Said
	for _, id := range r.view.Members {
		if h := r.round.hellos[id]; h != nil {
			all = append(all, Said{id, h})
		}
	}
	return all
}

// snapshot is the moment at which the members are equal again.
func (r *Replica) snapshot(s *wire.Snapshot) []Out {
	source := r.round.awaiting
	r.round.awaiting, r.round.settled = 0, true
	var out []Out
	if r.round.leftOut[r.self] {
		if !r.stale {
			r.apart = r.apart || r.keeper.Describe().Path != r.round.hellos[source].Path
		}
		r.stale = true
		r.carried, r.waiting = nil, nil
	} else {
		out = r.adopt(source, s)
	}
	if r.round.late {
		out = append(out, Again{})
	}
	return out
}

// Again is the answer to the output of that name.
func (r *Replica) Again() []Out { return r.begin(r.round.number + 1) }

// adopt takes over the source's state and its held back commands, then applies
// those of this round.
func (r *Replica) adopt(source crm.NodeID, s *wire.Snapshot) []Out {
	held, err := r.load(s.State)
	if err != nil {
		r.stale = true
		return []Out{Trouble{fmt.Sprintf("cannot adopt the cluster's state from node %d: %v", source, err)}}
	}
	said := r.said()
	members := make([]crm.NodeID, len(said))
	for i, m := range said {
		members[i] = m.ID
	}
	out := []Out{InSync{View: r.view, Index: r.index, Members: members, Hellos: said, Source: source, Late: r.stale}}
	r.inSync, r.stale, r.apart = true, false, false
	switch {
	case mutant.On(mutant.AppliedTwice) && source == r.self:
		held = append(held, r.waiting...)
	case mutant.On(mutant.WrongPlace) && source != r.self:
		r.waiting = nil
	}
	for _, d := range append(held, r.waiting...) {
		if r.former(d) {
			continue
		}
		out = append(out, r.command(d)...)
	}
	r.carried, r.waiting = nil, nil
	return out
}

// former reports whether a command that was held back is of a process that another
// one has followed since: yesterday's words.
func (r *Replica) former(d Deliver) bool {
	h := r.round.hellos[d.From]
	return h != nil && d.life != wire.Incarnation{} && d.life != h.Incarnation
}

// saved is a snapshot's content.
type saved struct {
	Index   uint64          `json:"index"`
	State   json.RawMessage `json:"state"`
	Carried []carried       `json:"carried,omitempty"`
}

type carried struct {
	From  crm.NodeID       `json:"from"`
	Life  wire.Incarnation `json:"life"`
	Frame []byte           `json:"frame"`
}

func (r *Replica) save() json.RawMessage {
	s := saved{Index: r.index, State: r.keeper.Save()}
	for _, d := range r.carried {
		s.Carried = append(s.Carried, carried{d.From, d.life, wire.Encode(d.Command)})
	}
	data, err := json.Marshal(s)
	if err != nil {
		panic(fmt.Sprintf("replica: a state that is not plain data: %v", err))
	}
	return data
}

func (r *Replica) load(data json.RawMessage) ([]Deliver, error) {
	var s saved
	if err := json.Unmarshal(data, &s); err != nil {
		return nil, err
	}
	var held []Deliver
	for _, c := range s.Carried {
		cmd, err := wire.Decode(c.Frame)
		if err != nil {
			return nil, err
		}
		held = append(held, Deliver{From: c.From, Command: cmd, life: c.Life})
	}
	if err := r.keeper.Adopt(s.State); err != nil {
		return nil, err
	}
	r.index = s.Index
	return held, nil
}
