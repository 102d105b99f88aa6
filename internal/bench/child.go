package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// A process counts as its own peak what the process that started it held in memory
// at that moment. So each program is started by a small process of this command,
// which tells on a pipe what the program used.
const childMode = "bench-child"

// A usage is what a program used and how it ended.
type usage struct {
	CPU    time.Duration
	Peak   int64 // bytes
	Signal syscall.Signal
	Code   int
}

// tellFile is the pipe on which the small process tells the usage.
const tellFile = 3

// child runs a program with a limit of CPU seconds and tells its usage:
//
//	bench-child SECONDS PROGRAM ARGUMENT…
func child(args []string) error {
	var seconds uint64
	if _, err := fmt.Sscan(args[0], &seconds); err != nil {
		return err
	}
	limit := syscall.Rlimit{Cur: seconds, Max: seconds}
	if err := syscall.Setrlimit(syscall.RLIMIT_CPU, &limit); err != nil {
		return err
	}
	runtime.LockOSThread() // the program dies with the thread that started it
	cmd := exec.Command(args[1], args[2:]...)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	var ended *exec.ExitError
	if err := cmd.Run(); err != nil && !errors.As(err, &ended) {
		return err
	}
	u := usage{CPU: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), Code: cmd.ProcessState.ExitCode()}
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signaled() {
		u.Signal = status.Signal()
	}
	u.Peak = cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss * 1024
	return json.NewEncoder(os.NewFile(tellFile, "usage")).Encode(u)
}
