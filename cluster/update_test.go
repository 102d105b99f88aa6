package cluster

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"holdfast/cib/xml"
	"holdfast/cluster/internal/transcript"
	"holdfast/cluster/view"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// TestUpdates plays updates of attributes on three members, among whom messages are
// under way until they are delivered. Verbs:
//
//	at NODE TASK TARGET NAME [VALUE] [wait=no|local|cluster] [as=USER]   a client asks; TARGET "all" is every node
//	read NODE                  a client asks for word when it may read
//	deliver [N]                the next N messages, or all, arrive, and what follows from them
//	view NODE…                 these meet, or stay together; what is under way arrives before
//	minority NODE…             the same, and they have no quorum
//	lose NODE                  its engine is gone, and with it what it has not sent
//	drop                       what is under way is lost
//	stop NODE, go NODE         it stands still, and goes on with what has come meanwhile
//	pass TIME                  time passes
//	show NAME                  its values, as each node has them
func TestUpdates(t *testing.T) {
	transcript.Run(t, "testdata/updates.txt", func() transcript.Script { return newMeeting(t) })
}

// meeting is a script with three nodes and what is under way between them.
type meeting struct {
	transcript.Log
	nodes  []*attendee
	queue  []message
	now    time.Time
	ring   uint64
	client uint64
}

// attendee is a node as its driver has it.
type attendee struct {
	*Node
	with    []crm.NodeID // the view
	timers  []TimerEnded
	ends    []time.Time
	stopped bool
	inbox   []Input
	stores  []Store // what is to be written, or was not yet
}

type message struct {
	from crm.NodeID
	data []byte
}

const paper = `<cib validate-with="pacemaker-4.0" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config>
<cluster_property_set id="o"><nvpair id="o-acl" name="enable-acl" value="true"/></cluster_property_set></crm_config>
<nodes><node id="1" uname="n1"/><node id="2" uname="n2"/><node id="3" uname="n3"/></nodes><resources/><constraints/>
<acls><acl_target id="eve"><role id="reader"/></acl_target><acl_role id="reader"><acl_permission id="r" kind="read" xpath="/cib"/></acl_role>
<acl_target id="bob"><role id="writer"/></acl_target><acl_role id="writer"><acl_permission id="w" kind="write" xpath="//status"/></acl_role></acls>
</configuration><status/></cib>`

func newMeeting(t testing.TB) *meeting {
	root, err := xml.ParseString(paper)
	if err != nil {
		t.Fatal(err)
	}
	m := &meeting{now: time.Unix(1000, 0)}
	var list []view.Node
	for id := range crm.NodeID(3) {
		list = append(list, view.Node{ID: id + 1, Name: crm.NodeName(fmt.Sprintf("n%d", id+1))})
	}
	for _, n := range list {
		m.nodes = append(m.nodes, &attendee{Node: New(Config{
			Self: n.ID, Name: n.Name, Life: wire.Incarnation{Boot: string(n.Name), Start: 1}, UUID: string(n.Name), FeatureSet: "3.20.0",
			CIB: root, Nodes: list, Digest: func(wire.Operation) string { return "" },
		})})
	}
	return m
}

func (m *meeting) Do(verb string, words []string) error {
	switch verb {
	case "at":
		return m.ask(m.named(words[0]), words[1:])
	case "read":
		m.client++
		m.Tell("%d reads at %s", m.client, words[0])
		m.step(m.named(words[0]), Read{m.client})
	case "deliver":
		most := 1 << 20
		if len(words) > 0 {
			most, _ = strconv.Atoi(words[0])
		}
		m.deliver(most)
	case "view":
		m.meet(words)
	case "minority":
		m.gather(words, false)
	case "lose":
		m.lose(m.named(words[0]))
	case "drop":
		m.queue = nil
	case "stop":
		m.named(words[0]).stopped = true
	case "go":
		a := m.named(words[0])
		inbox := a.inbox
		a.stopped, a.inbox = false, nil
		for _, in := range inbox {
			m.step(a, in)
		}
	case "pass":
		d, err := time.ParseDuration(words[0])
		m.pass(d)
		return err
	case "show":
		m.show(words[0])
	default:
		return errors.New("there is no such verb")
	}
	return nil
}

func (m *meeting) named(name string) *attendee {
	return m.nodes[slices.IndexFunc(m.nodes, func(a *attendee) bool { return string(a.cfg.Name) == name })]
}

func (m *meeting) ask(a *attendee, words []string) error {
	c := &wire.Attribute{Task: words[0], Node: crm.NodeName(words[1]), Dampen: -1, Interval: -1}
	if words[1] == "all" {
		c.Node = ""
	}
	var user string
	for i, w := range words[2:] {
		key, value, set := strings.Cut(w, "=")
		switch {
		case i == 0:
			c.Name, _ = strconv.Unquote(`"` + w + `"`)
		case set && key == "wait":
			c.Wait = wire.Wait(value)
		case set && key == "as":
			user = value
		case i == 1:
			c.Value = w
		default:
			return errors.New("what is " + w)
		}
	}
	m.client++
	m.Tell("%d asks %s: %s", m.client, a.cfg.Name, strings.Join(words, " "))
	m.step(a, Asked{Client: m.client, Command: c, User: user})
	return nil
}

// step has a node take an input, and does what it wants of messages, timers and clients.
func (m *meeting) step(a *attendee, in Input) {
	if a.stopped {
		a.inbox = append(a.inbox, in)
		return
	}
	for _, e := range a.Step(m.now, in) {
		switch e := e.(type) {
		case Multicast:
			m.queue = append(m.queue, message{a.cfg.Self, e.Data})
		case SetTimer:
			a.timers, a.ends = append(a.timers, TimerEnded{e.Serial}), append(a.ends, m.now.Add(e.After))
		case Store:
			a.stores = append(a.stores, e)
		case RunAgent:
			m.Tell("%s runs %s of %s (call %d)", a.cfg.Name, e.Op.Task, e.Op.Resource, e.CallID)
		case Reply:
			word := "done"
			if e.Result.Err != nil {
				word = e.Result.Err.Error()
			}
			m.Tell("%s answers %d: %s", a.cfg.Name, e.Client, word)
		}
	}
}

func (m *meeting) deliver(most int) {
	for ; most > 0 && len(m.queue) > 0; most-- {
		next := m.queue[0]
		m.queue = m.queue[1:]
		for _, id := range m.nodes[next.from-1].with {
			m.step(m.nodes[id-1], Received{From: next.from, Data: next.data})
		}
	}
}

// meet gives some nodes a view of themselves, and has them find a common state. Two are a
// majority.
func (m *meeting) meet(words []string) { m.gather(words, len(words) > 1) }

// gather does so with quorum or without.
func (m *meeting) gather(words []string, quorate bool) {
	m.deliver(len(m.queue))
	m.ring += 4
	var ids []crm.NodeID
	for _, w := range words {
		ids = append(ids, m.named(w).cfg.Self)
	}
	for _, id := range ids {
		a := m.nodes[id-1]
		v := view.View{Ring: m.ring, Members: ids, Machines: ids, Quorate: quorate}
		for _, other := range ids {
			if !slices.Contains(a.with, other) {
				v.Joined = append(v.Joined, view.Change{ID: other, Reason: view.NodeUp})
			}
		}
		for _, other := range a.with {
			if !slices.Contains(ids, other) {
				v.Left = append(v.Left, view.Change{ID: other, Reason: view.NodeDown})
			}
		}
		a.with = ids
		m.step(a, ViewChanged{v})
	}
}

// lose takes the engine from a node. What it has said and nobody has heard is lost.
func (m *meeting) lose(a *attendee) {
	m.queue = slices.DeleteFunc(m.queue, func(msg message) bool { return msg.from == a.cfg.Self })
	a.with = nil
	m.step(a, EngineLost{errors.New("it was killed")})
}

func (m *meeting) pass(d time.Duration) {
	m.now = m.now.Add(d)
	for _, a := range m.nodes {
		for i := 0; i < len(a.timers); i++ {
			if !a.ends[i].After(m.now) {
				timer := a.timers[i]
				a.timers, a.ends = slices.Delete(a.timers, i, i+1), slices.Delete(a.ends, i, i+1)
				i--
				m.step(a, timer)
			}
		}
	}
}

func (m *meeting) show(name string) {
	for _, a := range m.nodes {
		line := ""
		for _, v := range a.State().Attributes.Query(name, "", "") {
			line += fmt.Sprintf(" %s=%s", v.Node, *v.Value)
		}
		m.Tell("%s has%s", a.cfg.Name, line)
	}
}
