package crmresource

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/client/protocol"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/tool"
	"holdfast/tool/crmsimulate"
	"holdfast/tool/tooltest"
)

func TestTranscripts(t *testing.T) {
	tooltest.Run(t, "testdata", tooltest.Tools{"crm_resource": Tool, "crm_simulate": crmsimulate.Tool})
}

func TestEveryCommandIsDone(t *testing.T) {
	all := handlers()
	for c := listResources; c <= why; c++ {
		if all[c].do == nil {
			t.Errorf("command %d does nothing", c)
		}
	}
}

// fakeCluster notes what it is asked to do.
type fakeCluster struct {
	doc   *xml.Node
	asked []string
}

func (f *fakeCluster) CIB() (*xml.Node, error)              { return f.doc, nil }
func (f *fakeCluster) Apply(cib.Request) (*xml.Node, error) { return f.doc, nil }
func (f *fakeCluster) Close() error                         { return nil }
func (f *fakeCluster) Status() (protocol.Node, error)       { return protocol.Node{Name: "ann"}, nil }

func (f *fakeCluster) note(format string, args ...any) error {
	f.asked = append(f.asked, fmt.Sprintf(format, args...))
	return nil
}

func (f *fakeCluster) Attribute(a wire.Attribute) error {
	return f.note("%s %q %q %q %d", a.Task, a.Node, a.Resource, a.Operation, a.Interval)
}

func (f *fakeCluster) Forget(g wire.Forget) error {
	return f.note("forget %s on %s", g.Resource, g.Node)
}

func (f *fakeCluster) Fail(g wire.Fail) error {
	return f.note("fail %s (%s:%s:%s) on %s", g.Resource, g.Class, g.Provider, g.Type, g.Node)
}

// settled is the cluster of testdata/small.xml some time later.
func settled(t *testing.T, more ...string) *xml.Node {
	t.Helper()
	file := t.TempDir() + "/cib.xml"
	for _, args := range [][]string{
		{"-x", "testdata/small.xml", "-S", "-Q", "-O", file},
		append([]string{"-x", file, "-Q", "-O", file}, more...),
	} {
		var out bytes.Buffer
		code := crmsimulate.Tool().Run(&tool.Env{
			Program: "crm_simulate", Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
			Getenv: func(string) string { return "" }, Now: func() time.Time { return tooltest.Now },
		}, args)
		if code != crm.ExitOK {
			t.Fatalf("crm_simulate %v: %s", args, &out)
		}
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := xml.Parse(data)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// What a running cluster is asked to do: failures are cleared for each node,
// history only where it has failures, and that of all instances of a clone once.
func TestCleaningUp(t *testing.T) {
	doc := settled(t, "-i", "www_monitor_10000@ann=7", "-i", "db_monitor_0@bob=1")
	for _, c := range []struct {
		args string
		want []string
	}{
		{"-C", []string{
			`clear-failure "" "" "" -1`,
			"forget www on ann", "forget db on bob",
		}},
		{"-C -N bob", []string{
			`clear-failure "bob" "" "" -1`,
			"forget db on bob",
		}},
		{"-C -r www -n monitor -I 10s", []string{
			`clear-failure "ann" "ip" "monitor" 10000`, `clear-failure "bob" "ip" "monitor" 10000`,
			`clear-failure "ann" "www" "monitor" 10000`, `clear-failure "bob" "www" "monitor" 10000`,
			"forget www on ann",
		}},
		{"-C -r www -N ann -n start --force", []string{`clear-failure "ann" "www" "start" 0`}},
		{"-R -r www -N ann --force", []string{`clear-failure "ann" "www" "" -1`, "forget www on ann"}},
		{"-F -r db -N bob", []string{"fail db (ocf:pacemaker:Stateful) on bob"}},
	} {
		f := &fakeCluster{doc: doc}
		var out bytes.Buffer
		code := Tool().Run(&tool.Env{
			Program: "crm_resource", Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
			Getenv: func(string) string { return "" }, Now: func() time.Time { return tooltest.Now },
			Connect: func() (tool.Cluster, error) { return f, nil },
		}, strings.Fields(c.args))
		if got := strings.Join(f.asked, "\n"); got != strings.Join(c.want, "\n") || code != crm.ExitOK {
			t.Errorf("crm_resource %s (%d):\n%s\nwant:\n%s\n%s", c.args, code, got, strings.Join(c.want, "\n"), &out)
		}
	}
}
