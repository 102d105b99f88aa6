package sysconfig

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const sample = `# Pacemaker local options
PCMK_logfile=/var/log/p.log   # a comment
export PCMK_debug="pacemaker-based,pacemaker-fenced"
; PCMK_stderr=yes
PCMK_remote_port='3122'
VALGRIND_OPTS="--leak-check=full --show-reachable=no \
 --num-callers=25"
PCMK_fail_fast=perhaps
HA_node_start_state=standby
SBD_WATCHDOG_TIMEOUT=5
this is no setting
PCMK_panic_action="off
`

func TestFileIsReadAsAServiceManagerDoes(t *testing.T) {
	got, err := Parse(strings.NewReader(sample))
	if err == nil || err.Error() != "line 11 is not of the form NAME=VALUE" {
		t.Errorf("error: %v", err)
	}
	want := map[string]string{
		"PCMK_logfile":         "/var/log/p.log",
		"PCMK_debug":           "pacemaker-based,pacemaker-fenced",
		"PCMK_remote_port":     "3122",
		"VALGRIND_OPTS":        "--leak-check=full --show-reachable=no  --num-callers=25",
		"PCMK_fail_fast":       "perhaps",
		"HA_node_start_state":  "standby",
		"SBD_WATCHDOG_TIMEOUT": "5",
	}
	for name, value := range want {
		if got[name] != value {
			t.Errorf("%s is %q, want %q", name, got[name], value)
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d settings: %v", len(got), got)
	}
}

// The environment counts first, then the files in their order, then defaults;
// wrong values are told of.
func TestOptionsInEffect(t *testing.T) {
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one"), filepath.Join(dir, "two")
	for path, text := range map[string]string{one: sample, two: "PCMK_remote_port=1\nPCMK_logpriority=INFO\n"} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	env := map[string]string{"PCMK_logfile": "none"}
	o, err := Load(func(n string) string { return env[n] }, one, filepath.Join(dir, "missing"), two)
	if err == nil {
		t.Error("the line that is no setting was not told of")
	}
	s := o.Settings()
	if s.Text("PCMK_logfile") != "none" || s.Int("PCMK_remote_port") != 3122 || s.Choice("PCMK_node_start_state") != "standby" ||
		s.Choice("PCMK_logpriority") != "info" || s.Bool("PCMK_fail_fast") || s.Duration("SBD_WATCHDOG_TIMEOUT") != 5*time.Second ||
		s.Text("PCMK_authkey_location") != "/etc/pacemaker/authkey" || s.IsSet("PCMK_node_action_limit") {
		t.Error("settings are not as expected")
	}
	if len(s.Notices) != 1 || s.Notices[0].Text != "Using default value for option 'PCMK_fail_fast' because 'perhaps' is invalid" {
		t.Errorf("notices: %v", s.Notices)
	}
	if !Enabled(s.Text("PCMK_debug"), "pacemaker-fenced") || Enabled(s.Text("PCMK_debug"), "pacemaker-execd") || !Enabled("yes", "x") {
		t.Error("lists of parts are not read")
	}
}
