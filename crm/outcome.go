package crm

import "strconv"

// OCF is the exit status by which a resource agent tells what it found or did
// (OCF resource agent API 1.1). Agents of other standards are mapped to it.
type OCF int

// The statuses an agent may return. OCFUnknown stands for "no result yet" and
// OCFConnectionDied for a lost executor; no agent returns these two.
const (
	OCFOK               OCF = 0
	OCFError            OCF = 1
	OCFInvalidParam     OCF = 2
	OCFUnimplemented    OCF = 3
	OCFInsufficientPriv OCF = 4
	OCFNotInstalled     OCF = 5
	OCFNotConfigured    OCF = 6
	OCFNotRunning       OCF = 7
	OCFPromoted         OCF = 8
	OCFFailedPromoted   OCF = 9
	OCFConnectionDied   OCF = 189
	OCFDegraded         OCF = 190
	OCFDegradedPromoted OCF = 191
	OCFUnknown          OCF = 193
)

// String describes the status as tools show it; it is the text of the exit code
// with the same number.
func (o OCF) String() string { return ExitCode(o).String() }

// ParseOCF reads the decimal number of a status.
func ParseOCF(text string) (o OCF, ok bool) {
	n, err := strconv.Atoi(text)
	return OCF(n), err == nil
}

// OpStatus is how an executor fared with an operation, apart from what the
// agent said: the agent's own status counts only with OpDone. It is stored in
// the CIB as a number (op-status); the zero value here means unknown, so use
// Number and OpStatusOf to cross that border.
type OpStatus uint8

// The execution statuses.
const (
	OpUnknown       OpStatus = iota
	OpPending                // in progress
	OpDone                   // completed, the agent's status is known
	OpCancelled              // given up on request
	OpTimeout                // did not complete in time
	OpNotSupported           // the agent does not implement the action
	OpError                  // failed, may be retried
	OpErrorHard              // failed, not to be retried on this node
	OpErrorFatal             // failed, not to be retried anywhere
	OpNotInstalled           // agent or dependency missing on this node
	OpNotConnected           // no connection to the executor
	OpInvalid                // cannot be attempted now, such as during shutdown
	OpNoFenceDevice          // no fence device is configured for the target
	OpNoSecrets              // secrets of the configuration are not available
)

var opStatusTexts = [...]struct{ name, text string }{
	OpUnknown:       {"PCMK_EXEC_UNKNOWN", "Unrecognized status (bug?)"},
	OpPending:       {"PCMK_EXEC_PENDING", "Pending"},
	OpDone:          {"PCMK_EXEC_DONE", "Done"},
	OpCancelled:     {"PCMK_EXEC_CANCELLED", "Cancelled"},
	OpTimeout:       {"PCMK_EXEC_TIMEOUT", "Timed out"},
	OpNotSupported:  {"PCMK_EXEC_NOT_SUPPORTED", "Unsupported"},
	OpError:         {"PCMK_EXEC_ERROR", "Error"},
	OpErrorHard:     {"PCMK_EXEC_ERROR_HARD", "Hard error"},
	OpErrorFatal:    {"PCMK_EXEC_ERROR_FATAL", "Fatal error"},
	OpNotInstalled:  {"PCMK_EXEC_NOT_INSTALLED", "Not installed"},
	OpNotConnected:  {"PCMK_EXEC_NOT_CONNECTED", "Internal communication failure"},
	OpInvalid:       {"PCMK_EXEC_INVALID", "Cannot execute now"},
	OpNoFenceDevice: {"PCMK_EXEC_NO_FENCE_DEVICE", "No fence device"},
	OpNoSecrets:     {"PCMK_EXEC_NO_SECRETS", "CIB secrets unavailable"},
}

// opStatusOffset is between our numbers and the CIB's, where pending is -1.
const opStatusOffset = 2

// Number gives the CIB's number for the status: -1 pending, 0 done, and so on.
func (s OpStatus) Number() int { return int(s) - opStatusOffset }

// OpStatusOf is the status that the CIB writes as n; OpUnknown if there is none.
func OpStatusOf(n int) OpStatus {
	n += opStatusOffset
	if n <= 0 || n >= len(opStatusTexts) {
		return OpUnknown
	}
	return OpStatus(n)
}

// ParseOpStatus reads the CIB's op-status attribute.
func ParseOpStatus(text string) (s OpStatus, ok bool) {
	n, err := strconv.Atoi(text)
	if err != nil {
		return OpUnknown, false
	}
	s = OpStatusOf(n)
	return s, s != OpUnknown
}

// String describes the status as tools show it.
func (s OpStatus) String() string {
	if int(s) < len(opStatusTexts) {
		return opStatusTexts[s].text
	}
	return opStatusTexts[OpUnknown].text
}

// Name gives the status's symbolic name in the reference's API.
func (s OpStatus) Name() string {
	if int(s) < len(opStatusTexts) {
		return opStatusTexts[s].name
	}
	return opStatusTexts[OpUnknown].name
}

// Failed reports whether an operation that ended with this execution status and
// agent status did not do what was expected of it. Pending and cancelled
// operations have not failed.
func (s OpStatus) Failed(got, expected OCF) bool {
	switch s {
	case OpPending, OpCancelled:
		return false
	case OpNotSupported, OpTimeout, OpError, OpNotConnected, OpNoFenceDevice, OpNoSecrets, OpInvalid:
		return true
	}
	return got != expected
}
