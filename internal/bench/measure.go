package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
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

// generate writes a CIB to a file.
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
	self, err := os.Executable()
	if err != nil {
		return measure{}, err
	}
	told, tell, err := os.Pipe()
	if err != nil {
		return measure{}, err
	}
	defer told.Close()
	line := append([]string{childMode, fmt.Sprint(int(b.limit.Seconds()))}, program...)
	cmd := exec.CommandContext(ctx, self, append(line, args...)...)
	cmd.Env = append(os.Environ(), "CIB_shadow_dir="+folder)
	cmd.ExtraFiles = []*os.File{tell}
	var shown, trouble bytes.Buffer
	cmd.Stdout, cmd.Stderr = &shown, &trouble
	err = cmd.Run()
	tell.Close()
	var used usage
	if err == nil {
		err = json.NewDecoder(told).Decode(&used)
	}
	if err != nil {
		return measure{}, fmt.Errorf("run %s: %w: %s", program[0], err, firstLine(trouble.String()))
	}
	m := measure{cpu: used.CPU, peak: used.Peak, output: shown.Bytes()}
	// The kernel kills what has used up its time.
	if used.Signal == syscall.SIGKILL || used.Signal == syscall.SIGXCPU {
		m.over = true
	} else if used.Code != 0 {
		err = fmt.Errorf("run %s %s: %w with %d: %s", program[0], strings.Join(args, " "), errRefused, used.Code, firstLine(trouble.String()))
	}
	return m, err
}

// errRefused is of a program that ran, and ended with an error of its own.
var errRefused = errors.New("it ended")

func firstLine(text string) string {
	first, _, _ := strings.Cut(text, "\n")
	return first
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
