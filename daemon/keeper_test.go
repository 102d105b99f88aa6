package daemon

import (
	"io"
	"reflect"
	"testing"

	"holdfast/cib"
	"holdfast/cluster"
	"holdfast/cluster/wire"
)

// TestLineageOutlivesTheJournal holds that the next process reads the whole lineage, also after
// the journal has been moved to the files: who went on alone may not take itself for a
// majority after its machine has booted.
func TestLineageOutlivesTheJournal(t *testing.T) {
	dir := t.TempDir()
	open := func() (*keeper, wire.Lineage) {
		k, err := newKeeper(dir, func(cluster.Input) {}, &logger{outs: []io.Writer{io.Discard}})
		if err != nil {
			t.Fatal(err)
		}
		_, lineage, err := k.load()
		if err != nil {
			t.Fatal(err)
		}
		return k, lineage
	}
	want := wire.Lineage{Ring: 52, Version: [2]int{0, 7}, Members: "2", Boot: "second", Ended: "first", Blank: true}
	k, _ := open()
	k.save(cluster.Store{Index: 1, CIB: cib.Empty("").Root(), Lineage: want})
	k.close() // moves the journal to the files
	k, got := open()
	defer k.close()
	if !reflect.DeepEqual(got, want) {
		t.Errorf("stored %+v, read %+v", want, got)
	}
}
