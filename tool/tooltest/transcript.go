// Package tooltest runs tools in process from transcripts: text files that read
// as documents, with commands and what they print. Only tests import it.
//
// A line that begins with "$ " is a command, the lines after it that begin with
// "|" are its output, and everything else is prose. In commands @NAME is the
// file NAME beside the transcript and @tmp a directory of the transcript's own;
// "cat FILE" shows a file, "cp FILE FILE" copies one. NAME=VALUE before a command sets its environment.
// Standard error comes before standard output, and an exit code other than 0
// last.
//
// With -update the transcripts are rewritten with what the tools print.
package tooltest

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/crm"
	"holdfast/tool"
)

var update = flag.Bool("update", false, "rewrite transcripts with what the tools print now")

// Now is the time at which transcripts happen.
var Now = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

// Tools are the tools that a transcript may call, by name.
type Tools map[string]func() *tool.Tool

// Run runs every transcript (*.txt) in a directory.
func Run(t *testing.T, dir string, tools Tools) {
	t.Helper()
	t.Setenv("TZ", "UTC")
	time.Local = time.UTC
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts in %s (%v)", dir, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			s := &session{dir: filepath.Dir(file), tmp: t.TempDir(), tools: tools}
			s.runFile(t, file)
		})
	}
}

// runFile runs one transcript and compares it with itself.
func (s *session) runFile(t *testing.T, file string) {
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var got bytes.Buffer
	commands := 0
	for _, line := range strings.SplitAfter(string(data), "\n") {
		switch {
		case strings.HasPrefix(line, "|"):
		case strings.HasPrefix(line, "$ "):
			got.WriteString(line)
			got.WriteString(quoted(s.run(strings.TrimSpace(line[2:]))))
			commands++
		default:
			got.WriteString(line)
		}
	}
	if commands == 0 {
		t.Fatalf("%s has no commands", file)
	}
	if *update {
		if err := os.WriteFile(file, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	compare(t, file, string(data), got.String())
}

// compare reports the first line in which two texts differ.
func compare(t *testing.T, file, want, got string) {
	t.Helper()
	if want == got {
		return
	}
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			t.Fatalf("%s:%d:\n got %s\nwant %s", file, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s: %d lines, want %d; the output goes on with\n%s", file, len(g), len(w), strings.Join(g[min(len(w), len(g)):], "\n"))
}

// quoted marks the lines of an output.
func quoted(text string) string {
	var b strings.Builder
	for _, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		b.WriteString(strings.TrimRight("| "+line, " ") + "\n")
	}
	if text == "" {
		return ""
	}
	return b.String()
}

// A session is one transcript being run.
type session struct {
	dir, tmp string
	tools    Tools
	live     []string // the sockets of a running cluster, none if there is none
}

// run runs a command and returns what it printed.
func (s *session) run(line string) string {
	env := map[string]string{}
	words := s.words(line)
	for len(words) > 0 && strings.Contains(words[0], "=") && !strings.HasPrefix(words[0], "-") {
		name, value, _ := strings.Cut(words[0], "=")
		env[name], words = value, words[1:]
	}
	if len(words) == 2 && words[0] == "cat" {
		data, err := os.ReadFile(words[1])
		if err != nil {
			return err.Error() + "\n"
		}
		return s.masked(string(data))
	}
	if len(words) == 3 && words[0] == "cp" {
		data, err := os.ReadFile(words[1])
		if err == nil {
			err = os.WriteFile(words[2], data, 0o600)
		}
		if err != nil {
			return err.Error() + "\n"
		}
		return ""
	}
	make := s.tools[words[0]]
	if make == nil {
		return fmt.Sprintf("there is no tool %q\n", words[0])
	}
	var stdout, stderr bytes.Buffer
	e := s.environment(words[0], env)
	e.Stdout, e.Stderr = &stdout, &stderr
	code := make().Run(e, words[1:])
	text := stderr.String() + stdout.String()
	if code != crm.ExitOK {
		text += fmt.Sprintf("(exit %d, %s)\n", int(code), code)
	}
	return s.masked(text)
}

// words takes a command line apart. Single quotes keep blanks.
func (s *session) words(line string) []string {
	var words []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
			continue
		}
		words = append(words, strings.Fields(part)...)
	}
	for i, w := range words {
		w = strings.ReplaceAll(w, "@tmp", s.tmp)
		words[i] = strings.ReplaceAll(w, "@", s.dir+"/")
		if at := strings.Index(w, "@"); at > 0 && w[at-1] != '=' {
			words[i] = w // as in an operation's node
		}
	}
	return words
}

// masked replaces what differs from run to run.
func (s *session) masked(text string) string {
	text = strings.ReplaceAll(strings.ReplaceAll(text, s.tmp, "@tmp"), s.dir+"/", "@")
	if s.live != nil {
		for _, m := range moments {
			text = m.pattern.ReplaceAllString(text, m.mask)
		}
	}
	return text
}
