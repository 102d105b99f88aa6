package digest

import (
	"testing"

	"holdfast/cib/xml"
)

// The expected values were computed by Pacemaker's cibadmin -5 and -6.
func TestDigestsAreThoseOfPacemaker(t *testing.T) {
	n, err := xml.ParseString(`<cib crm_feature_set="3.16.1" validate-with="pacemaker-3.9" epoch="4" num_updates="0" admin_epoch="0" cib-last-written="x" update-user="y">
  <!-- a comment -->
  <configuration><crm_config><nvpair id="a" value="&lt;&quot;&gt;"/></crm_config></configuration><status/></cib>`)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := OnDisk(n), "b325e629976fa418e170fd8874d0cb9c"; got != want {
		t.Errorf("on disk: %s, want %s", got, want)
	}
	if got, want := OnWire(n), "682e7b104c13aa291691d1cb6933f826"; got != want {
		t.Errorf("on wire: %s, want %s", got, want)
	}
}

func TestVolatileAttributesDoNotCountOnTheWire(t *testing.T) {
	a := xml.New("cib", "epoch", "1", "update-user", "root")
	b := xml.New("cib", "epoch", "1", "update-user", "alice")
	if OnWire(a) != OnWire(b) {
		t.Error("update-user counts on the wire")
	}
	if OnDisk(a) == OnDisk(b) {
		t.Error("update-user does not count on disk")
	}
}

func TestOrderOfParametersDoesNotCount(t *testing.T) {
	if Params(xml.New("parameters", "a", "1", "b", "2")) != Params(xml.New("parameters", "b", "2", "a", "1")) {
		t.Error("the order of parameters counts")
	}
}

// The expected value was computed by Pacemaker 2.1.5.
func TestOlderSpellingsMatch(t *testing.T) {
	n := xml.New("cib", "a", "it's", "b", "\"q\"", "c", "x\ny\tz\rw", "d", "ü's", "e", "<>&")
	n.Add(&xml.Node{Kind: xml.Comment, Text: "c"})
	if !Matches(n, "9618bf62420829e76fe3ea0f7449fccc") {
		t.Errorf("%s does not match", onDiskBefore3(n))
	}
	if !Matches(n, OnDisk(n)) || Matches(n, "") {
		t.Error("the present spelling does not match, or anything does")
	}
}
