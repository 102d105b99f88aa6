package agent

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/cib/alert"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// An alert agent gets what Pacemaker_Administration, "Writing an Alert Agent", promises.
func TestAlertEnvironment(t *testing.T) {
	me, err := user.Current()
	if err != nil {
		t.Skip(err)
	}
	h := testHost(t, nil)
	h.opt.AlertUser = me.Username
	path := filepath.Join(t.TempDir(), "alert.sh")
	os.WriteFile(path, []byte("#!/bin/sh\nenv\n"), 0o755)
	configured := &alert.Alert{
		ID: "a1", Path: path, Recipient: "ops@example.org", TimeFormat: alert.DefaultTimeFormat,
		Variables: []xml.Attr{{Name: "mail_from", Value: "x"}},
	}
	run := h.StartAlert(AlertFor(configured, AlertEvent{
		Kind: alert.Resource, At: time.Unix(1700000000, 123456789).UTC(), Version: "1", Node: "n1", Resource: "web", Task: "monitor",
		Interval: 10 * time.Second, Status: crm.OpTimeout, RC: 1, Desc: "Timed out", ExecTime: 1500 * time.Millisecond,
	}))
	r := await1(t, run)
	if !r.OK() {
		t.Fatalf("got %v %q", r.Status, r.ExitReason)
	}
	for _, want := range []string{
		"kind=resource", "node=n1", "rsc=web", "task=monitor", "interval=10000", "status=2", "rc=1", "target_rc=0",
		"desc=Timed out", "exec_time=1500", "recipient=ops@example.org", "timestamp=22:13:20.123456",
		"timestamp_epoch=1700000000", "timestamp_usec=123456", "version=1",
	} {
		if !strings.Contains(r.Stdout, "CRM_alert_"+want+"\n") {
			t.Errorf("missing %s in\n%s", want, r.Stdout)
		}
	}
	if !strings.Contains(r.Stdout, "\nmail_from=x\n") {
		t.Error("the alert's own attributes are missing")
	}
}

func TestTimestampFormats(t *testing.T) {
	at := time.Date(2026, 1, 4, 5, 6, 7, 89123456, time.UTC)
	for format, want := range map[string]string{
		"%H:%M:%S.%06N": "05:06:07.089123",
		"%3N %N|%9N":    "089 |089123",
		"%F %T %z":      "2026-01-04 05:06:07 +0000",
		"%s %j %u %%":   "1767503167 004 7 %",
		"%G-W%V 100%":   "2026-W01 100%",
		"":              "",
	} {
		if got := FormatTimestamp(format, at); got != want {
			t.Errorf("%q: got %q, want %q", format, got, want)
		}
	}
}

// Agents run only from the directories of agents.
func TestAgentsOnlyFromTheirDirectories(t *testing.T) {
	h := testHost(t, nil)
	for _, req := range []Request{
		{Class: OCF, Provider: "..", Type: "x"}, {Class: OCF, Provider: "test", Type: "a/b"}, {Class: OCF, Type: "x"},
		{Class: LSB, Type: "/bin/true"}, {Class: LSB, Type: "../x"}, {Class: Stonith, Type: "true"},
		{Class: Stonith, Type: "fence_/../../bin/true"}, {Class: "bogus", Type: "x"},
	} {
		req.Action, req.Timeout = "start", bound
		if r := h.Run(req); r.Status != crm.OpNotInstalled || r.Code != crm.OCFNotInstalled {
			t.Errorf("%s: got %v %v %q", req.name(), r.Status, r.Code, r.ExitReason)
		}
	}
	if r := await1(t, h.StartAlert(AlertRun{ID: "a", Path: "alert.sh"})); r.Status != crm.OpErrorHard {
		t.Errorf("relative alert: %v", r.Status)
	}
}

// A secret stays out of the CIB; an agent gets it, and fails without it, except to stop.
func TestSecrets(t *testing.T) {
	h := testHost(t, map[string]string{"show": `echo "$OCF_RESKEY_password"`})
	dir := filepath.Join(h.opt.SecretsDir, "rsc")
	os.MkdirAll(dir, 0o700)
	os.WriteFile(filepath.Join(dir, "password"), []byte("geheim\n"), 0o600)
	os.WriteFile(filepath.Join(dir, "password.sign"), []byte("e8636ea013e682faf61f56ce1cb1ab5c\n"), 0o600)
	req := request("show", "start")
	req.Params = []Param{{"password", secretMark}}
	if r := h.Run(req); r.Stdout != "geheim\n" {
		t.Errorf("got %q, %v %q", r.Stdout, r.Status, r.ExitReason)
	}
	os.WriteFile(filepath.Join(dir, "password"), []byte("halb\n"), 0o600)
	if r := h.Run(req); r.Status != crm.OpNoSecrets || r.Code != crm.OCFInvalidParam {
		t.Errorf("damaged secret: %v %v %q", r.Status, r.Code, r.ExitReason)
	}
	if req.Action = "stop"; !h.Run(req).OK() {
		t.Error("stop should go on without the secret")
	}
}
