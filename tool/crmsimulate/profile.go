package crmsimulate

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler"
	"holdfast/tool"
)

// profileDir schedules every XML file of a directory and shows how much
// processor time each took.
func (o *options) profileDir(c *tool.Call) error {
	entries, err := os.ReadDir(o.profile) // sorted by name
	if err != nil {
		return tool.Fail(crm.ExitNoSuch, "Could not read %s: %v", o.profile, err)
	}
	timings := timingList{}
	for _, e := range entries {
		name := e.Name()
		if !e.Type().IsRegular() || strings.HasPrefix(name, ".") || !strings.HasSuffix(name, ".xml") {
			continue
		}
		path := filepath.Join(o.profile, name)
		took, err := o.profileFile(c, path)
		if err != nil {
			c.Out.Err("%s: %v", path, err)
			continue
		}
		timings = append(timings, timing{path, took})
	}
	c.Out.Show(timings)
	return nil
}

// profileFile schedules one file as often as the user wants.
func (o *options) profileFile(c *tool.Call, path string) (time.Duration, error) {
	doc, err := c.Env.ReadFile(path)
	if err != nil {
		return 0, err
	}
	start := processorTime()
	if doc, err = modern(doc); err != nil {
		return 0, err
	}
	for range o.repeat {
		s := &simulation{options: o, call: c, out: c.Out, paper: newPaper(doc)}
		if _, err := s.schedule(scheduler.Input{WantScores: o.scores, WantUtilization: o.utilization}); err != nil {
			return 0, err
		}
	}
	return processorTime() - start, nil
}

// processorTime is the processor time that this process has used.
func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// timing is how long scheduling one file took.
type timing struct {
	file string
	took time.Duration
}

type timingList []timing

// Text writes a line for each file.
func (list timingList) Text(l *output.Lines) {
	l.Begin("Timings")
	for _, t := range list {
		l.Item("Testing %s ... %.2f secs", t.file, t.took.Seconds())
	}
	l.End()
}

// XML writes an element for each file.
func (list timingList) XML(t *output.Tree) {
	n := xml.New("timings")
	for _, one := range list {
		n.Add(xml.New("timing", "file", one.file, "duration", fmt.Sprintf("%.6f", one.took.Seconds())))
	}
	t.Add(n)
}
