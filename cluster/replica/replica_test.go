package replica

import (
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"holdfast/cluster/internal/transcript"
	"holdfast/cluster/view"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// TestHistoriesMeet plays a tiny net of replicas. Verbs:
//
//	view 1 2 | 3     the members see these views; "1 2" again merges
//	restart 2        the process of 2 ends with what it has not sent, and another begins (before the next view)
//	engine 2         2 loses its engine; with the next one it is told only of itself that it joined
//	history 2 KEY=N  what 2 says in hellos: ring, epoch, current, formed, live, members, boot, ended, path, own
//	say 1 WORD       1 multicasts a command
//	silent 3         what 3 sends stays with it; speak 3 lets it out
//	deaf 1           nothing gets to 1; hear 1 ends that
//	late 1           the timer of 1 ends
//	run              everything sent is delivered, in one order
//	deliver 3        only the next three letters are
//	broken 2         2 cannot read a snapshot
func TestHistoriesMeet(t *testing.T) {
	transcript.Run(t, "testdata/histories.txt", func() transcript.Script { return &tinyNet{nodes: map[crm.NodeID]*tinyNode{}} })
}

type tinyNet struct {
	transcript.Log
	nodes map[crm.NodeID]*tinyNode
	queue []letter
}

type letter struct {
	from    crm.NodeID
	command wire.Command
}

// tinyNode is a replica that keeps a list of words.
type tinyNode struct {
	net    *tinyNet
	id     crm.NodeID
	r      *Replica
	view   view.View
	hello  wire.Hello // with Own if it tells its words in hellos
	words  []string
	silent bool
	deaf   bool
	broken bool
	fresh  bool // a new process since the last view
	alone  bool // without an engine
	timer  uint64
}

func (n *tinyNode) Describe() wire.Hello {
	h := n.hello
	if h.Own != "" {
		h.Own = strings.Join(n.words, " ")
	}
	return h
}
func (n *tinyNode) Save() json.RawMessage { data, _ := json.Marshal(n.words); return data }
func (n *tinyNode) Adopt(data json.RawMessage) error {
	if n.broken {
		return fmt.Errorf("it is too new")
	}
	n.words = nil
	return json.Unmarshal(data, &n.words)
}

func (t *tinyNet) node(word string) *tinyNode {
	number, _ := strconv.Atoi(word)
	id := crm.NodeID(number)
	if t.nodes[id] == nil {
		n := &tinyNode{net: t, id: id, fresh: true}
		n.hello.Incarnation.Start = 1
		n.r = New(id, n)
		t.nodes[id] = n
	}
	return t.nodes[id]
}

func (t *tinyNet) Do(verb string, words []string) error {
	switch verb {
	case "view":
		for _, side := range strings.Split(strings.Join(words, " "), "|") {
			t.install(strings.Fields(side))
		}
	case "restart":
		n := t.node(words[0])
		n.r, n.words, n.fresh, n.hello.Live, n.hello.Current = New(n.id, n), nil, true, false, false
		n.hello.Incarnation.Start++
		t.queue = slices.DeleteFunc(t.queue, func(l letter) bool { return l.from == n.id })
	case "engine":
		n := t.node(words[0])
		n.alone, n.view = true, view.View{Ring: n.view.Ring, Members: []crm.NodeID{n.id}, Machines: []crm.NodeID{n.id}}
		n.took(n.r.ViewChange(n.view))
	case "history":
		return t.node(words[0]).describe(words[1:])
	case "say":
		n := t.node(words[0])
		n.send(&wire.Attribute{Name: words[1]})
	case "silent", "speak":
		t.node(words[0]).silent = verb == "silent"
	case "deaf", "hear":
		t.node(words[0]).deaf = verb == "deaf"
	case "broken":
		t.node(words[0]).broken = true
	case "late":
		n := t.node(words[0])
		n.took(n.r.Late(n.timer))
	case "run":
		t.run(-1)
	case "deliver":
		count, err := strconv.Atoi(words[0])
		if err != nil {
			return err
		}
		t.run(count)
	default:
		return fmt.Errorf("there is no such verb")
	}
	return nil
}

func (n *tinyNode) describe(pairs []string) error {
	for _, pair := range pairs {
		key, text, _ := strings.Cut(pair, "=")
		value, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		switch key {
		case "ring":
			n.hello.Lineage.Ring = uint64(value)
		case "epoch":
			n.hello.CIB[1] = value
		case "current":
			n.hello.Current = value == 1
		case "formed":
			n.hello.Formed = value == 1
		case "members": // who was there in that ring
			n.hello.Lineage.Members = text
		case "boot": // the life that went on alone
			n.hello.Lineage.Boot = text
		case "ended": // the other half's, which it has fenced
			n.hello.Lineage.Ended = text
		case "live":
			n.hello.Live = value == 1
		case "path":
			n.hello.Path = text
		case "own":
			n.hello.Own = text
		}
	}
	return nil
}

// install gives the members of one side their view.
func (t *tinyNet) install(side []string) {
	var ids []crm.NodeID
	for _, word := range side {
		ids = append(ids, t.node(word).id)
	}
	before := map[crm.NodeID]view.View{}
	var ring uint64
	for _, id := range ids {
		before[id] = t.nodes[id].view
		ring = max(ring, before[id].Ring+4)
	}
	for _, id := range ids {
		n, old := t.nodes[id], before[id]
		v := view.View{Ring: ring, Members: ids, Machines: ids, Quorate: true}
		for _, other := range ids {
			together := slices.Equal(before[other].Members, old.Members) && !t.nodes[other].fresh && !n.fresh && !n.alone
			if !together && (!n.alone || other == id) {
				v.Joined = append(v.Joined, view.Change{ID: other, Reason: view.Join})
			}
		}
		n.view = v
		defer func() { n.fresh, n.alone = false, false; n.took(n.r.ViewChange(v)) }()
	}
}

func (n *tinyNode) send(c wire.Command) {
	n.net.queue = append(n.net.queue, letter{from: n.id, command: c})
}

func (n *tinyNode) took(outs []Out) {
	for _, o := range outs {
		switch o := o.(type) {
		case Send:
			n.send(o.Command)
		case Wait:
			n.timer = o.Serial
		case Deliver:
			if h, another := o.Command.(*wire.Hello); another {
				n.net.Tell("%d: #%d a second hello of %d, in ring %d before", n.id, o.Index, o.From, h.Lineage.Ring)
				continue
			}
			n.words = append(n.words, o.Command.(*wire.Attribute).Name)
			n.net.Tell("%d: #%d %s", n.id, o.Index, strings.Join(n.words, " "))
		case InSync:
			text := "nobody joined"
			if o.Source != 0 {
				text = fmt.Sprintf("the history of %d goes on", o.Source)
			}
			for _, s := range o.Hellos {
				if s.Hello.Own != "" {
					text += fmt.Sprintf(" (%d says of itself %q)", s.ID, s.Hello.Own)
				}
			}
			n.net.Tell("%d: in sync with %v, %s: %q", n.id, o.Members, text, strings.Join(n.words, " "))
			n.hello.Live = true
		case Again:
			n.took(n.r.Again())
		case Trouble:
			n.net.Tell("%d: %s", n.id, o.Text)
		}
	}
}

// run delivers until nobody has anything more to say, or a number of letters. A letter goes to the view
// that its sender has when it goes out.
func (t *tinyNet) run(count int) {
	for i := 0; i < len(t.queue) && count != 0; count-- {
		l := t.queue[i]
		from := t.nodes[l.from]
		if from.silent {
			i++
			continue
		}
		t.queue = slices.Delete(t.queue, i, i+1)
		for _, id := range from.view.Members {
			n := t.nodes[id]
			if n.deaf {
				continue
			}
			c, err := wire.Decode(wire.Encode(l.command))
			if err != nil {
				panic(err)
			}
			n.took(n.r.Receive(l.from, c))
		}
	}
}
