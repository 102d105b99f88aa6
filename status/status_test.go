package status

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler"
	"holdfast/scheduler/model"
)

func TestStatesOfNodes(t *testing.T) {
	something := []*model.Resource{{}}
	for _, c := range []struct {
		node model.Node
		want string
	}{
		{model.Node{Online: true}, "online"},
		{model.Node{}, "OFFLINE"},
		{model.Node{Unclean: true, Online: true}, "UNCLEAN (online)"},
		{model.Node{Unclean: true, Pending: true}, "UNCLEAN (pending)"},
		{model.Node{Unclean: true}, "UNCLEAN (offline)"},
		{model.Node{Pending: true, Online: true}, "pending"},
		{model.Node{FailStandby: true, Online: true}, "standby (on-fail)"},
		{model.Node{Standby: true}, "OFFLINE (standby)"},
		{model.Node{Standby: true, Online: true}, "standby"},
		{model.Node{Standby: true, Online: true, Running: something}, "standby (with active resources)"},
		{model.Node{Maintenance: true, Online: true}, "maintenance"},
		{model.Node{Maintenance: true}, "OFFLINE (maintenance)"},
	} {
		if got := nodeState(&c.node); got != c.want {
			t.Errorf("%+v is %q, want %q", c.node, got, c.want)
		}
	}
}

// cluster schedules a small CIB: two nodes, resources and status as given.
func cluster(t *testing.T, resources, status string) *View {
	t.Helper()
	doc, err := xml.ParseString(`<cib validate-with="none" have-quorum="true" dc-uuid="1"><configuration>
		<crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
		<nodes><node id="1" uname="ann"/><node id="2" uname="bob"/></nodes>
		<resources>` + resources + `</resources><constraints/></configuration><status>` + status + `</status></cib>`)
	if err != nil {
		t.Fatal(err)
	}
	result, err := scheduler.Run(scheduler.Input{CIB: doc, Now: time.Unix(1000, 0)})
	if err != nil {
		t.Fatal(err)
	}
	return &View{Cluster: result.Cluster}
}

// node is a member on which operations have been executed: "db_start_0=0".
func node(id, name string, ops ...string) string {
	var b strings.Builder
	b.WriteString(`<node_state id="` + id + `" uname="` + name + `" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="` + id + `"><lrm_resources>`)
	for _, op := range ops {
		key, code, _ := strings.Cut(op, "=")
		parts := strings.Split(key, "_")
		want := "0"
		if parts[1] == "monitor" {
			want = "7" // a probe expects to find nothing
		}
		b.WriteString(`<lrm_resource id="` + parts[0] + `" class="ocf" provider="test" type="T"><lrm_rsc_op id="` + parts[0] + `_last_0" operation_key="` + key +
			`" operation="` + parts[1] + `" interval="` + parts[2] + `" rc-code="` + code + `" op-status="0" call-id="1" on_node="` + name + `" transition-key="1:1:` + want +
			`:x" transition-magic="0:` + code + `;1:1:` + want + `:x" last-rc-change="900"/></lrm_resource>`)
	}
	return b.String() + `</lrm_resources></lrm></node_state>`
}

func show(s ...Section) string {
	var b bytes.Buffer
	Sections(s).Text(output.New(output.Config{Format: output.Text, Stdout: &b}).Lines())
	return b.String()
}

const primitive = `<primitive id="db" class="ocf" provider="test" type="T"/>`

func TestAResourceInEveryState(t *testing.T) {
	with := func(meta string) string {
		return `<primitive id="db" class="ocf" provider="test" type="T" description="the books"><meta_attributes id="m">` + meta + `</meta_attributes></primitive>`
	}
	pair := func(name, value string) string {
		return `<nvpair id="p-` + name + `" name="` + name + `" value="` + value + `"/>`
	}
	for _, c := range []struct{ what, resources, status, want string }{
		{"started", primitive, node("1", "ann", "db_start_0=0") + node("2", "bob"), "db\t(ocf:test:T):\t Started ann"},
		{"stopped", primitive, node("1", "ann", "db_stop_0=0") + node("2", "bob"), "db\t(ocf:test:T):\t Stopped"},
		{"failed", primitive, node("1", "ann", "db_start_0=1") + node("2", "bob"), "db\t(ocf:test:T):\t FAILED ann"},
		{"disabled", with(pair("target-role", "Stopped")), node("1", "ann", "db_start_0=0") + node("2", "bob"), "db\t(ocf:test:T):\t Started ann (disabled)"},
		{"unmanaged", with(pair("is-managed", "false")), node("1", "ann", "db_start_0=0") + node("2", "bob"), "db\t(ocf:test:T):\t Started ann (unmanaged)"},
		{"in maintenance", with(pair("maintenance", "true")), node("1", "ann", "db_start_0=0") + node("2", "bob"), "db\t(ocf:test:T):\t Started ann (maintenance)"},
		{"active twice", with(""), node("1", "ann", "db_start_0=0") + node("2", "bob", "db_start_0=0"), "db\t(ocf:test:T):\t Started (the books) [ ann bob ]"},
		{"removed", "", node("1", "ann", "db_start_0=0") + node("2", "bob"), "db\t(ocf:test:T):\t ORPHANED Started ann"},
		{"not installed", primitive, node("1", "ann", "db_monitor_0=5") + node("2", "bob"), "db\t(ocf:test:T):\t Stopped (Not installed) "},
	} {
		v := cluster(t, c.resources, c.status)
		v.Inactive = true
		if got, want := show(v.Resources(false)), "Full List of Resources:\n  * "+c.want+"\n"; got != want {
			t.Errorf("%s: %q, want %q", c.what, got, want)
		}
	}
}

// The attributes of a change stand where programs that read line by line expect them.
func TestChangesAsXML(t *testing.T) {
	n1, n2 := &model.Node{Name: "n1"}, &model.Node{Name: "n2"}
	rsc := &model.Resource{ID: "a", Role: crm.RolePromoted, NextRole: crm.RoleUnpromoted, Active: []*model.Node{n1}}
	for _, c := range []struct {
		change Change
		want   string
	}{
		{Change{Verb: "Demote", Resource: rsc, From: n1, To: n1}, `<rsc_action action="demote" resource="a" role="Promoted" next-role="Unpromoted" source="n1"/>`},
		{Change{Verb: "Move", Resource: rsc, From: n1, To: n2}, `<rsc_action action="move" resource="a" role="Promoted" source="n1" next-role="Unpromoted" dest="n2"/>`},
		{Change{Verb: "Stop", Resource: rsc, From: n1}, `<rsc_action action="stop" resource="a" role="Promoted" node="n1"/>`},
	} {
		if got := c.change.xml().String(); got != c.want {
			t.Errorf("got  %s\nwant %s", got, c.want)
		}
	}
}

// Colours are what the options say they are worth.
func TestHealthOfNodes(t *testing.T) {
	for _, c := range []struct {
		red, yellow, green crm.Score
		value              string
		want               int
	}{
		{-10, -5, 0, "green", 1}, {-10, -5, 0, "-5", 0}, {-10, -5, 0, "-10", -1}, {-10, -5, 0, "yellow", 0}, {-10, -5, 0, "red", -1}, {-10, -5, 0, "pale", 1},
		{-10, 5, 0, "green", 0}, {0, 0, 0, "green", -1}, {0, 0, 0, "1", 1}, {-10, 0, 0, "green", 1},
	} {
		v := &View{Cluster: &model.Cluster{Options: model.Options{HealthStrategy: "custom", HealthRed: c.red, HealthYellow: c.yellow, HealthGreen: c.green}}}
		if got := v.Health(&model.Node{Attrs: model.Vars{{Name: "#health-a", Value: c.value}}}); got != c.want {
			t.Errorf("%s with red %s, yellow %s, green %s: got %d, want %d", c.value, c.red, c.yellow, c.green, got, c.want)
		}
	}
}

func TestClonesListTheNodesOfTheirInstances(t *testing.T) {
	clone := `<clone id="dbs">` + primitive + `</clone>`
	v := cluster(t, clone, node("1", "ann", "db_start_0=0")+node("2", "bob", "db_start_0=1"))
	v.Inactive = true
	want := `Full List of Resources:
  * Clone Set: dbs [db]:
    * db	(ocf:test:T):	 FAILED bob
    * Started: [ ann ]
`
	if got := show(v.Resources(false)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	v.OnlyNodes = Names{"ann"}
	if got := show(v.Resources(false)); strings.Contains(got, "bob") {
		t.Errorf("limited to ann:\n%s", got)
	}
}

func TestEmptySectionsLeaveNoGap(t *testing.T) {
	v := cluster(t, primitive, node("1", "ann")+node("2", "bob"))
	want := `Node List:
  * Online: [ ann bob ]

Active Resources:
  * No active resources
`
	if got := show(v.Tickets(), v.NodeList(), v.Failures(), v.Bans(""), v.Resources(true), v.Attributes()); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestALaterSuccessIsFound(t *testing.T) {
	at := func(minute int) time.Time { return time.Date(2026, 3, 1, 11, minute, 0, 0, time.UTC) }
	failed := FenceEvent{Action: "off", Target: "bob", Delegate: "ann", State: FenceFailed, Completed: at(1)}
	event := func(action, target, by string, state FenceState, minute int) FenceEvent {
		return FenceEvent{Action: action, Target: target, Delegate: by, State: state, Completed: at(minute)}
	}
	for _, c := range []struct {
		what  string
		newer []FenceEvent
		want  string
	}{
		{"nothing", nil, ""},
		{"another failure", []FenceEvent{event("off", "bob", "cid", FenceFailed, 2)}, ""},
		{"another action", []FenceEvent{event("on", "bob", "cid", FenceDone, 2)}, ""},
		{"another target", []FenceEvent{event("off", "cid", "bob", FenceDone, 2)}, ""},
		{"an earlier success", []FenceEvent{event("off", "bob", "cid", FenceDone, 0)}, ""},
		{"somebody", []FenceEvent{event("off", "BOB", "cid", FenceDone, 2)}, "cid"},
		{"the same one rather", []FenceEvent{event("off", "bob", "cid", FenceDone, 3), event("off", "bob", "ann", FenceDone, 2)}, "ann"},
		{"nobody knows who", []FenceEvent{event("off", "bob", "", FenceDone, 2)}, "some node"},
	} {
		if got := laterSuccess(failed, c.newer); got != c.want {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

func TestReduceKeepsTheNewestOfEachKind(t *testing.T) {
	e := func(target, by string, s FenceState) FenceEvent {
		return FenceEvent{Action: "off", Target: target, Delegate: by, State: s}
	}
	events := []FenceEvent{e("bob", "", FencePending), e("bob", "", FencePending), e("bob", "ann", FenceDone), e("bob", "cid", FenceDone),
		e("bob", "ann", FenceFailed), e("bob", "cid", FenceFailed), e("bob", "ann", FenceFailed), e("cid", "ann", FenceDone)}
	var kept []int
	for _, k := range Reduce(events) {
		for i, o := range events {
			if k == o {
				kept = append(kept, i)
				break
			}
		}
	}
	if len(kept) != 6 {
		t.Errorf("kept %v: both pending ones, one success and two failures of bob, one success of cid", kept)
	}
}
