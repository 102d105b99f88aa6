package crmsimulate

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// A paper is the CIB that a simulation writes on: the status section is the
// simulation's own copy and is changed in place, as the executors and the
// coordinator of a cluster would change it through the CIB.
type paper struct {
	root     *xml.Node
	status   *xml.Node // nil until begin
	newNodes bool      // whether nodes that are not configured may appear
	states   map[string]*xml.Node
	recorded map[*xml.Node]histories // by the lrm_resources that they are below
}

func newPaper(doc *xml.Node) *paper {
	return &paper{root: doc.Copy(), states: map[string]*xml.Node{}, recorded: map[*xml.Node]histories{}}
}

// begin makes the status section the paper's own. Whoever is going to write calls
// it first; a simulation that only looks is spared the copy.
func (p *paper) begin() {
	if p.status != nil {
		return
	}
	for i, c := range p.root.Children {
		if c.Kind == xml.Element && c.Name == "status" {
			p.status = c.Clone()
			p.root.Children[i] = p.status
			return
		}
	}
	p.status = xml.New("status")
	p.root.Add(p.status)
}

// configured counts a change of the configuration as a version, and changed one
// of the status, as if each had been made through the CIB.
func (p *paper) configured() {
	p.root.SetAttr("epoch", strconv.Itoa(p.number("epoch")+1))
	p.root.SetAttr("num_updates", "0")
}

func (p *paper) changed() { p.root.SetAttr("num_updates", strconv.Itoa(p.number("num_updates")+1)) }

func (p *paper) number(attr string) int {
	n, _ := strconv.Atoi(p.root.Attr(attr))
	return n
}

// own makes the configuration below a path of element names the paper's own and
// returns its last element, making what is missing.
func (p *paper) own(path ...string) *xml.Node {
	at := p.root
	for _, name := range path {
		at = ownChild(at, name, "")
	}
	return at
}

// ownChild replaces a child element by a copy that may be changed.
func ownChild(parent *xml.Node, name, id string) *xml.Node {
	for i, c := range parent.Children {
		if c.Kind == xml.Element && c.Name == name && (id == "" || c.ID() == id) {
			parent.Children[i] = c.Copy()
			return parent.Children[i]
		}
	}
	n := xml.New(name)
	if id != "" {
		n.SetAttr("id", id)
	}
	parent.Add(n)
	return n
}

// nodeState returns the node_state of a node, making it if need be. The id is
// looked up in the configuration unless it is given.
func (p *paper) nodeState(name, id string) *xml.Node {
	if n := p.states[name]; n != nil {
		return n
	}
	if p.newNodes {
		p.configureNode(name)
	}
	n := p.findState("uname", name)
	if n == nil {
		if id == "" {
			id = p.nodeID(name)
		}
		if n = p.findState("id", id); n != nil && id != "" {
			n.SetAttr("uname", name)
		} else {
			n = xml.New("node_state", "id", id, "uname", name)
			p.status.Add(n)
			p.changed()
		}
	}
	p.states[name] = n
	return n
}

func (p *paper) findState(attr, value string) *xml.Node {
	for n := range p.status.All("node_state") {
		if n.Attr(attr) == value {
			return n
		}
	}
	return nil
}

// nodeID is the id that the configuration has for a node; remote nodes are
// called by their name.
func (p *paper) nodeID(name string) string {
	for n := range p.root.Find("configuration", "nodes").All("node") {
		if strings.EqualFold(n.Attr("uname"), name) {
			return n.ID()
		}
	}
	return name
}

// configureNode adds a node to the configuration unless it is there.
func (p *paper) configureNode(name string) {
	for n := range p.root.Find("configuration", "nodes").All("node") {
		if n.Attr("uname") == name {
			return
		}
	}
	p.own("configuration", "nodes").Add(xml.New("node", "id", name, "uname", name))
	p.configured()
}

// set gives an element of the status attributes; it counts as one change if any of
// them is new.
func (p *paper) set(n *xml.Node, attrs ...[2]string) {
	news := false
	for _, a := range attrs {
		news = news || n.Attr(a[0]) != a[1]
		n.SetAttr(a[0], a[1])
	}
	if news {
		p.changed()
	}
}

// setMember writes whether a node is in the membership, and whether it works.
func (p *paper) setMember(name string, in, up bool, origin string) {
	crmd, join := "online", "member"
	if !up {
		crmd, join = "offline", "down"
	}
	p.set(p.nodeState(name, ""), [2]string{"in_ccm", strconv.FormatBool(in)}, [2]string{"crmd", crmd}, [2]string{"join", join}, [2]string{"expected", join},
		[2]string{"crm-debug-origin", origin})
}

// forget removes a node's history and transient attributes, as when it left.
func (p *paper) forget(name string) {
	n := p.nodeState(name, "")
	for _, what := range []string{"lrm", "transient_attributes"} {
		left := slices.DeleteFunc(n.Children, func(c *xml.Node) bool { return c.Name == what })
		if len(left) < len(n.Children) {
			p.changed()
		}
		n.Children = left
	}
}

// agent names what a resource is an instance of.
type agent struct{ class, provider, kind string }

// history returns the lrm_resource of a resource on a node and the call id of
// the next operation there: the one under the resource's name, else the one
// under its configured name, else a new one. An id that stands there twice
// counts as not found: what is recorded then goes into the first as the first
// call, together with what the others have (case inc6).
func (p *paper) history(state *xml.Node, name, configured string, a agent) (*xml.Node, int) {
	resources := childOf(childOf(state, "lrm", state.ID()), "lrm_resources", "")
	known := p.histories(resources)
	var twice []*xml.Node
	for _, id := range []string{name, configured} {
		twice = known.twice[id]
		if r := known.first[id]; r != nil && twice == nil {
			return r, nextCall(r)
		}
	}
	if twice != nil {
		first := known.first[configured]
		for _, other := range twice {
			first.Add(other.Clone().Children...)
		}
		return first, 1
	}
	r := &xml.Node{Name: "lrm_resource", Attrs: make([]xml.Attr, 0, 4)}
	r.SetAttr("id", configured)
	r.SetAttr("class", a.class)
	if a.provider != "" {
		r.SetAttr("provider", a.provider)
	}
	r.SetAttr("type", a.kind)
	resources.Add(r)
	known.note(r)
	return r, 1
}

// histories are the lrm_resource elements of a node by their ids. They are only
// ever added, or go together with the element above them.
type histories struct {
	first map[string]*xml.Node
	twice map[string][]*xml.Node // the others with an id that is there more than once
}

func (h histories) note(r *xml.Node) {
	id := r.ID()
	if h.first[id] == nil {
		h.first[id] = r
		return
	}
	h.twice[id] = append(h.twice[id], r)
}

// histories indexes what is below an lrm_resources.
func (p *paper) histories(resources *xml.Node) histories {
	h, ok := p.recorded[resources]
	if !ok {
		h = histories{map[string]*xml.Node{}, map[string][]*xml.Node{}}
		for r := range resources.All("lrm_resource") {
			h.note(r)
		}
		p.recorded[resources] = h
	}
	return h
}

// childOf returns the first child element with a name, making it if need be.
func childOf(parent *xml.Node, name, id string) *xml.Node {
	if c := parent.Child(name); c != nil {
		return c
	}
	c := xml.New(name)
	if id != "" {
		c.SetAttr("id", id)
	}
	parent.Add(c)
	return c
}

// attribute returns a transient attribute of a node, "" if it is not set.
func attribute(state *xml.Node, name string) string {
	for set := range state.Child("transient_attributes").All("instance_attributes") {
		for pair := range set.All("nvpair") {
			if pair.Attr("name") == name {
				return pair.Attr("value")
			}
		}
	}
	return ""
}

// setAttribute sets a transient attribute of a node.
func setAttribute(state *xml.Node, name, value string) {
	set := childOf(childOf(state, "transient_attributes", state.ID()), "instance_attributes", state.ID())
	for pair := range set.All("nvpair") {
		if pair.Attr("name") == name {
			pair.SetAttr("value", value)
			return
		}
	}
	set.Add(xml.New("nvpair", "id", xml.SanitizeID(set.ID()+"-"+name), "name", name, "value", value))
}

// countFailure raises a fail count, and returns the attributes that were set as
// name, value pairs. What is no failure counts nothing.
func countFailure(state *xml.Node, key crm.OpKey, code int, fatal bool, now time.Time) [][2]string {
	if code == int(crm.ExitOK) || code == int(crm.ExitNotRunning) && key.Interval == 0 {
		return nil
	}
	operation := key.Resource + "#" + key.Task + "_" + strconv.FormatInt(key.Interval.Milliseconds(), 10)
	count := "INFINITY"
	if !fatal {
		n, _ := strconv.Atoi(attribute(state, "fail-count-"+operation))
		count = strconv.Itoa(n + 1)
	}
	set := [][2]string{
		{"fail-count-" + operation, count},
		{"last-failure-" + operation, strconv.FormatInt(now.Unix(), 10)},
	}
	for _, pair := range set {
		setAttribute(state, pair[0], pair[1])
	}
	return set
}
