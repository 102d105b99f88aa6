package memory

import (
	"slices"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
)

// machine is one computer with its half of the engine on it. What it knows of
// the group changes only by what it delivers from its ring.
type machine struct {
	net      *Net
	id       crm.NodeID
	up       bool
	frozen   bool
	side     int // machines with the same number reach each other, but for cuts
	group    int // machines with the same number are to be one ring
	proc     *Member
	queue    []entry     // sent, without a place in a log yet
	sends    int         // agenda items that will give the queue's head a place
	ring     *ring       // never nil while up
	next     int         // the next entry of the ring's log to deliver
	inbox    []time.Time // when the entries from next on arrive
	deadline time.Time   // not before this does a broken ring end here
	members  []peer      // the group as delivered so far, ascending by id
	ringSeq  uint64      // the largest ring number it ever had
	news     *news       // the view of a new ring, not told yet
	seenAll  bool        // wait_for_all is satisfied
}

// news is a view that the machine has formed and its process hears at an
// instant of its own, before anything from the new ring's log.
type news struct {
	at           time.Time
	joined, left []view.Change
}

// peer is one process of the group as a machine knows it.
type peer struct {
	id  crm.NodeID
	inc uint64
}

// entry is one place in a ring's log.
type entry struct {
	kind   entryKind
	from   crm.NodeID
	inc    uint64
	reason view.Reason
	data   []byte
}

type entryKind uint8

const (
	message entryKind = iota
	procJoin
	procLeave
)

// boot puts a machine up, alone in a ring.
func (m *machine) boot() {
	m.up, m.frozen, m.seenAll = true, false, false
	m.queue, m.inbox, m.members, m.news = nil, nil, nil, nil
	m.ringSeq += 4 // kept on disk, as Corosync does
	m.ring = &ring{seq: m.ringSeq, machines: []crm.NodeID{m.id}}
	m.ring.quorate = m.net.quorate([]*machine{m})
	m.next = 0
}

// send queues an entry for a place in the log.
func (m *machine) send(e entry) {
	m.queue = append(m.queue, e)
	m.plan()
}

// window is how many entries may get a place in one turn of the token.
const window = 32

// plan sees to it that the head of the queue gets its place some time.
func (m *machine) plan() {
	if m.sends > 0 || len(m.queue) == 0 {
		return
	}
	m.sends++
	m.net.after(m.net.delay(), func() {
		m.sends--
		if !m.up || m.frozen || m.news != nil || m.ring.broken || len(m.queue) == 0 {
			return // a new ring, or the thaw, plans again
		}
		turn := 1 + m.net.rng.IntN(min(len(m.queue), window))
		for _, e := range m.queue[:turn] {
			m.net.append(m.ring, e)
		}
		m.queue = m.queue[turn:]
		m.plan()
	})
}

// append gives e the next place in r's log and sends it to the ring's machines.
func (n *Net) append(r *ring, e entry) {
	n.trim(r)
	r.log = append(r.log, e)
	for _, id := range r.machines {
		if m := n.machine(id); m.ring == r {
			m.fill()
		}
	}
}

// trim forgets what every machine of the ring has delivered.
func (n *Net) trim(r *ring) {
	if len(r.log) < 4096 {
		return
	}
	done := len(r.log)
	for _, m := range n.machines {
		if m.ring == r {
			done = min(done, m.next)
		}
	}
	r.log = slices.Clone(r.log[done:])
	for _, m := range n.machines {
		if m.ring == r {
			m.next -= done
		}
	}
}

// fill draws arrival times for all entries that have none yet.
func (m *machine) fill() {
	for m.next+len(m.inbox) < len(m.ring.log) {
		at := m.net.now.Add(m.net.delay())
		if k := len(m.inbox); k > 0 && m.inbox[k-1].After(at) {
			at = m.inbox[k-1]
		}
		m.inbox = append(m.inbox, at)
		m.net.after(at.Sub(m.net.now), m.receive)
	}
}

// receive delivers everything that has arrived by now.
func (m *machine) receive() {
	if m.up && !m.frozen && m.news != nil && !m.news.at.After(m.net.now) {
		m.hear()
	}
	for m.up && !m.frozen && m.news == nil && len(m.inbox) > 0 && !m.inbox[0].After(m.net.now) {
		e := m.ring.log[m.next]
		m.next++
		m.inbox = m.inbox[1:]
		m.deliver(e)
	}
}

// hear tells the process the view of the new ring; only then may it send there.
func (m *machine) hear() {
	if m.news != nil {
		told := m.news
		m.news = nil
		m.tell(told.joined, told.left)
		m.plan()
	}
}

// deliver applies one entry of the log to what the machine knows, and tells
// its process.
func (m *machine) deliver(e entry) {
	switch e.kind {
	case message:
		if m.knows(e.from, e.inc) {
			m.proc.hand(engine.Message{From: e.from, Data: slices.Clone(e.data)})
		}
	case procJoin:
		m.joined(e)
	case procLeave:
		m.left(e)
	}
}

func (m *machine) joined(e entry) {
	var left []view.Change
	if i := m.find(e.from); i >= 0 { // its former process has not been missed yet
		left = []view.Change{{ID: e.from, Reason: view.ProcessDied}}
		m.members = slices.Delete(m.members, i, i+1)
	}
	m.members = append(m.members, peer{e.from, e.inc})
	sortPeers(m.members)
	if p := m.proc; p != nil && e.from == m.id && e.inc == p.inc && p.state == joining {
		p.state = joined
		left = nil // it was not there to see anybody leave
	}
	m.tell([]view.Change{{ID: e.from, Reason: view.Join}}, left)
}

func (m *machine) left(e entry) {
	if !m.knows(e.from, e.inc) {
		return // it died before its joining got a place
	}
	i := m.find(e.from)
	m.members = slices.Delete(m.members, i, i+1)
	m.tell(nil, []view.Change{{ID: e.from, Reason: e.reason}})
}

// tell hands the process the view that the machine has now.
func (m *machine) tell(joined, left []view.Change) {
	m.proc.hand(engine.ViewChange{View: view.View{
		Ring:     m.ring.seq,
		Members:  ids(m.members),
		Machines: slices.Clone(m.ring.machines),
		Joined:   joined,
		Left:     left,
		Quorate:  m.ring.quorate,
	}})
}

func (m *machine) find(id crm.NodeID) int {
	return slices.IndexFunc(m.members, func(p peer) bool { return p.id == id })
}

func (m *machine) knows(id crm.NodeID, inc uint64) bool {
	i := m.find(id)
	return i >= 0 && m.members[i].inc == inc
}

func ids(peers []peer) []crm.NodeID {
	list := make([]crm.NodeID, len(peers))
	for i, p := range peers {
		list[i] = p.id
	}
	return list
}

func sortPeers(peers []peer) {
	slices.SortFunc(peers, func(a, b peer) int { return int(a.id) - int(b.id) })
}
