package stonithadmin

import (
	"bytes"
	"errors"
	"fmt"
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
)

// A fake is a cluster of two nodes that writes down what it is asked.
type fake struct {
	doc     cib.CIB
	calls   []string
	history []fencing.Request
	refuse  error
}

func (f *fake) note(format string, args ...any) error {
	f.calls = append(f.calls, fmt.Sprintf(format, args...))
	return f.refuse
}

func (f *fake) CIB() (*xml.Node, error) { return f.doc.Root(), nil }
func (f *fake) Close() error            { return nil }
func (f *fake) Apply(r cib.Request) (*xml.Node, error) {
	if r.Op == cib.Query {
		return f.doc.Query(r)
	}
	f.note("%s in %s", r.Op, r.Section)
	result, err := f.doc.Apply(r)
	if err == nil {
		f.doc = result.CIB
	}
	return nil, err
}

func (f *fake) Status() (protocol.Node, error) {
	return protocol.Node{Name: "n1", Peers: []protocol.Peer{{ID: 1, Name: "n1"}, {ID: 2, Name: "n2"}}}, nil
}

func (f *fake) Fence(w wire.Fence, limit time.Duration) error {
	return f.note("%s %s delay %d within %v tolerate %d", w.Action, w.Target, w.Delay, limit, w.Tolerate)
}
func (f *fake) Confirm(target crm.NodeName) error     { return f.note("confirm %s", target) }
func (f *fake) EraseFences(target crm.NodeName) error { return f.note("erase %q", target) }
func (f *fake) FenceHistory(crm.NodeName) ([]fencing.Request, error) {
	return f.history, nil
}
func (f *fake) FenceDevices(target crm.NodeName) ([]protocol.DeviceInfo, error) {
	f.note("devices for %q", target)
	return []protocol.DeviceInfo{{ID: "fd", Agent: "fence_dummy"}}, nil
}

const document = `<cib validate-with="none" epoch="1" num_updates="0" admin_epoch="0"><configuration><crm_config/><nodes/>
<resources><primitive id="fd" class="stonith" type="fence_dummy"/></resources><constraints/></configuration><status/></cib>`

func cluster(t *testing.T) *fake {
	t.Helper()
	root, err := xml.ParseString(document)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := cib.New(root)
	if err != nil {
		t.Fatal(err)
	}
	request := func(action string, verdict fencing.Verdict, done int64) fencing.Request {
		return fencing.Request{
			Fence:   wire.Fence{Target: "n2", Action: action, Client: "ours", Origin: "n1"},
			Verdict: verdict, By: "n1", Done: done, Evidence: []string{"no answer"},
		}
	}
	return &fake{doc: doc, history: []fencing.Request{
		request("reboot", fencing.Off, 1000), request("off", fencing.Failed, 2000), request("on", fencing.On, 3000),
	}}
}

// run runs a command line and returns its exit code and output.
func run(f *fake, line string) (crm.ExitCode, string) {
	var out bytes.Buffer
	env := &tool.Env{
		Program: "stonith_admin", Stdin: strings.NewReader(""), Stdout: &out, Stderr: &out,
		Getenv: func(string) string { return "" }, Now: time.Now,
		Connect: func() (tool.Cluster, error) {
			if f == nil {
				return nil, tool.ErrNoCluster
			}
			return f, nil
		},
	}
	code := Tool().Run(env, strings.Fields(line))
	return code, strings.TrimSpace(out.String())
}

// TestCommands shows what each command asks of the cluster and what it prints.
func TestCommands(t *testing.T) {
	t.Setenv("TZ", "UTC")
	time.Local = time.UTC
	for _, c := range []struct {
		line  string
		code  crm.ExitCode
		calls string
		out   string
	}{
		{"--fence n2 -t 9", 0, "off n2 delay 0 within 9s tolerate 0", ""},
		{"-B n2 -y 3 --tolerance 5m", 0, "reboot n2 delay 3000 within 2m3s tolerate 300", ""},
		{"-U n2 -y -1", 0, "on n2 delay -1 within 2m0s tolerate 0", ""},
		{"-C n2", 0, "confirm n2", ""},
		{"-L", 0, `devices for ""`, "fd\n1 fence device found"},
		{"-l n2", 0, `devices for "n2"`, "fd\n1 fence device found"},
		{"-H n2", 0, "", "unfencing of n2 successful: delegate=n1, client=ours, origin=n1, last-successful='1970-01-01 00:50:00.000000Z'\n1 event found"},
		{"-H * -q", 0, "", "3000\n0 events found"},
		{"-H n2 --cleanup", 0, `erase "n2"`, "cleaning up fencing-history for node n2"},
		{"-h n2", 0, "", "Node n2 last fenced at: Thu Jan  1 00:16:40 1970"},
		{"-h 2 -n", 0, "", "Node 2 last fenced at: Thu Jan  1 00:16:40 1970"},
		{"-r n2 -i 1 -v fd", 0, "cib_modify in fencing-topology", ""},
		{"-d n2 -i 1", 0, "", ""},
		{"-D fd", 0, "cib_delete in resources", ""},
		{"-D nobody", crm.ExitNoSuch, "", "Can't unregister device nobody: there is no fence device nobody"},
		{"-r n2 -i 12 -v fd", crm.ExitError, "", "Can't register topology level 12 for n2: level 12 is none: give --index a number from 1 to 9"},
		{"", crm.ExitUsage, "", "Nothing to do: give a command (see --help-all)"},
		{"-K", crm.ExitUsage, "", "Please specify an agent to query using -a,--agent [value]"},
		{"-F n2 -t -5", crm.ExitUsage, "", `stonith_admin: Integer value "-5" for -t out of range`},
	} {
		f := cluster(t)
		code, out := run(f, c.line)
		if code != c.code || strings.Join(f.calls, "; ") != c.calls || out != c.out {
			t.Errorf("stonith_admin %s\n got %d %q %q\nwant %d %q %q", c.line, code, f.calls, out, c.code, c.calls, c.out)
		}
	}
}

// TestWithoutCluster ends with the code for that.
func TestWithoutCluster(t *testing.T) {
	for _, line := range []string{"-F n2", "-L", "-C n2", "-H n2", "-D fd"} {
		if code, out := run(nil, line); code != crm.ExitDisconnect {
			t.Errorf("stonith_admin %s ends with %d: %s", line, code, out)
		}
	}
}

// TestRefusalsKeepTheirCode: how the cluster refuses is how the tool ends.
func TestRefusalsKeepTheirCode(t *testing.T) {
	f := cluster(t)
	f.refuse = &protocol.Error{Code: crm.ExitTimeout, Text: "too slow"}
	if code, out := run(f, "-F n2"); code != crm.ExitTimeout || out != "stonith_admin: Couldn't fence n2: too slow" {
		t.Errorf("%d %q", code, out)
	}
	f.refuse = errors.New("no device")
	if code, _ := run(f, "-F n2"); code != crm.ExitError {
		t.Errorf("code %d of an error without one", code)
	}
}
