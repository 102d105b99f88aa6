package attribute

import (
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// Held lists what a node's attributes are, by name: those that the CIB does not have
// as well.
func (t *Table) Held(node crm.NodeName) []wire.Held {
	var list []wire.Held
	for _, name := range sortedKeys(t.Attributes) {
		a := t.Attributes[name]
		if value, set := a.Values[node]; set {
			list = append(list, wire.Held{
				Name: name, Set: a.Set, Util: a.Util, Private: a.Private, Dampen: a.Dampen, Value: value, Dirty: a.Dirty[node],
			})
		}
	}
	return list
}

// Hold takes over what a node says of its attributes when it comes from another
// partition. The delays of what the CIB does not have yet begin anew.
func (t *Table) Hold(node crm.NodeName, list []wire.Held) {
	for _, h := range list {
		a := t.Attributes[h.Name]
		if a == nil {
			a = &Attribute{Name: h.Name, Set: h.Set, Util: h.Util, Private: h.Private, Dampen: h.Dampen, Values: map[crm.NodeName]*string{}}
			t.Attributes[h.Name] = a
		}
		a.Values[node] = h.Value
		delete(a.Dirty, node)
		if !h.Dirty {
			continue
		}
		if a.Dirty == nil {
			a.Dirty = map[crm.NodeName]bool{}
		}
		a.Dirty[node] = true
		if a.Pending == 0 {
			t.Serial++
			a.Pending = t.Serial
		}
	}
}
