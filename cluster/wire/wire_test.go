package wire

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// samples are commands with something in their fields, one of every kind.
var samples = []Command{
	&Hello{Members: []crm.NodeID{1, 2}, Name: "n1", Incarnation: Incarnation{"boot", 3}, Lineage: Lineage{Ring: 8, Members: "1 2"}, Uncertain: []string{"a"}},
	&LeaveOut{Members: []crm.NodeID{1}, Silent: []crm.NodeID{2}},
	&Snapshot{Members: []crm.NodeID{1}, State: []byte(`{"a":1}`)},
	&Stored{Index: 7}, &Abandon{Node: 2}, &Standing{Sync: Sync{Epoch: 1, Path: "1f"}, Machines: []crm.NodeID{1}}, &Dismiss{Node: "n1"},
	&CIB{Request: 1, Change: Change{Op: "cib_modify", Data: "<a b=\"<&>\"/>"}},
	&Attribute{Task: "update", Name: "x", Value: "<1>"}, &Applied{Node: 2, Life: Incarnation{Boot: "b"}, Request: 4}, &Flush{Name: "x", Serial: 2},
	&Execute{Sync: Sync{Epoch: 1, Path: "1f"}, Node: 2, Op: Operation{Resource: "a", Params: []Param{{"ip", "1"}}}},
	&Result{CallID: 3, Status: crm.OpDone, Code: crm.OCFNotRunning}, &Forget{Resource: "a"}, &Fail{Resource: "a"}, &Overdue{Node: 2, Op: Operation{Resource: "a"}}, &Shutdown{Time: 9},
	&Fence{ID: "f", Life: Incarnation{Boot: "b"}}, &FenceStep{ID: "f", OK: true}, &FenceDone{ID: "f"}, &Confirm{Target: "n2"},
	&Targets{Device: "d", Hosts: []string{"n1"}}, &EraseFences{Target: "n2"},
}

// TestEveryCommandComesBack holds that what is decoded is what was encoded, and
// that every kind has a name of its own.
func TestEveryCommandComesBack(t *testing.T) {
	seen := map[string]bool{}
	for _, c := range samples {
		if seen[c.kind()] {
			t.Errorf("two kinds are named %s", c.kind())
		}
		seen[c.kind()] = true
		back, err := Decode(Encode(c))
		if err != nil {
			t.Errorf("%s: %v", c.kind(), err)
			continue
		}
		if !reflect.DeepEqual(c, back) {
			t.Errorf("%s: sent %+v, got %+v", c.kind(), c, back)
		}
	}
}

// TestStrangersAreNamed holds that unknown words are refused with a reason, and
// unknown fields passed over.
func TestStrangersAreNamed(t *testing.T) {
	for frame, want := range map[string]string{
		"":                                     "it is empty",
		"\x02{}":                               "has format 2, this software knows format 1",
		"\x01{\"kind\":\"dance\",\"body\":{}}": `of kind "dance" is not known`,
		"\x01nonsense":                         "decode cluster message",
		"\x01{\"kind\":\"stored\",\"body\":{\"index\":\"x\"}}": "decode cluster message stored",
	} {
		if _, err := Decode([]byte(frame)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", frame, err, want)
		}
	}
	var unknown *UnknownError
	if _, err := Decode([]byte("\x01{\"kind\":\"dance\"}")); !errors.As(err, &unknown) || unknown.Kind != "dance" {
		t.Errorf("an unknown kind is no UnknownError: %v", err)
	}
	for _, frame := range []string{
		"\x01{\"kind\":\"stored\",\"body\":{\"index\":4,\"from_the_future\":1}}",
		"\x01{\"kind\":\"stored\",\"body\":{\"index\":4},\"from_the_future\":1}\n",
		"\x01{\"from_the_future\":1,\"kind\":\"stored\",\"body\":{\"index\":4}}\n",
	} {
		c, err := Decode([]byte(frame))
		if err != nil || c.(*Stored).Index != 4 {
			t.Errorf("a field that is not known in %q: %v, %v", frame, c, err)
		}
	}
}

// TestAChangeTravelsWhole holds that a CIB request comes back as it was.
func TestAChangeTravelsWhole(t *testing.T) {
	data := xml.New("resources").Add(xml.New("primitive", "id", "a<b"))
	r := cib.Request{Op: cib.Modify, Section: "resources", Data: data, AllowCreate: true, User: "alice", Time: time.Unix(100, 0).UTC(),
		Requests: []cib.Request{{Op: cib.Delete, XPath: "//a"}}}
	back, err := NewChange(r).Parse()
	if err != nil {
		t.Fatal(err)
	}
	if back.Data.String() != data.String() || back.Section != r.Section || back.User != "alice" || !back.Time.Equal(r.Time) || back.Requests[0].XPath != "//a" {
		t.Errorf("sent %+v, got %+v", r, back)
	}
	for _, bad := range []Change{{Op: "cib_dance"}, {Op: "cib_modify", Data: "<a"}} {
		if _, err := bad.Parse(); err == nil {
			t.Errorf("%+v is taken", bad)
		}
	}
}

// TestLineagesAreOrdered holds the order of histories and the list of members.
func TestLineagesAreOrdered(t *testing.T) {
	old, edited, newer := Lineage{Ring: 4}, Lineage{Ring: 4, Version: [2]int{0, 2}}, Lineage{Ring: 8}
	if !old.Less(edited) || !edited.Less(newer) || newer.Less(edited) || old.Less(old) {
		t.Error("a lineage is judged by its ring, then by its version")
	}
	l := Lineage{Members: JoinMembers([]crm.NodeID{1, 12, 3})}
	if got := l.MemberList(); !reflect.DeepEqual(got, []crm.NodeID{1, 12, 3}) {
		t.Errorf("members %v", got)
	}
}

// FuzzDecode holds that no frame makes a member fall over, and that what was
// understood can be said again.
func FuzzDecode(f *testing.F) {
	for _, c := range samples {
		f.Add(Encode(c))
	}
	f.Add([]byte("\x01{\"kind\":\"hello\",\"body\":null}"))
	f.Fuzz(func(t *testing.T, frame []byte) {
		c, err := Decode(frame)
		if err != nil {
			return
		}
		if _, err := Decode(Encode(c)); err != nil {
			t.Errorf("%q is understood, and not when said again: %v", frame, err)
		}
	})
}
