package cluster

import (
	"strings"
	"testing"

	"holdfast/cib"
	"holdfast/cib/xml"
	"holdfast/cluster/wire"
)

// Who asks for an upgrade is told what could not be kept; who asks for anything
// else, or is refused, is told nothing.
func TestAnUpgradeTellsWhatItCouldNotKeep(t *testing.T) {
	root, err := xml.ParseString(`<cib validate-with="pacemaker-3.10" admin_epoch="0" epoch="1" num_updates="0"><configuration><crm_config/><nodes/>
<resources><primitive id="gone" class="upstart" type="x"/></resources><constraints/></configuration><status/></cib>`)
	if err != nil {
		t.Fatal(err)
	}
	result, notes, err := change(root, wire.NewChange(cib.Request{Op: cib.Upgrade}))
	if err != nil || result.CIB.Schema() != cib.NewestSchema {
		t.Fatalf("upgraded to %v: %v", result.CIB.Schema(), err)
	}
	if len(notes) != 1 || !strings.Contains(notes[0], "Dropping resource gone") {
		t.Errorf("told %q", notes)
	}
	if _, notes, err := change(result.CIB.Root(), wire.NewChange(cib.Request{Op: cib.Upgrade})); cib.KindOf(err) != cib.UpToDate || notes != nil {
		t.Errorf("again: %q, %v", notes, err)
	}
	if _, notes, err := change(root, wire.NewChange(cib.Request{Op: cib.Bump})); err != nil || notes != nil {
		t.Errorf("another request: %q, %v", notes, err)
	}
}
