package memory

import (
	"slices"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
)

// ring is one membership of machines and its log.
type ring struct {
	seq      uint64
	machines []crm.NodeID // ascending
	log      []entry
	quorate  bool
	broken   bool // a fault was noticed: nothing gets a place any more
}

// disturbed looks at the net after something changed: it breaks rings that
// have lost a machine and plans the forming of new ones.
func (n *Net) disturbed() {
	n.regroup()
	for _, m := range n.machines {
		if m.up && !m.ring.broken && !n.whole(m.ring) {
			n.breakRing(m.ring)
		}
	}
	n.after(n.opt.Merge, n.reform)
}

// whole reports whether all machines of r are still in it and can be one ring.
func (n *Net) whole(r *ring) bool {
	first := n.machine(r.machines[0])
	for _, id := range r.machines {
		m := n.machine(id)
		if !m.up || m.frozen || m.ring != r || m.group != first.group {
			return false
		}
	}
	return true
}

// breakRing stops r's token. Each of its machines notices after Token, or a
// little later. Of what is on the way to a machine that cannot reach the
// sender any more, some is lost, and with it, order being order, what comes behind.
func (n *Net) breakRing(r *ring) {
	r.broken = true
	for _, id := range r.machines {
		m := n.machine(id)
		if m.ring != r || !m.up {
			continue
		}
		wait := n.opt.Token + n.upTo(n.opt.Token/4)
		m.deadline = n.now.Add(wait)
		n.after(wait, n.reform)
		for k := range m.inbox {
			if !n.hears(m, n.machine(r.log[m.next+k].from)) && n.rng.IntN(2) == 0 {
				m.inbox = m.inbox[:k]
				break
			}
		}
	}
}

// reform gives every group of machines one ring, as far as they have noticed by now.
func (n *Net) reform() {
	var done []*machine
	for _, m := range n.machines {
		if !m.up || m.frozen || slices.Contains(done, m) {
			continue
		}
		part := n.partOf(m)
		done = append(done, part...)
		n.settle(part)
	}
}

func (n *Net) partOf(m *machine) []*machine {
	var part []*machine
	for _, o := range n.machines {
		if o.up && !o.frozen && o.group == m.group {
			part = append(part, o)
		}
	}
	return part
}

// settle brings one group to one ring, if it is not there yet.
func (n *Net) settle(part []*machine) {
	old := part[0].ring
	if n.whole(old) && len(old.machines) == len(part) { // then it is made of just these
		if old.broken { // the fault passed before anybody noticed
			n.mend(old, part)
		}
		return
	}
	for _, m := range part {
		if m.ring.broken && m.deadline.After(n.now) {
			return // it still waits for the token; its own appointment comes
		}
	}
	n.form(part)
}

// mend lets a ring go on: what was lost on the way is sent again.
func (n *Net) mend(r *ring, part []*machine) {
	r.broken = false
	for _, m := range part {
		m.deadline = time.Time{}
		m.fill()
		m.plan()
	}
}

// form ends the rings that part's machines come from and starts a common one.
func (n *Net) form(part []*machine) {
	origin := make([]*ring, len(part))
	for i, m := range part {
		origin[i] = m.ring
	}
	for i, m := range part {
		if slices.Index(origin, m.ring) == i {
			n.flush(m.ring, part)
		}
	}
	next := n.newRing(part)
	group := nextGroup(part)
	for i, m := range part {
		together := func(id crm.NodeID) bool {
			k := slices.IndexFunc(part, func(o *machine) bool { return o.id == id })
			return k >= 0 && origin[k] == origin[i]
		}
		m.enter(next, group, together)
	}
}

func (n *Net) newRing(part []*machine) *ring {
	r := &ring{quorate: n.quorate(part)}
	for _, m := range part {
		r.seq = max(r.seq, m.ringSeq)
		r.machines = append(r.machines, m.id)
	}
	r.seq += 4 // as Corosync counts
	return r
}

// nextGroup is the group on the new ring: what each machine knows of its own
// process. One that has died or left stays in until that gets its place.
func nextGroup(part []*machine) []peer {
	var group []peer
	for _, m := range part {
		if i := m.find(m.id); i >= 0 {
			group = append(group, m.members[i])
		}
	}
	return group
}

// flush lets those of part that come from r deliver the same rest of its log.
func (n *Net) flush(r *ring, part []*machine) {
	var from []*machine
	cut := 0
	for _, m := range part {
		if m.ring == r {
			from = append(from, m)
			cut = max(cut, m.next)
		}
	}
	cut += n.rng.IntN(len(r.log) - cut + 1)
	for _, m := range from {
		m.inbox = nil
		m.hear()
		for ; m.next < len(r.log); m.next++ {
			e := r.log[m.next]
			own := slices.ContainsFunc(from, func(o *machine) bool { return o.id == e.from })
			if m.next < cut || own {
				m.deliver(e)
			}
		}
	}
}

// enter moves the machine to a new ring. Those of its old group that do not come
// with it from the same ring have left, even if they are in the new group too:
// they may have delivered something else.
func (m *machine) enter(r *ring, group []peer, together func(crm.NodeID) bool) {
	var joined, left []view.Change
	for _, p := range m.members {
		if !together(p.id) || !slices.Contains(group, p) {
			left = append(left, view.Change{ID: p.id, Reason: view.NodeDown})
		}
	}
	for _, p := range group {
		if !together(p.id) || !slices.Contains(m.members, p) {
			joined = append(joined, view.Change{ID: p.id, Reason: view.NodeUp})
		}
	}
	m.ring, m.next, m.deadline = r, 0, time.Time{}
	m.ringSeq = r.seq
	m.members = slices.Clone(group)
	wait := m.net.delay()
	m.news = &news{m.net.now.Add(wait), joined, left}
	m.net.after(wait, m.receive)
}

// quorate counts votes and settles wait_for_all.
func (n *Net) quorate(part []*machine) bool {
	votes := 2*len(part) > len(n.opt.Nodes)
	if n.opt.TwoNode && len(n.opt.Nodes) == 2 {
		votes = true
	}
	if !n.opt.WaitForAll && !n.opt.TwoNode {
		return votes
	}
	seen := len(part) == len(n.opt.Nodes)
	for _, m := range part {
		seen = seen || m.seenAll
	}
	for _, m := range part {
		m.seenAll = seen
	}
	return votes && seen
}
