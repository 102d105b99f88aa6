package patch

import "holdfast/cib/xml"

// siblings is the comparison of the children of one element in two versions.
type siblings struct {
	old, new []*xml.Node
	match    []int  // for each new child, the index of its old self, or -1
	kept     []int  // for each old child, the index of its new self, or -1
	moved    []bool // for each new child with a match, whether it must be moved
}

// key is what makes a child the same in both versions.
type key struct{ name, id string }

func keyOf(n *xml.Node) key { return key{n.Name, n.ID()} }

// matchSiblings pairs elements with the same name and id, and comments and text
// with the same content at the same place.
func matchSiblings(old, new []*xml.Node) *siblings {
	s := &siblings{old: old, new: new,
		match: make([]int, len(new)), kept: make([]int, len(old)), moved: make([]bool, len(new))}
	if s.matchInPlace() {
		return s
	}
	start := s.matchEqualEnds()
	if start == len(new) && start == len(old) {
		return s
	}
	waiting := map[key][]int{} // old elements without a match, in order
	for i, c := range old {
		if c.Kind == xml.Element && s.kept[i] < 0 {
			waiting[keyOf(c)] = append(waiting[keyOf(c)], i)
		}
	}
	for i, c := range new {
		if s.match[i] >= 0 {
			continue
		}
		if c.Kind != xml.Element {
			if i < len(old) && s.kept[i] < 0 && old[i].Kind == c.Kind && old[i].Text == c.Text {
				s.pair(i, i)
			}
			continue
		}
		if w := waiting[keyOf(c)]; len(w) > 0 {
			s.pair(w[0], i)
			waiting[keyOf(c)] = w[1:]
		}
	}
	s.separateTwins()
	return s
}

func (s *siblings) pair(old, new int) {
	s.match[new], s.kept[old] = old, new
}

// maxInPlace is how many children may differ for matchInPlace to be worth while.
const maxInPlace = 8

// matchInPlace pairs the children one by one if all are in their places and few
// differ, which is what most changes look like. It reports whether that was so.
func (s *siblings) matchInPlace() bool {
	if len(s.old) != len(s.new) {
		return false
	}
	var differ []int
	for i, c := range s.new {
		if s.old[i] == c {
			continue
		}
		if c.Kind != xml.Element || s.old[i].Kind != xml.Element || keyOf(c) != keyOf(s.old[i]) || len(differ) == maxInPlace {
			return false
		}
		differ = append(differ, i)
	}
	for _, i := range differ {
		if s.hasTwin(i) {
			return false
		}
	}
	for i := range s.new {
		s.pair(i, i)
	}
	return true
}

// hasTwin reports whether a path cannot tell a child from a sibling.
func (s *siblings) hasTwin(i int) bool {
	k := keyOf(s.old[i])
	for j, c := range s.old {
		if j != i && c.Kind == xml.Element && keyOf(c) == k {
			return true
		}
	}
	return false
}

// matchEqualEnds pairs what both versions share as the same pointer at the
// beginning, and resets the rest; it returns how many that are. Most changes
// touch one child of many.
func (s *siblings) matchEqualEnds() int {
	start := 0
	for start < min(len(s.old), len(s.new)) && s.old[start] == s.new[start] {
		s.pair(start, start)
		start++
	}
	for i := start; i < len(s.new); i++ {
		s.match[i] = -1
	}
	for i := start; i < len(s.old); i++ {
		s.kept[i] = -1
	}
	return start
}

// separateTwins takes the match away from elements that a path cannot tell from
// a sibling, unless they are all unchanged: a patch can only delete them and
// create them again. (Pacemaker makes a patch there that damages the document.)
func (s *siblings) separateTwins() {
	count := map[key]int{}
	twins := false
	for _, c := range s.old {
		if c.Kind == xml.Element {
			count[keyOf(c)]++
			twins = twins || count[keyOf(c)] > 1
		}
	}
	if !twins {
		return
	}
	touched := map[key]bool{}
	for i, c := range s.new {
		if c.Kind == xml.Element && count[keyOf(c)] > 1 && (s.match[i] != i || !xml.Equal(s.old[i], c)) {
			touched[keyOf(c)] = true
		}
	}
	for i, c := range s.old {
		if c.Kind == xml.Element && count[keyOf(c)] > 1 && s.kept[i] < 0 {
			touched[keyOf(c)] = true
		}
	}
	for i, c := range s.new {
		if s.match[i] >= 0 && touched[keyOf(c)] && c.Kind == xml.Element {
			s.kept[s.match[i]] = -1
			s.match[i] = -1
		}
	}
}

// markMoves decides which of the matched children must be moved. It compares
// places counted without what was deleted, created or moved so far.
func (s *siblings) markMoves() {
	before := s.placesBefore()
	place := 0 // among the new children that count
	for i := range s.new {
		if s.match[i] < 0 {
			continue
		}
		was := before.count(s.match[i])
		if was == place {
			place++
			continue
		}
		s.moved[i] = true
		if was > place {
			before.remove(s.match[i])
			place++
		}
	}
	s.repairOrder()
}

// repairOrder makes sure that what is not moved is in order already, as Apply
// relies on; it moves whatever is not.
func (s *siblings) repairOrder() {
	last := -1
	for i, m := range s.match {
		if m < 0 || s.moved[i] {
			continue
		}
		if m < last {
			s.moved[i] = true
			continue
		}
		last = m
	}
}

func (s *siblings) placesBefore() *counter {
	c := &counter{prefix: make([]int32, len(s.old)+1)}
	for i, kept := range s.kept {
		c.prefix[i+1] = c.prefix[i]
		if kept >= 0 {
			c.prefix[i+1]++
		}
	}
	return c
}

// counter counts the children before an index, less those removed: a sum that
// never changes and a Fenwick tree of removals, made when the first one comes.
type counter struct {
	prefix  []int32
	removed []int32
}

func (c *counter) count(index int) int {
	n := int(c.prefix[index])
	if c.removed != nil {
		for i := index; i > 0; i -= i & -i {
			n -= int(c.removed[i])
		}
	}
	return n
}

func (c *counter) remove(index int) {
	if c.removed == nil {
		c.removed = make([]int32, len(c.prefix))
	}
	for i := index + 1; i < len(c.removed); i += i & -i {
		c.removed[i]++
	}
}
