package simulate

import (
	"testing"

	"github.com/anishathalye/porcupine"
)

// TestHistoriesOfRegisters holds the checker of registers against histories of which
// everybody can see whether they fit an order.
func TestHistoriesOfRegisters(t *testing.T) {
	sure := func(call, end int64, from, to string) *request {
		return &request{from: from, to: to, sure: true, call: call, end: end}
	}
	open := func(call int64, from, to string) *request { return &request{from: from, to: to, call: call} }
	for _, c := range []struct {
		name    string
		history []*request
		fits    bool
	}{
		{"one after the other", []*request{sure(1, 2, "0", "1"), sure(3, 4, "1", "2"), sure(9, 9, "", "2")}, true},
		{"a lost update: two changed the same value", []*request{sure(1, 2, "0", "1"), sure(3, 4, "0", "2"), sure(9, 9, "", "2")}, false},
		{"the last change is gone", []*request{sure(1, 2, "0", "1"), sure(3, 4, "1", "2"), sure(9, 9, "", "1")}, false},
		{"a change that nobody knows of has happened", []*request{open(1, "0", "1"), sure(3, 4, "1", "2"), sure(9, 9, "", "2")}, true},
		{"or has not", []*request{open(1, "0", "1"), sure(3, 4, "0", "2"), sure(9, 9, "", "2")}, true},
		{"or has happened late", []*request{sure(1, 2, "0", "1"), open(3, "1", "3"), sure(9, 9, "", "3")}, true},
		{"but not before it was asked for", []*request{sure(1, 2, "3", "4"), open(5, "0", "3"), sure(9, 9, "", "4")}, false},
		{"two that overlap, in the other order", []*request{sure(1, 8, "2", "3"), sure(2, 3, "0", "2"), sure(9, 9, "", "3")}, true},
		{"two that do not", []*request{sure(1, 2, "2", "3"), sure(3, 4, "0", "2"), sure(9, 9, "", "3")}, false},
	} {
		if porcupine.CheckOperations(registerModel, operations(c.history, 10)) != c.fits {
			t.Errorf("%s: fits an order: %v", c.name, !c.fits)
		}
	}
}

// TestHistoriesOfCounters does the same for counters: each request has noted what
// the counter was then.
func TestHistoriesOfCounters(t *testing.T) {
	sure := func(call, end int64, to string) *request { return &request{to: to, sure: true, call: call, end: end} }
	all := func(call, end int64) *request { return &request{all: true, sure: true, call: call, end: end} }
	open := func(call int64) *request { return &request{call: call} }
	for _, c := range []struct {
		name    string
		history []*request
		fits    bool
	}{
		{"from anywhere", []*request{sure(1, 2, "7"), sure(3, 4, "8")}, true},
		{"applied twice", []*request{sure(1, 2, "7"), sure(3, 4, "9")}, false},
		{"not applied", []*request{sure(1, 2, "7"), sure(3, 4, "7")}, false},
		{"another one may have come between", []*request{sure(1, 2, "7"), open(1), sure(3, 4, "9")}, true},
		{"or later", []*request{sure(1, 2, "7"), open(1), sure(3, 4, "8"), sure(5, 6, "10")}, true},
		{"but only once", []*request{sure(1, 2, "7"), open(1), sure(3, 4, "9"), sure(5, 6, "11")}, false},
		{"and not before it was asked for", []*request{sure(1, 2, "7"), sure(3, 4, "9"), open(5)}, false},
		{"for all", []*request{sure(1, 2, "7"), all(3, 4), sure(5, 6, "9")}, true},
		{"for all, and not applied", []*request{sure(1, 2, "7"), all(3, 4), sure(5, 6, "8")}, false},
		{"for all, answered late", []*request{sure(1, 2, "7"), all(3, 8), sure(5, 6, "9")}, true},
		{"for all, before it was asked for", []*request{sure(1, 2, "7"), sure(3, 4, "9"), all(5, 6)}, false},
		{"out of order", []*request{sure(1, 2, "8"), sure(3, 4, "7")}, false},
	} {
		if porcupine.CheckOperations(counterModel, operations(c.history, 10)) != c.fits {
			t.Errorf("%s: fits an order: %v", c.name, !c.fits)
		}
	}
}
