package explain

import (
	"fmt"

	"holdfast/scheduler"
	"holdfast/scheduler/model"
)

// Subject explains a resource, everything in it, or a node. on, if not empty,
// narrows what is said about nodes to one.
func Subject(in scheduler.Input, name, on string) ([]Answer, error) {
	in.WantCauses = true
	result, err := scheduler.Run(in)
	if err != nil {
		return nil, err
	}
	c := result.Cluster
	var only *model.Node
	if on != "" {
		if only = c.NodeNamed(on); only == nil {
			return nil, fmt.Errorf("there is no node %q", on)
		}
	}
	if r := find(c, name); r != nil {
		var answers []Answer
		for _, leaf := range leaves(r) {
			a := resource(c, leaf, only)
			a.Cures = cures(in, c, leaf.ID, on, a)
			answers = append(answers, a)
		}
		return answers, nil
	}
	if n := c.NodeNamed(name); n != nil {
		a := node(c, n)
		a.Cures = cures(in, c, n.Name, "", a)
		return []Answer{a}, nil
	}
	return nil, fmt.Errorf("there is neither a resource nor a node %q", name)
}

// find returns the resource with an id; the name that a clone's primitive has in
// the configuration stands for the clone.
func find(c *model.Cluster, name string) *model.Resource {
	if r := c.ResourceWithID(name); r != nil {
		return r
	}
	for _, r := range c.All {
		if r.XML != nil && r.XML.ID() == name {
			return r.Top(true)
		}
	}
	return nil
}

// leaves lists the primitives in a resource.
func leaves(r *model.Resource) []*model.Resource {
	if r.Variant == model.Primitive {
		return []*model.Resource{r}
	}
	var list []*model.Resource
	for _, child := range r.Children {
		list = append(list, leaves(child)...)
	}
	return list
}

// subjectOutcome is what happens to a subject, in the words of outcome or
// nodeOutcome.
func subjectOutcome(c *model.Cluster, name string) string {
	if r := c.ResourceWithID(name); r != nil {
		return outcome(r)
	}
	if n := c.NodeNamed(name); n != nil {
		return nodeOutcome(c, n)
	}
	return "gone"
}
