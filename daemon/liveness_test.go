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

// A process that hangs is told from one that is starting, however early it hangs.
func TestWhoHangs(t *testing.T) {
	for _, c := range []struct {
		about string
		signs []sign
		want  bool
	}{
		{"it waits for Corosync", []sign{absent, absent, absent, absent, absent, absent, absent}, false},
		{"it hangs before the first question", []sign{absent, silent, silent, silent, silent, silent}, true},
		{"it hangs later", []sign{answers, answers, silent, silent, silent, silent, silent}, true},
		{"its socket is gone", []sign{answers, absent, absent, silent, absent, absent}, true},
		{"it is slow", []sign{answers, silent, silent, silent, silent, answers, silent, silent, silent, silent}, false},
	} {
		var v vigil
		got := false
		for _, s := range c.signs {
			got = v.hangs(s)
		}
		if got != c.want {
			t.Errorf("%s: it counts as hanging: %v", c.about, got)
		}
	}
}

// A daemon that answers is told from one that only listens, as a stopped process does,
// and from one that is not there.
func TestSignsOfLife(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "s")
	if ask(socket) != absent {
		t.Error("there is somebody without a socket")
	}
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	begun := time.Now()
	if ask(socket) != silent {
		t.Error("somebody who listens and does not answer is not seen as that")
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
	if ask(socket) != answers {
		t.Error("it answers, and that is not seen")
	}
}
