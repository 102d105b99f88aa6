package status

import (
	"fmt"
	"slices"

	"holdfast/cib/xml"
	"holdfast/output"
	"holdfast/scheduler/model"
)

// Resources is the list of resources. If summary is set and there is nothing to
// list, that is said.
func (v *View) Resources(summary bool) Section {
	return Section{
		Item:  func() *output.Item { return v.resourceList(summary) },
		Nodes: func() []*xml.Node { return one(v.resourceListXML()) },
	}
}

// resourceList is the text form of the list of resources.
func (v *View) resourceList(summary bool) *output.Item {
	if v.ByNode && !v.Inactive {
		return nil // all that is wanted stands below the nodes
	}
	list := output.List(v.resourcesTitle())
	brief := v.Brief && !v.ByNode
	if brief {
		list.Add(v.briefItems(v.listedOf(v.Cluster.Resources))...)
	}
	anyShown := len(list.Items) > 0
	titled := brief
	for _, r := range v.Cluster.Resources {
		if v.skip(r) {
			continue
		}
		titled = true
		if item := v.resourceItem(r); item != nil {
			list.Add(item)
			anyShown = true
		}
	}
	if summary && !anyShown {
		list.Add(output.Line(v.nothingText()))
		titled = true
	}
	if !titled {
		return nil
	}
	return list
}

// listedOf are the resources that the view is not limited away from.
func (v *View) listedOf(list []*model.Resource) []*model.Resource {
	return slices.DeleteFunc(slices.Clone(list), func(r *model.Resource) bool { return !v.listed(r) })
}

// skip tells whether the list of resources leaves a top-level resource out.
func (v *View) skip(r *model.Resource) bool {
	some, every := r.IsActive(false), r.IsActive(true)
	switch {
	case r.Is(model.Removed) && !every:
		return true
	case v.ByNode:
		return every
	case v.Brief && r.Variant == model.Primitive:
		return true
	case !some:
		return !v.Inactive
	}
	return !v.runsOnSelected(r)
}

func (v *View) resourcesTitle() string {
	switch {
	case v.ByNode:
		return "Inactive Resources"
	case v.Inactive:
		return "Full List of Resources"
	}
	return "Active Resources"
}

func (v *View) nothingText() string {
	switch {
	case v.ByNode:
		return "No inactive resources"
	case v.Inactive:
		return "No resources"
	}
	return "No active resources"
}

// resourceListXML is the XML form of the list of resources.
func (v *View) resourceListXML() *xml.Node {
	if v.ByNode && !v.Inactive {
		return nil
	}
	var list *xml.Node
	for _, r := range v.Cluster.Resources {
		if v.skipXML(r) {
			continue
		}
		if list == nil {
			list = xml.New("resources")
		}
		addNode(list, v.resourceXML(r))
	}
	return list
}

// skipXML is skip without brevity, which XML does not know.
func (v *View) skipXML(r *model.Resource) bool {
	w := *v
	w.Brief = false
	return w.skip(r)
}

// briefItems counts primitives by agent, and where they are active.
func (v *View) briefItems(list []*model.Resource) []*output.Item {
	total := map[string]int{}
	active := map[string]map[string]int{} // by agent and node
	var agents, nodes []string
	for _, r := range list {
		if r.Variant != model.Primitive {
			continue
		}
		agent := agentText(r)
		if total[agent] == 0 {
			agents = append(agents, agent)
			active[agent] = map[string]int{}
		}
		total[agent]++
		for _, n := range r.Active {
			if !n.Unclean && !n.Online && r.Is(model.Managed) {
				continue
			}
			active[agent][n.Name]++
			if !slices.Contains(nodes, n.Name) {
				nodes = append(nodes, n.Name)
			}
		}
	}
	slices.Sort(agents)
	slices.SortFunc(nodes, model.CompareNames)
	var items []*output.Item
	for _, agent := range agents {
		items = append(items, v.briefAgent(agent, total[agent], nodes, active[agent])...)
	}
	return items
}

// briefAgent has a line per node on which resources with an agent are active.
func (v *View) briefAgent(agent string, total int, nodes []string, active map[string]int) []*output.Item {
	var items []*output.Item
	for _, n := range nodes {
		count := active[n]
		if count == 0 {
			continue
		}
		shown := n
		if v.ResourceOnly {
			shown = ""
		}
		number := fmt.Sprint(count)
		if v.Inactive {
			number = fmt.Sprintf("%d/%d", count, total)
		}
		items = append(items, output.Line(fmt.Sprintf("%s\t(%s):\tActive %s", number, agent, shown)))
	}
	if len(items) == 0 && v.Inactive {
		items = append(items, output.Line(fmt.Sprintf("0/%d\t(%s):\tActive", total, agent)))
	}
	return items
}

// Resource is one resource with all that belongs to it.
func (v *View) Resource(r *model.Resource) Section {
	return Section{
		Item:  func() *output.Item { return v.resourceItem(r) },
		Nodes: func() []*xml.Node { return one(v.resourceXML(r)) },
	}
}
