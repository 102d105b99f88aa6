package patch

import (
	"fmt"
	"testing"

	"holdfast/cib/xml"
)

// large is a document of resources with histories, and a copy of it in which the
// way to one entry is new, as an edit leaves it.
func large() (from, to *xml.Node) {
	status := xml.New("status")
	for n := range 16 {
		resources := xml.New("lrm_resources")
		for r := range 250 {
			id := fmt.Sprint("r", r)
			resources.Add(xml.New("lrm_resource", "id", id).Add(xml.New("lrm_rsc_op", "id", id+"_last_0", "call-id", "1", "rc-code", "0")))
		}
		status.Add(xml.New("node_state", "id", fmt.Sprint(n)).Add(xml.New("lrm", "id", fmt.Sprint(n)).Add(resources)))
	}
	from = xml.New("cib", "admin_epoch", "0", "epoch", "1", "num_updates", "0").Add(xml.New("configuration"), status)
	e := xml.Edit(from)
	e.Own(xml.Path{1, 8, 0, 0, 125, 0}).SetAttr("rc-code", "7")
	e.Own(nil).SetAttr("num_updates", "1")
	return from, e.Root()
}

// BenchmarkDiff compares two versions that share all but the way to a change.
func BenchmarkDiff(b *testing.B) {
	from, to := large()
	b.ReportAllocs()
	for b.Loop() {
		if Diff(from, to, Options{}) == nil {
			b.Fatal("no difference")
		}
	}
}

// BenchmarkDiffOfStrangers compares two versions that share nothing, as when both
// come from files.
func BenchmarkDiffOfStrangers(b *testing.B) {
	from, to := large()
	to = to.Clone()
	b.ReportAllocs()
	for b.Loop() {
		if Diff(from, to, Options{}) == nil {
			b.Fatal("no difference")
		}
	}
}

// BenchmarkApply applies the patch of one change.
func BenchmarkApply(b *testing.B) {
	from, to := large()
	p := Diff(from, to, Options{})
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Apply(from, p, true); err != nil {
			b.Fatal(err)
		}
	}
}
