package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// A contest runs commands with both sets of tools and keeps what differed.
type contest struct {
	ours, theirs string
	stderr       bool
	show         int
	out          io.Writer

	ran, different int
	perCommand     []tally
}

// tally counts for one line of the list.
type tally struct {
	command        string
	ran, different int
}

// An outcome is what a command did.
type outcome struct {
	stdout, stderr string
	code           int
	file           string // the CIB afterwards
}

// maxTime is how long a command may take.
const maxTime = 30 * time.Second

// on runs the commands on one CIB. Of every N pairs one is run, beginning at
// offset, so that all commands meet all kinds of CIBs in the end.
func (c *contest) on(file string, commands []string, every, offset int) error {
	data, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	names := namesIn(data)
	for i, template := range commands {
		if (i+offset)%every != 0 {
			continue
		}
		for _, command := range fill(template, names) {
			if err := c.compare(template, command, file, data); err != nil {
				return err
			}
		}
	}
	return nil
}

func (c *contest) compare(template, command, file string, data []byte) error {
	ours, err := run(c.ours, command, data)
	if err != nil {
		return err
	}
	theirs, err := run(c.theirs, command, data)
	if err != nil {
		return err
	}
	if !c.stderr {
		ours.stderr, theirs.stderr = "", ""
	}
	t := c.tallyOf(template)
	c.ran++
	t.ran++
	if ours == theirs {
		return nil
	}
	c.different++
	if t.different++; t.different <= 3 && c.show > 0 {
		c.show--
		fmt.Fprintf(c.out, "--- %s: %s\n%s", filepath.Base(file), command, difference(theirs, ours))
	}
	return nil
}

func (c *contest) tallyOf(command string) *tally {
	for i := range c.perCommand {
		if c.perCommand[i].command == command {
			return &c.perCommand[i]
		}
	}
	c.perCommand = append(c.perCommand, tally{command: command})
	return &c.perCommand[len(c.perCommand)-1]
}

// report counts what differed.
func (c *contest) report() {
	for _, t := range c.perCommand {
		if t.different > 0 {
			fmt.Fprintf(c.out, "%4d of %4d differ: %s\n", t.different, t.ran, t.command)
		}
	}
	fmt.Fprintf(c.out, "%d commands compared, %d differ\n", c.ran, c.different)
}

// run runs a command line with the tools of a folder, on a copy of the CIB.
func run(tools, command string, cib []byte) (outcome, error) {
	dir, err := os.MkdirTemp("", "tooldiff")
	if err != nil {
		return outcome{}, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "cib.xml")
	if err := os.WriteFile(path, cib, 0o600); err != nil {
		return outcome{}, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), maxTime)
	defer cancel()
	var stdout, stderr strings.Builder
	x := exec.CommandContext(ctx, "/bin/sh", "-c", command)
	x.Dir, x.Stdout, x.Stderr = dir, &stdout, &stderr
	x.Env = []string{"PATH=" + tools + ":/usr/bin:/bin", "CIB_file=" + path, "CIB_shadow_dir=" + dir, "CIB_user=root", "USER=root", "HOME=" + dir,
		"LC_ALL=C", "TZ=UTC", "SHELL=/bin/sh", "LD_LIBRARY_PATH=" + os.Getenv("LD_LIBRARY_PATH"), "PCMK_schema_directory=" + os.Getenv("PCMK_schema_directory")}
	err = x.Run()
	exit := (*exec.ExitError)(nil)
	if err != nil && !errors.As(err, &exit) {
		return outcome{}, err
	}
	left, _ := os.ReadFile(path)
	return outcome{masked(stdout.String(), dir), masked(stderr.String(), dir), x.ProcessState.ExitCode(), masked(string(left), dir)}, nil
}

// difference shows how two outcomes differ, line by line.
func difference(theirs, ours outcome) string {
	text := ""
	if theirs.code != ours.code {
		text += fmt.Sprintf("  exit status: theirs %d, ours %d\n", theirs.code, ours.code)
	}
	for _, part := range []struct{ name, theirs, ours string }{
		{"output", theirs.stdout, ours.stdout}, {"errors", theirs.stderr, ours.stderr}, {"file", theirs.file, ours.file},
	} {
		if part.theirs != part.ours {
			text += "  " + part.name + ":\n" + lineDiff(part.theirs, part.ours)
		}
	}
	return text
}
