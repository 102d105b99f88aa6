package record

import (
	"strings"
	"testing"

	"holdfast/cib/xml"
	"holdfast/cluster/internal/transcript"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// result is how an operation on n1 ended.
func result(task string, interval int64, status crm.OpStatus, code, target crm.OCF) *wire.Result {
	return &wire.Result{
		Op: wire.Operation{Resource: "a", Class: "ocf", Provider: "sim", Type: "x", Task: task, Interval: interval, Target: target,
			Key: "3:1:0:uuid", Meta: []wire.Param{{Name: "migrate_source", Value: "n2"}}},
		CallID: 5, Status: status, Code: code, Changed: 1000, Exec: 20, Digest: "d",
	}
}

// TestWhatHappenedIsRecorded writes down, for review, what each edit makes of a
// status section that begins empty.
func TestWhatHappenedIsRecorded(t *testing.T) {
	value := "100"
	own, err := xml.Parse([]byte(`<node_state id="1"><lrm id="1"><lrm_resources><lrm_resource id="own"/></lrm_resources></lrm></node_state>`))
	if err != nil {
		t.Fatal(err)
	}
	start := result("start", 0, crm.OpDone, crm.OCFOK, crm.OCFOK)
	monitor := result("monitor", 10000, crm.OpDone, crm.OCFOK, crm.OCFOK)
	stopFailed := result("stop", 0, crm.OpTimeout, crm.OCFError, crm.OCFOK)
	both := func(e *Editor) { e.Result(1, "n1", start); e.Result(1, "n1", monitor) }
	var b strings.Builder
	for _, c := range []struct {
		title string
		edit  func(e *Editor)
	}{
		{"a member joined", func(e *Editor) {
			e.Member(1, "n1", Membership{InCCM: "1000", CRMD: "online", Join: "member", Expected: "member"}, "join")
		}},
		{"a node is named before anything is known of it", func(e *Editor) { e.Member(1, "n1", Membership{}, "nothing") }},
		{"an operation has begun", func(e *Editor) { e.Result(1, "n1", result("start", 0, crm.OpPending, crm.OCFUnknown, crm.OCFOK)) }},
		{"started, and monitored", both},
		{"a single operation failed: its entry and that of the last failure", func(e *Editor) { e.Result(1, "n1", stopFailed) }},
		{"a recurring one failed: the last failure only", func(e *Editor) {
			both(e)
			e.Result(1, "n1", result("monitor", 10000, crm.OpDone, crm.OCFNotRunning, crm.OCFOK))
		}},
		{"a probe that finds nothing where nothing is expected has not failed", func(e *Editor) {
			e.Result(1, "n1", result("monitor", 0, crm.OpDone, crm.OCFNotRunning, crm.OCFNotRunning))
		}},
		{"a migration has entries of its own", func(e *Editor) { e.Result(1, "n1", result("migrate_from", 0, crm.OpDone, crm.OCFOK, crm.OCFOK)) }},
		{"the failure was dealt with", func(e *Editor) { both(e); e.Result(1, "n1", stopFailed); e.ForgetFailure(1, "n1", "a") }},
		{"the monitor was cancelled", func(e *Editor) { both(e); e.ForgetOperation(1, "n1", "a", "monitor", 10000) }},
		{"the history was erased", func(e *Editor) { both(e); e.ForgetResource(1, "n1", "a") }},
		{"an attribute, and its end", func(e *Editor) {
			e.Attribute(1, "n1", false, "", "ping", &value)
			e.Attribute(1, "n1", false, "", "fail-count-a#start_0", &value)
			e.Attribute(1, "n1", false, "", "ping", nil)
		}},
		{"a life ended: neither history nor attributes are left", func(e *Editor) {
			both(e)
			e.Attribute(1, "n1", false, "", "ping", &value)
			e.ForgetLife(1, "n1")
		}},
		{"what a node says of itself replaces what was held of it", func(e *Editor) {
			both(e)
			e.Attribute(1, "n1", false, "", "ping", &value)
			e.ReplaceLife(1, "n1", own)
		}},
		{"a process restarted: what it was changing, and what was ordered, is not known", func(e *Editor) {
			both(e)
			e.Restarted(1, "n1", []string{"a"})
		}},
		{"an operation ended, and another waits behind it", func(e *Editor) {
			start := result("start", 0, crm.OpPending, crm.OCFUnknown, crm.OCFOK)
			start.Op.Key = "4:2:0:uuid"
			e.Result(1, "n1", start)
			e.Result(1, "n1", result("stop", 0, crm.OpDone, crm.OCFOK, crm.OCFOK))
		}},
		{"it failed", func(e *Editor) {
			start := result("start", 0, crm.OpPending, crm.OCFUnknown, crm.OCFOK)
			start.Op.Key = "4:2:0:uuid"
			e.Result(1, "n1", start)
			e.Result(1, "n1", stopFailed)
		}},
		{"what was ordered was not begun", func(e *Editor) {
			both(e)
			e.Result(1, "n1", result("promote", 0, crm.OpPending, crm.OCFUnknown, crm.OCFOK))
			e.Withdrawn(1, "n1", result("promote", 0, crm.OpCancelled, crm.OCFUnknown, crm.OCFOK))
		}},
		{"what was not begun is no news of what has ended meanwhile", func(e *Editor) {
			both(e)
			e.Withdrawn(1, "n1", result("promote", 0, crm.OpCancelled, crm.OCFUnknown, crm.OCFOK))
		}},
	} {
		root, err := xml.Parse([]byte(`<cib num_updates="7"><configuration/><status/></cib>`))
		if err != nil {
			t.Fatal(err)
		}
		e := Edit(root)
		c.edit(e)
		after, changed := e.Done()
		if root.String() != `<cib num_updates="7"><configuration/><status/></cib>` {
			t.Fatalf("%s: the old version was changed", c.title)
		}
		b.WriteString("# " + c.title + "\n" + after.Child("status").Indented() + "\n")
		if changed != (after.Attr("num_updates") == "8") {
			t.Errorf("%s: changed is %v and num_updates %s", c.title, changed, after.Attr("num_updates"))
		}
	}
	transcript.Golden(t, "testdata/record.txt", b.String())
}

// TestUnderwayNamesWhatHasNotEnded holds that only nodes of interest count.
func TestUnderwayNamesWhatHasNotEnded(t *testing.T) {
	e := Edit(xml.New("cib"))
	e.Result(1, "n1", result("start", 0, crm.OpPending, crm.OCFUnknown, crm.OCFOK))
	root, _ := e.Done()
	if got := Underway(root, func(string) bool { return true }); got == "" {
		t.Error("an operation under way is not seen")
	}
	if got := Underway(root, func(string) bool { return false }); got != "" {
		t.Errorf("%s of a node that is gone counts", got)
	}
	e = Edit(root)
	e.Result(1, "n1", result("start", 0, crm.OpDone, crm.OCFOK, crm.OCFOK))
	root, _ = e.Done()
	if got := Underway(root, func(string) bool { return true }); got != "" {
		t.Errorf("%s has ended and counts", got)
	}
}

// TestLastCallIsTheHighest holds that call ids are found whatever the operation.
func TestLastCallIsTheHighest(t *testing.T) {
	e := Edit(xml.New("cib"))
	e.Result(1, "n1", result("start", 0, crm.OpPending, crm.OCFUnknown, crm.OCFOK))
	e.Result(1, "n1", result("start", 0, crm.OpDone, crm.OCFOK, crm.OCFOK))
	root, _ := e.Done()
	if got := LastCall(root, 1); got != 5 {
		t.Errorf("the last call is %d, want 5", got)
	}
}
