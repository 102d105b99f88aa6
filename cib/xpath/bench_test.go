package xpath

import (
	"fmt"
	"testing"

	"holdfast/cib/xml"
)

// BenchmarkSelect asks a document of a thousand resources what tools, patches and
// access control ask.
func BenchmarkSelect(b *testing.B) {
	resources := xml.New("resources")
	for i := range 1000 {
		id := fmt.Sprint("r", i)
		meta := xml.New("meta_attributes", "id", id+"-meta").Add(xml.New("nvpair", "id", id+"-role", "name", "target-role", "value", "Started"))
		resources.Add(xml.New("primitive", "id", id, "class", "ocf", "type", "Dummy").Add(meta))
	}
	root := xml.New("cib").Add(xml.New("configuration").Add(resources))
	for _, expr := range []string{
		"/cib/configuration/resources/primitive[@id='r500']",
		"//primitive[@id='r500']",
		"//nvpair[@name='target-role' and @value='Stopped']",
	} {
		b.Run(expr, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := Find(root, expr); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
