package ipc

import (
	"bufio"
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// listen opens a socket and lets serve have its first connection.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "socket")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		if c, err := l.Accept(); err == nil {
			serve(c)
			c.Close()
		}
	}()
	return path
}

func TestExchange(t *testing.T) {
	long := strings.Repeat("x", 3<<20) // more than a socket holds
	path := listen(t, func(c net.Conn) {
		var head struct{ Text string }
		payload, err := ReadFrame(bufio.NewReader(c), &head)
		if err == nil {
			WriteFrame(bufio.NewWriter(c), head, payload)
		}
	})
	c, err := Dial(path, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.Limit(20 * time.Second)
	if err := WriteFrame(bufio.NewWriter(c), struct{ Text string }{"hello"}, []byte(long)); err != nil {
		t.Fatal(err)
	}
	var head struct{ Text string }
	payload, err := ReadFrame(bufio.NewReader(c), &head)
	if err != nil || head.Text != "hello" || string(payload) != long {
		t.Errorf("came back: %q, %d bytes, %v", head.Text, len(payload), err)
	}
}

// A server that is not there, says nothing, or goes: each has its error.
func TestErrors(t *testing.T) {
	dir := t.TempDir()
	if _, err := Dial(filepath.Join(dir, "none"), time.Second); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no socket: %v", err)
	}
	dead := filepath.Join(dir, "dead")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: dead, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	if _, err := Dial(dead, time.Second); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("nobody listens: %v", err)
	}
	hold := make(chan struct{})
	c, err := Dial(listen(t, func(net.Conn) { <-hold }), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.Limit(10 * time.Millisecond)
	if _, err := c.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("silence: %v", err)
	}
	c.Limit(0)
	close(hold)
	if _, err := c.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("the end: %v", err)
	}
}

// Close ends a read that waits.
func TestCloseWhileReading(t *testing.T) {
	hold := make(chan struct{})
	defer close(hold)
	c, err := Dial(listen(t, func(net.Conn) { <-hold }), time.Second)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	begun := make(chan struct{})
	go func() {
		close(begun)
		_, err := c.Read(make([]byte, 1))
		ended <- err
	}()
	<-begun
	c.Close()
	select {
	case err := <-ended:
		if err == nil {
			t.Error("the read found something")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("the read still waits")
	}
}
