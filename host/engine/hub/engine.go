package hub

import (
	"cmp"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"sync"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
	"holdfast/host/engine/stream"
)

// maxQueued bounds the bytes of messages that have got no place yet.
const maxQueued = 512 << 20

// Engine is a member. It is an engine.Engine.
type Engine struct {
	opt    Options
	self   who
	stream *stream.Stream
	ctx    context.Context
	cancel context.CancelFunc
	tasks  sync.WaitGroup

	mu      sync.Mutex
	host    *host // the hub, when this process hosts it
	out     *writer
	former  reign     // the reign before this connection
	settled bool      // a view of another reign has come: messages may be sent
	now     *viewBody // the last view told; nil before the first
	place   uint64    // the last entry told
	acked   uint64
	unacked int      // bytes told since
	history []entry  // what may be missing elsewhere
	pending [][]byte // own messages that have not come back, oldest first
	bytes   int
	sent    int           // of pending, by this connection
	closed  bool          // nothing more is accepted
	ended   bool          // no hub is looked for any more
	joined  chan struct{} // closed with the first view
	lost    error
}

// entry is one told thing, kept until it is stable.
type entry struct {
	place uint64
	kind  kind
	body  []byte
}

var _ engine.Engine = (*Engine)(nil)

// Open joins the cluster, hosting its hub if nobody else does. It returns with
// the first view in the stream, or gives up when ctx ends.
func Open(ctx context.Context, o Options) (*Engine, error) {
	if err := o.complete(); err != nil {
		return nil, err
	}
	var last error // why the attempt before was refused
	for {
		e := newEngine(o)
		select {
		case <-e.joined:
			return e, nil
		case <-ctx.Done():
			e.Abandon()
			return nil, fmt.Errorf("join the cluster at %s: %w", o.Path, cmp.Or(last, ctx.Err()))
		case <-e.ctx.Done():
			e.tasks.Wait()
			var no refusal
			if !errors.As(e.lost, &no) || !no.soon() {
				return nil, e.lost
			}
			last = e.lost
		}
		select { // a former process of this node is still being missed
		case <-ctx.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
}

func newEngine(o Options) *Engine {
	e := &Engine{opt: o, self: who{o.Self, rand.Uint64(), os.Getpid()}, stream: stream.New(),
		joined: make(chan struct{})}
	e.ctx, e.cancel = context.WithCancel(context.Background())
	e.tasks.Add(2)
	go func() { defer e.tasks.Done(); e.run() }()
	go func() { defer e.tasks.Done(); e.beat() }()
	return e
}

// Self is engine.Engine's.
func (e *Engine) Self() crm.NodeID { return e.opt.Self }

// Nodes is engine.Engine's.
func (e *Engine) Nodes() []view.Node { return slices.Clone(e.opt.Nodes) }

// Events is engine.Engine's.
func (e *Engine) Events() <-chan engine.Event { return e.stream.Events() }

// Hosts reports whether this process hosts the hub at present.
func (e *Engine) Hosts() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.host != nil && !e.host.finished()
}

// Multicast is engine.Engine's.
func (e *Engine) Multicast(data []byte) error {
	if len(data) > engine.MaxMessage {
		return fmt.Errorf("multicast %d bytes: more than the largest message, %d", len(data), engine.MaxMessage)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	switch {
	case e.closed:
		return engine.ErrClosed
	case e.bytes+len(data) > maxQueued:
		return fmt.Errorf("multicast %d bytes: %w", len(data), engine.ErrQueueFull)
	}
	e.pending = append(e.pending, data)
	e.bytes += len(data)
	e.push()
	return nil
}

// push sends what this connection has not sent yet.
func (e *Engine) push() {
	if !e.settled {
		return
	}
	for ; e.sent < len(e.pending); e.sent++ {
		e.out.put(frame(kSay, e.pending[e.sent]))
	}
}

// Close is engine.Engine's. Own messages get their place first, and a change of
// the hub is waited out, so that the leaving is told as such; for a second at most.
func (e *Engine) Close() error {
	e.mu.Lock()
	first := !e.closed
	e.closed = true
	e.mu.Unlock()
	if first {
		e.awaitQuiet(time.Second)
		e.mu.Lock()
		out, h := e.out, e.host
		e.ended = true
		e.mu.Unlock()
		e.stream.Stop()
		if out != nil {
			out.put(frame(kBye))
			out.finish(500 * time.Millisecond)
		}
		e.cancel()
		switch {
		case h != nil && out != nil:
			h.leaveOffice(e.self, 500*time.Millisecond)
		case h != nil:
			h.stop(500 * time.Millisecond)
		}
	}
	e.tasks.Wait()
	return nil
}

func (e *Engine) awaitQuiet(d time.Duration) {
	for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(500 * time.Microsecond) {
		e.mu.Lock()
		quiet := len(e.pending) == 0 && e.settled
		e.mu.Unlock()
		if quiet || e.ctx.Err() != nil {
			return
		}
	}
}

// Abandon ends the member as the death of its process would, the hub included
// if it is hosted here.
func (e *Engine) Abandon() {
	e.mu.Lock()
	e.closed, e.ended = true, true
	out, h := e.out, e.host
	e.mu.Unlock()
	e.stream.Stop()
	e.cancel()
	if h != nil {
		h.crashed.Store(true)
		h.stop(time.Second)
	}
	if out != nil {
		out.cut()
	}
	e.tasks.Wait()
}

// fail ends the engine with Lost.
func (e *Engine) fail(err error) {
	e.mu.Lock()
	if e.ended {
		e.mu.Unlock()
		return
	}
	e.closed, e.ended, e.lost = true, true, err
	h := e.host
	e.mu.Unlock()
	e.stream.End(engine.Lost{Err: err})
	e.cancel()
	if h != nil {
		h.stop(0)
	}
}

// beat shows the hub that this member lives.
func (e *Engine) beat() {
	t := time.NewTicker(e.opt.Token / 8)
	defer t.Stop()
	for {
		select {
		case <-e.ctx.Done():
			return
		case <-t.C:
		}
		e.mu.Lock()
		e.ack()
		e.mu.Unlock()
	}
}

// ack tells how far this member has been told.
func (e *Engine) ack() {
	if e.out != nil {
		e.out.put(frame(kAck, number(e.place)))
		e.acked, e.unacked = e.place, 0
	}
}

// told remembers an entry and forgets what is stable.
func (e *Engine) told(place, stable uint64, k kind, body []byte) {
	e.place = place
	drop := 0
	for drop < len(e.history) && e.history[drop].place <= stable {
		e.history[drop] = entry{}
		drop++
	}
	e.history = append(e.history[drop:], entry{place, k, body})
	e.unacked += len(body)
	if e.place-e.acked >= 64 || e.unacked > 1<<20 {
		e.ack()
	}
}

// onMessage tells a message.
func (e *Engine) onMessage(body []byte) error {
	place, stable, err := e.head(body, 4)
	if err != nil {
		return err
	}
	from := crm.NodeID(binary.LittleEndian.Uint32(body[entryHead:]))
	data := body[entryHead+4:]
	if from == e.opt.Self && len(e.pending) > 0 {
		e.bytes -= len(e.pending[0])
		e.pending[0] = nil
		e.pending = e.pending[1:]
		e.sent = max(0, e.sent-1)
	}
	e.told(place, stable, kMessage, body)
	e.stream.Put(engine.Message{From: from, Data: slices.Clone(data)})
	return nil
}

// head reads an entry's place, which must be the next one.
func (e *Engine) head(body []byte, more int) (place, stable uint64, err error) {
	if len(body) < entryHead+more {
		return 0, 0, fmt.Errorf("hub: an entry of %d bytes", len(body))
	}
	place, _ = readNumber(body)
	stable, _ = readNumber(body[8:])
	if e.now != nil && place != e.place+1 {
		return 0, 0, fmt.Errorf("hub: after place %d came %d", e.place, place)
	}
	return place, stable, nil
}

// onView tells a view. The first of a reign begins with new places.
func (e *Engine) onView(body []byte) error {
	var v viewBody
	if len(body) < entryHead {
		return fmt.Errorf("hub: a view of %d bytes", len(body))
	}
	if err := json.Unmarshal(body[entryHead:], &v); err != nil {
		return fmt.Errorf("hub: a view that cannot be read: %w", err)
	}
	old := e.now
	place, _ := readNumber(body)
	stable, _ := readNumber(body[8:])
	switch {
	case old == nil:
		v.Left = nil
	case old.Reign == v.Reign:
		if _, _, err := e.head(body, 0); err != nil {
			return err
		}
	default:
		v.Left = departed(old, &v)
		e.history, e.acked = nil, 0
	}
	e.now = &v
	e.told(place, stable, kView, body)
	e.stream.Put(engine.ViewChange{View: v.view()})
	if !e.settled && v.Reign != e.former {
		e.settled = true // what topped up the former reign is over
		e.push()
	}
	if old == nil {
		close(e.joined)
	}
	return nil
}

// departed are those of the old reign's last view that did not come along.
func departed(old, v *viewBody) []view.Change {
	var left []view.Change
	for _, m := range old.Members {
		if slices.Contains(v.Together, m) {
			continue
		}
		reason := view.NodeDown
		if slices.Contains(v.Machines, m.Node) {
			reason = view.ProcessDied
		}
		left = append(left, view.Change{ID: m.Node, Reason: reason})
	}
	return left
}

func (v *viewBody) view() view.View {
	out := view.View{Ring: v.Ring, Machines: v.Machines, Joined: v.Joined, Left: v.Left, Quorate: v.Quorate}
	for _, m := range v.Members {
		out.Members = append(out.Members, m.Node)
	}
	return out
}
