package crmresource

import (
	"holdfast/cib/xml"
	"holdfast/crm"
	"holdfast/output"
	"holdfast/scheduler/model"
	"slices"
)

// constraints shows what ties the resource to nodes and to other resources. It is
// the group, clone or bundle that constraints are about, unless forced.
func (j *job) constraints() error {
	r := j.rsc
	if !j.force {
		r = r.Top(false)
	}
	j.Out.Show(ties{rsc: r, recursive: j.recursive})
	return nil
}

// ties are the location and colocation constraints of a resource and, if
// recursive, of those it is colocated with, and so on.
type ties struct {
	rsc       *model.Resource
	recursive bool
}

// A direction is one of the two ways to look along colocations.
type direction struct {
	title func(id string) string
	role  string // how the role of the primary is introduced
	list  func(*model.Resource) []*model.Colocation
	other func(*model.Colocation) *model.Resource
}

var directions = [...]direction{
	{
		title: func(id string) string { return "Resources colocated with " + id },
		role:  "needs",
		list:  func(r *model.Resource) []*model.Colocation { return r.WithThis },
		other: func(c *model.Colocation) *model.Resource { return c.Dependent },
	},
	{
		title: func(id string) string { return "Resources " + id + " is colocated with" },
		role:  "with",
		list:  func(r *model.Resource) []*model.Colocation { return r.ThisWith },
		other: func(c *model.Colocation) *model.Resource { return c.Primary },
	},
}

func (t ties) Text(l *output.Lines) {
	l.Put(locationItems(t.rsc))
	for i := range directions {
		l.Put(directions[i].items(t.rsc, t.recursive, map[*model.Resource]bool{}))
	}
}

// locationItems lists the scores that constraints give a resource on nodes.
func locationItems(r *model.Resource) *output.Item {
	list := output.List("Locations")
	eachLocation(r, func(l *model.Location, n model.NodeScore) {
		list.Add(output.Line("Node " + n.Node.DisplayName() + " (score=" + n.Score.String() + ", id=" + l.ID + ", rsc=" + r.ID + ")"))
	})
	return list.OrNil()
}

func eachLocation(r *model.Resource, show func(*model.Location, model.NodeScore)) {
	for _, l := range slices.Backward(r.Locations) { // the last one first, as ever
		for _, n := range l.Nodes {
			show(l, n)
		}
	}
}

// items lists the colocations of a resource in one direction. seen keeps it from
// going round in circles.
func (d *direction) items(r *model.Resource, recursive bool, seen map[*model.Resource]bool) *output.Item {
	if seen[r] {
		return nil
	}
	seen[r] = true
	list := output.List(d.title(r.ID))
	for _, c := range d.list(r) {
		other := d.other(c)
		if seen[other] {
			list.Add(output.Line(other.ID + " (id=" + c.ID + " - loop)"))
			continue
		}
		list.Add(output.Line(d.label(other, c)))
		below := output.List("", locationItemsOf(other)...)
		if recursive {
			below.Add(d.items(other, true, seen))
		}
		list.Add(below.OrNil())
	}
	return list.OrNil()
}

func locationItemsOf(r *model.Resource) []*output.Item {
	if items := locationItems(r); items != nil {
		return []*output.Item{items}
	}
	return nil
}

func (d *direction) label(other *model.Resource, c *model.Colocation) string {
	text := other.ID + " (score=" + c.Score.String() + ", "
	if c.PrimaryRole > crm.RoleStarted {
		text += d.role + " role=" + c.PrimaryRole.String() + ", "
	}
	return text + "id=" + c.ID + ")"
}

func (t ties) XML(tree *output.Tree) {
	tree.Open("constraints")
	locationNodes(tree, t.rsc)
	for i := range directions {
		directions[i].nodes(tree, t.rsc, t.recursive, map[*model.Resource]bool{})
	}
	tree.Close()
}

func locationNodes(tree *output.Tree, r *model.Resource) {
	eachLocation(r, func(l *model.Location, n model.NodeScore) {
		tree.Add(xml.New("rsc_location", "node", n.Node.Name, "rsc", r.ID, "id", l.ID, "score", n.Score.String()))
	})
}

func (d *direction) nodes(tree *output.Tree, r *model.Resource, recursive bool, seen map[*model.Resource]bool) {
	if seen[r] {
		return
	}
	seen[r] = true
	for _, c := range d.list(r) {
		other := d.other(c)
		tree.Add(colocationNode(c))
		if seen[other] {
			continue
		}
		locationNodes(tree, other)
		if recursive {
			d.nodes(tree, other, true, seen)
		}
	}
}

func colocationNode(c *model.Colocation) *xml.Node {
	attribute := c.NodeAttribute
	if attribute == "" {
		attribute = "#uname"
	}
	n := xml.New("rsc_colocation", "id", c.ID, "rsc", c.Dependent.ID, "with-rsc", c.Primary.ID,
		"score", c.Score.String(), "node-attribute", attribute)
	if c.DependentRole != crm.RoleUnknown {
		n.SetAttr("rsc-role", c.DependentRole.String())
	}
	if c.PrimaryRole != crm.RoleUnknown {
		n.SetAttr("with-rsc-role", c.PrimaryRole.String())
	}
	return n
}
