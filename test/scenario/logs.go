package scenario

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"strings"

	"holdfast/test/lab"
)

// logFiles are those that are read, as a machine names them.
var logFiles = []string{"var/log/pacemaker/pacemaker.log", "var/log/console.log"}

// bad are lines that nobody wants to see without having broken something.
var bad = regexp.MustCompile(` error: |^panic|^fatal error|DATA RACE|the scheduler failed|node process ended|does not answer any more`)

// logs reads the machines' logs from where it stopped the last time.
type logs struct {
	machines []*lab.Machine
	read     map[string]int64
}

func newLogs(machines []*lab.Machine) *logs { return &logs{machines, map[string]int64{}} }

// take returns what was written since the last call that is bad and not expected.
func (l *logs) take(expected []*regexp.Regexp) error {
	var lines []string
	for _, m := range l.machines {
		for _, name := range logFiles {
			for _, line := range l.fresh(m.Path(name)) {
				if bad.MatchString(line) && !matches(expected, line) {
					lines = append(lines, m.Name+": "+line)
				}
			}
		}
	}
	if len(lines) > 0 {
		const most = 5
		return fmt.Errorf("the logs have %d lines that were not expected:\n  %s", len(lines), strings.Join(lines[:min(most, len(lines))], "\n  "))
	}
	return nil
}

// fresh are the whole lines that a file got since the last call.
func (l *logs) fresh(path string) []string {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	if _, err := f.Seek(l.read[path], io.SeekStart); err != nil {
		return nil
	}
	text, _ := io.ReadAll(f)
	text = text[:bytes.LastIndexByte(text, '\n')+1]
	l.read[path] += int64(len(text))
	return strings.Split(string(text), "\n")
}

func matches(list []*regexp.Regexp, line string) bool {
	for _, r := range list {
		if r.MatchString(line) {
			return true
		}
	}
	return false
}
