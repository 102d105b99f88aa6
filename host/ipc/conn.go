package ipc

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// Conn is a client's connection to a unix socket whose calls block in the kernel.
// A tool does one exchange and ends: it is spared the threads that the net package
// starts to wait for many connections, which cost more than the exchange.
type Conn struct {
	fd     int
	use    sync.RWMutex // held while fd is in use, so that Close does not pull it away
	closed bool
}

// Dial connects to the socket at path, within a time. The error is that of the
// system: unix.ENOENT, unix.ECONNREFUSED, unix.EACCES; os.ErrDeadlineExceeded if the
// time is over.
func Dial(path string, limit time.Duration) (*Conn, error) {
	fd, err := unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	c := &Conn{fd: fd}
	if err = c.Limit(limit); err == nil {
		err = retry(func() error { return unix.Connect(fd, &unix.SockaddrUnix{Name: path}) })
	}
	if err != nil {
		unix.Close(fd)
		return nil, timeout(err)
	}
	return c, nil
}

// Limit bounds every later read and write, by itself; zero takes the bound away.
func (c *Conn) Limit(d time.Duration) error {
	t := unix.NsecToTimeval(int64(d))
	if err := unix.SetsockoptTimeval(c.fd, unix.SOL_SOCKET, unix.SO_SNDTIMEO, &t); err != nil {
		return err
	}
	return unix.SetsockoptTimeval(c.fd, unix.SOL_SOCKET, unix.SO_RCVTIMEO, &t)
}

// Read is io.Reader's. It returns os.ErrDeadlineExceeded after the limit.
func (c *Conn) Read(p []byte) (n int, err error) {
	c.use.RLock()
	defer c.use.RUnlock()
	if c.closed {
		return 0, os.ErrClosed
	}
	err = retry(func() error { n, err = unix.Read(c.fd, p); return err })
	switch {
	case err != nil:
		return 0, timeout(err)
	case n == 0 && len(p) > 0:
		return 0, io.EOF
	}
	return n, nil
}

// Write is io.Writer's. It returns os.ErrDeadlineExceeded after the limit.
func (c *Conn) Write(p []byte) (int, error) {
	c.use.RLock()
	defer c.use.RUnlock()
	if c.closed {
		return 0, os.ErrClosed
	}
	for done := 0; ; {
		n := 0
		err := retry(func() (err error) { n, err = unix.SendmsgN(c.fd, p[done:], nil, nil, unix.MSG_NOSIGNAL); return err })
		if err != nil {
			return done, timeout(err)
		}
		if done += n; done >= len(p) {
			return done, nil
		}
	}
}

// Close ends the connection, and a Read that waits.
func (c *Conn) Close() error {
	c.use.RLock()
	if !c.closed {
		unix.Shutdown(c.fd, unix.SHUT_RDWR)
	}
	c.use.RUnlock()
	c.use.Lock()
	defer c.use.Unlock()
	if c.closed {
		return nil
	}
	c.closed = true
	return unix.Close(c.fd)
}

// retry repeats a call that a signal has interrupted.
func retry(call func() error) error {
	for {
		if err := call(); err != unix.EINTR {
			return err
		}
	}
}

// timeout says in Go's words that the time is over.
func timeout(err error) error {
	if errors.Is(err, unix.EAGAIN) || errors.Is(err, unix.EINPROGRESS) {
		return os.ErrDeadlineExceeded
	}
	return err
}
