package corosync

import (
	"fmt"
	"strings"
	"testing"

	"holdfast/host/engine"
	"holdfast/host/engine/corosync/cpg"
	"holdfast/host/engine/corosync/quorum"
)

// script plays notifications into a merger for node 1 (pid 100) and writes
// down what comes out. Its lines, in the order in which Corosync tells them:
//
//	group 1,2,3 +3:join -2:down    a change of the group (pid is 100 times the node)
//	ring 8 1,2,3                   the end of the changes of a new ring
//	quorum 8 yes                   the quorum service about a ring
//	says 2 hello                   a message
//	silence                        the wait for the quorum service is given up
func script(t *testing.T, text string) string {
	t.Helper()
	m := &merger{self: 1, selfPID: 100}
	var out []string
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		switch words[0] {
		case "group":
			m.fromGroup(groupChange(words[1:]))
		case "ring":
			m.fromGroup(cpg.Ring{Node: 1, Seq: uint64(num(words[1])), Machines: nums(words[2])})
		case "quorum":
			m.fromQuorum(quorum.State{Node: 1, Seq: uint64(num(words[1])), Quorate: words[2] == "yes"})
		case "says":
			m.fromGroup(cpg.Message{Node: num(words[1]), PID: 100 * num(words[1]), Data: []byte(words[2])})
		case "silence":
			m.giveUpWaiting()
		default:
			t.Fatalf("bad line %q", line)
		}
		for _, e := range m.take() {
			out = append(out, render(e))
		}
	}
	return strings.Join(out, "\n")
}

func num(word string) (n uint32) {
	fmt.Sscan(word, &n)
	return n
}

func nums(word string) (list []uint32) {
	for _, w := range strings.Split(word, ",") {
		list = append(list, num(w))
	}
	return list
}

func groupChange(words []string) (c cpg.ConfChg) {
	reasons := map[string]uint32{"join": 1, "leave": 2, "down": 3, "up": 4, "died": 5}
	for _, id := range nums(words[0]) {
		c.Members = append(c.Members, cpg.Process{Node: id, PID: 100 * id})
	}
	for _, w := range words[1:] {
		id, why, _ := strings.Cut(w[1:], ":")
		p := cpg.Process{Node: num(id), PID: 100 * num(id), Reason: reasons[why]}
		if w[0] == '+' {
			c.Joined = append(c.Joined, p)
		} else {
			c.Left = append(c.Left, p)
		}
	}
	return c
}

func render(e engine.Event) string {
	switch e := e.(type) {
	case engine.ViewChange:
		line := fmt.Sprintf("view %d members %v machines %v", e.Ring, e.Members, e.Machines)
		for _, c := range e.Left {
			line += fmt.Sprintf(", %d %v", c.ID, c.Reason)
		}
		for _, c := range e.Joined {
			line += fmt.Sprintf(", %d %v", c.ID, c.Reason)
		}
		if !e.Quorate {
			line += ", no quorum"
		}
		return line
	case engine.Message:
		return fmt.Sprintf("%d says %s", e.From, e.Data)
	}
	return fmt.Sprintf("%T", e)
}

func TestMerger(t *testing.T) {
	const joined = `
quorum 4 yes
group 1,2 +1:join
ring 4 1,2,3
`
	const first = "view 4 members [1 2] machines [1 2 3], 1 joined\n"
	for _, c := range []struct{ name, in, want string }{
		{"the first view waits for group, ring and quorum, in whatever order", joined, first},
		{"the ring may be told before the own joining", `
ring 4 1,2,3
quorum 4 yes
group 1,2 +1:join`, first},
		{"before the own joining nothing is told", `
quorum 4 yes
group 2,3 +3:join
ring 4 1,2,3
says 2 early`, ""},
		{"a process that comes or goes in the same ring is a view at its place", joined + `
says 2 a
group 1,2,3 +3:join
says 3 b
group 1,3 -2:died
says 2 late`, first + `2 says a
view 4 members [1 2 3] machines [1 2 3], 3 joined
3 says b
view 4 members [1 3] machines [1 2 3], 2 process died`},
		{"a node goes down: quorum speaks late, messages wait behind the view", joined + `
group 1 -2:down
ring 8 1,3
says 1 after
quorum 8 yes`, first + `view 8 members [1] machines [1 3], 2 node down
1 says after`},
		{"a node goes down: quorum speaks early", joined + `
quorum 8 no
group 1 -2:down
ring 8 1`, first + `view 8 members [1] machines [1], 2 node down, no quorum`},
		{"two sides meet: who was away has left and joined in one view", joined + `
group 1 -2:down
group 1,2 +2:up
group 1,2,3 +3:up
ring 12 1,2,3
quorum 12 yes`, first + `view 12 members [1 2 3] machines [1 2 3], 2 node down, 2 node up, 3 node up`},
		{"a machine without a member comes: only Machines changes", joined + `
ring 8 1,2,3,4
quorum 8 yes`, first + `view 8 members [1 2] machines [1 2 3 4]`},
		{"quorum changes in the same ring", joined + `
quorum 4 no
quorum 4 no
quorum 4 yes`, first + `view 4 members [1 2] machines [1 2 3], no quorum
view 4 members [1 2] machines [1 2 3]`},
		{"two rings in a row while quorum is silent: both views, each at its place", joined + `
group 1 -2:down
ring 8 1
says 1 between
ring 12 1,3
says 1 behind
quorum 8 no
quorum 12 yes`, first + `view 8 members [1] machines [1], 2 node down, no quorum
1 says between
view 12 members [1] machines [1 3]
1 says behind`},
		{"quorum has skipped a ring: not quorate there", joined + `
group 1 -2:down
ring 8 1
quorum 12 yes
ring 12 1,3`, first + `view 8 members [1] machines [1], 2 node down, no quorum
view 12 members [1] machines [1 3]`},
		{"quorum stays silent: told as not quorate, corrected later", joined + `
group 1 -2:down
ring 8 1,3
says 1 x
silence
quorum 8 yes`, first + `view 8 members [1] machines [1 3], 2 node down, no quorum
1 says x
view 8 members [1] machines [1 3]`},
		{"after the own leaving nothing is told", joined + `
group 2 -1:leave
says 2 secret
quorum 4 no`, first},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := script(t, c.in); strings.TrimSpace(got) != strings.TrimSpace(c.want) {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// TestAReplacedProcessHasLeftAndJoined: the new process of a node is told before
// the end of the old one.
func TestAReplacedProcessHasLeftAndJoined(t *testing.T) {
	m := &merger{self: 1, selfPID: 100}
	old, next := cpg.Process{Node: 2, PID: 200}, cpg.Process{Node: 2, PID: 201, Reason: 1}
	m.fromQuorum(quorum.State{Node: 1, Seq: 4, Quorate: true})
	m.fromGroup(cpg.Ring{Node: 1, Seq: 4, Machines: []uint32{1, 2}})
	m.fromGroup(cpg.ConfChg{Members: []cpg.Process{{Node: 1, PID: 100}, old}, Joined: []cpg.Process{{Node: 1, PID: 100, Reason: 1}}})
	m.take()
	m.fromGroup(cpg.ConfChg{Joined: []cpg.Process{next}})
	m.fromGroup(cpg.Message{Node: 2, PID: 200, Data: []byte("from the old one")})
	m.fromGroup(cpg.ConfChg{Left: []cpg.Process{{Node: 2, PID: 200, Reason: 5}}})
	m.fromGroup(cpg.Message{Node: 2, PID: 201, Data: []byte("new")})
	var got []string
	for _, e := range m.take() {
		got = append(got, render(e))
	}
	want := "view 4 members [1 2] machines [1 2], 2 process died, 2 joined; 2 says new"
	if strings.Join(got, "; ") != want {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "; "), want)
	}
}
