package crmshadow

import (
	"testing"

	"holdfast/tool/cibadmin"
	"holdfast/tool/tooltest"
)

func TestTranscripts(t *testing.T) {
	tooltest.Run(t, "testdata", tooltest.Tools{"crm_shadow": Tool, "cibadmin": cibadmin.Tool})
}
