package xml

import "math/bits"

// Most of a document is text that means nothing to a parser or a writer: it is
// passed over eight bytes at a time. A word is eight bytes, the first lowest; a
// mask has the top bit of each byte that was found. Of a mask only the lowest bit
// is to be relied on: subtraction may carry on from a byte that was found.
const (
	each = 0x0101010101010101
	tops = each << 7
)

func wordAt(s string, i int) uint64 {
	b := s[i : i+8]
	return uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 |
		uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
}

// equal masks the bytes that are c.
func equal(word uint64, c byte) uint64 {
	x := word ^ each*uint64(c)
	return (x - each) &^ x & tops
}

// below masks the bytes that are less than c, which is at most 128.
func below(word uint64, c byte) uint64 { return (word - each*uint64(c)) &^ word & tops }

// first is the index of the first byte of a mask that is not 0.
func first(mask uint64) int { return bits.TrailingZeros64(mask) / 8 }

// specialAt returns where in s, from i on, the first byte is that a value in these
// quotes cannot have as it is, or its closing quote; len(s) if there is none.
func specialAt(s string, i int, quote byte) int {
	for ; i+8 <= len(s); i += 8 {
		w := wordAt(s, i)
		if found := below(w, ' ') | equal(w, quote) | equal(w, '&') | equal(w, '<'); found != 0 {
			return i + first(found)
		}
	}
	for i < len(s) && s[i] != quote && class[s[i]]&special == 0 {
		i++
	}
	return i
}

// escapedAt returns where in s, from i on, the first byte is that may have to be
// escaped; len(s) if there is none.
func escapedAt(s string, i int) int {
	for ; i+8 <= len(s); i += 8 {
		w := wordAt(s, i)
		// < and > differ in one bit, and so do " and &.
		found := below(w, ' ') | equal(w|each*2, '>') | equal(w|each*4, '&') | equal(w, 0x7f)
		if found != 0 {
			return i + first(found)
		}
	}
	for i < len(s) && class[s[i]]&escaped == 0 {
		i++
	}
	return i
}
