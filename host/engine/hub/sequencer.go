package hub

import (
	"cmp"
	"encoding/binary"
	"slices"
	"sync/atomic"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
)

// sequencer gives places: it is the part of the host that orders messages and
// views once its reign has begun.
type sequencer struct {
	host    *host
	reign   reign
	ring    uint64
	place   uint64
	last    viewBody // the view before
	seenAll bool
	pinged  time.Time
	ended   atomic.Bool
}

// members are the connected members in view, ascending.
func (s *sequencer) members() []*client {
	var list []*client
	for _, c := range s.host.clients {
		if c.member {
			list = append(list, c)
		}
	}
	slices.SortFunc(list, func(a, b *client) int { return cmp.Compare(a.Node, b.Node) })
	return list
}

// message gives a message its place and sends it to all.
func (s *sequencer) message(from *client, data []byte) {
	sender := binary.LittleEndian.AppendUint32(nil, uint32(from.Node))
	s.send(kMessage, sender, data)
}

// send gives the next place.
func (s *sequencer) send(k kind, parts ...[]byte) {
	s.place++
	head := append(number(s.place), number(s.stable())...)
	f := frame(k, append([][]byte{head}, parts...)...)
	for _, c := range s.members() {
		c.out.put(f)
	}
}

// stable is the place up to which every member has been told everything.
func (s *sequencer) stable() uint64 {
	least := s.place
	for _, c := range s.host.clients {
		if c.member {
			least = min(least, c.acked)
		}
	}
	return least
}

// admit takes a connection in: a member gets a view in which it joins.
func (s *sequencer) admit(c *client) {
	s.seenAll = s.seenAll || c.SeenAll
	if c.Machine {
		s.tellIfChanged()
		return
	}
	c.member, c.acked = true, s.place
	s.tell([]view.Change{{ID: c.Node, Reason: view.Join}}, nil, nil)
}

// remove takes a connection out and tells why.
func (s *sequencer) remove(c *client) {
	if !c.member {
		s.tellIfChanged()
		return
	}
	c.member = false
	reason := view.NodeDown
	switch {
	case c.leaves:
		reason = view.Leave
	case s.host.held(c):
		reason = view.ProcessDied
	}
	s.tell(nil, []view.Change{{ID: c.Node, Reason: reason}}, nil)
}

// tellIfChanged tells a view if the machines have changed, or, without a place,
// who holds them.
func (s *sequencer) tellIfChanged() {
	if s.host.talks != nil {
		return
	}
	if !slices.Equal(s.machines(), s.last.Machines) {
		s.tell(nil, nil, nil)
		return
	}
	if held := s.held(); !slices.Equal(held, s.last.Held) {
		s.last.Held = held
		s.leaveMemo()
		f := frame(kHeld, pack(held))
		for _, c := range s.members() {
			c.out.put(f)
		}
	}
}

// held are the machines with a holder.
func (s *sequencer) held() []who {
	var list []who
	for _, c := range s.host.clients {
		if c.known && c.Machine {
			list = append(list, c.who)
		}
	}
	slices.SortFunc(list, func(a, b who) int { return cmp.Compare(a.Node, b.Node) })
	return list
}

// machines are the nodes with a member or a holder.
func (s *sequencer) machines() []crm.NodeID {
	var ids []crm.NodeID
	for _, c := range s.host.clients {
		if c.known && (c.Machine || c.member) {
			ids = append(ids, c.Node)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// tell sends the view as it is now. A change of machines makes a new ring.
func (s *sequencer) tell(joined, left []view.Change, together []who) {
	v := viewBody{
		Reign: s.reign, First: s.place == 0, Host: s.host.self, Machines: s.machines(),
		Joined: joined, Left: left, Together: together,
	}
	for _, c := range s.members() {
		v.Members = append(v.Members, c.who)
	}
	v.Held = s.held()
	if !slices.Equal(v.Machines, s.last.Machines) {
		s.ring++
	}
	s.seenAll = s.seenAll || len(v.Machines) == len(s.host.opt.Nodes)
	v.Ring, v.SeenAll = s.ring, s.seenAll
	v.Quorate = s.host.opt.quorate(len(v.Machines), s.seenAll)
	s.last = v
	s.leaveMemo()
	s.send(kView, pack(v))
}

func (s *sequencer) leaveMemo() {
	m := memo{Ring: s.ring, Held: s.last.Held}
	for _, c := range s.members() {
		m.Members = append(m.Members, c.who)
	}
	saveMemo(s.host.opt.Path, m)
}

// ping shows the clients that the hub lives.
func (s *sequencer) ping(now time.Time) {
	if now.Sub(s.pinged) < s.host.opt.Token/4 {
		return
	}
	s.pinged = now
	f := frame(kPing)
	for _, c := range s.host.clients {
		c.out.put(f)
	}
}
