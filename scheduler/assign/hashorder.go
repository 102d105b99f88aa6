package assign

import (
	"holdfast/scheduler/hashorder"
	"holdfast/scheduler/model"
)

// tableOrder lists the nodes of a table of scores in the order in which a hash
// table would yield them that they were entered into by name. Among nodes with
// equally much capacity the field takes the first that it meets in such a table.
func (r *run) tableOrder(p model.Placement) []*model.Node {
	var nodes []*model.Node
	var ids []string
	for _, n := range r.c.ByName {
		if p.Has(n.Ix) {
			nodes, ids = append(nodes, n), append(ids, n.ID)
		}
	}
	order := make([]*model.Node, len(nodes))
	for i, at := range hashorder.Of(ids) {
		order[i] = nodes[at]
	}
	return order
}
