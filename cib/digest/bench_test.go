package digest

import (
	"fmt"
	"testing"

	"holdfast/cib/xml"
)

// BenchmarkOnWire is what every replacement costs: the digest of a whole document.
func BenchmarkOnWire(b *testing.B) {
	root := xml.New("cib")
	for i := range 2000 {
		root.Add(xml.New("nvpair", "id", fmt.Sprint("options-", i), "name", "an-option-of-a-resource", "value", fmt.Sprint("value ", i)))
	}
	b.SetBytes(int64(len(root.String())))
	b.ReportAllocs()
	for b.Loop() {
		OnWire(root)
	}
}

// BenchmarkParams is what every entry of a history costs that is compared with the
// configuration.
func BenchmarkParams(b *testing.B) {
	params := xml.New("parameters", "ip", "192.0.2.7", "cidr_netmask", "24", "nic", "eth0", "CRM_meta_timeout", "20000")
	b.ReportAllocs()
	for b.Loop() {
		Params(params)
	}
}
