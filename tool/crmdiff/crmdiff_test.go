package crmdiff

import (
	"testing"

	"holdfast/tool/tooltest"
)

func TestTranscripts(t *testing.T) {
	tooltest.Run(t, "testdata", tooltest.Tools{"crm_diff": Tool})
}
