package daemon

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// NodeProgram is the name of the node process's program, so that people and tools
// can tell it from its supervisor.
const NodeProgram = "holdfast-node"

// Supervise starts the node process and starts it again whenever it dies, until it
// says that it is done. It returns the exit code to end with. Args are the node's
// arguments.
func Supervise(runDir string, args []string, stderr io.Writer) int {
	if runDir == "" {
		runDir = DefaultRunDir
	}
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGTERM, syscall.SIGINT)
	s := &supervisor{pidFile: filepath.Join(runDir, "node.pid"), socket: socketIn(runDir), args: args, stderr: stderr, signals: signals}
	os.MkdirAll(runDir, 0o755)
	return s.run()
}

type supervisor struct {
	pidFile string
	socket  string
	args    []string
	stderr  io.Writer
	signals chan os.Signal
	ending  bool
}

// A node process that dies more than quickDeaths times within quickTime is given a
// pause before the next start.
const (
	quickDeaths = 5
	quickTime   = 10 * time.Second
	deathPause  = time.Second
)

func (s *supervisor) run() int {
	s.adopt()
	var deaths []time.Time
	for !s.ending {
		code, err := s.once()
		switch {
		case err != nil:
			fmt.Fprintf(s.stderr, "holdfast: cannot start the node process: %v\n", err)
			return ExitFatal
		case code == ExitDone || code == ExitFatal:
			return code
		}
		now := time.Now()
		deaths = append(deaths, now)
		if len(deaths) > quickDeaths && now.Sub(deaths[len(deaths)-1-quickDeaths]) < quickTime {
			s.pause()
		}
	}
	return ExitDone
}

func (s *supervisor) pause() {
	select {
	case <-time.After(deathPause):
	case <-s.signals:
		s.ending = true
	}
}

// once runs the node process to its end.
func (s *supervisor) once() (code int, err error) {
	program, args, err := nodeProgram()
	if err != nil {
		return 0, err
	}
	cmd := exec.Command(program, append(args, s.args...)...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	s.record(cmd.Process.Pid)
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	stop := make(chan struct{})
	defer close(stop)
	go s.overlook(cmd.Process, stop)
	for {
		select {
		case <-s.signals:
			s.ending = true
			cmd.Process.Signal(syscall.SIGTERM)
		case err := <-ended:
			os.Remove(s.pidFile)
			var exit *exec.ExitError
			if err != nil && !errors.As(err, &exit) {
				return 0, err
			}
			code := cmd.ProcessState.ExitCode()
			if code != ExitDone {
				fmt.Fprintf(s.stderr, "holdfast: the node process ended (%s)\n", cmd.ProcessState)
			}
			return code, nil
		}
	}
}

// nodeProgram finds the node's program: beside this one or in the library
// directory that belongs to it; else this program itself does it.
func nodeProgram() (program string, args []string, err error) {
	self, err := os.Executable()
	if err != nil {
		return "", nil, err
	}
	dir := filepath.Dir(self)
	for _, path := range []string{filepath.Join(dir, NodeProgram), filepath.Join(dir, "../lib/holdfast", NodeProgram)} {
		if info, err := os.Stat(path); err == nil && info.Mode()&0o111 != 0 {
			return path, nil, nil
		}
	}
	return self, []string{NodeProgram}, nil
}

// record notes the node process, with its start time so that no other process is
// ever taken for it.
func (s *supervisor) record(pid int) {
	text := fmt.Sprintf("%d %s\n", pid, startTime(pid))
	os.WriteFile(s.pidFile, []byte(text), 0o600)
}

// adopt waits for a node process that an earlier supervisor left behind.
func (s *supervisor) adopt() {
	text, err := os.ReadFile(s.pidFile)
	if err != nil {
		return
	}
	pidText, started, _ := strings.Cut(strings.TrimSpace(string(text)), " ")
	pid, err := strconv.Atoi(pidText)
	if err != nil || started == "" || startTime(pid) != started {
		return
	}
	fd, err := unix.PidfdOpen(pid, 0)
	if err != nil {
		return
	}
	defer unix.Close(fd)
	if startTime(pid) != started {
		return
	}
	fmt.Fprintf(s.stderr, "holdfast: taking over node process %d from an earlier supervisor\n", pid)
	gone := make(chan struct{})
	if node, err := os.FindProcess(pid); err == nil {
		go s.overlook(node, gone)
	}
	go func() {
		for {
			n, err := unix.Poll([]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}, 1000)
			if n > 0 || err != nil && err != unix.EINTR {
				close(gone)
				return
			}
		}
	}()
	for {
		select {
		case <-s.signals:
			s.ending = true
			unix.PidfdSendSignal(fd, unix.SIGTERM, nil, 0)
		case <-gone:
			return
		}
	}
}

// startTime is a process's start time in clock ticks since boot, "" if there is
// no such living process (proc(5), stat field 22).
func startTime(pid int) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return ""
	}
	fields := strings.Fields(string(text[strings.LastIndexByte(string(text), ')')+1:]))
	if len(fields) < 20 || fields[0] == "Z" || fields[0] == "X" {
		return ""
	}
	return fields[19]
}
