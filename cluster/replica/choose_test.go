package replica

import (
	"testing"

	"holdfast/cluster/wire"
)

// A majority whose disks were replaced comes up first, has quorum, and has been given no
// configuration. Then the one that kept its disk comes: what was once configured goes
// on. As soon as somebody has configured the majority, that counts as in any history.
func TestWhatNobodyConfiguredLoses(t *testing.T) {
	kept := &wire.Hello{CIB: wire.Version{0, 12}, Lineage: wire.Lineage{Ring: 40}}
	replaced := &wire.Hello{CIB: wire.Version{0, 2}, Current: true, Formed: true, Live: true, Lineage: wire.Lineage{Ring: 44, Blank: true}}
	if !better(kept, replaced) || better(replaced, kept) {
		t.Error("an empty configuration goes on, and one that was made is lost")
	}
	replaced.Lineage.Blank = false
	if !better(replaced, kept) || better(kept, replaced) {
		t.Error("what was configured with quorum is lost")
	}
}
