package agent

import (
	"os"
	"syscall"
	"time"
)

// Files beside a journal record.
const (
	outSuffix  = ".out"
	errSuffix  = ".err"
	exitSuffix = ".exit"
	doneSuffix = ".done"
)

// An output is a file that an agent writes to. It is a file so that the agent
// never waits for us and never dies of our death.
type output struct {
	file  *os.File
	limit int64
	cut   bool
}

func createOutput(path string, limit int64) (*output, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, err
	}
	return &output{file: f, limit: limit}, nil
}

// writer opens the file once more, for the agent: held tells the two apart.
func (o *output) writer() (*os.File, error) {
	return os.OpenFile(o.file.Name(), os.O_WRONLY|os.O_APPEND, 0)
}

// reopenOutput takes over a file of the daemon's former life. It is empty if the
// file is gone.
func reopenOutput(path string, limit int64) *output {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil
	}
	return &output{file: f, limit: limit}
}

// trim cuts the file to its limit. The agent, appending, goes on behind the cut.
func (o *output) trim() {
	if o == nil {
		return
	}
	if info, err := o.file.Stat(); err == nil && info.Size() > o.limit {
		o.cut = true
		o.file.Truncate(o.limit)
	}
}

// read returns what was written, up to the limit, and whether there was more.
func (o *output) read() (text string, cut bool) {
	if o == nil {
		return "", false
	}
	o.trim()
	info, err := o.file.Stat()
	if err != nil || info.Size() == 0 {
		return "", o.cut
	}
	data := make([]byte, info.Size())
	n, _ := o.file.ReadAt(data, 0)
	return string(data[:n]), o.cut
}

// discard closes and removes the file.
func (o *output) discard() {
	if o != nil {
		os.Remove(o.file.Name())
		o.file.Close()
	}
}

// held reports whether a process still has the file open, such as a service that
// was started without redirecting its output. The kernel grants a write lease
// only on a file that nobody else has open.
func (o *output) held() bool {
	const setLease, writeLease, noLease = 1024, 1, 2
	fd := o.file.Fd()
	if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, fd, setLease, writeLease); errno != 0 {
		return errno == syscall.EAGAIN
	}
	syscall.Syscall(syscall.SYS_FCNTL, fd, setLease, noLease)
	return false
}

// leftoverEvery is how often files that services still write to are emptied.
const leftoverEvery = 30 * time.Second

// retire removes an output, or keeps it small as long as somebody writes to it.
func (h *Host) retire(o *output) {
	if o == nil {
		return
	}
	if !o.held() {
		o.discard()
		return
	}
	o.file.Truncate(0)
	h.mu.Lock()
	defer h.mu.Unlock()
	h.leftover = append(h.leftover, o)
	if len(h.leftover) == 1 {
		go h.tendLeftovers()
	}
}

// tendLeftovers runs while there are outputs held open by services.
func (h *Host) tendLeftovers() {
	tick := time.NewTicker(leftoverEvery)
	defer tick.Stop()
	for {
		select {
		case <-h.closed:
			return
		case <-tick.C:
			if h.sweepLeftovers() == 0 {
				return
			}
		}
	}
}

// sweepLeftovers empties held outputs, removes the others, and counts the held.
func (h *Host) sweepLeftovers() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	kept := h.leftover[:0]
	for _, o := range h.leftover {
		if o.held() {
			o.file.Truncate(0)
			kept = append(kept, o)
		} else {
			o.discard()
		}
	}
	h.leftover = kept
	return len(kept)
}
