package relocate

import (
	"slices"
	"testing"
	"time"

	"holdfast/cib"
	"holdfast/cib/xml"
)

var noon = time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)

func parse(t *testing.T, constraints string) cib.CIB {
	t.Helper()
	root, err := xml.ParseString(`<cib epoch="1" num_updates="0" admin_epoch="0" validate-with="none"><configuration><crm_config/><nodes/><resources/><constraints>` +
		constraints + `</constraints></configuration><status/></cib>`)
	if err != nil {
		t.Fatal(err)
	}
	c, err := cib.New(root)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func apply(t *testing.T, c cib.CIB, list ...cib.Request) cib.CIB {
	t.Helper()
	for _, r := range list {
		r.NoStamp = true
		result, err := c.Apply(r)
		if err != nil {
			t.Fatal(err)
		}
		c = result.CIB
	}
	return c
}

const own = `<rsc_location id="mine" rsc="web" node="n1" score="5"/>`

// Whatever was asked for is gone after it is cleared, and nothing else is.
func TestClearUndoes(t *testing.T) {
	for _, w := range []Wish{
		{Resource: "web", Node: "n1"},
		{Resource: "web", Node: "n1", Promoted: true},
		{Resource: "web", Node: "n1", Until: noon},
		{Resource: "web", Node: "n1", Until: noon, Promoted: true},
	} {
		for name, edit := range map[string]cib.Request{"ban": Ban(w, false), "move": Prefer(w, false), "old ban": Ban(w, true)} {
			c := apply(t, parse(t, own), edit)
			if len(IDs(c)) != 2 {
				t.Errorf("%s %+v: %v", name, w, IDs(c))
			}
			c = apply(t, c, edit) // once more changes nothing
			if len(IDs(c)) != 2 {
				t.Errorf("%s %+v twice: %v", name, w, IDs(c))
			}
			kept := apply(t, c, Clear(c, "other", "n1", true, true)...)
			kept = apply(t, kept, Clear(kept, "web", "n2", true, false)...)
			if len(IDs(kept)) != 2 {
				t.Errorf("%s %+v: clearing something else left %v", name, w, IDs(kept))
			}
			c = apply(t, c, Clear(c, "web", "n1", true, false)...)
			if got := IDs(c); !slices.Equal(got, []string{"mine"}) {
				t.Errorf("%s %+v: clearing left %v", name, w, got)
			}
		}
	}
}

func TestAMoveLeavesBans(t *testing.T) {
	c := apply(t, parse(t, own), Ban(Wish{Resource: "web", Node: "n1"}, false), Prefer(Wish{Resource: "web", Node: "n2"}, false))
	for _, test := range []struct {
		node        string
		bans, force bool
		want        []string
	}{
		{"n1", false, false, []string{"cli-ban-web-on-n1", "cli-prefer-web", "mine"}},
		{"n1", true, false, []string{"cli-prefer-web", "mine"}},
		{"n2", true, false, []string{"cli-ban-web-on-n1", "mine"}},
		{"n1", true, true, []string{"mine"}},
		{"n1", false, true, []string{"cli-ban-web-on-n1", "mine"}},
	} {
		if got := IDs(apply(t, c, Clear(c, "web", test.node, test.bans, test.force)...)); !slices.Equal(got, test.want) {
			t.Errorf("%+v: left %v", test, got)
		}
	}
}

func TestExpiry(t *testing.T) {
	c := apply(t, parse(t, own),
		Ban(Wish{Resource: "web", Node: "n1", Until: noon}, false),
		Ban(Wish{Resource: "web", Node: "n2", Until: noon.Add(time.Hour)}, false),
		Ban(Wish{Resource: "web", Node: "n3"}, false),
		Prefer(Wish{Resource: "db", Node: "n1", Until: noon}, false))
	for _, test := range []struct {
		at             time.Time
		resource, node string
		want           int // that are left
	}{
		{noon.Add(-time.Second), "", "", 5},
		{noon, "", "", 5}, // the end itself still counts
		{noon.Add(time.Second), "", "", 3},
		{noon.Add(time.Second), "web", "", 4},
		{noon.Add(time.Second), "web", "n2", 5},
		{noon.Add(2 * time.Hour), "", "", 2},
	} {
		left := apply(t, c, ClearExpired(c, test.at, test.resource, test.node, false)...)
		if got := len(IDs(left)); got != test.want {
			t.Errorf("%+v: %v are left", test, IDs(left))
		}
	}
}
