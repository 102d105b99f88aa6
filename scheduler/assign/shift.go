package assign

import "holdfast/crm"

// A shift is what a series of saturated additions makes of a score: of low and
// less it makes -Infinity, of high and more Infinity, to all between it adds sum.
// The additions absorb at both ends, so that every series has this form. need is
// the least score that never becomes negative at a place where addWishes asks
// whether a node is left.
type shift struct {
	low, high, sum, need crm.Score
}

const (
	never  = 2 * crm.Infinity // no score is that high
	always = -never
)

// unmoved is the shift of no addition.
var unmoved = shift{low: -crm.Infinity, high: crm.Infinity, need: always}

// addition is the shift of adding one score.
func addition(score crm.Score) shift {
	switch {
	case score <= -crm.Infinity:
		return shift{low: never, high: never + 1, need: always}
	case score >= crm.Infinity:
		return shift{low: -crm.Infinity, high: -crm.Infinity + 1, need: always}
	}
	return shift{
		low:  max(-crm.Infinity, -crm.Infinity-score),
		high: min(crm.Infinity, crm.Infinity-score),
		sum:  score, need: always,
	}
}

// of gives what the shift makes of a score.
func (s shift) of(score crm.Score) crm.Score {
	switch {
	case score <= s.low:
		return -crm.Infinity
	case score >= s.high:
		return crm.Infinity
	}
	return score + s.sum
}

// least is the least score of which the shift makes at least a result.
func (s shift) least(result crm.Score) crm.Score {
	switch {
	case result <= -crm.Infinity:
		return always
	case result > crm.Infinity, s.low >= never:
		return never
	}
	return min(s.high, max(s.low+1, result-s.sum))
}

// then is the shift followed by another.
func (s shift) then(next shift) shift {
	need := max(s.need, s.least(next.need))
	if s.low >= never || next.low >= never {
		return shift{low: never, high: never + 1, need: need}
	}
	both := shift{
		low:  min(max(next.low-s.sum, s.low), s.high-1),
		high: max(min(next.high-s.sum, s.high), s.low+1),
		sum:  s.sum + next.sum, need: need,
	}
	if both.low+1 == both.high {
		both.sum = 0 // nothing is between
	}
	return both
}

// asked notes that addWishes asks here whether the node is left.
func (s shift) asked() shift {
	s.need = max(s.need, s.least(0))
	return s
}
