package daemon

import (
	"bufio"
	"net"
	"path/filepath"
	"testing"
	"time"

	"holdfast/client/protocol"
	"holdfast/host/ipc"
)

// A daemon that answers lives; one that only listens, as a stopped process does,
// and one that is not there do not.
func TestAlive(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	if alive(socket) {
		t.Error("alive without a socket")
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	begun := time.Now()
	if alive(socket) {
		t.Error("alive although nobody answers")
	}
	if took := time.Since(begun); took > 2*checkLimit {
		t.Errorf("it took %v to find out that nobody answers, the limit is %v", took, checkLimit)
	}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			var r protocol.Request
			ipc.ReadFrame(bufio.NewReader(c), &r)
			ipc.WriteFrame(bufio.NewWriter(c), protocol.Response{ID: r.ID}, nil)
			c.Close()
		}
	}()
	if !alive(socket) {
		t.Error("not alive although it answers")
	}
}
