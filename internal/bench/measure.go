package main

import (
	"bytes"
	"context"
	"errors"
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
	args := strings.Fields(strings.ReplaceAll(s.args, "%d", fmt.Sprint(size)))
	cib, err := exec.Command("python3", append([]string{b.generator}, args...)...).Output()
	if err != nil {
		return row{}, fmt.Errorf("generate a CIB with %s: %w", s.args, err)
	}
	path := filepath.Join(folder, "cib.xml")
	if err := os.WriteFile(path, cib, 0o644); err != nil {
		return row{}, err
	}
	r := row{bytes: len(cib)}
	if r.theirs, err = b.run(b.theirs, path, folder); err != nil {
		return row{}, err
	}
	r.ours, err = b.run(b.ours, path, folder)
	return r, err
}

// run lets a program decide what to do about a CIB, and no more.
func (b *bench) run(program []string, path, folder string) (measure, error) {
	ctx, cancel := context.WithTimeout(context.Background(), b.limit)
	defer cancel()
	args := append(program[1:len(program):len(program)], "-x", path, "-R", "-Q")
	cmd := exec.CommandContext(ctx, program[0], args...)
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
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		m.over = true
	} else if err != nil {
		return m, fmt.Errorf("run %s on %s: %w\n%s", program[0], path, err, trouble.String())
	}
	return m, nil
}
