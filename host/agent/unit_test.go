package agent

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"

	"holdfast/crm"
	"holdfast/host/agent/systemd/systemdtest"
)

func unitHost(t *testing.T, units map[string]*systemdtest.Unit) (*Host, *systemdtest.Fake) {
	t.Helper()
	fake := &systemdtest.Fake{Units: units}
	root := t.TempDir()
	h := New(Options{
		RunDir: filepath.Join(root, "run"), DropInDir: filepath.Join(root, "dropin"), LSBDir: filepath.Join(root, "init.d"),
		OCFRoot: root, FenceDir: filepath.Join(root, "sbin"), Systemd: fake.Dial,
	})
	t.Cleanup(h.Close)
	return h, fake
}

func unitRequest(name, action string) Request {
	return Request{ID: name, Class: Systemd, Type: name, Resource: "rsc", Action: action, Timeout: bound}
}

// A unit is started, watched and stopped; while it is the cluster's, a drop-in says so.
func TestUnitStartMonitorStop(t *testing.T) {
	h, fake := unitHost(t, map[string]*systemdtest.Unit{"web.service": {State: "inactive", Delay: 150 * time.Millisecond}})
	dropIn := filepath.Join(h.opt.DropInDir, "web.service.d", "50-pacemaker.conf")
	for _, step := range []struct {
		action string
		code   crm.OCF
		state  string
		dropIn bool
	}{
		{"monitor", crm.OCFNotRunning, "inactive", false},
		{"start", crm.OCFOK, "active", true},
		{"monitor", crm.OCFOK, "active", true},
		{"stop", crm.OCFOK, "inactive", false},
		{"monitor", crm.OCFNotRunning, "inactive", false},
		{"stop", crm.OCFOK, "inactive", false},
	} {
		r := h.Run(unitRequest("web", step.action))
		_, err := os.Stat(dropIn)
		if r.Status != crm.OpDone || r.Code != step.code || fake.State("web.service") != step.state || (err == nil) != step.dropIn {
			t.Fatalf("%s: %v %v %q, unit %s, drop-in: %v", step.action, r.Status, r.Code, r.ExitReason, fake.State("web.service"), err)
		}
	}
	if fake.Reloads() != 2 {
		t.Errorf("%d reloads, want one for each change of the drop-in", fake.Reloads())
	}
}

// How systemd's troubles look to the cluster.
func TestUnitTroubles(t *testing.T) {
	h, _ := unitHost(t, map[string]*systemdtest.Unit{
		"broken.service": {State: "inactive", Result: "failed"},
		"late.service":   {State: "inactive", Result: "timeout"},
		"brief.service":  {State: "inactive", After: "failed"},
		"slow.service":   {State: "inactive", Delay: bound},
		"data.mount":     {State: "active"},
	})
	for _, c := range []struct {
		unit, action string
		status       crm.OpStatus
		code         crm.OCF
		reason       string
	}{
		{"broken", "start", crm.OpError, crm.OCFError, "systemd start job for broken failed with result 'failed'"},
		{"late", "start", crm.OpTimeout, crm.OCFError, "systemd start job for late timed out"},
		{"brief", "start", crm.OpDone, crm.OCFNotRunning, "failed"},
		{"slow", "start", crm.OpTimeout, crm.OCFError, "start action for systemd unit slow did not complete in time"},
		{"absent", "start", crm.OpNotInstalled, crm.OCFNotInstalled, "systemd unit absent not found"},
		{"absent", "stop", crm.OpDone, crm.OCFOK, ""},
		{"absent", "monitor", crm.OpDone, crm.OCFNotRunning, "inactive"},
		{"absent", "meta-data", crm.OpDone, crm.OCFOK, ""},
		{"data.mount", "monitor", crm.OpDone, crm.OCFOK, ""},
		{"data.mount", "promote", crm.OpError, crm.OCFUnimplemented, "Action promote not implemented for systemd resources"},
	} {
		req := unitRequest(c.unit, c.action)
		if c.unit == "slow" {
			req.Timeout = 300 * time.Millisecond
		}
		if r := h.Run(req); r.Status != c.status || r.Code != c.code || r.ExitReason != c.reason {
			t.Errorf("%s %s: got %v %v %q", c.unit, c.action, r.Status, r.Code, r.ExitReason)
		}
	}
	none := New(Options{RunDir: t.TempDir(), Systemd: func(context.Context) (*dbus.Conn, error) { return nil, os.ErrNotExist }})
	for _, action := range []string{"monitor", "meta-data"} {
		if r := none.Run(unitRequest("web", action)); r.Status != crm.OpError || r.ExitReason != "No DBus connection" {
			t.Errorf("%s without systemd: %v %v %q", action, r.Status, r.Code, r.ExitReason)
		}
	}
}

// systemd may execute itself anew at any time; a monitor then asks again.
func TestUnitMonitorSurvivesReexec(t *testing.T) {
	h, fake := unitHost(t, map[string]*systemdtest.Unit{"web.service": {State: "activating"}})
	run := h.Start(unitRequest("web", "monitor"))
	time.Sleep(2 * unitEvery)
	fake.Drop()
	fake.SetState("web.service", "active")
	if r := await1(t, run); !r.OK() {
		t.Fatalf("got %v %v %q", r.Status, r.Code, r.ExitReason)
	}
}

// It may do so while a question is under way, or a job.
func TestUnitOperationsSurviveReexec(t *testing.T) {
	for _, c := range []struct {
		action string
		unit   systemdtest.Unit
	}{
		{"monitor", systemdtest.Unit{State: "active", Slow: 3 * unitEvery}},
		{"start", systemdtest.Unit{State: "inactive", Delay: 4 * unitEvery}},
		{"stop", systemdtest.Unit{State: "active", Delay: 4 * unitEvery}},
	} {
		h, fake := unitHost(t, map[string]*systemdtest.Unit{"web.service": &c.unit})
		run := h.Start(unitRequest("web", c.action))
		time.Sleep(2 * unitEvery)
		fake.Drop()
		if r := await1(t, run); !r.OK() {
			t.Errorf("%s: got %v %v %q", c.action, r.Status, r.Code, r.ExitReason)
		}
	}
}

// The service standard is a script's if there is one, else a unit's.
func TestServiceResolution(t *testing.T) {
	h, _ := unitHost(t, map[string]*systemdtest.Unit{"both.service": {State: "active"}, "unit.service": {State: "active"}, "tmpl@pacemaker.service": {}})
	os.MkdirAll(h.opt.LSBDir, 0o755)
	script := "#!/bin/sh\n### BEGIN INIT INFO\n# Provides: both\n# Short-Description: a <test>\n# Description: of long\n#  breath\n### END INIT INFO\nexit 3\n"
	os.WriteFile(filepath.Join(h.opt.LSBDir, "both"), []byte(script), 0o755)
	for name, want := range map[string]string{"both": LSB, "unit": Systemd, "tmpl@": Systemd, "neither": LSB} {
		if got := h.resolveService(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	req := unitRequest("both", "monitor")
	req.Class = Service
	if r := h.Run(req); r.Code != crm.OCFNotRunning || r.Exit != 3 {
		t.Errorf("script: %v %v, exit %d", r.Status, r.Code, r.Exit)
	}
	if got := strings.Join(h.Agents(Service, ""), " "); got != "both both tmpl@pacemaker unit" {
		t.Errorf("agents: %s", got)
	}
	if got := strings.Join(h.Standards(), " "); got != "ocf service lsb systemd" {
		t.Errorf("standards: %s", got)
	}
	for _, c := range []struct{ class, name, long string }{
		{LSB, "both", "of long\nbreath"}, {Systemd, "unit", "Systemd unit file for unit"},
	} {
		if m, err := h.Metadata(c.class, "", c.name); err != nil || m.Name != c.name || m.Long != c.long || m.Version != "1.1" {
			t.Errorf("metadata of %s: %+v, %v", c.name, m, err)
		}
	}
}

// Exit statuses of init scripts, for status and for all else (LSB, "Init Script Actions").
func TestLSBCodes(t *testing.T) {
	for exit, want := range map[int][2]crm.OCF{
		0: {crm.OCFOK, crm.OCFOK}, 1: {crm.OCFNotRunning, crm.OCFError}, 2: {crm.OCFNotRunning, crm.OCFInvalidParam},
		3: {crm.OCFNotRunning, crm.OCFUnimplemented}, 4: {crm.OCFError, crm.OCFInsufficientPriv}, 5: {crm.OCFError, crm.OCFNotInstalled},
		7: {crm.OCFError, crm.OCFNotRunning}, 8: {crm.OCFError, crm.OCFError},
		150: {crm.OCFNotInstalled, crm.OCFError}, 151: {crm.OCFInsufficientPriv, crm.OCFError},
	} {
		if got := [2]crm.OCF{lsbCode("status", exit), lsbCode("start", exit)}; got != want {
			t.Errorf("%d: got %v, want %v", exit, got, want)
		}
	}
}
