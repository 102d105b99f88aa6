package qb

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

const (
	connectID     = ^uint32(0)
	connectSize   = 24
	connectAnswer = 12328
	sharedMemory  = 1
)

// platform refuses systems whose semaphores look different.
func platform() error {
	one := uint16(1)
	if unsafe.Sizeof(uintptr(0)) != 8 || *(*byte)(unsafe.Pointer(&one)) != 1 {
		return fmt.Errorf("corosync's IPC is supported on 64-bit little-endian systems, not on %s", runtime.GOARCH)
	}
	for _, pattern := range []string{"/lib/ld-musl-*", "/usr/lib/ld-musl-*"} {
		musl, _ := filepath.Glob(pattern)
		_, err := os.Stat("/lib64/ld-linux-x86-64.so.2")
		if len(musl) > 0 && err != nil && runtime.GOARCH == "amd64" {
			return errors.New("corosync's IPC is supported on glibc systems, this one has musl only")
		}
	}
	return nil
}

// connect opens the service's socket and asks for credentials.
func connect(ctx context.Context, service string, o Options, deadline time.Time) (*net.UnixConn, error) {
	var fd int
	open := func() (err error) {
		fd, err = unix.Socket(unix.AF_UNIX, unix.SOCK_STREAM|unix.SOCK_CLOEXEC|unix.SOCK_NONBLOCK, 0)
		return err
	}
	// A socket belongs for ever to the network name space it was made in.
	enter := o.Enter
	if enter == nil {
		enter = func(f func() error) error { return f() }
	}
	if err := enter(open); err != nil {
		return nil, err
	}
	file := os.NewFile(uintptr(fd), service)
	defer file.Close()
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_PASSCRED, 1); err != nil {
		return nil, err
	}
	if err := knock(ctx, fd, address(service, o.Root), deadline); err != nil {
		return nil, err
	}
	conn, err := net.FileConn(file)
	if err != nil {
		return nil, err
	}
	return conn.(*net.UnixConn), nil
}

// address is the service's socket: in the abstract name space with the whole
// path counting, or a file where the administrator wants files.
func address(service, root string) *syscall.SockaddrUnix {
	if _, err := os.Stat(filepath.Join(root, "/etc/libqb/force-filesystem-sockets")); err == nil {
		return &syscall.SockaddrUnix{Name: filepath.Join(root, "/var/run", service)}
	}
	return &syscall.SockaddrUnix{Name: "@" + service + strings.Repeat("\x00", 107-len(service))}
}

// knock connects. A server whose queue of callers is full (it is stopped, or
// very busy) is asked again until the deadline.
func knock(ctx context.Context, fd int, to *syscall.SockaddrUnix, deadline time.Time) error {
	for {
		err := syscall.Connect(fd, to)
		switch {
		case err == nil:
			return nil
		case errors.Is(err, syscall.ECONNREFUSED), errors.Is(err, syscall.ENOENT):
			return ErrNotRunning
		case errors.Is(err, syscall.EACCES), errors.Is(err, syscall.EPERM):
			return ErrDenied
		case !errors.Is(err, syscall.EAGAIN) && !errors.Is(err, syscall.EINTR):
			return err
		case time.Now().After(deadline):
			return ErrTimeout
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// handshake asks for a connection and maps the rings that the answer names.
func (c *Conn) handshake(root string, deadline time.Time) error {
	hello := make([]byte, connectSize)
	binary.NativeEndian.PutUint32(hello[0:], connectID)
	binary.NativeEndian.PutUint32(hello[8:], connectSize)
	binary.NativeEndian.PutUint32(hello[16:], maxMessage)
	c.sock.SetDeadline(deadline)
	defer c.sock.SetDeadline(time.Time{})
	if _, err := c.sock.Write(hello); err != nil {
		return c.verdict(err)
	}
	answer, err := c.readAnswer()
	if err != nil {
		return err
	}
	if code := int32(binary.NativeEndian.Uint32(answer[16:])); code != 0 {
		if code == -int32(unix.EACCES) || code == -int32(unix.EPERM) {
			return ErrDenied
		}
		return fmt.Errorf("refused: %w", syscall.Errno(-code))
	}
	if kind := binary.NativeEndian.Uint32(answer[24:]); kind != sharedMemory {
		return fmt.Errorf("the server offers connection type %d; only shared memory is supported (qb.ipc_type: shm in corosync.conf)", kind)
	}
	if size := binary.NativeEndian.Uint32(answer[28:]); size > 0 && size < maxMessage {
		c.limit = int(size)
	}
	for i, to := range []**ring{&c.request, &c.response, &c.event} {
		from := 40 + i*pathMax
		if *to, err = openRing(root, cString(answer[from:from+pathMax])); err != nil {
			return err
		}
	}
	return nil
}

// readAnswer reads the server's answer and its credentials.
func (c *Conn) readAnswer() ([]byte, error) {
	answer := make([]byte, connectAnswer)
	for have := 0; have < len(answer); {
		oob := make([]byte, unix.CmsgSpace(unix.SizeofUcred))
		n, oobn, _, _, err := c.sock.ReadMsgUnix(answer[have:], oob)
		if err != nil {
			return nil, c.verdict(err)
		}
		if n == 0 {
			return nil, ErrGone
		}
		c.credentials(oob[:oobn])
		have += n
		if have >= 20 && int32(binary.NativeEndian.Uint32(answer[16:])) != 0 {
			return answer, nil // a refusal may be shorter
		}
	}
	return answer, nil
}

func (c *Conn) credentials(oob []byte) {
	messages, err := unix.ParseSocketControlMessage(oob)
	if err != nil {
		return
	}
	for i := range messages {
		if cred, err := unix.ParseUnixCredentials(&messages[i]); err == nil && cred.Pid > 0 {
			c.pid = int(cred.Pid)
		}
	}
}
