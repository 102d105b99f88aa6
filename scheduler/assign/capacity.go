package assign

import (
	"math"
	"strconv"
	"strings"

	"holdfast/crm"
	"holdfast/scheduler/model"
)

// readCapacities fills every node's free capacity and every resource's needs
// with the configured numbers.
func (r *run) readCapacities() {
	for _, n := range r.c.Nodes {
		n.Free = r.amounts(n.Utilization, n.ID)
	}
	for _, rsc := range r.c.All {
		rsc.Needs = r.amounts(rsc.Utilization, rsc.ID)
	}
}

func (r *run) amounts(vars model.Vars, id string) []model.Amount {
	if len(vars) == 0 {
		return nil
	}
	list := make([]model.Amount, 0, len(vars))
	for _, v := range vars {
		value, ok := leadingInt(v.Value)
		if !ok {
			r.c.Note(model.Warning, id, "utilization %s of %s is no number: 0 is used for %q", v.Name, id, v.Value)
		}
		list = append(list, model.Amount{Name: v.Name, Value: value})
	}
	return list
}

// leadingInt reads the integer that a text begins with, within 32 bits.
func leadingInt(text string) (value int, ok bool) {
	text = strings.TrimLeft(text, " \t\n\v\f\r")
	end := 0
	for end < len(text) && (text[end] >= '0' && text[end] <= '9' || end == 0 && (text[0] == '-' || text[0] == '+')) {
		end++
	}
	n, err := strconv.ParseInt(text[:end], 10, 64)
	if err != nil && n == 0 {
		return 0, false
	}
	return clampInt(n), true
}

func clampInt(n int64) int { return int(max(math.MinInt32, min(n, math.MaxInt32))) }

// amount finds a utilization attribute; the value is 0 if it is missing.
func amount(list []model.Amount, name string) (value int, found bool) {
	for i := range list {
		if list[i].Name == name {
			return list[i].Value, true
		}
	}
	return 0, false
}

// add adds sign times every need to a list of amounts.
func add(list []model.Amount, needs []model.Amount, sign int) []model.Amount {
next:
	for _, need := range needs {
		for i := range list {
			if list[i].Name == need.Name {
				list[i].Value = clampInt(int64(list[i].Value) + int64(sign*need.Value))
				continue next
			}
		}
		list = append(list, model.Amount{Name: need.Name, Value: clampInt(int64(sign * need.Value))})
	}
	return list
}

func consume(n *model.Node, rsc *model.Resource) { n.Free = add(n.Free, rsc.Needs, -1) }
func restore(n *model.Node, rsc *model.Resource) { n.Free = add(n.Free, rsc.Needs, 1) }

// compareFree counts in how many attributes b has more free than a, less those in
// which a has more: negative if a has more capacity.
func compareFree(a, b *model.Node) int {
	result := 0
	count := func(x, y int) {
		switch {
		case x > y:
			result--
		case x < y:
			result++
		}
	}
	for _, mine := range a.Free {
		other, _ := amount(b.Free, mine.Name)
		count(mine.Value, other)
	}
	for _, other := range b.Free {
		if _, both := amount(a.Free, other.Name); !both {
			count(0, other.Value)
		}
	}
	return result
}

// fits tells whether a node has enough free for a list of needs.
func fits(n *model.Node, needs []model.Amount) bool {
	for _, need := range needs {
		if free, _ := amount(n.Free, need.Name); need.Value > free {
			return false
		}
	}
	return true
}

// banFull bans a resource from nodes that have no room for it and all that must
// be with it; if no node has, from those that have no room for itself, and then
// it returns the node with the most capacity.
func (r *run) banFull(rsc *model.Resource) (roomiest *model.Node) {
	if r.c.Options.Placement == model.PlaceDefault {
		return nil
	}
	together := r.crowdOf(rsc)
	if len(together.list) == 0 {
		return nil
	}
	if !together.has(rsc) {
		together.add(rsc)
	}
	var needs []model.Amount
	for _, other := range together.list {
		needs = r.addNeeds(other, together, needs)
	}
	anyFits := false
	for _, n := range r.tableOrder(rsc.Allowed) {
		if !availableAt(n, rsc.Allowed.At(n.Ix)) {
			continue
		}
		anyFits = anyFits || fits(n, needs)
		if roomiest == nil || compareFree(n, roomiest) < 0 {
			roomiest = n
		}
	}
	if anyFits {
		roomiest = nil
	} else {
		needs = rsc.Needs
	}
	for ix, place := range rsc.Allowed.All() {
		if n := r.c.Nodes[ix]; availableAt(n, place) && !fits(n, needs) {
			r.c.Prefer(rsc, n, -crm.Infinity, "", "not enough free capacity")
		}
	}
	return roomiest
}

// addNeeds adds what a resource needs to a sum, for what is not assigned yet.
// Of things that must be together, all are in the list given.
func (r *run) addNeeds(rsc *model.Resource, together *crowd, sum []model.Amount) []model.Amount {
	if !rsc.Is(model.Unassigned) {
		return sum
	}
	switch rsc.Variant {
	case model.Group:
		return r.addGroupNeeds(rsc, together, sum)
	case model.Clone:
		return r.addCloneNeeds(rsc, together, sum)
	case model.Bundle:
		if replicas := rsc.BundleData.Replicas; len(replicas) > 0 {
			return r.addNeeds(replicas[0].Container, together, sum)
		}
		return sum
	}
	return add(sum, rsc.Needs, 1)
}

func (r *run) addGroupNeeds(group *model.Resource, together *crowd, sum []model.Amount) []model.Amount {
	members := group.Children
	if !group.GroupData.Colocated && !isClone(group.Parent) && len(members) > 0 {
		members = members[:1]
	}
	for _, member := range members {
		if member.Is(model.Unassigned) && !together.has(member) {
			sum = r.addNeeds(member, together, sum)
		}
	}
	return sum
}

// addCloneNeeds adds one instance, or those with a member in the list.
func (r *run) addCloneNeeds(clone *model.Resource, together *crowd, sum []model.Amount) []model.Amount {
	existing := false
	for _, instance := range clone.Children {
		if together.has(instance) {
			existing = true
			continue
		}
		for _, member := range instance.Children {
			if together.has(member) {
				sum = r.addNeeds(instance, together, sum)
				existing = true
				break
			}
		}
	}
	if !existing && len(clone.Children) > 0 {
		sum = r.addNeeds(clone.Children[0], together, sum)
	}
	return sum
}

func isClone(rsc *model.Resource) bool { return rsc != nil && rsc.Variant == model.Clone }
