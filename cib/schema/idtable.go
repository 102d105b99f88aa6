package schema

import (
	"hash/maphash"
	"slices"
	"sync"

	"holdfast/cib/xml"
)

// idUse is an attribute whose value names its element, or another one.
type idUse struct {
	node   *xml.Node
	id     string
	refers bool
}

// An idTable gathers the names in a document as they come, and holds in the end
// that they are unique and that what is referred to exists. Documents have
// thousands of them and are looked at several times: tables are used again.
type idTable struct {
	uses  []idUse // in document order
	slots []int32 // by hash: 1 + the index of the use that names its element, 0 if free
}

var (
	idTables = sync.Pool{New: func() any { return &idTable{} }}
	idSeed   = maphash.MakeSeed()
)

func (t *idTable) len() int { return len(t.uses) }

func (t *idTable) note(u idUse) {
	if len(t.uses) == cap(t.uses) {
		t.uses = slices.Grow(t.uses, max(len(t.uses), 256)) // doubled: append would copy long ones many times
	}
	t.uses = append(t.uses, u)
}

// cut forgets what was noted after the first n.
func (t *idTable) cut(n int) { t.uses = t.uses[:n] }

// clear lets go of the document.
func (t *idTable) clear() {
	clear(t.uses[:cap(t.uses)])
	t.uses = t.uses[:0]
}

// resolved reports whether names are unique, and what is referred to exists.
func (t *idTable) resolved() bool {
	t.makeRoom()
	for i, u := range t.uses {
		if u.refers {
			continue
		}
		slot := t.find(u.id)
		if first := t.slots[slot]; first > 0 && t.uses[first-1].node != u.node {
			return false
		}
		t.slots[slot] = int32(i) + 1
	}
	for _, u := range t.uses {
		if u.refers && t.slots[t.find(u.id)] == 0 {
			return false
		}
	}
	return true
}

// makeRoom empties the slots and makes at least twice as many as there are
// names, a power of two.
func (t *idTable) makeRoom() {
	size := 64
	for size < 2*len(t.uses) {
		size *= 2
	}
	if cap(t.slots) >= size {
		t.slots = t.slots[:size]
		clear(t.slots)
		return
	}
	t.slots = make([]int32, size)
}

// find returns the slot of a name, or the free one where it belongs.
func (t *idTable) find(id string) int {
	mask := len(t.slots) - 1
	slot := int(maphash.String(idSeed, id)) & mask
	for t.slots[slot] > 0 && t.uses[t.slots[slot]-1].id != id {
		slot = (slot + 1) & mask
	}
	return slot
}
