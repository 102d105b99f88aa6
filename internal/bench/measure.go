package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// A bench runs two programs on generated CIBs.
type bench struct {
	generator    string
	ours, theirs []string
	limit        time.Duration
}

// A measure is what one run used; over tells that it was ended at the limit.
type measure struct {
	cpu  time.Duration
	peak int64 // bytes
	over bool
}

// String gives the CPU seconds, or that they were too many.
func (m measure) String() string {
	if m.over {
		return fmt.Sprintf("over %.0fs", m.cpu.Seconds())
	}
	return fmt.Sprintf("%.3fs", m.cpu.Seconds())
}

func (m measure) perByte(bytes int) float64 { return float64(m.peak) / float64(bytes) }

// A row is both measures of one CIB.
type row struct {
	ours, theirs measure
	bytes        int
}

// ratio is how many times less we used; a run that was ended gives a lower bound.
func (r row) ratio() string {
	ratio := fmt.Sprintf("%.0fx", r.theirs.cpu.Seconds()/r.ours.cpu.Seconds())
	if r.theirs.over {
		return ">" + ratio
	}
	return ratio
}

// row generates the CIB of a size and runs both programs on it.
func (b *bench) row(s series, size int) (row, error) {
	folder, err := os.MkdirTemp("", "bench")
	if err != nil {
		return row{}, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "cib.xml")
	size64, err := b.generate(path, strings.Fields(strings.ReplaceAll(s.args, "%d", fmt.Sprint(size))))
	if err != nil {
		return row{}, err
	}
	r := row{bytes: int(size64)}
	if r.theirs, err = b.run(b.theirs, path, folder); err != nil {
		return row{}, err
	}
	r.ours, err = b.run(b.ours, path, folder)
	return r, err
}

// generate writes a CIB straight to a file: what this process holds in memory
// would count as the peak of the processes it starts.
func (b *bench) generate(path string, args []string) (int64, error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer f.Close()
	cmd := exec.Command("python3", append([]string{b.generator}, args...)...)
	cmd.Stdout, cmd.Stderr = f, os.Stderr
	if err := cmd.Run(); err != nil {
		return 0, fmt.Errorf("generate a CIB with %s: %w", strings.Join(args, " "), err)
	}
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

// run lets a program decide what to do about a CIB, and no more.
func (b *bench) run(program []string, path, folder string) (measure, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*b.limit)
	defer cancel()
	// The shell sets the limit of CPU seconds and becomes the program.
	args := append([]string{"-c", `ulimit -t "$1"; shift; exec "$@"`, "sh", fmt.Sprint(int(b.limit.Seconds()))}, program...)
	cmd := exec.CommandContext(ctx, "/bin/sh", append(args, "-x", path, "-R", "-Q")...)
	cmd.Env = append(os.Environ(), "CIB_shadow_dir="+folder)
	var trouble bytes.Buffer
	cmd.Stderr = &trouble
	err := cmd.Run()
	if cmd.ProcessState == nil {
		return measure{}, fmt.Errorf("run %s: %w", program[0], err)
	}
	m := measure{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.peak = usage.Maxrss * 1024
	}
	// The kernel kills what has used up its time.
	status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() && (status.Signal() == syscall.SIGKILL || status.Signal() == syscall.SIGXCPU) {
		m.over = true
	} else if err != nil {
		return m, fmt.Errorf("run %s on %s: %w\n%s", program[0], path, err, trouble.String())
	}
	return m, nil
}
