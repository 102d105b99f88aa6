package corosync

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"sync"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
	"holdfast/host/engine/corosync/cmap"
	"holdfast/host/engine/corosync/cpg"
	"holdfast/host/engine/corosync/qb"
	"holdfast/host/engine/corosync/quorum"
	"holdfast/host/engine/stream"
)

// GroupName is the process group of Holdfast.
const GroupName = "holdfast"

// Options say how to reach Corosync. The zero value is right for the one that
// runs on this machine.
type Options struct {
	// IPC says where it is; its Timeout also bounds how long Corosync may be
	// silent before it counts as lost (default 5 s).
	IPC qb.Options
	// Group is the process group to join, GroupName if empty.
	Group string
	// PID is the process id told to the others, os.Getpid() if zero.
	PID uint32
	// QuorumWait bounds how long a view waits for the quorum service's word
	// (default 5 s); then it is told as not quorate.
	QuorumWait time.Duration
}

// Engine is a member of the group. It is an engine.Engine.
type Engine struct {
	opt    Options
	self   crm.NodeID
	cpg    *cpg.Client
	quorum *quorum.Client
	cmap   *cmap.Client
	stream *stream.Stream
	sender *sender

	mu      sync.Mutex // guards the merger, the node list, and the order of stream.Put
	merger  merger
	nodes   []view.Node
	seen    []crm.NodeID // machines of all views, for a cluster without node list
	waiting time.Time    // since when a view waits for quorum

	changed chan struct{} // poked when the merger has moved
	done    chan struct{}
	end     sync.Once
	tasks   sync.WaitGroup
}

var _ engine.Engine = (*Engine)(nil)

// Open connects to Corosync and joins the group. It returns once the join is
// delivered, and gives up when ctx ends.
func Open(ctx context.Context, o Options) (*Engine, error) {
	if o.Group == "" {
		o.Group = GroupName
	}
	if o.PID == 0 {
		o.PID = uint32(os.Getpid())
	}
	if o.IPC.Timeout == 0 {
		o.IPC.Timeout = 5 * time.Second
	}
	if o.QuorumWait == 0 {
		o.QuorumWait = 5 * time.Second
	}
	e := &Engine{opt: o, stream: stream.New(), changed: make(chan struct{}, 1), done: make(chan struct{})}
	if err := e.connect(ctx); err != nil {
		e.stream.Stop()
		e.shut()
		return nil, explain(err)
	}
	e.run()
	if err := e.join(ctx); err != nil {
		e.fail(err)
		e.stream.Stop()
		e.tasks.Wait()
		return nil, explain(err)
	}
	return e, nil
}

func (e *Engine) connect(ctx context.Context) (err error) {
	if e.cpg, err = cpg.Dial(ctx, engine.MaxMessage, e.opt.IPC); err != nil {
		return err
	}
	if e.quorum, err = quorum.Dial(ctx, e.opt.IPC); err != nil {
		return err
	}
	if !e.quorum.Provided {
		return errNoQuorum
	}
	if e.cmap, err = cmap.Dial(ctx, e.opt.IPC); err != nil {
		return err
	}
	id, err := e.cpg.LocalNode()
	if err != nil {
		return fmt.Errorf("ask for the local node id: %w", err)
	}
	e.self = crm.NodeID(id)
	e.merger = merger{self: e.self, selfPID: e.opt.PID}
	e.sender = newSender(e.cpg.Send)
	if err := e.quorum.Track(); err != nil {
		return fmt.Errorf("track quorum: %w", err)
	}
	if err := e.cmap.Track(nodelistPrefix); err != nil {
		return err
	}
	e.nodes, err = e.readNodes()
	return err
}

// run starts the goroutines. The first that ends with an error ends the engine.
func (e *Engine) run() {
	e.task(func() error { return e.cpg.Events(e.onGroup) })
	e.task(func() error { return e.quorum.Events(e.onQuorum) })
	e.task(e.watchNodes)
	e.task(func() error { return e.sender.run(e.done) })
	e.task(e.heartbeat)
}

func (e *Engine) task(f func() error) {
	e.tasks.Add(1)
	go func() {
		defer e.tasks.Done()
		if err := f(); err != nil {
			e.fail(err)
		}
	}()
}

// join enters the group and waits until that is delivered, and until a former
// process of this node has left it.
func (e *Engine) join(ctx context.Context) error {
	for {
		err := e.cpg.Join(e.opt.Group, e.opt.PID)
		if err == nil {
			break
		}
		if !temporary(err) {
			return fmt.Errorf("join group %s: %w", e.opt.Group, err)
		}
		if err := e.pause(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
	patience := time.Now().Add(e.opt.IPC.Timeout)
	for {
		e.mu.Lock()
		started, rivals := e.merger.started, slices.Clone(e.merger.rivals)
		e.mu.Unlock()
		if started && len(rivals) == 0 {
			return nil
		}
		if len(rivals) > 0 && time.Now().After(patience) {
			return fmt.Errorf("another process of this node is in group %s: pid %d; stop it first", e.opt.Group, rivals[0])
		}
		if err := e.pause(ctx, 50*time.Millisecond); err != nil {
			return err
		}
	}
}

// pause waits for something to happen, at most d.
func (e *Engine) pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return fmt.Errorf("join group %s: %w", e.opt.Group, ctx.Err())
	case <-e.done:
		return qb.ErrGone
	case <-e.changed:
	case <-timer.C:
	}
	return nil
}

func (e *Engine) onGroup(ev cpg.Event) error {
	if c, ok := ev.(cpg.ConfChg); ok {
		for _, p := range c.Left {
			e.cpg.Forget(p)
		}
	}
	gone := false
	e.move(func(m *merger) {
		m.fromGroup(ev)
		gone = m.gone
	})
	if gone {
		return errPutOut // of no consequence if we are leaving
	}
	return nil
}

func (e *Engine) onQuorum(s quorum.State) error {
	e.move(func(m *merger) { m.fromQuorum(s) })
	return nil
}

// move lets the merger take a step and passes on what comes out.
func (e *Engine) move(step func(*merger)) {
	e.mu.Lock()
	step(&e.merger)
	out := e.merger.take()
	e.learn(out)
	e.stream.Put(out...)
	switch {
	case !e.merger.waiting:
		e.waiting = time.Time{}
	case e.waiting.IsZero() || len(out) > 0:
		e.waiting = time.Now()
	}
	e.mu.Unlock()
	select {
	case e.changed <- struct{}{}:
	default:
	}
}

// learn remembers the machines of views.
func (e *Engine) learn(events []engine.Event) {
	for _, ev := range events {
		v, ok := ev.(engine.ViewChange)
		if !ok {
			continue
		}
		for _, id := range v.Machines {
			if at, known := slices.BinarySearch(e.seen, id); !known {
				e.seen = slices.Insert(e.seen, at, id)
			}
		}
	}
}

// heartbeat asks Corosync for something small, often enough to notice in time
// that it has stopped, and ends waits for a silent quorum service.
func (e *Engine) heartbeat() error {
	beat := time.NewTicker(max(e.opt.IPC.Timeout/4, 10*time.Millisecond))
	defer beat.Stop()
	for {
		select {
		case <-e.done:
			return nil
		case <-beat.C:
		}
		if _, err := e.cpg.LocalNode(); err != nil && !temporary(err) {
			return err
		}
		e.mu.Lock()
		silent := !e.waiting.IsZero() && time.Since(e.waiting) > e.opt.QuorumWait
		e.mu.Unlock()
		if silent {
			e.move((*merger).giveUpWaiting)
		}
	}
}

// fail ends the engine: the reader gets Lost.
func (e *Engine) fail(err error) {
	e.end.Do(func() {
		e.stream.End(engine.Lost{Err: explain(err)})
		e.shut()
	})
}

// shut closes the connections, which ends the goroutines.
func (e *Engine) shut() {
	close(e.done)
	if e.sender != nil {
		e.sender.close()
	}
	if e.cpg != nil {
		e.cpg.Close()
	}
	if e.quorum != nil {
		e.quorum.Close()
	}
	if e.cmap != nil {
		e.cmap.Close()
	}
}

// Self is engine.Engine's.
func (e *Engine) Self() crm.NodeID { return e.self }

// Events is engine.Engine's.
func (e *Engine) Events() <-chan engine.Event { return e.stream.Events() }

// Multicast is engine.Engine's.
func (e *Engine) Multicast(data []byte) error { return e.sender.add(data) }

// Close is engine.Engine's. What was multicast before is sent first, and the
// leaving is waited for, each for a second at most.
func (e *Engine) Close() error {
	var err error
	e.end.Do(func() {
		e.sender.drain(time.Second)
		err = e.cpg.Leave(e.opt.Group, e.opt.PID)
		for end := time.Now().Add(time.Second); err == nil && time.Now().Before(end); {
			e.mu.Lock()
			gone := e.merger.gone
			e.mu.Unlock()
			if gone {
				break
			}
			time.Sleep(time.Millisecond)
		}
		e.stream.Stop()
		e.shut()
	})
	e.tasks.Wait()
	if errors.Is(err, qb.ErrGone) {
		return nil
	}
	return err
}

// Abandon drops the connections without leaving, as the death of the process
// would.
func (e *Engine) Abandon() {
	e.end.Do(func() {
		e.stream.Stop()
		e.shut()
	})
	e.tasks.Wait()
}
