package model

import (
	"slices"
	"strings"

	"holdfast/cib/nvset"
)

// An index finds things by name. Maps are used for look-up only.
type index struct {
	nodeByName, nodeByID map[string]*Node
	resources            map[string]*Resource
	sameID               map[string][]*Resource // the later ones of an id
	tickets              map[string]*Ticket
	tags, templates      map[string]*Tag
	history              map[string][]*Resource
	singletons           map[string]*Action
	blocks               map[blockKey]*nvset.Sets
}

func newIndex() index {
	return index{
		nodeByName: map[string]*Node{}, nodeByID: map[string]*Node{},
		resources: map[string]*Resource{}, sameID: map[string][]*Resource{}, tickets: map[string]*Ticket{},
		tags: map[string]*Tag{}, templates: map[string]*Tag{},
		history: map[string][]*Resource{}, singletons: map[string]*Action{},
		blocks: map[blockKey]*nvset.Sets{},
	}
}

// AddNode numbers a node and enters it. Callers set ID and Name first.
func (c *Cluster) AddNode(n *Node) *Node {
	n.Ix = NodeIx(len(c.Nodes))
	c.Nodes = append(c.Nodes, n)
	at, _ := slices.BinarySearchFunc(c.ByName, n, func(a, b *Node) int {
		if d := CompareNames(a.Name, b.Name); d != 0 {
			return d
		}
		return -1 // equal names keep the order of arrival
	})
	c.ByName = slices.Insert(c.ByName, at, n)
	key := strings.ToLower(n.Name)
	if _, taken := c.index.nodeByName[key]; !taken {
		c.index.nodeByName[key] = n
	}
	if n.Twin = c.index.nodeByID[n.ID]; n.Twin == nil {
		c.index.nodeByID[n.ID] = n
	}
	return n
}

// NodeNamed returns the node with a name (case does not matter), nil if none.
func (c *Cluster) NodeNamed(name string) *Node {
	if n, ok := c.index.nodeByName[name]; ok {
		return n
	}
	return c.index.nodeByName[strings.ToLower(name)]
}

// NodeWithID returns the node with an XML id, nil if none.
func (c *Cluster) NodeWithID(id string) *Node { return c.index.nodeByID[id] }

// NodeCount is the number of nodes.
func (c *Cluster) NodeCount() int { return len(c.Nodes) }

// ResourceCount is the number of resources, children included.
func (c *Cluster) ResourceCount() int { return len(c.All) }

// AddResource numbers a resource and enters it under its ID. Children are
// entered by themselves; the caller links Parent and Children.
func (c *Cluster) AddResource(r *Resource) *Resource {
	r.Ix = ResourceIx(len(c.All))
	c.All = append(c.All, r)
	if _, taken := c.index.resources[r.ID]; !taken {
		c.index.resources[r.ID] = r
	} else {
		c.index.sameID[r.ID] = append(c.index.sameID[r.ID], r)
	}
	return r
}

// DropResources forgets the resources numbered from first on: config gave up on
// the last top-level resource while reading its parts.
func (c *Cluster) DropResources(first ResourceIx) {
	for _, r := range c.All[first:] {
		if c.index.resources[r.ID] == r {
			delete(c.index.resources, r.ID)
		}
		delete(c.index.sameID, r.ID)
	}
	c.All = c.All[:first]
}

// ResourceWithID returns the resource or instance with exactly this ID, nil if none.
func (c *Cluster) ResourceWithID(id string) *Resource { return c.index.resources[id] }

// OthersWithID lists the resources that have the ID of another: removed ones
// whose name is now that of something that is no primitive. The caller must not
// change the list.
func (c *Cluster) OthersWithID(id string) []*Resource { return c.index.sameID[id] }

// SetHistoryID gives a resource the name its history is recorded under.
func (c *Cluster) SetHistoryID(r *Resource, name string) {
	if r.HistoryID == name {
		return
	}
	if old := r.HistoryID; old != "" {
		c.index.history[old] = slices.DeleteFunc(c.index.history[old], func(o *Resource) bool { return o == r })
	}
	r.HistoryID = name
	if name != "" {
		c.index.history[name] = append(c.index.history[name], r)
	}
}

// WithHistoryID lists the resources whose HistoryID is name. The caller must
// not change the list.
func (c *Cluster) WithHistoryID(name string) []*Resource { return c.index.history[name] }

// TicketWithID returns a ticket, nil if unknown.
func (c *Cluster) TicketWithID(id string) *Ticket { return c.index.tickets[id] }

// AddTicket returns the ticket with an id, creating it if need be.
func (c *Cluster) AddTicket(id string) *Ticket {
	if t := c.index.tickets[id]; t != nil {
		return t
	}
	t := &Ticket{ID: id}
	c.index.tickets[id] = t
	c.Tickets = append(c.Tickets, t)
	return t
}

// TagWithID returns a tag, nil if there is none.
func (c *Cluster) TagWithID(id string) *Tag { return c.index.tags[id] }

// AddTagRef adds a reference to a tag, creating the tag if need be; a reference
// already there is not added again. An empty ref creates the tag only.
func (c *Cluster) AddTagRef(id, ref string) {
	addRef(&c.Tags, c.index.tags, id, ref)
}

// TemplateWithID returns a template and its resources, nil if there is none.
func (c *Cluster) TemplateWithID(id string) *Tag { return c.index.templates[id] }

// AddTemplateRef notes that a resource is made from a template. An empty ref
// notes the template only.
func (c *Cluster) AddTemplateRef(id, ref string) {
	addRef(&c.Templates, c.index.templates, id, ref)
}

func addRef(list *[]*Tag, byID map[string]*Tag, id, ref string) {
	t := byID[id]
	if t == nil {
		t = &Tag{ID: id}
		byID[id] = t
		*list = append(*list, t)
	}
	if ref != "" && !slices.Contains(t.Refs, ref) {
		t.Refs = append(t.Refs, ref)
	}
}

// Singleton returns the cluster-wide action entered under a key, nil if none.
func (c *Cluster) Singleton(key string) *Action { return c.index.singletons[key] }

// SetSingleton enters a cluster-wide action under a key.
func (c *Cluster) SetSingleton(key string, a *Action) { c.index.singletons[key] = a }

// AddAction numbers an action and enters it; the action package calls it.
func (c *Cluster) AddAction(a *Action) *Action {
	a.Ix = ActionIx(len(c.Actions))
	c.Actions = append(c.Actions, a)
	if a.Resource != nil {
		a.Resource.addAction(a)
	}
	return a
}

// CompareNames orders node names the way people count: runs of digits by their
// number (node2 before node10), all else by letter, without regard to case.
func CompareNames(a, b string) int {
	for a != "" && b != "" {
		if isDigit(a[0]) && isDigit(b[0]) {
			na, nb := digits(a), digits(b)
			if d := compareNumbers(a[:na], b[:nb]); d != 0 {
				return d
			}
			a, b = a[na:], b[nb:]
			continue
		}
		la, lb := lower(a[0]), lower(b[0])
		if la != lb {
			return int(la) - int(lb)
		}
		a, b = a[1:], b[1:]
	}
	return len(a) - len(b)
}

func digits(s string) int {
	n := 0
	for n < len(s) && isDigit(s[n]) {
		n++
	}
	return n
}

func compareNumbers(a, b string) int {
	a, b = strings.TrimLeft(a, "0"), strings.TrimLeft(b, "0")
	if len(a) != len(b) {
		return len(a) - len(b)
	}
	return strings.Compare(a, b)
}

func isDigit(b byte) bool { return b >= '0' && b <= '9' }

func lower(b byte) byte {
	if b >= 'A' && b <= 'Z' {
		return b + 'a' - 'A'
	}
	return b
}
