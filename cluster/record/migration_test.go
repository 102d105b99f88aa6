package record

import (
	"strings"
	"testing"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// migrates is what n1 and n2 say of a resource that n1 moves to n2: the history of the
// source has the migrate_to, that of the target what is given.
func migrates(t *testing.T, source, target string) *xml.Node {
	state := `<node_state id="ID" uname="nID"><lrm id="ID"><lrm_resources><lrm_resource id="a">OPS</lrm_resource></lrm_resources></lrm></node_state>`
	of := func(id, ops string) string { return strings.NewReplacer("ID", id, "OPS", ops).Replace(state) }
	root, err := xml.Parse([]byte(`<cib num_updates="7"><status>` + of("1", source) + of("2", target) + `</status></cib>`))
	if err != nil {
		t.Fatal(err)
	}
	return root
}

// TestTargetOfALostMigrationIsProbed has the word of a source on its migration be lost
// in several ways. What the target says of the resource stays only if it is from after
// the migration.
func TestTargetOfALostMigrationIsProbed(t *testing.T) {
	const (
		ends     = ` migrate_source="n1" migrate_target="n2" interval="0"`
		underway = `<lrm_rsc_op id="a_migrate_to_0" operation_key="a_migrate_to_0" operation="migrate_to" op-status="-1" rc-code="193"` + ends + `/>`
		done     = `<lrm_rsc_op id="a_migrate_to_0" operation="migrate_to" op-status="0" rc-code="0" last-rc-change="1000"` + ends + `/>`
		stopping = `<lrm_rsc_op id="a_last_0" operation_key="a_stop_0" operation="stop" op-status="-1" rc-code="193" interval="0"/>`
		absent   = `<lrm_rsc_op id="a_last_0" operation="monitor" op-status="0" rc-code="7" last-rc-change="900" interval="0"/>`
		later    = `<lrm_rsc_op id="a_last_0" operation="stop" op-status="0" rc-code="0" last-rc-change="1001" interval="0"/>`
		arrived  = `<lrm_rsc_op id="a_migrate_from_0" operation="migrate_from" op-status="0" rc-code="0" last-rc-change="1000"` + ends + `/>`
		arriving = `<lrm_rsc_op id="a_migrate_from_0" operation_key="a_migrate_from_0" operation="migrate_from" op-status="-1" rc-code="193"` + ends + `/>`
	)
	restarted := func(e *Editor) { e.Restarted(1, "n1", nil) }
	forgotten := func(e *Editor) { e.ForgetLife(1, "n1") }
	departed := func(e *Editor) { e.Departed(1, "n1") }
	hidden := func(e *Editor) { e.HideLife(1, "n1") }
	replaced := func(by string) func(*Editor) {
		return func(e *Editor) { e.ReplaceLife(1, "n1", Own(migrates(t, by, ""), crm.NodeID(1))) }
	}
	for _, c := range []struct {
		title          string
		source, target string
		edit           func(*Editor)
		stays          bool
	}{
		{"the source's process died meanwhile", underway, absent, restarted, false},
		{"it died behind that, in the stop", done + stopping, absent, restarted, false},
		{"it died behind that, and is believed", done, absent, restarted, true},
		{"the source was fenced meanwhile", underway, absent, forgotten, false},
		{"the source was fenced behind that", done, absent, forgotten, false},
		{"the source is fenced when the resource has arrived", done, arrived, forgotten, true},
		{"the source is fenced while it arrives", done, arriving, forgotten, true},
		{"the source is fenced, and the target has stopped the resource", done, later, forgotten, true},
		{"the source is gone, and others may hear from it", underway, absent, departed, false},
		{"the source is gone while it arrives", underway, arriving, departed, true},
		{"the source is gone behind the migration, of which it has told", done, absent, departed, true},
		{"an earlier arrival is none", underway, arrived, forgotten, false},
		{"the source is away, and one decision is to be made without it", underway, absent, hidden, true},
		{"the source comes back and knows of no migration", underway, absent, replaced(absent), false},
		{"the source comes back and tells of it", underway, absent, replaced(done), true},
	} {
		e := Edit(migrates(t, c.source, c.target))
		c.edit(e)
		root, _ := e.Done()
		if stays := Own(root, 2).Find("lrm", "lrm_resources", "lrm_resource") != nil; stays != c.stays {
			t.Errorf("%s: what the target says stays: %v", c.title, stays)
		}
	}
}

// TestTheTargetsWordIsFromAfterTheMigration has the target of a migration, which ended in
// second 1000, tell of an operation in the same second, or by a clock that is behind. Where the transitions
// say that it is from after the migration, its time does so, too.
func TestTheTargetsWordIsFromAfterTheMigration(t *testing.T) {
	const migrated = `<lrm_rsc_op id="a_migrate_to_0" operation="migrate_to" transition-key="3:7:0:uuid" op-status="STATUS" rc-code="0" last-rc-change="1000" migrate_source="n1" migrate_target="n2" interval="0"/>`
	for _, c := range []struct {
		title, status, key string
		node               crm.NodeID
		interval, changed  int64
		want               string
	}{
		{"in the same second", "0", "4:8:0:uuid", 2, 0, 1000, "1001"},
		{"with a clock that is behind", "0", "4:8:0:uuid", 2, 0, 990, "1001"},
		{"behind a migration that failed", "1", "4:8:0:uuid", 2, 0, 1000, "1001"},
		{"a second later, as its clock says itself", "0", "4:8:0:uuid", 2, 0, 1001, "1001"},
		{"long after", "0", "4:8:0:uuid", 2, 0, 1500, "1500"},
		{"in the migration's own transition", "0", "4:7:0:uuid", 2, 0, 1000, "1000"},
		{"in an earlier transition", "0", "4:6:0:uuid", 2, 0, 1000, "1000"},
		{"by order of another coordinator", "0", "4:8:0:another", 2, 0, 1000, "1000"},
		{"while the migration is under way", "-1", "4:8:0:uuid", 2, 0, 1000, "1000"},
		{"on a third node", "0", "4:8:0:uuid", 3, 0, 1000, "1000"},
		{"again and again", "0", "4:8:0:uuid", 2, 10000, 1000, "1000"},
	} {
		e := Edit(migrates(t, strings.Replace(migrated, "STATUS", c.status, 1), ""))
		r := result("monitor", c.interval, crm.OpDone, crm.OCFNotRunning, crm.OCFNotRunning)
		r.Op.Key, r.Changed = c.key, c.changed
		name := crm.NodeName("n" + idText(c.node))
		e.Result(c.node, name, r)
		root, _ := e.Done()
		for op := range Own(root, c.node).Find("lrm", "lrm_resources", "lrm_resource").All("lrm_rsc_op") {
			if got := op.Attr("last-rc-change"); got != c.want {
				t.Errorf("%s: recorded as of %s, want %s", c.title, got, c.want)
			}
		}
		if r.Changed != c.changed {
			t.Errorf("%s: the result itself was changed", c.title)
		}
	}
}
