package assign

import "holdfast/scheduler/model"

// Among nodes with equally much capacity the field takes the first that it meets
// in a hash table, so that to decide alike we must know the order of such a table:
// open addressing, by a hash of the node's id, in the size that GLib would choose.

// tablePrimes are the moduli of tables with 1, 2, 4, … places.
var tablePrimes = [...]uint32{1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521}

// hashID is the hash of a node id.
func hashID(id string) uint32 {
	h := uint32(0)
	for i := 0; i < len(id); i++ {
		h = h*31 + uint32(int32(int8(id[i])))
	}
	return max(h, 2)
}

// tableOrder lists the nodes of a table of scores in the order in which a hash
// table would yield them that they were entered into by name.
func (r *run) tableOrder(p model.Placement) []*model.Node {
	table := newHashTable(3)
	for _, n := range r.c.ByName {
		if p.Has(n.Ix) {
			table = table.insert(n)
		}
	}
	var order []*model.Node
	for _, n := range table.places {
		if n != nil {
			order = append(order, n)
		}
	}
	return order
}

// A hashTable has 1<<shift places.
type hashTable struct {
	shift  int
	places []*model.Node
	used   int
}

func newHashTable(shift int) hashTable {
	return hashTable{shift: shift, places: make([]*model.Node, 1<<shift)}
}

// insert enters a node, into a larger table if this one becomes full.
func (t hashTable) insert(n *model.Node) hashTable {
	t.put(n)
	if len(t.places) > t.used+t.used/16 {
		return t
	}
	larger := newHashTable(max(3, bits(t.used*4/3)))
	for _, old := range t.places {
		if old != nil {
			larger.put(old)
		}
	}
	return larger
}

func (t *hashTable) put(n *model.Node) {
	at := hashID(n.ID) * 11 % tablePrimes[t.shift]
	for step := uint32(1); t.places[at] != nil; step++ {
		at = (at + step) & uint32(len(t.places)-1)
	}
	t.places[at] = n
	t.used++
}

// bits is the number of binary digits of a number.
func bits(n int) (digits int) {
	for ; n > 0; n >>= 1 {
		digits++
	}
	return digits
}
