package assign

import (
	"math"

	"holdfast/crm"
)

// faded is below which a weight makes one of every score: scores are weakened to
// at least 1 in size, so that it matters no more how small the weight is.
const faded = 4e-7

// passOn is the weight of a chain after one more colocation.
func passOn(weight float32, score crm.Score) float32 {
	return float32(weight*float32(score)) / float32(crm.Infinity)
}

// A span is a range of weights, without their sign, that have the same echo. The
// chain of a faded weight still ends where it becomes zero: spans are as wide as
// all chains end in the same place. They are kept as the bits of the floating
// point numbers, which are in the same order.
type span struct{ low, high uint32 }

// spanOf is the widest span that an echo of a weight may have by itself.
func spanOf(weight float32) span {
	bits := math.Float32bits(abs(weight))
	if abs(weight) >= faded {
		return span{bits, bits}
	}
	return span{1, math.Float32bits(faded) - 1}
}

func (s span) has(weight float32) bool {
	bits := math.Float32bits(abs(weight))
	return s.low <= bits && bits <= s.high
}

// passing narrows the span to the weights that one more colocation brings into a
// span; nil stands for no weight at all.
func (s span) passing(score crm.Score, into *span) span {
	after := func(bits uint32) uint32 {
		return math.Float32bits(abs(passOn(math.Float32frombits(bits), score)))
	}
	var least, most uint32
	if into != nil {
		least, most = into.low, into.high
	}
	return span{
		low:  leastOf(s.low, s.high, func(bits uint32) bool { return after(bits) >= least }),
		high: leastOf(s.low, s.high, func(bits uint32) bool { return after(bits) > most }) - 1,
	}
}

// leastOf returns the first number from low to high of which a condition holds that
// holds of all greater ones, too; one more than high if of none.
func leastOf(low, high uint32, holds func(uint32) bool) uint32 {
	for low <= high {
		if middle := low + (high-low)/2; holds(middle) {
			high = middle - 1
		} else {
			low = middle + 1
		}
	}
	return low
}

func abs(x float32) float32 { return float32(math.Abs(float64(x))) }
