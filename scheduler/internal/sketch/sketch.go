// Package sketch makes a CIB from a small cluster described in text, for the
// tests of the scheduler's stages. It is not for real configurations: every
// resource is an ocf:pacemaker:Dummy, and what is left out has the plainest value.
//
// A sketch has one thing per line; lines that begin with # are comments. Fencing
// is off unless an option says otherwise.
//
//	nodes n1 n2 n3-offline n4-standby n5-unclean n6-leaving
//	capacity n1 cpu=4 memory=10
//	attr n1 name=value …               transient attributes
//	state n1 name=value …              attributes of the node's state, in place of those it would have
//	option no-quorum-policy=freeze …   cluster options; have-quorum=0 for the CIB
//	ticket T granted | revoked | standby
//	primitive a priority=5 … on n1     meta-attributes; where it runs
//	primitive b needs cpu=2            utilization
//	op a monitor interval=10s …        an operation of a, defined before
//	device f                           a fence device; fencing is on from here
//	group g: a b resource-stickiness=1 primitives defined on lines before
//	clone c: a clone-max=2 …           instances run where the primitive does
//	fail a n1 3                        fail count
//	did a n1 monitor/10000 7 …         an operation in the history: task, result
//	<rsc_colocation …/>                any constraint or resource, as XML
//
// "promoted on n1" instead of "on n1" says that a runs there as promoted. Every
// other node is known not to run the resource, unless the sketch says "fresh". The
// operations that a resource did on a node are its whole history there.
package sketch

import (
	"fmt"
	"strings"

	"holdfast/cib/xml"
)

// CIB returns the CIB that a sketch describes.
func CIB(text string) (*xml.Node, error) {
	s := newSketch()
	for i, line := range strings.Split(text, "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		if err := s.line(strings.TrimSpace(line)); err != nil {
			return nil, fmt.Errorf("sketch line %d: %w", i+1, err)
		}
	}
	return s.cib(), nil
}

// A sketch is a description being read.
type sketch struct {
	quorum      string
	fresh       bool
	options     *xml.Node
	nodes       *xml.Node
	resources   *xml.Node
	constraints *xml.Node
	tickets     *xml.Node
	states      []*state
	primitives  map[string]*primitive
	order       []*primitive
	others      []*xml.Node // further parts of the configuration
	events      []event
}

// A state is what the status section will say about a node.
type state struct {
	name, id, suffix string
	attrs            *xml.Node
	said             []string // attributes of its node_state, name=value
}

// A primitive is a resource with the nodes where it runs.
type primitive struct {
	xml      *xml.Node
	running  []string
	promoted []string
}

func newSketch() *sketch {
	s := &sketch{
		quorum:      "1",
		options:     xml.New("cluster_property_set", "id", "cib-bootstrap-options"),
		nodes:       xml.New("nodes"),
		resources:   xml.New("resources"),
		constraints: xml.New("constraints"),
		tickets:     xml.New("tickets"),
		primitives:  map[string]*primitive{},
	}
	pair(s.options, "stonith-enabled", "false")
	return s
}

// set gives an option a value, in place of an earlier one.
func (s *sketch) set(name, value string) {
	for n := range s.options.Elements() {
		if n.Attr("name") == name {
			n.SetAttr("value", value)
			return
		}
	}
	pair(s.options, name, value)
}

func (s *sketch) line(line string) error {
	if line == "" {
		return nil
	}
	if strings.HasPrefix(line, "<") {
		n, err := xml.ParseString(line)
		if err == nil {
			s.element(n)
		}
		return err
	}
	word, rest, _ := strings.Cut(line, " ")
	fields := strings.Fields(rest)
	if len(fields) == 0 && word != "fresh" {
		return fmt.Errorf("%q says nothing", line)
	}
	switch word {
	case "nodes":
		for _, name := range fields {
			s.node(name)
		}
	case "option":
		s.option(fields)
	case "fresh":
		s.fresh = true
	case "ticket":
		s.ticket(fields)
	case "primitive":
		s.primitive(fields)
	case "op":
		return s.operation(fields)
	case "device":
		s.set("stonith-enabled", "true")
		s.resources.Add(xml.New("primitive", "id", fields[0], "class", "stonith", "type", "fence_dummy"))
	case "did":
		return s.did(fields)
	case "group", "clone":
		return s.collective(word, fields)
	case "attr", "capacity", "fail", "state":
		return s.aboutNode(word, fields)
	default:
		return fmt.Errorf("unknown word %q", word)
	}
	return nil
}

func (s *sketch) node(name string) {
	name, suffix, _ := strings.Cut(name, "-")
	st := &state{name: name, id: fmt.Sprint(len(s.states) + 1), suffix: suffix}
	st.attrs = xml.New("instance_attributes", "id", "status-"+name)
	s.nodes.Add(xml.New("node", "id", st.id, "uname", name))
	switch suffix {
	case "standby":
		pair(st.attrs, "standby", "on")
	case "leaving":
		pair(st.attrs, "shutdown", "1700000000")
	}
	s.states = append(s.states, st)
}

func (s *sketch) option(fields []string) {
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		if name == "have-quorum" {
			s.quorum = value
		} else {
			s.set(name, value)
		}
	}
}

func (s *sketch) ticket(fields []string) {
	t := xml.New("ticket_state", "id", fields[0], "granted", "false")
	for _, word := range fields[1:] {
		switch word {
		case "granted":
			t.SetAttr("granted", "true")
		case "standby":
			t.SetAttr("granted", "true")
			t.SetAttr("standby", "true")
		}
	}
	s.tickets.Add(t)
}

// aboutNode reads attr NODE name=value…, state NODE name=value…,
// capacity NODE name=value… and fail RESOURCE NODE COUNT.
func (s *sketch) aboutNode(word string, fields []string) error {
	name := fields[0]
	if word == "fail" {
		if len(fields) != 3 {
			return fmt.Errorf("fail wants a resource, a node and a count")
		}
		name = fields[1]
	}
	st := s.state(name)
	switch {
	case st == nil:
		return fmt.Errorf("there is no node %q", name)
	case word == "fail":
		pair(st.attrs, "fail-count-"+fields[0]+"#monitor_10000", fields[2])
		pair(st.attrs, "last-failure-"+fields[0]+"#monitor_10000", "1700000000")
	case word == "attr":
		pairs(st.attrs, fields[1:])
	case word == "state":
		st.said = append(st.said, fields[1:]...)
	default:
		for n := range s.nodes.Elements() {
			if n.Attr("uname") == name {
				block(n, "utilization", name, fields[1:])
			}
		}
	}
	return nil
}

func (s *sketch) state(name string) *state {
	for _, st := range s.states {
		if st.name == name {
			return st
		}
	}
	return nil
}

// pair adds a name with its value to a block.
func pair(block *xml.Node, name, value string) {
	block.Add(xml.New("nvpair", "id", block.ID()+"-"+name, "name", name, "value", value))
}

func pairs(block *xml.Node, fields []string) {
	for _, f := range fields {
		name, value, _ := strings.Cut(f, "=")
		pair(block, name, value)
	}
}

// block adds a block of pairs to an element, unless there are none.
func block(to *xml.Node, kind, id string, fields []string) {
	if len(fields) > 0 {
		b := xml.New(kind, "id", id+"-"+kind)
		pairs(b, fields)
		to.Add(b)
	}
}
