package hub

import (
	"cmp"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
)

// recovery is the beginning of a reign: who was together in a former reign meets
// again, and is brought to the same place of it before the first view.
type recovery struct {
	host    *host
	memo    memo     // what the host before has left
	asked   *client  // from whom the rest of the former reign is being fetched
	history [][]byte // what it has sent: frames to hand on
	first   uint64   // the place of history[0]
	group   []*client
}

// waitAll bounds how long a new hub waits for the processes that it knows of,
// as long as they run.
const waitAll = 500 * time.Millisecond

// check goes on as soon as everybody who can be expected is here.
func (r *recovery) check() {
	if r.asked != nil {
		if !slices.Contains(r.host.clients, r.asked) {
			r.asked, r.history = nil, nil // it died while telling; ask the next best
		} else {
			return
		}
	}
	leader := r.best()
	if leader == nil {
		return // nobody yet; the host's own member will come
	}
	if !r.complete(leader) {
		return
	}
	r.fetch(leader)
}

// best is the member that knows the most of the latest reign; the lowest id
// among equals.
func (r *recovery) best() *client {
	var best *client
	for _, c := range r.host.clients {
		if !c.known || c.Machine {
			continue
		}
		if best == nil || later(c, best) {
			best = c
		}
	}
	return best
}

func later(a, b *client) bool {
	switch {
	case a.Reign.Number != b.Reign.Number:
		return a.Reign.Number > b.Reign.Number
	case a.Reign.Nonce != b.Reign.Nonce:
		return a.Reign.Nonce > b.Reign.Nonce
	case a.Place != b.Place:
		return a.Place > b.Place
	}
	return a.Node < b.Node
}

// complete reports whether all that the leader knows of, and whose processes
// still run, are here, or the time for waiting is over.
func (r *recovery) complete(leader *client) bool {
	if time.Since(r.host.begun) > waitAll {
		return true
	}
	members, held := leader.Members, leader.Held
	if !leader.away() { // it knows nothing; somebody who does may be on the way
		members, held = r.memo.Members, r.memo.Held
	}
	return !r.missing(members, false) && !r.missing(held, true)
}

func (r *recovery) missing(list []who, machine bool) bool {
	return slices.ContainsFunc(list, func(w who) bool { return !r.here(w.Node, machine) && runs(w) })
}

func (r *recovery) here(id crm.NodeID, machine bool) bool {
	return slices.ContainsFunc(r.host.clients, func(c *client) bool { return c.known && c.Machine == machine && c.Node == id })
}

// runs reports whether a process is worth waiting for. Tests, whose members are
// no processes, put in their own.
var runs = processRuns

// processRuns: it is there and neither a zombie nor stopped.
func processRuns(w who) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", w.PID))
	if err != nil {
		return false
	}
	_, state, _ := strings.Cut(string(stat), ") ")
	return state != "" && !strings.Contains("ZXTt", state[:1])
}

// fetch finds those who are together with the leader, and asks it for what the
// last of them has not been told.
func (r *recovery) fetch(leader *client) {
	r.group = nil
	least := leader.Place
	for _, c := range r.host.clients {
		if c.known && !c.Machine && c.Reign == leader.Reign && leader.Place > 0 && slices.Contains(leader.Members, c.who) {
			r.group = append(r.group, c)
			least = min(least, c.Place)
		}
	}
	if least == leader.Place {
		r.begin(leader)
		return
	}
	r.asked, r.first = leader, least+1
	leader.out.put(frame(kFetch, number(least+1)))
}

// told takes a part of what was fetched.
func (r *recovery) told(c *client, k kind, body []byte) {
	if c != r.asked {
		return
	}
	if k == kHistory && len(body) > 0 {
		r.history = append(r.history, frame(kind(body[0]), body[1:]))
		return
	}
	for _, m := range r.group {
		if from := m.Place + 1 - r.first; from < uint64(len(r.history)) {
			m.out.put(r.history[from:]...)
		}
	}
	r.begin(c)
}

// begin tells the first view of the reign.
func (r *recovery) begin(leader *client) {
	h := r.host
	h.talks = nil
	slices.SortFunc(h.clients, func(a, b *client) int { return cmp.Compare(a.Node, b.Node) })
	var joined []view.Change
	var together []who
	for _, c := range slices.Clone(h.clients) {
		if !c.known {
			continue
		}
		h.order.seenAll = h.order.seenAll || c.SeenAll
		h.order.ring = max(h.order.ring, c.Ring)
		if c.Machine {
			continue
		}
		switch {
		case slices.Contains(r.group, c):
			together = append(together, c.who)
		case c.away():
			h.refuse(c, awayTooLong)
			continue
		default:
			joined = append(joined, view.Change{ID: c.Node, Reason: view.Join})
		}
		c.member, c.acked = true, 0
	}
	h.order.tell(joined, nil, together)
}
