package daemon

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"holdfast/cluster"
)

// logger writes lines in the form that log readers of the field know:
// "Mon DD HH:MM:SS.mmm NODE holdfast [pid] level: text".
type logger struct {
	mu   sync.Mutex
	node string
	outs []io.Writer
	min  cluster.Level
}

var levelNames = map[cluster.Level]string{
	cluster.Debug: "debug", cluster.Info: "info", cluster.Notice: "notice",
	cluster.Warning: "warning", cluster.Error: "error",
}

// newLogger opens the log file, if there is one to open, beside the copy.
func newLogger(o Options, machine local) *logger {
	l := &logger{min: cluster.Info, outs: []io.Writer{o.Log}}
	if machine.debug {
		l.min = cluster.Debug
	}
	if machine.err != nil {
		defer l.printf(cluster.Warning, "local options: %v", machine.err)
	}
	if o.LogFile == "" || o.LogFile == "none" {
		return l
	}
	os.MkdirAll(filepath.Dir(o.LogFile), 0o770)
	f, err := os.OpenFile(o.LogFile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, machine.logMode)
	if err != nil {
		l.printf(cluster.Warning, "cannot write %s: %v; logging to standard error only", o.LogFile, err)
		return l
	}
	l.outs = append(l.outs, f)
	return l
}

func (l *logger) printf(level cluster.Level, format string, args ...any) {
	if level < l.min {
		return
	}
	line := fmt.Sprintf("%s %s holdfast [%d] %s: %s\n",
		time.Now().Format("Jan 02 15:04:05.000"), l.node, os.Getpid(), levelNames[level], fmt.Sprintf(format, args...))
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, w := range l.outs {
		io.WriteString(w, line)
	}
}
