package assign

import (
	"holdfast/crm"
	"holdfast/scheduler/model"
)

// colocateWithRole applies a colocation with the instances of a promotable clone
// that are in a role to a dependent without a node. A mandatory one bans the
// dependent from all other nodes, except that what shall be promoted beside
// something promoted may well start elsewhere.
func (r *run) colocateWithRole(dependent, clone *model.Resource, col *model.Colocation) {
	var hosts []candidate
	for _, instance := range clone.Children {
		place, ok := assignedPlace(instance)
		if !ok || instance.RoleNext() != col.PrimaryRole {
			continue
		}
		r.preferHost(dependent, clone, place.node, col)
		hosts = append(hosts, place)
	}
	bothPromoted := col.DependentRole == crm.RolePromoted && col.PrimaryRole == crm.RolePromoted
	if col.Score >= crm.Infinity && !bothPromoted {
		r.onlyWith(dependent, col, hosts, true)
	}
}

// preferHost adds the score of an optional colocation where an instance will be.
func (r *run) preferHost(dependent, clone *model.Resource, host *model.Node, col *model.Colocation) {
	if col.Score >= crm.Infinity {
		return
	}
	value := host.ColocationAttr(clone, col.NodeAttribute)
	for ix, place := range dependent.Allowed.All() {
		n := r.c.Nodes[ix]
		if equalFold(value, n.ColocationAttr(dependent, col.NodeAttribute)) {
			place.Score = place.Score.Add(col.Score)
			r.scored(dependent, n, col.Score, col.ID, "instance of "+clone.ID+" there")
		}
	}
}

// colocatePromotions changes the priority of a dependent instance by whether the
// clone has an instance in the right role where it is.
func (r *run) colocatePromotions(dependent, clone *model.Resource, col *model.Colocation) crm.Score {
	attribute := col.NodeAttribute
	if CompatibleInstance(r.c, dependent, clone, col.PrimaryRole, false, attribute) != nil {
		addPriority(dependent, col.Score)
		return col.Score
	}
	if col.Score >= crm.Infinity {
		dependent.Priority = int(-crm.Infinity)
		return -crm.Infinity
	}
	return 0
}
