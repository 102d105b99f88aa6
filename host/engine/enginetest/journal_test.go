package enginetest

import (
	"strings"
	"testing"

	"holdfast/cluster/view"
	"holdfast/crm"
	"holdfast/host/engine"
)

// journal builds one from words: "+3" a view that 3 joins, "-3" one that it
// leaves, anything else a message of node 1.
func journal(self crm.NodeID, members []crm.NodeID, words string) *Journal {
	j := &Journal{Self: self}
	tell := func(joined, left []view.Change) {
		v := view.View{Ring: 4, Members: members, Machines: []crm.NodeID{1, 2, 3}, Joined: joined, Left: left}
		j.Events = append(j.Events, engine.ViewChange{View: v})
	}
	tell([]view.Change{{ID: self, Reason: view.Join}}, nil)
	for _, w := range strings.Fields(words) {
		three := []view.Change{{ID: 3, Reason: view.Join}}
		switch w {
		case "+3":
			members = []crm.NodeID{1, 2, 3}
			tell(three, nil)
		case "-3":
			members = []crm.NodeID{1, 2}
			tell(nil, three)
		default:
			j.Events = append(j.Events, engine.Message{From: 1, Data: []byte(w)})
		}
	}
	return j
}

// TestCheckSeesWhatIsWrong: the judge of the other tests, judged.
func TestCheckSeesWhatIsWrong(t *testing.T) {
	two := []crm.NodeID{1, 2}
	for _, c := range []struct{ name, a, b, want string }{
		{"equal", "x y -", "x y -", ""},
		{"equal over a view", "x +3 y -3 z", "x +3 y -3 z", ""},
		{"one heard more before its end", "x +3 y z", "x +3 y", ""},
		{"twice", "x x", "x x", "a second time"},
		{"another order", "x y", "y x", "different orders"},
		{"lost before a view", "x y +3", "x +3", "only the first was told"},
		{"told in another view", "x y +3 z", "x +3 y z", "only the first was told"},
		{"told in an earlier view", "x +3 y", "x y +3", "only the second was told"},
		{"left but was not there", "-3", "", "left but was not there"},
		{"joined but was there", "+3 +3", "", "joined but was there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := Check([]*Journal{journal(1, two, c.a), journal(2, two, c.b)})
			switch {
			case c.want == "" && err != nil:
				t.Errorf("found %v", err)
			case c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)):
				t.Errorf("found %v, not %q", err, c.want)
			}
		})
	}
	stranger := journal(1, []crm.NodeID{1, 2}, "")
	stranger.Events = append(stranger.Events, engine.Message{From: 3, Data: []byte("x")})
	if err := Check([]*Journal{stranger}); err == nil || !strings.Contains(err.Error(), "outside of the view") {
		t.Errorf("a message from outside: found %v", err)
	}
}
