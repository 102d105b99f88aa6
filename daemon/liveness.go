package daemon

import (
	"bufio"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"time"

	"holdfast/client/protocol"
	"holdfast/host/ipc"
)

// A node process that has answered once and then answers none of silentChecks
// questions in a row hangs. It is killed, so that the next one finds its services
// and goes on: the other nodes cannot tell one that hangs from one that has
// nothing to say.
const (
	checkPause   = 3 * time.Second // between questions
	checkLimit   = 3 * time.Second // for an answer
	silentChecks = 5
)

// overlook asks the node process for signs of life until stop is closed.
func (s *supervisor) overlook(node *os.Process, stop <-chan struct{}) {
	answered, silent := false, 0
	for {
		select {
		case <-stop:
			return
		case <-time.After(checkPause):
		}
		if alive(s.socket) {
			answered, silent = true, 0
			continue
		}
		if silent++; answered && silent >= silentChecks {
			fmt.Fprintf(s.stderr, "holdfast: the node process %d does not answer any more: ending it, to start it again\n", node.Pid)
			node.Kill()
			return
		}
	}
}

// alive reports whether the daemon behind a socket answers.
func alive(socket string) bool {
	c, err := net.DialTimeout("unix", socket, checkLimit)
	if err != nil {
		return false
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(checkLimit))
	if err := ipc.WriteFrame(bufio.NewWriter(c), protocol.Request{Verb: protocol.Status}, nil); err != nil {
		return false
	}
	var r protocol.Response
	_, err = ipc.ReadFrame(bufio.NewReader(c), &r)
	return err == nil
}

// socketIn is the socket of a node with a run directory.
func socketIn(runDir string) string {
	if runDir == DefaultRunDir {
		return protocol.DefaultSocket
	}
	return filepath.Join(runDir, "socket")
}
