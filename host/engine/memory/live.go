package memory

import (
	"sync"
	"time"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
	"holdfast/host/engine/stream"
)

// Live drives a Net by the real clock and gives engine.Engines to its
// processes, for tests and for programs that want a whole cluster in one process.
type Live struct {
	mu      sync.Mutex
	net     *Net
	base    time.Time // real time of the net's first instant
	zero    time.Time
	wake    chan struct{}
	stop    chan struct{}
	stopped sync.Once
	engines []*Process
}

// NewLive takes the net over. Close it after use.
func NewLive(net *Net) *Live {
	l := &Live{net: net, base: time.Now(), zero: net.Now(),
		wake: make(chan struct{}, 1), stop: make(chan struct{})}
	go l.run()
	return l
}

// Do runs f on the net, for faults.
func (l *Live) Do(f func(*Net)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.advance()
	f(l.net)
	l.sweep()
	l.poke()
}

// Attach starts a process on machine id.
func (l *Live) Attach(id crm.NodeID) (*Process, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.advance()
	m, err := l.net.Attach(id)
	if err != nil {
		return nil, err
	}
	p := &Process{live: l, member: m, stream: stream.New()}
	l.engines = append(l.engines, p)
	l.poke()
	return p, nil
}

// Close ends the driver and all streams.
func (l *Live) Close() {
	l.stopped.Do(func() { close(l.stop) })
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.engines {
		p.stream.Stop()
	}
}

func (l *Live) run() {
	for {
		l.mu.Lock()
		l.advance()
		wait := time.Hour
		if at, ok := l.net.Next(); ok {
			wait = at.Sub(l.net.Now())
		}
		l.mu.Unlock()
		timer := time.NewTimer(wait)
		select {
		case <-timer.C:
		case <-l.wake:
		case <-l.stop:
			timer.Stop()
			return
		}
		timer.Stop()
	}
}

// advance brings the net to the present and hands out what is due.
func (l *Live) advance() {
	now := l.zero.Add(time.Since(l.base))
	for {
		d, ok := l.net.Step(now)
		if !ok {
			return
		}
		for _, p := range l.engines {
			if p.member == d.Member {
				p.put(d.Event)
			}
		}
	}
}

// sweep ends the streams of processes that died.
func (l *Live) sweep() {
	kept := l.engines[:0]
	for _, p := range l.engines {
		if p.member.state == gone || p.member.state == leaving {
			p.stream.Stop()
			continue
		}
		kept = append(kept, p)
	}
	l.engines = kept
}

func (l *Live) poke() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// Process is the engine.Engine of one process on a Live net.
type Process struct {
	live   *Live
	member *Member
	stream *stream.Stream
}

var _ engine.Engine = (*Process)(nil)

// Self is engine.Engine's.
func (p *Process) Self() crm.NodeID { return p.member.Self() }

// Nodes is engine.Engine's.
func (p *Process) Nodes() []view.Node { return p.live.net.Nodes() }

// Events is engine.Engine's.
func (p *Process) Events() <-chan engine.Event { return p.stream.Events() }

// Multicast is engine.Engine's.
func (p *Process) Multicast(data []byte) error {
	p.live.mu.Lock()
	defer p.live.mu.Unlock()
	p.live.advance()
	err := p.member.Multicast(data)
	p.live.poke()
	return err
}

// Close is engine.Engine's.
func (p *Process) Close() error {
	p.live.Do(func(*Net) { p.member.Close() })
	return nil
}

// Kill ends the process without leaving.
func (p *Process) Kill() { p.live.Do(func(*Net) { p.member.Kill() }) }

func (p *Process) put(e engine.Event) {
	if lost, ok := e.(engine.Lost); ok {
		p.stream.End(lost)
		return
	}
	p.stream.Put(e)
}
