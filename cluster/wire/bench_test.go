package wire

import (
	"testing"

	"holdfast/crm"
)

// BenchmarkCodec encodes and decodes what is said most.
func BenchmarkCodec(b *testing.B) {
	for _, c := range []Command{
		&Attribute{Task: "update", Node: "n1", Name: "pingd", Value: "100"},
		&CIB{Request: 1, Change: Change{Op: "cib_modify", Data: `<nvpair id="r-role" name="target-role" value="Started"/>`}},
		&Result{CallID: 3, Status: crm.OpDone, Code: crm.OCFNotRunning},
	} {
		b.Run(c.kind(), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Decode(Encode(c)); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
