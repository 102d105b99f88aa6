package agents

import (
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"holdfast/crm"
	"holdfast/host/agent"
)

// alertHost stages the samples and programs that only write down how they were called.
func alertHost(t *testing.T) (*agent.Host, string) {
	t.Helper()
	me, err := user.Current()
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	for _, f := range Files() {
		if strings.HasPrefix(f.Path, "share/pacemaker/alerts/") {
			write(t, filepath.Join(dir, filepath.Base(f.Path)), f.Data, 0o755)
		}
	}
	for _, name := range []string{"sendmail", "snmptrap"} {
		write(t, filepath.Join(dir, name), []byte("#!/bin/sh\n{ echo \"$*\"; [ $0 = ${0%mail} ] || cat; } >>"+dir+"/calls\n"), 0o755)
	}
	h := agent.New(agent.Options{RunDir: filepath.Join(dir, "run"), AlertUser: me.Username})
	t.Cleanup(h.Close)
	return h, dir
}

var events = []agent.AlertEvent{
	{Kind: "node", Node: "n1", NodeID: 1, Desc: "lost"},
	{Kind: "fencing", Node: "n1", Task: "st_notify_fence", Desc: "Operation off of n1 by n2: OK"},
	{Kind: "resource", Node: "n2", Resource: "web", Task: "monitor", Desc: "ok"},
	{Kind: "resource", Node: "n2", Resource: "web", Task: "start", Desc: "Timed out", Status: crm.OpTimeout, RC: 1},
	{Kind: "attribute", Node: "n2", Name: "pingd", Value: "0"},
}

func tell(t *testing.T, h *agent.Host, path, recipient string, extra ...agent.Param) {
	t.Helper()
	for _, ev := range events {
		ev.Version, ev.At = "1", time.Unix(1700000000, 0).UTC()
		run := h.StartAlert(agent.AlertRun{ID: "a", Path: path, Recipient: recipient, TimeFormat: "%H:%M", Timeout: bound, Extra: extra, Event: ev})
		if r := <-run.Done(); !r.OK() {
			t.Errorf("%s: %v %v %q\n%s", ev.Kind, r.Status, r.Code, r.ExitReason, r.Stderr)
		}
	}
}

// The sample that writes to a file writes a line for each event.
func TestAlertFile(t *testing.T) {
	h, dir := alertHost(t)
	log := filepath.Join(dir, "log")
	tell(t, h, filepath.Join(dir, "alert_file.sh.sample"), log)
	tell(t, h, filepath.Join(dir, "alert_file.sh.sample"), "")
	data, _ := os.ReadFile(log)
	lines := strings.Split(strings.TrimSpace(string(data)), "\n")
	want := []string{
		"Node 'n1' is now 'lost'", "Fencing Operation off of n1 by n2: OK", "Resource operation 'monitor' for 'web' on 'n2': ok",
		"Resource operation 'start' for 'web' on 'n2': Timed out (target: 0)", "Attribute 'pingd' of 'n2' is now '0'",
	}
	if len(lines) != len(want) {
		t.Fatalf("log:\n%s", data)
	}
	for i := range want {
		if !strings.HasPrefix(lines[i], "22:13 [") || !strings.HasSuffix(lines[i], "] "+want[i]) {
			t.Errorf("line %q, want %q", lines[i], want[i])
		}
	}
}

// The samples that send a mail and a trap call their programs as they should.
func TestAlertMailAndTrap(t *testing.T) {
	h, dir := alertHost(t)
	tell(t, h, filepath.Join(dir, "alert_smtp.sh.sample"), "ops@example.org", agent.Param{Name: "email_client", Value: filepath.Join(dir, "sendmail")})
	tell(t, h, filepath.Join(dir, "alert_snmp.sh.sample"), "192.0.2.1", agent.Param{Name: "trap_binary", Value: filepath.Join(dir, "snmptrap")})
	data, _ := os.ReadFile(filepath.Join(dir, "calls"))
	calls := string(data)
	for want, times := range map[string]int{
		"-t -r hacluster\nFrom: hacluster\nTo: ops@example.org\nSubject: 22:13 cluster: ": 5,
		"CRM_alert_rsc=web\n": 2,
		"-v 2c -c public 192.0.2.1  PACEMAKER-MIB::pacemakerNotificationTrap PACEMAKER-MIB::pacemakerNotificationNode s ": 4, // no good monitor
		"PACEMAKER-MIB::pacemakerNotificationReturnCode i 1 PACEMAKER-MIB::pacemakerNotificationTargetReturnCode i 0\n":   1,
	} {
		if got := strings.Count(calls, want); got != times {
			t.Errorf("%d times, want %d: %s", got, times, want)
		}
	}
	if t.Failed() {
		t.Log(calls)
	}
}
