package access

import (
	"errors"

	"holdfast/cib"
	"holdfast/crm"
	"holdfast/tool"
)

// Reason returns the text and the exit code for an error of Open, Do or Close,
// in the words that clients know.
func Reason(err error) (string, crm.ExitCode) {
	var refused *cib.Error
	var failed *tool.Error
	switch {
	case errors.As(err, &refused):
		return refused.Kind.String(), refused.Kind.ExitCode()
	case errors.Is(err, tool.ErrNoCluster):
		return "Transport endpoint is not connected", crm.ExitDisconnect
	case errors.As(err, &failed):
		return failed.Text, failed.Code
	}
	return err.Error(), crm.ExitError
}
