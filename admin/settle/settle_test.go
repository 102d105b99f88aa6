package settle

import (
	"slices"
	"strings"
	"testing"
	"time"

	"holdfast/cib/xml"
)

// look schedules a cluster of one node on which a group (a, b) and c have been
// started; changes replaces parts of its CIB.
func look(t *testing.T, changes ...string) *Outlook {
	t.Helper()
	op := func(id, rest string) string {
		return `<lrm_resource id="` + id + `" class="ocf" provider="test" type="T"><lrm_rsc_op id="` + id + `_last_0" operation_key="` + id +
			`_start_0" operation="start" interval="0" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8" call-id="1" on_node="ann" transition-key="1:1:0:x" ` + rest + `/></lrm_resource>`
	}
	const done = `rc-code="0" op-status="0" transition-magic="0:0;1:1:0:x"`
	text := `<cib validate-with="none" have-quorum="true"><configuration>
<crm_config><cluster_property_set id="o"><nvpair id="f" name="fencing-enabled" value="false"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="ann"/></nodes>
<resources>
<group id="g"><primitive id="a" class="ocf" provider="test" type="T"/><primitive id="b" class="ocf" provider="test" type="T">
<operations><op id="b-stop" name="stop" interval="0" timeout="70s"/></operations></primitive></group>
<primitive id="c" class="ocf" provider="test" type="T"><meta_attributes id="c-meta"/></primitive>
</resources><constraints/></configuration>
<status><node_state id="1" uname="ann" in_ccm="true" crmd="online" join="member" expected="member"><lrm id="1"><lrm_resources>` +
		op("a", done) + op("b", done) + op("c", done) + `</lrm_resources></lrm></node_state></status></cib>`
	for i := 0; i+1 < len(changes); i += 2 {
		if !strings.Contains(text, changes[i]) {
			t.Fatalf("the CIB has no %q", changes[i])
		}
		text = strings.Replace(text, changes[i], changes[i+1], 1)
	}
	doc, err := xml.ParseString(text)
	if err != nil {
		t.Fatal(err)
	}
	o, err := Look(doc, time.Unix(1000, 0))
	if err != nil {
		t.Fatal(err)
	}
	return o
}

const stopC = `<meta_attributes id="c-meta"><nvpair id="c-role" name="target-role" value="Stopped"/></meta_attributes>`

func TestAClusterAtRestIsCalm(t *testing.T) {
	if o := look(t); !o.Calm() {
		t.Errorf("something is pending: %v", o.Pending()[0].Key)
	}
}

func TestWhatIsToBeStoppedIsPending(t *testing.T) {
	o := look(t, `<meta_attributes id="c-meta"/>`, stopC)
	if p := o.Pending(); o.Calm() || len(p) != 1 || p[0].Key != "c_stop_0" {
		t.Errorf("pending: %v", p)
	}
	if now, after := o.Active(""), o.ActiveAfter(""); !slices.Equal(now, []string{"a", "b", "c"}) || !slices.Equal(after, []string{"a", "b"}) {
		t.Errorf("active %v, afterwards %v", now, after)
	}
}

func TestAnOperationUnderWayIsNoRest(t *testing.T) {
	o := look(t, `id="c_last_0" operation_key="c_start_0" operation="start" interval="0" op-digest="f2317cad3d54cec5d7d7aa7d0bf35cf8" call-id="1" on_node="ann" transition-key="1:1:0:x" rc-code="0" op-status="0" transition-magic="0:0;1:1:0:x"`,
		`id="c_last_0" operation_key="c_start_0" operation="start" interval="0" call-id="-1" on_node="ann" transition-key="1:1:0:x" rc-code="193" op-status="-1" transition-magic="-1:193;1:1:0:x"`)
	if o.Calm() {
		t.Error("calm, although c is starting")
	}
}

// Of a group that loses its first member nothing remains, and the answer is for
// the node that was asked about.
func TestDependentsAreNotActiveAfterwards(t *testing.T) {
	o := look(t, `<primitive id="a" class="ocf" provider="test" type="T"/>`,
		`<primitive id="a" class="ocf" provider="test" type="T"><meta_attributes id="a-meta"><nvpair id="a-role" name="target-role" value="Stopped"/></meta_attributes></primitive>`)
	if after := o.ActiveAfter("ann"); !slices.Equal(after, []string{"c"}) {
		t.Errorf("afterwards %v", after)
	}
	if elsewhere := o.Active("bob"); elsewhere != nil {
		t.Errorf("on bob: %v", elsewhere)
	}
}

func TestPatienceFollowsTheSlowestStop(t *testing.T) {
	o := look(t)
	if got := o.StopTimeout([]string{"a", "b", "nothing"}); got != 70*time.Second {
		t.Errorf("b may take 70s to stop, got %s", got)
	}
}
