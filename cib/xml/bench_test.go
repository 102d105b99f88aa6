package xml

import (
	"io"
	"testing"
)

// pairs is a document such as configurations are.
func pairs() []byte {
	doc := []byte("<cib>")
	for range 2000 {
		doc = append(doc, "  <nvpair id=\"params-6-instance_attributes-name\" name=\"name\" value=\"a value\"/>\n"...)
	}
	return append(doc, "</cib>"...)
}

func BenchmarkParse(b *testing.B) {
	doc := pairs()
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(doc); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkWrite(b *testing.B) {
	doc := pairs()
	root, err := Parse(doc)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if err := WriteIndented(io.Discard, root); err != nil {
			b.Fatal(err)
		}
	}
}
