package cib

import (
	"fmt"
	"testing"

	"holdfast/cib/xml"
)

// BenchmarkStatusUpdate is what a cluster does most: record one result of one
// operation among very many.
func BenchmarkStatusUpdate(b *testing.B) {
	root := Empty("").root.Clone()
	for n := range 32 {
		state := xml.New("node_state", "id", fmt.Sprint(n))
		resources := xml.New("lrm_resources")
		for r := range 500 {
			id := fmt.Sprint("r", r)
			resources.Add(xml.New("lrm_resource", "id", id).Add(xml.New("lrm_rsc_op", "id", id+"_last_0", "call-id", "1", "rc-code", "0")))
		}
		root.Child("status").Add(state.Add(xml.New("lrm", "id", fmt.Sprint(n)).Add(resources)))
	}
	c, err := New(root)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		op := xml.New("lrm_rsc_op", "id", "r250_last_0", "call-id", fmt.Sprint(i+2), "rc-code", "0")
		update := xml.New("status").Add(xml.New("node_state", "id", "16").Add(xml.New("lrm", "id", "16").Add(
			xml.New("lrm_resources").Add(xml.New("lrm_resource", "id", "r250").Add(op)))))
		result, err := c.Apply(Request{Op: Modify, Section: "status", Data: update})
		if err != nil || result.Patch == nil {
			b.Fatal(err)
		}
		c = result.CIB
	}
}
