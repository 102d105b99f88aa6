// Package transcript runs the tests of the cores that read as documents: a file
// of cases, each some lines of prose and verbs, a line "----", and what the code
// answers. It is used by tests only.
package transcript

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the transcripts with what the code answers now")

// A Script carries out the verbs of one case; each case begins with a new one.
type Script interface {
	// Do carries out one verb with its words.
	Do(verb string, words []string) error
}

// Log collects what a script has to tell; a Script embeds it.
type Log struct{ text strings.Builder }

// Tell adds a line.
func (l *Log) Tell(format string, args ...any) { fmt.Fprintf(&l.text, format+"\n", args...) }

func (l *Log) told() string { return strings.TrimRight(l.text.String(), "\n") }

type teller interface{ told() string }

// Run carries out every case of a file. A blank line ends a case's answer. With
// -update the answers are rewritten.
func Run(t *testing.T, file string, begin func() Script) {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, c := range cases(string(data)) {
		s := begin()
		for _, line := range strings.Split(c.verbs, "\n") {
			if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
				continue
			}
			words := strings.Fields(line)
			if err := s.Do(words[0], words[1:]); err != nil {
				t.Fatalf("%s: %q: %v", file, line, err)
			}
		}
		got := s.(teller).told()
		if got != c.want && !*update {
			t.Errorf("%s: %s\ngot:\n%s\n\nwant:\n%s", file, c.title(), got, c.want)
		}
		out = append(out, c.verbs+"\n----\n"+got+"\n")
	}
	if *update {
		if err := os.WriteFile(file, []byte(strings.Join(out, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

type example struct{ verbs, want string }

// title is the first line of a case, which should say what it shows.
func (c example) title() string {
	first, _, _ := strings.Cut(c.verbs, "\n")
	return first
}

func cases(text string) []example {
	var list []example
	for strings.TrimSpace(text) != "" {
		verbs, rest, _ := strings.Cut(text, "\n----\n")
		want, next, _ := strings.Cut("\n"+rest, "\n\n")
		list = append(list, example{strings.Trim(verbs, "\n"), strings.Trim(want, "\n")})
		text = next
	}
	return list
}

// Golden compares a text with a file, or rewrites the file with -update.
func Golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s is not what the code does now:\n%s", file, got)
	}
}
