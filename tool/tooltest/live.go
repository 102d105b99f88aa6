package tooltest

import (
	"errors"
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"holdfast/client"
	"holdfast/client/protocol"
	"holdfast/tool"
)

// RunLive runs every transcript (*.txt) in a directory against a running cluster of
// its own, the sockets of whose nodes start returns. Commands run on the first; AT=n2
// before one has it run on the second. What depends on when it happened is masked:
// DATE, EPOCH, Nms. Tests of that kind use the time of the day.
func RunLive(t *testing.T, dir string, tools Tools, start func(*testing.T) (sockets []string)) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no transcripts in %s (%v)", dir, err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txt"), func(t *testing.T) {
			s := &session{dir: filepath.Dir(file), tmp: t.TempDir(), tools: tools, live: start(t)}
			s.runFile(t, file)
		})
	}
}

// environment is that of one command.
func (s *session) environment(name string, env map[string]string) *tool.Env {
	getenv := func(name string) string { return env[name] }
	e := &tool.Env{Program: name, Stdin: strings.NewReader(""), Getenv: getenv, Now: func() time.Time { return Now }}
	if s.live == nil {
		return e
	}
	if env[protocol.SocketEnv] == "" {
		env[protocol.SocketEnv] = s.socket(env["AT"])
	}
	e.Now = time.Now
	e.Connect = func() (tool.Cluster, error) {
		c, err := client.Dial(name, getenv)
		if errors.Is(err, client.ErrNoDaemon) {
			return nil, fmt.Errorf("%w: %v", tool.ErrNoCluster, err)
		}
		return c, err
	}
	return e
}

// socket is that of a node by its name, n1 and so on.
func (s *session) socket(node string) string {
	for i, socket := range s.live {
		if node == fmt.Sprintf("n%d", i+1) {
			return socket
		}
	}
	return s.live[0]
}

// moments are what differs between two runs of a live cluster.
var moments = []struct {
	pattern *regexp.Regexp
	mask    string
}{
	{regexp.MustCompile(`(Mon|Tue|Wed|Thu|Fri|Sat|Sun) \w{3} +\d+ \d\d:\d\d:\d\d \d{4}`), "DATE"},
	{regexp.MustCompile(`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?( ?[+-]\d\d:?\d\d|Z)?`), "DATE"},
	{regexp.MustCompile(`\b1\d{9}\b`), "EPOCH"},
	{regexp.MustCompile(`\b\d+ms\b`), "Nms"},
	{regexp.MustCompile(`(Diff: [-+]{3}) \d+\.\d+\.\d+`), "$1 VERSION"}, // num_updates counts who came when
	{regexp.MustCompile(`[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}`), "UUID"},
}
