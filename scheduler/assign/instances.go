package assign

import (
	"slices"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// A spread is the distribution of a collective resource's instances.
type spread struct {
	*run
	collective *model.Resource
	total      int // instances wanted
	perNode    int // allowed on one node
	assigned   int
}

// assignInstances distributes instances, in the order given: as many as possible
// to where they are, the others to the best nodes.
func (r *run) assignInstances(collective *model.Resource, instances []*model.Resource, total, perNode int) {
	s := &spread{run: r, collective: collective, total: total, perNode: perNode}
	fair := 1
	if nodes := s.resetCounts(); nodes > 0 {
		fair = max(1, total/nodes)
	}
	for _, instance := range instances {
		if s.assigned >= total {
			break
		}
		if current := s.preferredNode(instance, fair); current != nil && s.assignEarly(instance, current) {
			s.assigned++
		}
	}
	for _, instance := range instances {
		if !instance.Is(model.Unassigned) {
			continue
		}
		if s.assigned >= total {
			r.c.Ban(instance, "", "as many instances as wanted are placed")
		} else if s.assignInstance(instance, nil) != nil {
			s.assigned++
		}
	}
}

// resetCounts sets the number of instances on every node to none and returns how
// many nodes are available.
func (s *spread) resetCounts() int {
	available := 0
	for ix, place := range s.collective.Allowed.All() {
		place.Count = 0
		if Available(s.c.Nodes[ix]) {
			available++
		}
	}
	return available
}

// preferredNode is where an active, healthy instance should stay, nil if nowhere:
// its node must be able to run it and not have its fair share already.
func (s *spread) preferredNode(instance *model.Resource, fair int) *model.Node {
	if len(instance.Active) == 0 || !instance.Is(model.Unassigned) || instance.Is(model.Failed) {
		return nil
	}
	n := instance.CurrentNode()
	if !stays(n) {
		return nil
	}
	if place := topPlace(instance, n); place != nil && int(place.Count) >= fair {
		return nil
	}
	return n
}

// topPlace is the place of a node with the collective resource an instance is of.
func topPlace(instance *model.Resource, n *model.Node) *model.Place {
	if n == nil {
		return nil
	}
	if instance.Parent != nil {
		instance = instance.Parent
	}
	return instance.Allowed.At(n.Ix)
}

// assignInstance tries to place an instance and counts it. A node that is asked
// for is only tried.
func (s *spread) assignInstance(instance *model.Resource, prefer *model.Node) *model.Node {
	if instance.Is(model.Assigning) {
		return nil // colocations in a circle
	}
	s.banNodes(instance)
	chosen := s.assign(instance, prefer, prefer == nil)
	s.count(instance, chosen)
	return chosen
}

func (s *spread) count(instance *model.Resource, n *model.Node) {
	if place := topPlace(instance, n); place != nil {
		place.Count++
	}
}

// banNodes bans an instance, and the members of a cloned group, from nodes that
// cannot run one more.
func (s *spread) banNodes(instance *model.Resource) {
	for ix, place := range instance.Allowed.All() {
		n := s.c.Nodes[ix]
		if s.canRun(instance, n) {
			continue
		}
		place.Score = -crm.Infinity
		s.banned(instance, n, "", "no (further) instance can run there")
		for _, member := range instance.Children {
			if place := member.Allowed.At(ix); place != nil {
				place.Score = -crm.Infinity
			}
		}
	}
}

func (s *spread) canRun(instance *model.Resource, n *model.Node) bool {
	if instance.Is(model.Removed) || !Available(n) {
		return false
	}
	place := topPlace(instance, n)
	return place != nil && place.Score >= 0 && int(place.Count) < s.perNode
}

// assignEarly places an instance on its current node if that fits what the
// preferences of all instances come to. If a better node is chosen, that is taken
// as a place reserved for some instance, and the attempt repeated from the
// original scores, as long as there are instances to be placed. So the nodes get
// their numbers by preference, but instances move as little as possible.
func (s *spread) assignEarly(instance *model.Resource, current *model.Node) bool {
	if !availableAt(current, instance.Allowed.At(current.Ix)) {
		return false
	}
	tables := s.save(instance, nil)
	parent := instance.Parent
	parentTable := parent.Allowed
	parent.Allowed = s.copyOf(parentTable)
	var chosen *model.Node
	mark := len(s.c.Causes)
	for reserved := 0; reserved < s.total-s.assigned; {
		chosen = s.assignInstance(instance, current)
		if chosen == current {
			break
		}
		s.restore(instance, tables)
		s.forgetCauses(mark, instance)
		if chosen == nil {
			instance.Set(model.Unassigned)
			break
		}
		reserved++
		Unassign(instance)
		chosen = nil
	}
	s.release(parent.Allowed)
	parent.Allowed = parentTable
	for _, table := range tables {
		s.release(table)
	}
	if chosen == nil {
		return false
	}
	s.count(instance, chosen)
	return true
}

// save copies the tables of an instance and everything in it, in order.
func (s *spread) save(rsc *model.Resource, tables []model.Placement) []model.Placement {
	tables = append(tables, s.copyOf(rsc.Allowed))
	for _, child := range rsc.Children {
		tables = s.save(child, tables)
	}
	return tables
}

// restore puts back what save copied and returns what it did not use.
func (s *spread) restore(rsc *model.Resource, tables []model.Placement) []model.Placement {
	rsc.Allowed = append(rsc.Allowed[:0], tables[0]...)
	tables = tables[1:]
	for _, child := range rsc.Children {
		tables = s.restore(child, tables)
	}
	return tables
}

// InstanceMatches tells whether an instance is (or, with current unset, will be)
// on a node in a role, and not blocked. An attribute, if given, stands for the node.
func InstanceMatches(instance *model.Resource, n *model.Node, role crm.Role, current bool, attribute string) bool {
	at := placeOf(instance, role, current)
	if at == nil || attribute == "" {
		return at != nil && at == n
	}
	return equalFold(at.ColocationAttr(instance, attribute), n.ColocationAttr(instance, attribute))
}

// placeOf is the node where an instance is (or, with current unset, will be) in a
// role, nil if it is on none or blocked.
func placeOf(instance *model.Resource, role crm.Role, current bool) *model.Node {
	if role != crm.RoleUnknown {
		if current && role != instance.RoleNow() || !current && role != instance.RoleNext() {
			return nil
		}
	}
	if instance.AnyIs(model.Blocked) {
		return nil
	}
	if current {
		return instance.OneActiveNode()
	}
	return instance.AssignedNode()
}

// CompatibleInstance finds the instance of a collective resource that belongs to
// another resource: on the same node or, while that has none, on the best of
// its nodes that has one. It is nil if there is none.
func CompatibleInstance(c *model.Cluster, with, collective *model.Resource, role crm.Role, current bool, attribute string) *model.Resource {
	at := with.AssignedNode()
	if current {
		at = with.OneActiveNode()
	}
	if at != nil {
		return instanceOn(collective, at, role, current, attribute)
	}
	if attribute == "" {
		return bestInstance(c, with, collective, role, current)
	}
	for _, candidate := range (&run{c: c}).ranked(with.Allowed) {
		if found := instanceOn(collective, candidate.node, role, current, attribute); found != nil {
			return found
		}
	}
	return nil
}

// bestInstance finds the first instance on the best of a resource's nodes that has
// one.
func bestInstance(c *model.Cluster, with, collective *model.Resource, role crm.Role, current bool) (found *model.Resource) {
	r := run{c: c}
	var best candidate
	for _, instance := range collective.Instances() {
		at := placeOf(instance, role, current)
		if at == nil || found != nil && at == best.node {
			continue
		}
		place := with.Allowed.At(at.Ix)
		if place == nil {
			continue
		}
		next := candidate{at, place.Score}
		if found != nil {
			if d := r.compareCandidates(next, best, nil); d > 0 || d == 0 && at.Ix > best.node.Ix {
				continue
			}
		}
		found, best = instance, next
	}
	return found
}

func instanceOn(collective *model.Resource, n *model.Node, role crm.Role, current bool, attribute string) *model.Resource {
	instances := collective.Instances()
	i := slices.IndexFunc(instances, func(instance *model.Resource) bool {
		return InstanceMatches(instance, n, role, current, attribute)
	})
	if i < 0 {
		return nil
	}
	return instances[i]
}
