package crmmon

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/client/protocol"
	"holdfast/cluster/fencing"
	"holdfast/cluster/wire"
	"holdfast/crm"
	"holdfast/tool"
	"holdfast/tool/crmsimulate"
	"holdfast/tool/tooltest"
)

func TestTranscripts(t *testing.T) {
	tooltest.Run(t, "testdata", tooltest.Tools{"crm_mon": Tool, "crm_simulate": crmsimulate.Tool})
}

// fakeCluster is a running cluster that has one document and a fencing history.
type fakeCluster struct {
	doc     *xml.Node
	fences  []fencing.Request
	changes []*xml.Node // what a watcher is told
}

func (f *fakeCluster) CIB() (*xml.Node, error)              { return f.doc, nil }
func (f *fakeCluster) Apply(cib.Request) (*xml.Node, error) { return nil, nil }
func (f *fakeCluster) Close() error                         { return nil }
func (f *fakeCluster) Status() (protocol.Node, error) {
	return protocol.Node{Name: "ann", InSync: true}, nil
}
func (f *fakeCluster) FenceHistory(crm.NodeName) ([]fencing.Request, error) { return f.fences, nil }

func (f *fakeCluster) Watch(each func(*xml.Node) bool) error {
	for _, doc := range f.changes {
		if !each(doc) {
			break
		}
	}
	return nil
}

func fakeEnv(t *testing.T, f *fakeCluster) (*tool.Env, *bytes.Buffer) {
	t.Helper()
	if f.doc == nil {
		data, err := os.ReadFile(filepath.Join("testdata", "small.xml"))
		if err != nil {
			t.Fatal(err)
		}
		if f.doc, err = xml.Parse(data); err != nil {
			t.Fatal(err)
		}
	}
	var out bytes.Buffer
	time.Local = time.UTC
	return &tool.Env{
		Program: "crm_mon", Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
		Getenv: func(string) string { return "" }, Now: func() time.Time { return tooltest.Now },
		Connect: func() (tool.Cluster, error) { return f, nil },
	}, &out
}

// Three attempts: bob could not be fenced by ann, then was by cid; a reboot of
// cid is still under way. The failure names who succeeded later.
func TestFencingHistoryLevels(t *testing.T) {
	at := time.Date(2026, time.March, 1, 11, 0, 0, 0, time.UTC).Unix()
	request := func(action, target, by string, verdict fencing.Verdict, done int64) fencing.Request {
		return fencing.Request{Fence: wire.Fence{Action: action, Target: crm.NodeName(target), Client: "admin", Origin: "ann"},
			By: crm.NodeName(by), Verdict: verdict, Done: done, Evidence: []string{"no answer"}}
	}
	f := &fakeCluster{fences: []fencing.Request{
		request("off", "bob", "ann", fencing.Failed, at),
		request("off", "bob", "ann", fencing.Failed, at+10),
		request("off", "bob", "cid", fencing.Off, at+20),
		request("reboot", "cid", "", fencing.None, 0),
	}}
	for _, c := range []struct{ level, want string }{
		{"-m0", ""},
		{"-m1", `Failed Fencing Actions:
  * turning off of bob by ann for admin@ann last failed (no answer) at 2026-03-01 11:00:10.000000Z (a later attempt from cid succeeded)

Pending Fencing Actions:
  * reboot of cid for admin@ann last pending
`},
		{"-m2", `Failed Fencing Actions:
  * turning off of bob by ann for admin@ann failed (no answer) at 2026-03-01 11:00:10.000000Z (a later attempt from cid succeeded)

Fencing History:
  * reboot of cid for admin@ann pending
  * turning off of bob by cid for admin@ann successful at 2026-03-01 11:00:20.000000Z
`},
		{"-m3", `Failed Fencing Actions:
  * turning off of bob by ann for admin@ann failed (no answer) at 2026-03-01 11:00:10.000000Z (a later attempt from cid succeeded)
  * turning off of bob by ann for admin@ann failed (no answer) at 2026-03-01 11:00:00.000000Z (a later attempt from cid succeeded)

Fencing History:
  * reboot of cid for admin@ann pending
  * turning off of bob by cid for admin@ann successful at 2026-03-01 11:00:20.000000Z
`},
	} {
		env, out := fakeEnv(t, f)
		Tool().Run(env, []string{"-1", "--exclude=summary,nodes,resources,failures", c.level})
		if out.String() != c.want {
			t.Errorf("crm_mon %s:\n%s\nwant:\n%s", c.level, out, c.want)
		}
	}
}

// The page is written on every change, here by a crm_mon that is stopped by a
// file it may not write any more.
func TestThePageFollowsTheCluster(t *testing.T) {
	f := &fakeCluster{}
	env, _ := fakeEnv(t, f)
	dir := t.TempDir()
	page := filepath.Join(dir, "page.html")
	done := make(chan crm.ExitCode)
	go func() {
		done <- Tool().Run(env, []string{"--output-as=html", "--output-to=" + page, "--interval=20ms"})
	}()
	deadline := time.Now().Add(10 * time.Second)
	for {
		data, _ := os.ReadFile(page)
		if strings.Contains(string(data), "Online: [ ann bob ]") && strings.Contains(string(data), `http-equiv="refresh"`) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("no page was written: %q", data)
		}
		time.Sleep(5 * time.Millisecond)
	}
	for os.RemoveAll(dir) != nil { // a page being written may keep it once
	}
	select {
	case code := <-done:
		if code != crm.ExitCantCreate {
			t.Errorf("ended with %d", code)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("goes on although the page cannot be written")
	}
}
