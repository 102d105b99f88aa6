package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// A bench runs two programs on CIBs.
type bench struct {
	generator    string
	cases        string // folder of recorded CIBs
	ours, theirs []string
	limit        time.Duration
	alone        bool
}

// A measure is what one run used; over tells that it was ended at the limit.
type measure struct {
	cpu    time.Duration
	peak   int64 // bytes
	over   bool
	output []byte
}

// String gives the CPU seconds, or that they were too many.
func (m measure) String() string {
	if m.over {
		return fmt.Sprintf("over %.0fs", m.cpu.Seconds())
	}
	return fmt.Sprintf("%.3fs", m.cpu.Seconds())
}

func (m measure) perByte(bytes int) float64 { return float64(m.peak) / float64(bytes) }

// ratio is how many times less ours used; a run that was ended gives a lower bound.
func ratio(theirs, ours measure) string {
	if ours.cpu < time.Millisecond {
		return "-"
	}
	ratio := fmt.Sprintf("%.0fx", theirs.cpu.Seconds()/ours.cpu.Seconds())
	if theirs.over {
		return ">" + ratio
	}
	return ratio
}

// generate writes a CIB straight to a file: what this process holds in memory
// would count as the peak of the processes it starts.
func (b *bench) generate(path string, args []string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	defer f.Close()
	cmd := exec.Command("python3", append([]string{b.generator}, args...)...)
	cmd.Stdout, cmd.Stderr = f, os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("generate a CIB with %s: %w", strings.Join(args, " "), err)
	}
	return nil
}

// count returns the size of a file and how often a word begins a line of it.
func count(path, word string) (size, words int, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close()
	lines := bufio.NewReaderSize(f, 1<<16)
	for fresh := true; ; {
		line, more, err := lines.ReadLine()
		if err != nil && !errors.Is(err, io.EOF) {
			return 0, 0, err
		}
		if fresh && bytes.HasPrefix(bytes.TrimLeft(line, " "), []byte(word)) {
			words++
		}
		fresh = !more
		if err != nil {
			break
		}
	}
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	return int(info.Size()), words, nil
}

// run lets a program do something, and no more than the limit.
func (b *bench) run(program []string, folder string, args ...string) (measure, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*b.limit)
	defer cancel()
	// The shell sets the limit of CPU seconds and becomes the program.
	line := append([]string{"-c", `ulimit -t "$1"; shift; exec "$@"`, "sh", fmt.Sprint(int(b.limit.Seconds()))}, program...)
	cmd := exec.CommandContext(ctx, "/bin/sh", append(line, args...)...)
	cmd.Env = append(os.Environ(), "CIB_shadow_dir="+folder)
	var shown, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &shown, &trouble
	err := cmd.Run()
	if cmd.ProcessState == nil {
		return measure{}, fmt.Errorf("run %s: %w", program[0], err)
	}
	m := measure{cpu: cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime(), output: shown.Bytes()}
	if usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		m.peak = usage.Maxrss * 1024
	}
	// The kernel kills what has used up its time.
	status, _ := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() && (status.Signal() == syscall.SIGKILL || status.Signal() == syscall.SIGXCPU) {
		m.over = true
	} else if err != nil {
		first, _, _ := strings.Cut(trouble.String(), "\n")
		return m, fmt.Errorf("run %s %s: %w: %s", program[0], strings.Join(args, " "), err, first)
	}
	return m, nil
}

// profile is the time that scheduling all CIBs of a folder took, as the program
// itself tells.
func (b *bench) profile(program []string, folder string) (measure, error) {
	m, err := b.run(program, folder, "--profile", folder)
	if err != nil || m.over {
		return m, err
	}
	m.cpu = 0
	for line := range strings.Lines(string(m.output)) {
		_, took, found := strings.Cut(line, " ... ")
		seconds, err := strconv.ParseFloat(strings.TrimSuffix(strings.TrimSpace(took), " secs"), 64)
		if found && err == nil {
			m.cpu += time.Duration(seconds * float64(time.Second))
		}
	}
	return m, nil
}
