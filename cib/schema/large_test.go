package schema

import (
	"os"
	"testing"

	"holdfast/cib/xml"
)

// BenchmarkLargeCIB parses, validates and writes the document that LARGE_CIB
// names, as tools do.
func BenchmarkLargeCIB(b *testing.B) {
	data, err := os.ReadFile(os.Getenv("LARGE_CIB"))
	if err != nil {
		b.Skip("LARGE_CIB names no document")
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		n, err := xml.Parse(data)
		if err != nil {
			b.Fatal(err)
		}
		ValidateAs(n, "pacemaker-3.9")
		_ = n.Indented()
	}
}
