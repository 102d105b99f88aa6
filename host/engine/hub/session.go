package hub

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"time"
)

// refusal is the hub's no.
type refusal string

func (r refusal) Error() string { return "the hub refuses this node: " + string(r) }

// soon reports whether asking again may help.
func (r refusal) soon() bool { return r != awayTooLong && !notOurs(string(r)) }

// run goes from hub to hub until the engine ends.
func (e *Engine) run() {
	for e.ctx.Err() == nil {
		conn, err := e.reach()
		if err == nil {
			err = e.session(conn)
		}
		var no refusal
		if errors.As(err, &no) || errors.Is(err, errReach) {
			e.fail(err)
		}
	}
}

var errReach = errors.New("no hub can be reached")

// reach connects to the hub there is, or hosts one.
func (e *Engine) reach() (net.Conn, error) {
	ctx, cancel := context.WithTimeout(e.ctx, 10*e.opt.Token)
	defer cancel()
	var err error
	for ctx.Err() == nil {
		var conn net.Conn
		if conn, err = dialHub(e.opt.Path); err == nil {
			return conn, nil
		}
		if errors.Is(err, errNoHub) {
			if err = e.hostHub(ctx); err == nil {
				continue
			}
		}
		select {
		case <-ctx.Done():
		case <-time.After(5 * time.Millisecond):
		}
	}
	return nil, fmt.Errorf("%w at %s: %v", errReach, e.opt.Path, err)
}

// hostHub hosts the next hub if nobody else does.
func (e *Engine) hostHub(ctx context.Context) error {
	h, err := takeOver(ctx, &e.opt, e.self)
	if err != nil || h == nil {
		return err
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended {
		h.stop(0)
		return nil
	}
	e.host = h
	return nil
}

// session talks to one hub until the connection ends.
func (e *Engine) session(conn net.Conn) error {
	out := newWriter(conn)
	e.mu.Lock()
	if e.ended {
		e.mu.Unlock()
		out.cut()
		return nil
	}
	e.out, e.settled, e.sent, e.former = out, false, 0, reign{}
	if e.now != nil {
		e.former = e.now.Reign
	}
	out.put(frame(kHello, pack(e.hello())))
	e.mu.Unlock()
	err := e.listen(conn)
	e.mu.Lock()
	e.out, e.settled = nil, false
	e.mu.Unlock()
	out.cut()
	if errors.Is(err, os.ErrDeadlineExceeded) && e.ctx.Err() == nil {
		// It is stopped. Whoever comes first replaces it.
		return e.hostHub(e.ctx)
	}
	return err
}

func (e *Engine) hello() hello {
	h := hello{who: e.self, Nodes: e.opt.ids()}
	if v := e.now; v != nil {
		h.Reign, h.Ring, h.Members, h.Held, h.SeenAll = v.Reign, v.Ring, v.Members, v.Held, v.SeenAll
		h.Place = e.place
	}
	return h
}

// listen reads frames until the connection ends or the hub is silent for too
// long.
func (e *Engine) listen(conn net.Conn) error {
	stop := context.AfterFunc(e.ctx, func() { conn.SetReadDeadline(time.Unix(1, 0)) })
	defer stop()
	r := bufio.NewReaderSize(&patient{conn, e}, 64<<10)
	for {
		k, body, err := readFrame(r, maxFrame)
		if err != nil {
			return err
		}
		if err := e.onFrame(k, body); err != nil {
			return err
		}
	}
}

// patient reads with a deadline. When that passes it looks once more (if this
// process itself has stood still, the hub's signs of life are waiting), and it goes on
// waiting, within a bound, for a host that runs and is merely slow.
type patient struct {
	conn net.Conn
	e    *Engine
}

func (p *patient) Read(b []byte) (n int, err error) {
	for turn := range patience {
		for _, wait := range []time.Duration{p.e.opt.Token, p.e.opt.Token / 20} {
			if p.e.ctx.Err() != nil {
				return 0, p.e.ctx.Err()
			}
			p.conn.SetReadDeadline(time.Now().Add(wait))
			n, err = p.conn.Read(b)
			if n > 0 || !errors.Is(err, os.ErrDeadlineExceeded) {
				return n, err
			}
		}
		if turn == 0 && !p.e.hostRuns() {
			break
		}
	}
	return n, err
}

// hostRuns reports whether the process that hosts the hub is there and not
// stopped.
func (e *Engine) hostRuns() bool {
	e.mu.Lock()
	defer e.mu.Unlock()
	return e.now != nil && runs(e.now.Host)
}

func (e *Engine) onFrame(k kind, body []byte) error {
	e.mu.Lock()
	defer e.mu.Unlock()
	switch k {
	case kMessage:
		return e.onMessage(body)
	case kView:
		return e.onView(body)
	case kFetch:
		e.tellHistory(body)
	case kHeld:
		if e.now != nil {
			return json.Unmarshal(body, &e.now.Held)
		}
	case kRefuse:
		return refusal(body)
	}
	return nil
}

// tellHistory sends the entries that the hub asks for.
func (e *Engine) tellHistory(body []byte) {
	from, _ := readNumber(body)
	for _, h := range e.history {
		if h.place >= from {
			e.out.put(frame(kHistory, []byte{byte(h.kind)}, h.body))
		}
	}
	e.out.put(frame(kThatsIt))
}
