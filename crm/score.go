package crm

import (
	"strconv"
	"strings"
)

// Score is a preference between -Infinity (never) and Infinity (always).
// Pacemaker_Explained, "Scores": sums saturate, and -Infinity wins over Infinity.
type Score int32

// Infinity is the largest score; -Infinity, the smallest, forbids.
const Infinity Score = 1000000

// Add returns the saturated sum. -Infinity plus anything is -Infinity;
// Infinity plus anything else is Infinity.
func (s Score) Add(t Score) Score {
	switch {
	case s <= -Infinity || t <= -Infinity:
		return -Infinity
	case s >= Infinity || t >= Infinity:
		return Infinity
	}
	return clamp(int64(s) + int64(t))
}

// Neg returns the score with its sign turned.
func (s Score) Neg() Score { return -s }

// String gives the CIB's spelling: a number, INFINITY or -INFINITY.
func (s Score) String() string {
	switch {
	case s >= Infinity:
		return "INFINITY"
	case s <= -Infinity:
		return "-INFINITY"
	}
	return strconv.Itoa(int(s))
}

// ParseScore reads a score: an integer (clamped to the infinities), INFINITY,
// +INFINITY, -INFINITY, or the node-health colours red, yellow and green with
// their default meaning left to the caller. ok is false if text is none of them.
func ParseScore(text string) (s Score, ok bool) {
	text = strings.TrimSpace(text)
	switch strings.ToUpper(text) {
	case "INFINITY", "+INFINITY":
		return Infinity, true
	case "-INFINITY":
		return -Infinity, true
	}
	number, _ := splitInteger(text)
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		if e, is := err.(*strconv.NumError); is && e.Err == strconv.ErrRange {
			return clamp(n), true
		}
		return 0, false
	}
	return clamp(n), true
}

func clamp(n int64) Score {
	return Score(max(int64(-Infinity), min(int64(Infinity), n)))
}
