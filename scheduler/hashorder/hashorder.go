// Package hashorder knows the order in which the field's tools come upon the
// entries of a hash table. Where they let that order decide, or show, we have to
// do likewise. Their tables are GLib's: open addressing, growing by powers of two.
package hashorder

// primes are the moduli of tables with 1, 2, 4, … places.
var primes = [...]uint32{1, 2, 3, 7, 13, 31, 61, 127, 251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521}

// smallest is the binary logarithm of the least number of places.
const smallest = 3

// Of returns in which order a table yields different keys that were entered in
// the order given, as positions in that list.
func Of(keys []string) []int {
	t := newTable(smallest)
	for i := range keys {
		t = t.insert(keys, i)
	}
	order := make([]int, 0, len(keys))
	for _, i := range t.places {
		if i != empty {
			order = append(order, i)
		}
	}
	return order
}

const empty = -1

// A table has 1<<shift places, each with the position of a key.
type table struct {
	shift  int
	places []int
	used   int
}

func newTable(shift int) table {
	t := table{shift: shift, places: make([]int, 1<<shift)}
	for i := range t.places {
		t.places[i] = empty
	}
	return t
}

// insert enters a key, into a larger table if this one becomes full.
func (t table) insert(keys []string, i int) table {
	t.put(keys, i)
	if len(t.places) > t.used+t.used/16 {
		return t
	}
	larger := newTable(max(smallest, bits(t.used*4/3)))
	for _, old := range t.places {
		if old != empty {
			larger.put(keys, old)
		}
	}
	return larger
}

func (t *table) put(keys []string, i int) {
	at := hash(keys[i]) * 11 % primes[t.shift]
	for step := uint32(1); t.places[at] != empty; step++ {
		at = (at + step) & uint32(len(t.places)-1)
	}
	t.places[at] = i
	t.used++
}

func hash(key string) uint32 {
	h := uint32(0)
	for i := 0; i < len(key); i++ {
		h = h*31 + uint32(int32(int8(key[i])))
	}
	return max(h, 2)
}

// bits is the number of binary digits of a number.
func bits(n int) (digits int) {
	for ; n > 0; n >>= 1 {
		digits++
	}
	return digits
}
