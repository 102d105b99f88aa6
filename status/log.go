package status

import (
	"fmt"
	"io"

	"holdfast/scheduler/model"
)

// Log writes the errors among the notices of a run in the form of the cluster's
// log, for tools that were told to log to standard error (PCMK_stderr).
func Log(w io.Writer, notices []model.Notice) {
	for _, n := range notices {
		if n.Severity != model.Error {
			continue
		}
		text := n.Text
		if !n.Config && n.ID != "" {
			text += " | " + n.ID
		}
		fmt.Fprintf(w, "(%s@cib.xml:%d) error: %s\n", logOrigin(n), n.Line, text)
	}
}

// logOrigin is where the log says that a notice comes from: the reference's
// names, which readers of logs look for.
func logOrigin(n model.Notice) string {
	if n.Config {
		return "unpack_resources"
	}
	return "unpack_rsc_op"
}
