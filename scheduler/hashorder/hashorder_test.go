package hashorder

import (
	"slices"
	"strconv"
	"testing"
)

func TestOf(t *testing.T) {
	for _, test := range []struct{ entered, yielded []string }{
		{nil, nil},
		{[]string{"fake", "passwd"}, []string{"passwd", "fake"}},
	} {
		var got []string
		for _, i := range Of(test.entered) {
			got = append(got, test.entered[i])
		}
		if !slices.Equal(got, test.yielded) {
			t.Errorf("%q comes as %q, want %q", test.entered, got, test.yielded)
		}
	}
}

func TestEveryKeyComesOnce(t *testing.T) {
	for n := range 300 {
		keys := make([]string, n)
		for i := range keys {
			keys[i] = strconv.Itoa(i * 7)
		}
		order := Of(keys)
		slices.Sort(order)
		for i, at := range order {
			if i != at {
				t.Fatalf("of %d keys, number %d is missing or doubled", n, i)
			}
		}
		if len(order) != n {
			t.Fatalf("%d keys of %d", len(order), n)
		}
	}
}
