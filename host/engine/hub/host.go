package hub

import (
	"bufio"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// host is the hub while this process hosts it. One goroutine owns the order:
// everything comes to it as an input, one at a time.
type host struct {
	opt      Options
	self     who
	listener *net.UnixListener
	inode    uint64
	inputs   chan input
	done     chan struct{}
	closing  sync.Once

	parted  atomic.Uint64 // the incarnation that said goodbye last
	crashed atomic.Bool   // hang up without a word, as a killed process does

	clients []*client
	lastRun time.Time // when the goroutine last looked at the clock
	begun   time.Time
	order   sequencer
	talks   *recovery // while a reign begins
}

// client is one connection at the hub.
type client struct {
	hello
	conn   net.Conn
	out    *writer
	known  bool // it has said hello
	heard  time.Time
	acked  uint64
	member bool      // part of the view
	dying  time.Time // set: its process has died, its machine perhaps too
	leaves bool
}

// away: it was told things in another reign, or by a connection that is gone.
func (c *client) away() bool { return c.Reign != (reign{}) }

// foreign begins the refusal of members of another cluster.
const foreign = "its "

func notOurs(why string) bool { return strings.HasPrefix(why, foreign) }

const awayTooLong = "the others have gone on without this node: it was silent for too long"

// input is a frame, a new connection, the end of one, or a tick.
type input struct {
	from *client
	kind kind
	body []byte
	open bool
	err  error
	tick bool
}

func newHost(o Options, self who, l *net.UnixListener, last memo) *host {
	h := &host{opt: o, self: self, listener: l, inode: inode(o.Path),
		inputs: make(chan input, 256), done: make(chan struct{}), begun: time.Now(), lastRun: time.Now()}
	h.order = sequencer{host: h, reign: reign{Number: last.Ring, Nonce: rand.Uint64()}, ring: last.Ring}
	h.talks = &recovery{host: h, memo: last}
	go h.accept()
	go h.tick()
	go h.run()
	return h
}

// stop ends the hub; clients are told what is queued for them, for d at most.
func (h *host) stop(d time.Duration) {
	h.closing.Do(func() {
		close(h.done)
		h.listener.Close()
	})
	if d <= 0 {
		return
	}
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if h.finished() {
			return
		}
	}
}

func (h *host) accept() {
	for {
		conn, err := h.listener.Accept()
		if err != nil {
			return
		}
		c := &client{conn: conn, out: newWriter(conn), heard: time.Now()}
		h.put(input{from: c, open: true})
		go h.read(c)
	}
}

func (h *host) read(c *client) {
	r := bufio.NewReaderSize(c.conn, 64<<10)
	limit := maxHello
	for {
		k, body, err := readFrame(r, limit)
		if err != nil {
			h.put(input{from: c, err: err})
			return
		}
		limit = maxFrame
		h.put(input{from: c, kind: k, body: body})
	}
}

func (h *host) tick() {
	t := time.NewTicker(min(h.opt.Token/8, 20*time.Millisecond))
	defer t.Stop()
	for {
		select {
		case <-t.C:
			h.put(input{tick: true})
		case <-h.done:
			return
		}
	}
}

func (h *host) put(in input) {
	select {
	case h.inputs <- in:
	case <-h.done:
		if in.open {
			in.from.out.cut()
		}
	}
}

func (h *host) run() {
	defer h.hangUp()
	for {
		select {
		case in := <-h.inputs:
			if !h.inOffice() {
				h.stop(0)
				return
			}
			h.handle(in)
		case <-h.done:
			return
		}
	}
}

// inOffice is false when this process stood still and others have begun another
// reign meanwhile. Then nothing more may be ordered.
func (h *host) inOffice() bool {
	gap := time.Since(h.lastRun)
	h.lastRun = time.Now()
	if gap < h.opt.Token/2 {
		return true
	}
	for _, c := range h.clients {
		c.heard = h.lastRun // what they have sent waits to be read
	}
	return owns(h.opt.Path, h.inode)
}

// hangUp ends all connections. Everybody gets what is queued.
func (h *host) hangUp() {
	h.closing.Do(func() {
		close(h.done)
		h.listener.Close()
	})
	for {
		select {
		case in := <-h.inputs:
			if in.open {
				in.from.out.cut()
			}
			continue
		default:
		}
		break
	}
	var wait sync.WaitGroup
	for _, c := range h.clients {
		wait.Add(1)
		go func() {
			defer wait.Done()
			if h.crashed.Load() {
				c.out.cut()
				return
			}
			c.out.finish(500 * time.Millisecond)
		}()
	}
	wait.Wait()
	h.order.ended.Store(true)
}

func (h *host) finished() bool { return h.order.ended.Load() }

func (h *host) handle(in input) {
	switch {
	case in.tick:
		h.onTick()
	case in.open:
		h.clients = append(h.clients, in.from)
	case in.err != nil:
		h.lose(in.from)
	case !slices.Contains(h.clients, in.from):
		// a frame that was read before the connection was dropped
	case !in.from.known:
		h.onHello(in.from, in.kind, in.body)
	default:
		in.from.heard = time.Now()
		h.onFrame(in.from, in.kind, in.body)
	}
}

func (h *host) onFrame(c *client, k kind, body []byte) {
	switch k {
	case kSay:
		if c.member && c.dying.IsZero() {
			h.order.message(c, body)
		}
	case kAck:
		c.acked, _ = readNumber(body)
	case kBye:
		c.leaves = true
		h.clients = slices.DeleteFunc(h.clients, func(o *client) bool { return o == c })
		h.order.remove(c)
		c.out.cut()
		h.parted.Store(c.Inc)
	case kHistory, kThatsIt:
		if h.talks != nil {
			h.talks.told(c, k, body)
		}
	}
}

func (h *host) onHello(c *client, k kind, body []byte) {
	err := json.Unmarshal(body, &c.hello)
	switch {
	case k != kHello || err != nil:
		h.refuse(c, "the first frame is not a hello")
		return
	case !slices.Equal(c.Nodes, h.opt.ids()):
		h.refuse(c, fmt.Sprintf(foreign+"node list %v differs from the cluster's %v; two clusters need two socket paths", c.Nodes, h.opt.ids()))
		return
	}
	c.known, c.heard = true, time.Now()
	if !c.Machine && !h.clear(c) {
		h.refuse(c, fmt.Sprintf("node %d takes part already, with another process", c.Node))
		return
	}
	switch {
	case h.talks != nil:
		h.talks.check()
	case c.away():
		h.refuse(c, awayTooLong)
	default:
		h.order.admit(c)
	}
}

// clear makes room for a member: a former connection of the same process, or
// one whose process is known dead, gives way. A living one of another process does not.
func (h *host) clear(c *client) bool {
	for _, o := range slices.Clone(h.clients) {
		if o == c || !o.known || o.Machine || o.Node != c.Node {
			continue
		}
		if o.Inc != c.Inc && o.dying.IsZero() {
			return false
		}
		h.order.remove(o)
		h.forget(o)
	}
	return true
}

func (h *host) refuse(c *client, why string) {
	c.out.put(frame(kRefuse, []byte(why)))
	h.clients = slices.DeleteFunc(h.clients, func(o *client) bool { return o == c })
	go c.out.finish(time.Second)
}

// lose deals with a closed connection. If a member's machine has a holder, that one
// gets a moment to close, too, before the reason is told.
func (h *host) lose(c *client) {
	if !slices.Contains(h.clients, c) {
		return
	}
	c.out.cut()
	if c.member && h.held(c) && c.dying.IsZero() {
		c.dying = time.Now().Add(grace)
		time.AfterFunc(grace+time.Millisecond, func() { h.put(input{tick: true}) })
		return
	}
	if c.member && !c.dying.IsZero() {
		return
	}
	h.forget(c)
	if h.talks == nil {
		h.order.remove(c)
	}
}

// grace is how long after a process its machine may go to count as one death.
const grace = 15 * time.Millisecond

func (h *host) forget(c *client) {
	c.out.cut()
	h.clients = slices.DeleteFunc(h.clients, func(o *client) bool { return o == c })
}

// held reports whether another connection holds the machine of c.
func (h *host) held(c *client) bool {
	return slices.ContainsFunc(h.clients, func(o *client) bool { return o.known && o.Machine && o.Node == c.Node && o != c })
}

// onTick drops who is silent, tells deaths whose grace is over, and pings.
func (h *host) onTick() {
	now := time.Now()
	if !owns(h.opt.Path, h.inode) {
		h.stop(0) // another reign has begun behind our back
		return
	}
	for _, c := range slices.Clone(h.clients) {
		switch {
		case !c.dying.IsZero():
			if now.After(c.dying) {
				h.forget(c)
				h.order.remove(c)
			}
		case h.silent(c, now):
			h.forget(c)
			if h.talks == nil {
				h.order.remove(c)
			}
		}
	}
	if h.talks != nil {
		h.talks.check()
	}
	h.order.ping(now)
}

// silent reports whether nothing has been heard of c for too long.
func (h *host) silent(c *client, now time.Time) bool {
	d := now.Sub(c.heard)
	return d > patience*h.opt.Token || d > h.opt.Token && !(c.known && runs(c.who))
}

// leaveOffice ends the hub after its own member has left, so that the others
// are told that first.
func (h *host) leaveOffice(self who, d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end) && h.parted.Load() != self.Inc; {
		time.Sleep(500 * time.Microsecond)
	}
	h.stop(d)
}
