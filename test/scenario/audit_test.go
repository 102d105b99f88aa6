package scenario

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/cib/xml"
	"holdfast/scheduler"
	"holdfast/test/lab"
)

func parse(t *testing.T, text string) *xml.Node {
	t.Helper()
	n, err := xml.Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Every scenario can be found by its name, tells what it does, and can be drawn by
// some cluster that the soak makes.
func TestTheListIsWhole(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range All() {
		fits := slices.ContainsFunc([]int{2, 3, 4, 5}, func(n int) bool { return n >= s.Nodes && (s.Fits == nil || s.Fits(n)) })
		if seen[s.Name] || s.About == "" || s.Do == nil || !fits {
			t.Errorf("scenario %q: named twice %v, described %v, for a cluster of 2 to 5: %v", s.Name, seen[s.Name], s.About != "", fits)
		}
		seen[s.Name] = true
	}
}

// What a log says is held against it once, unless a scenario expected it.
func TestLogsAreReadOnce(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "log")
	write := func(text string) {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		f.WriteString(text)
	}
	l := newLogs(nil)
	write("one\ntwo\nhalf a li")
	if got := strings.Join(l.fresh(path), "|"); got != "one|two|" {
		t.Errorf("at first %q", got)
	}
	write("ne\n")
	if got := strings.Join(l.fresh(path), "|"); got != "half a line|" {
		t.Errorf("then %q", got)
	}
	for line, isBad := range map[string]bool{
		"Nov 22 02:16:24.902 n1 holdfast [25] error: the membership layer is gone":     true,
		"Nov 22 02:16:24.902 n1 holdfast [25] notice: error output [ nothing: wrong ]": false,
		"panic: runtime error":                              true,
		"holdfast: the node process ended (signal: killed)": true,
	} {
		if bad.MatchString(line) != isBad {
			t.Errorf("%q counts as bad: %v", line, !isBad)
		}
	}
	if !matches([]*regexp.Regexp{regexp.MustCompile("membership layer")}, "error: the membership layer is gone") {
		t.Error("an expected line is not recognised")
	}
}

// A fail count anywhere in the status is found.
func TestFailCountsAreFound(t *testing.T) {
	clean := `<cib><status><node_state><transient_attributes><instance_attributes><nvpair name="shutdown" value="0"/>%s</instance_attributes></transient_attributes></node_state></status></cib>`
	if err := auditFailures(parse(t, strings.Replace(clean, "%s", "", 1))); err != nil {
		t.Errorf("without one: %v", err)
	}
	failed := parse(t, strings.Replace(clean, "%s", `<nvpair name="fail-count-once#monitor_2000" value="1"/>`, 1))
	if err := auditFailures(failed); err == nil || !strings.Contains(err.Error(), "fail-count-once#monitor_2000 is 1") {
		t.Errorf("with one: %v", err)
	}
	if !counted(failed, "once") || counted(failed, "on") {
		t.Error("the fail count is not that of once")
	}
}

// Where the CIB sees a service is read from its status, promoted roles by themselves.
func TestThePictureOfTheCIB(t *testing.T) {
	ran := func(id, task, rc string) string {
		return `<lrm_resource id="` + id + `" class="ocf" provider="pacemaker" type="Stateful"><lrm_rsc_op id="` + id + `_last_0" operation_key="` + id + `_` + task + `_0" operation="` + task +
			`" interval="0" call-id="7" rc-code="` + rc + `" op-status="0" transition-key="1:1:0:a" transition-magic="0:` + rc + `;1:1:0:a"/></lrm_resource>`
	}
	state := func(id, name, resources string) string {
		return `<node_state id="` + id + `" uname="` + name + `" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="` + id + `"><lrm_resources>` + resources + `</lrm_resources></lrm></node_state>`
	}
	document := parse(t, `<cib validate-with="pacemaker-3.9" have-quorum="1"><configuration><crm_config/><nodes><node id="1" uname="n1"/><node id="2" uname="n2"/></nodes>
<resources><primitive id="once" class="ocf" provider="pacemaker" type="Dummy"/>
<clone id="database"><meta_attributes id="m"><nvpair id="p" name="promotable" value="true"/></meta_attributes><primitive id="store" class="ocf" provider="pacemaker" type="Stateful"/></clone></resources><constraints/></configuration><status>`+
		state("1", "n1", ran("once", "start", "0")+ran("store", "promote", "0"))+state("2", "n2", ran("store", "start", "0"))+`</status></cib>`)
	result, err := scheduler.Run(scheduler.Input{CIB: document, Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]string{"once": "n1", "store": "n1 n2", promotedStore: "n1", "other": ""} {
		if got := strings.Join(activeOn(result.Cluster, id), " "); got != want {
			t.Errorf("%s is active on %q, want %q", id, got, want)
		}
	}
	if _, err := decide(document); err == nil || !strings.Contains(err.Error(), "actions to do") {
		t.Errorf("a cluster that has much to do counts as one at rest: %v", err)
	}
}

// What stays on a machine is told from what was left behind.
func TestProcessesAreSorted(t *testing.T) {
	for kind, p := range map[string]lab.Process{
		"node":       {Name: "holdfast-node", Args: []string{"/run/lab/stage/usr/lib/holdfast/holdfast-node"}},
		"supervisor": {Name: "holdfast", Args: []string{"/run/lab/stage/usr/sbin/holdfast", "daemon"}},
		"service":    {Name: "holdfast", Args: []string{"holdfast", "demo-web", "--serve"}},
		"corosync":   {Name: "corosync"},
		"":           {Name: "sleep", Args: []string{"sleep", "1"}},
	} {
		if got := kindOf(p); got != kind {
			t.Errorf("%v is taken for %q, not %q", p, got, kind)
		}
	}
	if kindOf(lab.Process{Name: "holdfast-node", State: 'Z'}) != "" {
		t.Error("a dead node process counts as one that runs")
	}
}
