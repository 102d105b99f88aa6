package status

import (
	"fmt"
	"io"
	"strings"

	"holdfast/scheduler/model"
)

// Log writes the errors among the notices of a run in the form of the cluster's
// log, for tools that were told to log to standard error (PCMK_stderr).
func Log(w io.Writer, notices []model.Notice) {
	for _, n := range notices {
		if n.Severity != model.Error {
			continue
		}
		fmt.Fprintf(w, "(%s@cib.xml:%d) \terror: %s\n", Origin(n), n.Line, LogText(n))
	}
}

// LogText is what a log says of a notice: of errors in the state also where.
func LogText(n model.Notice) string {
	if !n.Config && n.ID != "" {
		return n.Text + " | " + n.ID
	}
	return n.Text
}

// origins are where a log says that a notice comes from, by words in it: the
// reference's names, which readers of logs look for.
var origins = []struct{ words, name string }{
	{"Unexpected result", "unpack_rsc_op_failure"},
	{"Cluster node ", "pe_fence_node"},
	{"Remote node ", "pe_fence_node"},
	{"Guest node ", "pe_fence_node"},
	{" is unclean", "determine_online_status"},
	{"Scheduling node ", "schedule_fencing"},
	{"migration threshold", "pcmk__threshold_reached"},
	{" is unrunnable", "update_resource_action_runnable"},
	{"due to lack of quorum", "cluster_status"},
	{"might be active on", "pcmk__primitive_create_actions"},
	{"Using default value for", "cluster_option_value"},
	{"cannot be used as a promotable clone", "native_unpack"},
	{"Blind faith", "unpack_config"},
	{"Preventing ", "unpack_rsc_op"},
}

// Origin is where a log says that a notice comes from.
func Origin(n model.Notice) string {
	for _, o := range origins {
		if strings.Contains(n.Text, o.words) {
			return o.name
		}
	}
	if n.Config {
		return "unpack_resources"
	}
	return "unpack_rsc_op"
}
