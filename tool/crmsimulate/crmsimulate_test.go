package crmsimulate

import (
	"testing"

	"holdfast/tool/cibadmin"
	"holdfast/tool/tooltest"
)

func TestTranscripts(t *testing.T) {
	tooltest.Run(t, "testdata", tooltest.Tools{"crm_simulate": Tool, "cibadmin": cibadmin.Tool})
}
