package agent

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"holdfast/crm"
)

// bound is how long any wait of a test may take.
const bound = 20 * time.Second

// A testHost has agents of its own under ocf:test, written as shell scripts.
func testHost(t *testing.T, agents map[string]string) *Host {
	t.Helper()
	root := t.TempDir()
	dir := filepath.Join(root, "ocf", "resource.d", "test")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, body := range agents {
		if err := os.WriteFile(filepath.Join(dir, name), []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	h := New(Options{
		OCFRoot: filepath.Join(root, "ocf"), RunDir: filepath.Join(root, "run"),
		LSBDir: filepath.Join(root, "init.d"), FenceDir: filepath.Join(root, "sbin"),
		SecretsDir: filepath.Join(root, "secrets"), DropInDir: filepath.Join(root, "dropin"),
	})
	t.Cleanup(h.Close)
	return h
}

func request(agentType, action string) Request {
	return Request{
		ID: agentType + "_" + action, Class: OCF, Provider: "test", Type: agentType, Resource: "rsc",
		Action: action, Timeout: bound,
	}
}

func await1(t *testing.T, run Running) Result {
	t.Helper()
	select {
	case r := <-run.Done():
		return r
	case <-time.After(bound):
		t.Fatal("no result in time")
		return Result{}
	}
}

// What an agent says with its exit status and on its outputs is what the result tells.
func TestExitStatusAndOutputs(t *testing.T) {
	h := testHost(t, map[string]string{
		"fine":    `echo out; echo err >&2`,
		"stopped": `exit 7`,
		"because": `echo "ocf-exit-reason:first" >&2; echo "ocf-exit-reason:no disk" >&2; echo later >&2; exit 5`,
		"silent":  `echo "ocf-exit-reason:" >&2; exit 1`,
		"strange": `exit 42`,
		"limping": `exit 190`,
		"killed":  `kill -9 $$`,
	})
	for _, c := range []struct {
		agent  string
		status crm.OpStatus
		code   crm.OCF
		reason string
	}{
		{"fine", crm.OpDone, crm.OCFOK, ""},
		{"stopped", crm.OpDone, crm.OCFNotRunning, ""},
		{"because", crm.OpDone, crm.OCFNotInstalled, "no disk"},
		{"silent", crm.OpDone, crm.OCFError, ""},
		{"strange", crm.OpDone, crm.OCFError, ""},
		{"limping", crm.OpDone, crm.OCFDegraded, ""},
		{"killed", crm.OpError, crm.OCFError, "Resource agent interrupted by Killed signal"},
		{"missing", crm.OpNotInstalled, crm.OCFNotInstalled, "No such file or directory"},
		{"../test/fine", crm.OpNotInstalled, crm.OCFNotInstalled, "No such file or directory"},
	} {
		for _, durable := range []bool{false, true} {
			req := request(c.agent, "start")
			req.Durable = durable
			r := h.Run(req)
			if r.Status != c.status || r.Code != c.code || !strings.HasSuffix(r.ExitReason, c.reason) || (c.reason == "") != (r.ExitReason == "") {
				t.Errorf("%s (durable %v): got %v %v %q, want %v %v %q",
					c.agent, durable, r.Status, r.Code, r.ExitReason, c.status, c.code, c.reason)
			}
		}
	}
	if r := h.Run(request("fine", "start")); r.Stdout != "out\n" || r.Stderr != "err\n" {
		t.Errorf("outputs: %q and %q", r.Stdout, r.Stderr)
	}
	if left, _ := filepath.Glob(filepath.Join(h.opt.RunDir, "*")); len(left) != 0 {
		t.Errorf("left in the run directory: %v", left)
	}
}

// An agent gets the variables of Pacemaker_Administration, "Environment Variables", and
// none that the daemon happens to have for itself.
func TestAgentEnvironment(t *testing.T) {
	t.Setenv("OCF_RESKEY_stray", "1")
	t.Setenv("NOTIFY_SOCKET", "/x")
	t.Setenv("LC_ALL", "C.UTF-8")
	h := testHost(t, map[string]string{"env": `env; readlink /proc/self/fd/0; ls /proc/$$/fd | wc -l`})
	req := request("env", "monitor")
	req.Resource = "web:1"
	req.Params = []Param{{"ip", "10.0.0.1"}, {"text", "two words\nand a line"}, {"OCF_CHECK_LEVEL", "10"}, {"CRM_meta_clone", "1"}}
	req.Meta = []Param{{"clone-max", "3"}, {"notify_start_uname", " "}, {"timeout", "20000"}}
	got := h.Run(req).Stdout
	for _, want := range []string{
		"OCF_ROOT=" + h.opt.OCFRoot, "OCF_RA_VERSION_MAJOR=1", "OCF_RA_VERSION_MINOR=1",
		"OCF_EXIT_REASON_PREFIX=ocf-exit-reason:",
		"OCF_RESOURCE_INSTANCE=web:1", "OCF_RESOURCE_TYPE=env", "OCF_RESOURCE_PROVIDER=test",
		"OCF_RESKEY_ip=10.0.0.1", "OCF_RESKEY_text=two words\nand a line", "OCF_CHECK_LEVEL=10",
		"OCF_RESKEY_CRM_meta_clone=1", "OCF_RESKEY_CRM_meta_clone_max=3",
		"OCF_RESKEY_CRM_meta_notify_start_uname= ", "OCF_RESKEY_CRM_meta_timeout=20000",
		"OCF_RESKEY_crm_feature_set=" + crm.FeatureSet, "/dev/null",
		"LC_ALL=C", "OCF_OUTPUT_FORMAT=text", "PCMK_service=pacemaker-execd", "PWD=/",
	} {
		if !strings.Contains("\n"+got, "\n"+want+"\n") {
			t.Errorf("missing: %q in\n%s", want, got)
		}
	}
	for _, stray := range []string{"OCF_RESKEY_stray", "NOTIFY_SOCKET", "OCF_RESKEY_OCF_CHECK_LEVEL"} {
		if strings.Contains(got, stray) {
			t.Errorf("should not be there: %s", stray)
		}
	}
}

// An agent whose time is up dies with all its children, at once.
func TestTimeoutKillsTheGroup(t *testing.T) {
	h := testHost(t, map[string]string{"hang": `trap "" TERM; sleep 300 & echo $!; sleep 300`})
	for _, durable := range []bool{false, true} {
		req := request("hang", "start")
		req.Timeout, req.Durable = 300*time.Millisecond, durable
		r := h.Run(req)
		if r.Status != crm.OpTimeout || r.Code != crm.OCFError || r.ExitReason != "Resource agent did not complete within 300ms" {
			t.Fatalf("got %v %v %q", r.Status, r.Code, r.ExitReason)
		}
		pid := atoi(t, strings.TrimSpace(r.Stdout))
		eventually(t, "the child is dead", func() bool { return !Process{pid, startTime(pid)}.Alive() })
	}
}

// A cancelled operation is no failure.
func TestCancel(t *testing.T) {
	h := testHost(t, map[string]string{"hang": `sleep 300`})
	run := h.Start(request("hang", "monitor"))
	if p, ok := run.Process(); !ok || !p.Alive() {
		t.Fatal("no process")
	}
	run.Cancel()
	run.Cancel()
	if r := await1(t, run); r.Status != crm.OpCancelled || r.Code != crm.OCFOK {
		t.Fatalf("got %v %v", r.Status, r.Code)
	}
}

// An agent that talks without end is cut short in what is kept, not in what it does.
func TestOutputIsCapped(t *testing.T) {
	h := testHost(t, map[string]string{"loud": `head -c 3000000 /dev/zero | tr '\0' x; echo end; exit 8`})
	r := h.Run(request("loud", "monitor"))
	if r.Code != crm.OCFPromoted || !r.Truncated || int64(len(r.Stdout)) != h.opt.Output {
		t.Fatalf("code %v, truncated %v, %d bytes", r.Code, r.Truncated, len(r.Stdout))
	}
}

// A service that keeps its starter's output open goes on writing into the void, and
// no space is lost to it.
func TestServiceHoldingTheOutput(t *testing.T) {
	h := testHost(t, map[string]string{
		"daemon": `setsid sh -c 'while :; do echo noise; sleep 0.01; done' & echo $! >&2`,
	})
	r := h.Run(request("daemon", "start"))
	pid := atoi(t, strings.TrimSpace(strings.ReplaceAll(r.Stderr, "noise", "")))
	svc := Process{pid, startTime(pid)}
	t.Cleanup(func() { syscall.Kill(pid, syscall.SIGKILL) })
	if !r.OK() || !svc.Alive() {
		t.Fatalf("not started: %+v", r)
	}
	if n := h.sweepLeftovers(); n != 2 {
		t.Fatalf("%d outputs are held, want 2", n)
	}
	syscall.Kill(pid, syscall.SIGKILL)
	eventually(t, "its outputs are gone", func() bool { return h.sweepLeftovers() == 0 })
}

func atoi(t *testing.T, text string) int {
	t.Helper()
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' {
			t.Fatalf("not a number: %q", text)
		}
		n = n*10 + int(c-'0')
	}
	return n
}

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(bound); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("it did not come to pass that %s", what)
}

// Agents of today and of the Heartbeat era learn where the logs are.
func TestLoggingEnvironment(t *testing.T) {
	for _, c := range []struct {
		l    Logging
		want string
	}{
		{Logging{Facility: "daemon", File: "/l", Debug: true, Cluster: "corosync"},
			"PCMK_logfacility=daemon HA_logfacility=daemon PCMK_LOGFACILITY=daemon HA_LOGFACILITY=daemon " +
				"PCMK_logfile=/l HA_logfile=/l PCMK_LOGFILE=/l HA_LOGFILE=/l PCMK_DEBUGLOG=/l HA_DEBUGLOG=/l " +
				"PCMK_debug=1 HA_debug=1 PCMK_cluster_type=corosync HA_cluster_type=corosync"},
		{Logging{Facility: "none", File: "none"}, "PCMK_logfacility=none HA_logfacility=none PCMK_logfile=none HA_logfile=none PCMK_debug=0 HA_debug=0"},
	} {
		if got := strings.Join(c.l.Environment(), " "); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}
