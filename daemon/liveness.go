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

// A node process that answers none of silentChecks questions in a row hangs. It is
// killed, so that the next one finds its services and goes on: the other nodes cannot
// tell one that hangs from one that has nothing to say.
const (
	checkPause   = 3 * time.Second // between questions
	checkLimit   = 3 * time.Second // for an answer
	silentChecks = 5
)

// overlook asks the node process for signs of life until stop is closed.
func (s *supervisor) overlook(node *os.Process, stop <-chan struct{}) {
	var v vigil
	for {
		select {
		case <-stop:
			return
		case <-time.After(checkPause):
		}
		if v.hangs(ask(s.socket)) {
			fmt.Fprintf(s.stderr, "holdfast: the node process %d does not answer any more: ending it, to start it again\n", node.Pid)
			node.Kill()
			return
		}
	}
}

// sign is what a question for life has shown.
type sign int

const (
	absent sign = iota // nobody listens
	silent             // somebody listens and does not answer
	answers
)

// vigil is what the questions so far have shown.
type vigil struct {
	answered bool
	silent   int // in a row
}

// hangs takes the next sign and reports whether the process hangs. One that does not
// listen yet waits for Corosync, maybe for hours.
func (v *vigil) hangs(s sign) bool {
	switch {
	case s == answers:
		*v = vigil{answered: true}
		return false
	case s == absent && !v.answered:
		return false
	}
	v.silent++
	return v.silent >= silentChecks
}

// ask looks for a sign of life of the daemon behind a socket.
func ask(socket string) sign {
	c, err := net.DialTimeout("unix", socket, checkLimit)
	if err != nil {
		return absent
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(checkLimit))
	if err := ipc.WriteFrame(bufio.NewWriter(c), protocol.Request{Verb: protocol.Status}, nil); err != nil {
		return silent
	}
	var r protocol.Response
	if _, err = ipc.ReadFrame(bufio.NewReader(c), &r); err != nil {
		return silent
	}
	return answers
}

// socketIn is the socket of a node with a run directory.
func socketIn(runDir string) string {
	if runDir == DefaultRunDir {
		return protocol.DefaultSocket
	}
	return filepath.Join(runDir, "socket")
}
