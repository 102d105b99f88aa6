package xml

import (
	"math/rand"
	"strings"
	"testing"
)

// What is passed over eight bytes at a time is what would be passed over one at
// a time, wherever in a word the byte stands that ends it.
func TestWordsStopWhereBytesDo(t *testing.T) {
	r := rand.New(rand.NewSource(1))
	alphabet := "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\x00\x1f \t\n!\"#%&';<=>?\x7e\x7f\x80\xa0\xbc\xbe\xff"
	for range 20000 {
		var b strings.Builder
		for range r.Intn(40) {
			b.WriteByte(alphabet[r.Intn(len(alphabet))])
		}
		s, from := b.String(), 0
		if s != "" {
			from = r.Intn(len(s))
		}
		for _, quote := range []byte{'"', '\''} {
			if got, want := specialAt(s, from, quote), stop(s, from, func(c byte) bool { return c == quote || class[c]&special != 0 }); got != want {
				t.Fatalf("a value in %c, %q from %d, ends at %d, want %d", quote, s, from, got, want)
			}
		}
		if got, want := escapedAt(s, from), stop(s, from, func(c byte) bool { return class[c]&escaped != 0 }); got != want {
			t.Fatalf("in %q from %d, %d is escaped, want %d", s, from, got, want)
		}
	}
}

func stop(s string, i int, at func(byte) bool) int {
	for i < len(s) && !at(s[i]) {
		i++
	}
	return i
}
