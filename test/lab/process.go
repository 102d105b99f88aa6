package lab

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// A Process is one of a machine's, numbered as this world does.
type Process struct {
	PID   int
	Name  string   // of its program, at most 15 letters
	Args  []string // its command line
	State byte     // R, S, T, Z and so on, see proc(5)

	started string // so that no other process is ever taken for it
}

// Processes lists what runs on the machine beside its first process.
func (m *Machine) Processes() []Process {
	init := m.Init()
	if init == 0 {
		return nil
	}
	space, err := os.Readlink(fmt.Sprintf("/proc/%d/ns/pid", init))
	if err != nil {
		return nil
	}
	files, _ := filepath.Glob("/proc/[0-9]*/ns/pid")
	var list []Process
	for _, f := range files {
		pid, _ := strconv.Atoi(strings.Split(f, "/")[2])
		if there, err := os.Readlink(f); err != nil || there != space || pid == init {
			continue
		}
		if p, ok := process(pid); ok {
			list = append(list, p)
		}
	}
	return list
}

// process reads what the kernel knows of a process.
func process(pid int) (Process, bool) {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return Process{}, false
	}
	text := string(stat)
	open, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	fields := strings.Fields(text[end+1:])
	if open < 0 || len(fields) < 20 {
		return Process{}, false
	}
	line, _ := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	return Process{
		PID: pid, Name: text[open+1 : end], Args: strings.Split(strings.TrimRight(string(line), "\x00"), "\x00"),
		State: fields[0][0], started: fields[19],
	}, true
}

// Same reports whether two are the same process.
func (p Process) Same(q Process) bool { return p.PID == q.PID && p.started == q.started }

// Alive reports whether the process still runs.
func (p Process) Alive() bool {
	now, ok := process(p.PID)
	return ok && now.Same(p) && now.State != 'Z' && now.State != 'X'
}

// Signal sends a signal to this very process.
func (p Process) Signal(s unix.Signal) error {
	fd, err := unix.PidfdOpen(p.PID, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	if !p.Alive() {
		return fmt.Errorf("process %d (%s) has ended", p.PID, p.Name)
	}
	return unix.PidfdSendSignal(fd, s, nil, 0)
}

// ticks are what the kernel counts times of processes in, per second, on every Linux of today.
const ticks = 100

// Age is for how long the process has run.
func (p Process) Age() time.Duration {
	var now unix.Timespec
	if err := unix.ClockGettime(unix.CLOCK_BOOTTIME, &now); err != nil {
		return 0
	}
	begun, _ := strconv.ParseInt(p.started, 10, 64)
	return time.Duration(now.Nano()) - time.Duration(begun)*(time.Second/ticks)
}

func (p Process) String() string {
	line := strings.Join(p.Args, " ")
	if line == "" {
		line = "[" + p.Name + "]"
	}
	return fmt.Sprintf("%d %c %s", p.PID, p.State, line)
}

// Supervisor is the process that watches over the node process.
func (m *Machine) Supervisor() (Process, bool) {
	return m.find(func(p Process) bool { return p.Name == "holdfast" && len(p.Args) > 1 && p.Args[1] == "daemon" })
}

// Node is the process in which the cluster node lives.
func (m *Machine) Node() (Process, bool) {
	return m.find(func(p Process) bool { return p.Name == "holdfast-node" })
}

// CorosyncProcess is the machine's Corosync.
func (m *Machine) CorosyncProcess() (Process, bool) {
	return m.find(func(p Process) bool { return p.Name == "corosync" })
}

// find returns the living process that is wanted.
func (m *Machine) find(want func(Process) bool) (Process, bool) {
	for _, p := range m.Processes() {
		if p.State != 'Z' && want(p) {
			return p, true
		}
	}
	return Process{}, false
}

// Memory is how much of the machine's memory the process has, in bytes.
func (p Process) Memory() int {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/statm", p.PID))
	fields := strings.Fields(string(text))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.Atoi(fields[1])
	return pages * os.Getpagesize()
}

// Used is how much time of processors the process has used, without its children.
func (p Process) Used() time.Duration {
	text, _ := os.ReadFile(fmt.Sprintf("/proc/%d/stat", p.PID))
	fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * (time.Second / ticks)
}

// Files is how many files the process has open.
func (p Process) Files() int {
	list, _ := os.ReadDir(fmt.Sprintf("/proc/%d/fd", p.PID))
	return len(list)
}
