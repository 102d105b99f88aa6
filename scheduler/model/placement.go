package model

import (
	"iter"
	"math/bits"

	"holdfast/crm"
)

// ProbeMode says where a resource's state is looked up before it is managed.
type ProbeMode uint8

// The probe modes (resource-discovery of a location constraint).
const (
	ProbeAlways ProbeMode = iota
	ProbeNever
	ProbeExclusive
)

// ParseProbeMode reads a resource-discovery value; ok is false for other words.
func ParseProbeMode(text string) (mode ProbeMode, ok bool) {
	switch text {
	case "", "always":
		return ProbeAlways, true
	case "never":
		return ProbeNever, true
	case "exclusive":
		return ProbeExclusive, true
	}
	return ProbeAlways, false
}

// A Place is what a resource knows about one node.
type Place struct {
	Score   crm.Score
	Count   int32 // instances placed there; scratch of assign
	Probe   ProbeMode
	Present bool // whether the node is in the table at all
}

// A Placement holds a resource's places, indexed by NodeIx. The zero value is
// empty. Copying the slice with Clone gives an independent table.
type Placement []Place

// At returns the place of a node, nil if the node is not in the table. The
// pointer is valid until a node is added.
func (p Placement) At(n NodeIx) *Place {
	if n < 0 || int(n) >= len(p) || !p[n].Present {
		return nil
	}
	return &p[n]
}

// Has tells whether a node is in the table.
func (p Placement) Has(n NodeIx) bool { return p.At(n) != nil }

// Score returns the score of a node, -INFINITY if it is not in the table.
func (p Placement) Score(n NodeIx) crm.Score {
	if e := p.At(n); e != nil {
		return e.Score
	}
	return -crm.Infinity
}

// Put adds a node, or replaces its place, and returns the new place.
func (p *Placement) Put(n NodeIx, place Place) *Place {
	for int(n) >= len(*p) {
		*p = append(*p, Place{})
	}
	place.Present = true
	(*p)[n] = place
	return &(*p)[n]
}

// Remove takes a node out of the table.
func (p Placement) Remove(n NodeIx) {
	if p.Has(n) {
		p[n] = Place{}
	}
}

// Len counts the nodes in the table.
func (p Placement) Len() int {
	count := 0
	for i := range p {
		if p[i].Present {
			count++
		}
	}
	return count
}

// Clone returns an independent copy.
func (p Placement) Clone() Placement {
	return append(make(Placement, 0, len(p)), p...)
}

// All yields the nodes in the table with their places, by node number.
func (p Placement) All() iter.Seq2[NodeIx, *Place] {
	return func(yield func(NodeIx, *Place) bool) {
		for i := range p {
			if p[i].Present && !yield(NodeIx(i), &p[i]) {
				return
			}
		}
	}
}

// A NodeSet is a set of nodes. The zero value is empty.
type NodeSet []uint64

// Has tells whether a node is in the set.
func (s NodeSet) Has(n NodeIx) bool {
	return n >= 0 && int(n>>6) < len(s) && s[n>>6]&(1<<(n&63)) != 0
}

// Add puts a node into the set.
func (s *NodeSet) Add(n NodeIx) {
	for int(n>>6) >= len(*s) {
		*s = append(*s, 0)
	}
	(*s)[n>>6] |= 1 << (n & 63)
}

// Remove takes a node out of the set.
func (s NodeSet) Remove(n NodeIx) {
	if s.Has(n) {
		s[n>>6] &^= 1 << (n & 63)
	}
}

// Empty tells whether no node is in the set.
func (s NodeSet) Empty() bool {
	for _, word := range s {
		if word != 0 {
			return false
		}
	}
	return true
}

// All yields the nodes in the set by number.
func (s NodeSet) All() iter.Seq[NodeIx] {
	return func(yield func(NodeIx) bool) {
		for i, word := range s {
			for ; word != 0; word &= word - 1 {
				if !yield(NodeIx(i<<6 + bits.TrailingZeros64(word))) {
					return
				}
			}
		}
	}
}
