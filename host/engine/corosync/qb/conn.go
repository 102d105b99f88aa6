package qb

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Sizes of the protocol.
const (
	// RequestHeader and AnswerHeader are the bytes before the body.
	RequestHeader = 16
	AnswerHeader  = 24
	maxMessage    = 8192 * 128
	// The flow-control word up to which a request has to wait.
	fcRequests = 1
	fcBulk     = 2
	// The server rounds its rings up; nothing larger than this is believed.
	maxChunk = 16 << 20
)

// Options say where the server is and how long to wait for it. The zero value
// is good for a server on this machine.
type Options struct {
	// Root is put before the paths of sockets and shared memory, for a server in
	// another mount name space (/proc/PID/root).
	Root string
	// Enter, if set, runs f where the server's network name space is the current
	// one.
	Enter func(f func() error) error
	// Timeout bounds every call and the handshake; 0 means 5 s.
	Timeout time.Duration
}

// Conn is a connection to one service. Call may be used by many goroutines;
// Events by one.
type Conn struct {
	service string
	timeout time.Duration
	sock    *net.UnixConn
	pid     int
	limit   int // the largest request

	calls    sync.Mutex   // one request at a time
	memory   sync.RWMutex // write: unmapping
	closed   bool
	broken   error // guarded by calls
	request  *ring
	response *ring
	event    *ring
}

// ServerPID is the server's process id as this process sees it.
func (c *Conn) ServerPID() int { return c.pid }

// MaxRequest is the largest request, header included.
func (c *Conn) MaxRequest() int { return c.limit }

// Dial connects to a service ("cpg", "quorum", "cmap").
func Dial(ctx context.Context, service string, o Options) (*Conn, error) {
	if o.Timeout == 0 {
		o.Timeout = 5 * time.Second
	}
	if err := platform(); err != nil {
		return nil, err
	}
	deadline := time.Now().Add(o.Timeout)
	if d, ok := ctx.Deadline(); ok && d.Before(deadline) {
		deadline = d
	}
	sock, err := connect(ctx, service, o, deadline)
	if err != nil {
		return nil, fmt.Errorf("connect to service %s: %w", service, err)
	}
	c := &Conn{service: service, timeout: o.Timeout, sock: sock, limit: maxMessage}
	if err := c.handshake(o.Root, deadline); err != nil {
		c.Close()
		return nil, fmt.Errorf("connect to service %s: %w", service, err)
	}
	return c, nil
}

// Close ends the connection and wakes everybody who waits on it.
func (c *Conn) Close() error {
	hungUp := c.dead()
	c.sock.Close()
	c.memory.Lock()
	defer c.memory.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	dead := c.serverDead(hungUp)
	for _, r := range []*ring{c.request, c.response, c.event} {
		r.close(dead)
	}
	return nil
}

// serverDead reports whether the server has ended, or is ending: on a busy machine
// that takes a while, and its sockets close one after the other. One that has hung
// up is given a moment to show it.
func (c *Conn) serverDead(hungUp bool) bool {
	looks := 1
	if hungUp {
		looks = 20
	}
	for range looks {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", c.pid))
		if c.pid > 0 && (err != nil || ending(string(stat))) {
			return true
		}
		time.Sleep(5 * time.Millisecond)
	}
	return false
}

// exiting is the kernel's flag of a process that has begun to end (PF_EXITING).
const exiting = 0x4

// ending reads a process's line of proc(5): after the name in brackets come the
// state and, six fields on, the kernel's flags.
func ending(stat string) bool {
	fields := strings.Fields(stat[strings.LastIndexByte(stat, ')')+1:])
	if len(fields) < 7 {
		return false
	}
	flags, _ := strconv.ParseUint(fields[6], 10, 64)
	return fields[0] == "Z" || fields[0] == "X" || flags&exiting != 0
}

// Call sends a request and returns the answer, header included. The parts
// follow each other; the first begins with the 16 bytes of the header, which Call fills
// in. An error other than ErrTryAgain ends the connection's use.
func (c *Conn) Call(id int32, parts ...[]byte) (answer []byte, err error) {
	err = c.exclusive(id, func() error {
		deadline := time.Now().Add(c.timeout)
		if err := c.put(id, parts, fcRequests, deadline); err != nil {
			return err
		}
		answer, err = c.answer(deadline)
		return err
	})
	return answer, err
}

// Send sends a request that the service does not answer. Such requests give
// way earlier when the server is busy.
func (c *Conn) Send(id int32, parts ...[]byte) error {
	return c.exclusive(id, func() error {
		return c.put(id, parts, fcBulk, time.Now().Add(c.timeout))
	})
}

// exclusive runs f while the connection is whole and nobody else calls.
func (c *Conn) exclusive(id int32, f func() error) error {
	c.calls.Lock()
	defer c.calls.Unlock()
	if c.broken != nil {
		return c.broken
	}
	c.memory.RLock()
	defer c.memory.RUnlock()
	if c.closed {
		return ErrGone
	}
	err := f()
	if err != nil && !errors.Is(err, ErrTryAgain) {
		err = fmt.Errorf("service %s, request %d: %w", c.service, id, err)
		c.broken = err
	}
	return err
}

// put writes a request and rings the bell.
func (c *Conn) put(id int32, parts [][]byte, flow uint32, deadline time.Time) error {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	binary.NativeEndian.PutUint32(parts[0][0:], uint32(id))
	binary.NativeEndian.PutUint32(parts[0][8:], uint32(size))
	err := guard(func() error {
		if held := c.request.flow(); held > 0 && held <= flow {
			return ErrTryAgain
		}
		return c.request.write(parts...)
	})
	if err != nil {
		return err
	}
	c.sock.SetWriteDeadline(deadline)
	if _, err := c.sock.Write([]byte{0}); err != nil {
		return c.verdict(err)
	}
	return nil
}

// answer waits for the response ring in short naps, to notice a Close or a
// dead server between them.
func (c *Conn) answer(deadline time.Time) (chunk []byte, err error) {
	for {
		nap := min(time.Until(deadline), 200*time.Millisecond)
		if nap <= 0 {
			return nil, ErrTimeout
		}
		ok := false
		err := guard(func() (err error) {
			if !c.response.await(nap) {
				return nil
			}
			chunk, ok, err = c.response.take(maxChunk)
			return err
		})
		if err != nil {
			return nil, err
		}
		if ok {
			if len(chunk) < AnswerHeader {
				return nil, fmt.Errorf("an answer of %d bytes: %w", len(chunk), ErrDamaged)
			}
			return chunk, nil
		}
		if c.dead() {
			return nil, ErrGone
		}
	}
}

// dead looks whether the server has hung up, without taking from the socket.
func (c *Conn) dead() bool {
	raw, err := c.sock.SyscallConn()
	if err != nil {
		return true
	}
	gone := false
	err = raw.Control(func(fd uintptr) {
		set := []unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
		n, _ := unix.Poll(set, 0)
		gone = n > 0 && set[0].Revents&(unix.POLLRDHUP|unix.POLLHUP|unix.POLLERR) != 0
	})
	return gone || err != nil
}

// Events hands every event, header included, to handle until the connection
// ends; it returns why.
func (c *Conn) Events(handle func(event []byte) error) error {
	bell := make([]byte, 256)
	for {
		n, err := c.sock.Read(bell)
		for range n {
			event, err := c.event1()
			if err != nil {
				return fmt.Errorf("service %s, events: %w", c.service, err)
			}
			if err := handle(event); err != nil {
				return err
			}
		}
		if err != nil {
			return fmt.Errorf("service %s: %w", c.service, c.verdict(err))
		}
	}
}

// event1 takes the event that a byte on the socket has announced.
func (c *Conn) event1() (chunk []byte, err error) {
	c.memory.RLock()
	defer c.memory.RUnlock()
	if c.closed {
		return nil, ErrGone
	}
	err = guard(func() error {
		ok := false
		if c.event.await(c.timeout) {
			chunk, ok, err = c.event.take(maxChunk)
		}
		if err == nil && (!ok || len(chunk) < RequestHeader) {
			err = fmt.Errorf("announced, but not there: %w", ErrDamaged)
		}
		return err
	})
	return chunk, err
}

func (c *Conn) verdict(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return ErrTimeout
	}
	return ErrGone
}
