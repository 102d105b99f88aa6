package fencing

import (
	"testing"

	"holdfast/cib"
	"holdfast/cib/xml"
)

const start = `<cib validate-with="none"><configuration><crm_config/><nodes/><resources>
<primitive id="p1" class="stonith" type="fence_dummy"/><primitive id="r1" class="ocf" provider="pacemaker" type="Dummy"/>
</resources><constraints/></configuration><status/></cib>`

func document(t *testing.T) cib.CIB {
	t.Helper()
	root, err := xml.ParseString(start)
	if err != nil {
		t.Fatal(err)
	}
	c, err := cib.New(root)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// TestLevels sets, replaces and removes levels of each kind of target.
func TestLevels(t *testing.T) {
	for _, text := range []string{"n1", "@n[12]", "rack=left"} {
		c := document(t)
		for _, devices := range [][]string{{"p1"}, {"p1", "p2"}} {
			request, err := SetLevel(c, ParseTarget(text), 2, devices)
			if err != nil {
				t.Fatal(err)
			}
			result, err := c.Apply(request)
			if err != nil {
				t.Fatal(err)
			}
			c = result.CIB
		}
		section := c.Root().Find("configuration", "fencing-topology")
		if n := len(section.Children); n != 1 {
			t.Fatalf("%s: %d levels after setting one twice", text, n)
		}
		if got := section.Child("fencing-level").Attr("devices"); got != "p1,p2" {
			t.Errorf("%s: devices %q after replacing them", text, got)
		}
		removals, err := RemoveLevel(c, ParseTarget(text), 2)
		if err != nil || len(removals) != 1 {
			t.Fatalf("%s: %d removals, %v", text, len(removals), err)
		}
		result, err := c.Apply(removals[0])
		if err != nil {
			t.Fatal(err)
		}
		if left := result.CIB.Root().Find("configuration", "fencing-topology").Child("fencing-level"); left != nil {
			t.Errorf("%s: the level is still there", text)
		}
	}
}

func TestLevelNumbersHaveLimits(t *testing.T) {
	for _, index := range []int{-1, 0, 10} {
		if _, err := SetLevel(document(t), Target{Node: "n1"}, index, []string{"p1"}); err == nil {
			t.Errorf("level %d is accepted", index)
		}
	}
}

func TestOnlyFenceDevicesAreRemoved(t *testing.T) {
	c := document(t)
	if _, err := Remove(c, "r1"); err == nil {
		t.Error("a resource that is no fence device is removed")
	}
	if _, err := Add(c, "r1", "fence_dummy", nil); err == nil {
		t.Error("a device is added under the id of something else")
	}
	request, err := Remove(c, "p1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Apply(request); err != nil {
		t.Fatal(err)
	}
}
