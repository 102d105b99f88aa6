package alert

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"holdfast/cib/xml"
)

// An alert without recipients, one with two that refine it, a disabled one, and a disabled recipient.
const document = `<cib><configuration><alerts>
<alert id="a" path="/a"/>
<alert id="b" path="/b">
 <select><select_nodes/><select_attributes><attribute id="x" name="standby"/></select_attributes></select>
 <meta_attributes id="m"><nvpair id="m1" name="timeout" value="15s"/><nvpair id="m2" name="timestamp-format" value="%s"/></meta_attributes>
 <instance_attributes id="i"><nvpair id="i1" name="color" value="red"/><nvpair id="i2" name="size" value="1"/></instance_attributes>
 <recipient id="r1" value="ops"/>
 <recipient id="r2" value="boss">
  <meta_attributes id="n"><nvpair id="n1" name="timeout" value="never"/></meta_attributes>
  <instance_attributes id="j"><nvpair id="j1" name="size" value="2"/></instance_attributes>
  <select><select_fencing/></select>
 </recipient>
 <recipient id="r3" value="nobody"><meta_attributes id="o"><nvpair id="o1" name="enabled" value="false"/></meta_attributes></recipient>
</alert>
<alert id="c" path="/c"><meta_attributes id="p"><nvpair id="p1" name="enabled" value="no"/></meta_attributes>
 <recipient id="r4" value="x"><meta_attributes id="q"><nvpair id="q1" name="enabled" value="yes"/></meta_attributes></recipient></alert>
</alerts></configuration></cib>`

func TestAlertsOfConfiguration(t *testing.T) {
	root, err := xml.ParseString(document)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	alerts := Read(root, time.Unix(1, 0))
	for _, a := range alerts {
		got = append(got, fmt.Sprint(a))
	}
	want := []string{
		"{a /a  %H:%M:%S.%06N 30s [node fencing resource] [] []}",
		"{b /b ops %s 15s [node attribute] [standby] [{color red} {size 1}]}",
		"{b /b boss %s 30s [fencing] [standby] [{color red} {size 2}]}",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Fatalf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	for _, c := range []struct {
		alert      int
		kind, name string
		want       bool
	}{
		{0, Resource, "", true}, {0, Attribute, "standby", false},
		{1, Attribute, "standby", true}, {1, Attribute, "other", false}, {1, Fencing, "", false}, {2, Fencing, "", true},
	} {
		if alerts[c.alert].Wants(c.kind, c.name) != c.want {
			t.Errorf("alert %d, %s %s: not %v", c.alert, c.kind, c.name, c.want)
		}
	}
	if len(Read(xml.New("cib"), time.Unix(1, 0))) != 0 {
		t.Error("an empty CIB has no alerts")
	}
}
