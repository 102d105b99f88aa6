package agent

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"

	"holdfast/crm"
)

// installed gives a Host for the agents of this machine, or skips the test.
func installed(t testing.TB) *Host {
	t.Helper()
	if _, err := os.Stat("/usr/lib/ocf/resource.d/heartbeat/Dummy"); err != nil {
		t.Skip("resource-agents is not installed")
	}
	h := New(Options{RunDir: filepath.Join(t.TempDir(), "run"), Env: []string{"HA_RSCTMP=" + t.TempDir()}})
	t.Cleanup(h.Close)
	return h
}

// The resource agents of the distribution run unmodified.
func TestDistributionAgents(t *testing.T) {
	h := installed(t)
	params := []Param{{"state", filepath.Join(t.TempDir(), "dummy.state")}}
	for _, step := range []struct {
		action string
		code   crm.OCF
	}{
		{"monitor", crm.OCFNotRunning}, {"start", crm.OCFOK}, {"monitor", crm.OCFOK}, {"reload", crm.OCFOK},
		{"stop", crm.OCFOK}, {"monitor", crm.OCFNotRunning}, {"validate-all", crm.OCFOK}, {"bogus", crm.OCFUnimplemented},
	} {
		r := h.Run(Request{
			ID: "d", Class: OCF, Provider: "heartbeat", Type: "Dummy", Resource: "d", Action: step.action,
			Params: params, Timeout: bound, Durable: !Monitoring(step.action),
		})
		if r.Status != crm.OpDone || r.Code != step.code {
			t.Errorf("%s: got %v %v %q\n%s", step.action, r.Status, r.Code, r.ExitReason, r.Stderr)
		}
	}
	r := h.Run(Request{ID: "f", Class: OCF, Provider: "heartbeat", Type: "Filesystem", Resource: "f", Action: "start", Timeout: bound})
	if r.OK() || r.ExitReason == "" {
		t.Errorf("Filesystem without parameters: %v %v %q", r.Status, r.Code, r.ExitReason)
	}
}

// The metadata of agents in wide use can be read.
func TestDistributionMetadata(t *testing.T) {
	h := installed(t)
	for _, name := range []string{"IPaddr2", "Filesystem", "apache", "nginx", "pgsql", "mysql", "Dummy"} {
		m, err := h.Metadata(OCF, "heartbeat", name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, ok := m.Action("monitor"); !ok || m.Name != name || len(m.Parameters) == 0 {
			t.Errorf("%s: %+v", name, m)
		}
	}
	if !h.Exists(Stonith, "", "fence_dummy") {
		t.Skip("fence-agents is not installed")
	}
	text, err := h.MetadataText(Stonith, "", "fence_dummy")
	if err != nil || !strings.Contains(text, `<action name="start" timeout="20s"/>`) {
		t.Errorf("fence_dummy: %v\n%s", err, text)
	}
}

// BenchmarkStart shows what running an agent costs beside the agent itself.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	os.MkdirAll(filepath.Join(dir, "test"), 0o755)
	os.Symlink("/bin/true", filepath.Join(dir, "test", "true"))
	h := New(Options{OCFPath: []string{dir}, RunDir: filepath.Join(dir, "run")})
	defer h.Close()
	for _, durable := range []bool{false, true} {
		b.Run(map[bool]string{false: "plain", true: "durable"}[durable], func(b *testing.B) {
			for range b.N {
				req := request("true", "start")
				req.Durable = durable
				h.Run(req)
			}
		})
	}
}

// What is listed is what the reference's crm_resource lists.
func TestListsLikeTheReference(t *testing.T) {
	h := installed(t)
	if _, err := exec.LookPath("/usr/sbin/crm_resource"); err != nil {
		t.Skip("the reference is not installed")
	}
	for _, c := range []struct {
		args string
		got  []string
	}{
		{"--list-ocf-providers", h.Providers("")},
		{"--list-ocf-alternatives=Dummy", h.Providers("Dummy")},
		{"--list-ocf-alternatives=ping", h.Providers("ping")},
		{"--list-agents=ocf:pacemaker", h.Agents(OCF, "pacemaker")},
		{"--list-agents=ocf:heartbeat", h.Agents(OCF, "heartbeat")},
		{"--list-agents=lsb", h.Agents(LSB, "")},
	} {
		out, _ := exec.Command("/usr/sbin/crm_resource", c.args).Output()
		if want := strings.Fields(string(out)); !slices.Equal(c.got, want) {
			t.Errorf("%s: got %v, want %v", c.args, c.got, want)
		}
	}
}

// A tool needs no rights and leaves nothing behind.
func TestHostForTools(t *testing.T) {
	installed(t)
	h, err := NewForTool(Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Metadata(OCF, "heartbeat", "Dummy"); err != nil {
		t.Error(err)
	}
	h.Close()
	if _, err := os.Stat(h.opt.RunDir); !os.IsNotExist(err) {
		t.Errorf("left: %v", err)
	}
}

// Agents run with the usual priority, whatever the daemon has.
func TestPriority(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can raise a priority and lower it again")
	}
	cmd := exec.Command("sleep", "20")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Wait()
	defer cmd.Process.Kill()
	syscall.Setpriority(syscall.PRIO_PROCESS, cmd.Process.Pid, -5)
	was := urgent
	urgent = func() bool { return true }
	calm(cmd.Process.Pid)
	urgent = was
	if got, err := syscall.Getpriority(syscall.PRIO_PROCESS, cmd.Process.Pid); err != nil || got != 20 {
		t.Errorf("niceness %d, %v", 20-got, err)
	}
}
