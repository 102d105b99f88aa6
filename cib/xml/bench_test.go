package xml

import "testing"

func BenchmarkParse(b *testing.B) {
	doc := []byte("<cib>")
	for range 2000 {
		doc = append(doc, "  <nvpair id=\"params-6-instance_attributes-name\" name=\"name\" value=\"a value\"/>\n"...)
	}
	doc = append(doc, "</cib>"...)
	b.SetBytes(int64(len(doc)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Parse(doc); err != nil {
			b.Fatal(err)
		}
	}
}
