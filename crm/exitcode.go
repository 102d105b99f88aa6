package crm

// ExitCode is the exit status of a command-line tool. Scripts and other tools
// decide on these numbers, so they never change meaning.
type ExitCode int

// The exit codes: 2 to 9 are shared with agents (OCF), 64 to 78 with
// sysexits.h, 100 and more are the cluster's own.
const (
	ExitOK               ExitCode = 0
	ExitError            ExitCode = 1
	ExitInvalidParam     ExitCode = 2 // a parameter is wrong here
	ExitUnimplemented    ExitCode = 3
	ExitInsufficientPriv ExitCode = 4
	ExitNotInstalled     ExitCode = 5
	ExitNotConfigured    ExitCode = 6 // a parameter is wrong anywhere
	ExitNotRunning       ExitCode = 7
	ExitPromoted         ExitCode = 8
	ExitFailedPromoted   ExitCode = 9
	ExitUsage            ExitCode = 64 // the command line is wrong
	ExitDataErr          ExitCode = 65 // the user's data is wrong
	ExitNoInput          ExitCode = 66
	ExitNoUser           ExitCode = 67
	ExitNoHost           ExitCode = 68
	ExitUnavailable      ExitCode = 69
	ExitSoftware         ExitCode = 70
	ExitOSErr            ExitCode = 71
	ExitOSFile           ExitCode = 72
	ExitCantCreate       ExitCode = 73
	ExitIOErr            ExitCode = 74
	ExitTempFail         ExitCode = 75
	ExitProtocol         ExitCode = 76
	ExitNoPerm           ExitCode = 77
	ExitConfig           ExitCode = 78
	ExitFatal            ExitCode = 100 // do not start this daemon again
	ExitPanic            ExitCode = 101
	ExitDisconnect       ExitCode = 102 // no connection, or it was lost
	ExitOld              ExitCode = 103 // the update is older than what is there
	ExitDigest           ExitCode = 104
	ExitNoSuch           ExitCode = 105 // the thing asked for does not exist
	ExitQuorum           ExitCode = 106
	ExitUnsafe           ExitCode = 107 // needs --force or other conditions
	ExitExists           ExitCode = 108
	ExitMultiple         ExitCode = 109
	ExitExpired          ExitCode = 110
	ExitNotYetInEffect   ExitCode = 111
	ExitIndeterminate    ExitCode = 112
	ExitUnsatisfied      ExitCode = 113
	ExitNoDC             ExitCode = 114 // such as right after a start of the cluster
	ExitTimeout          ExitCode = 124 // as timeout(1) has it
	ExitDegraded         ExitCode = 190
	ExitDegradedPromoted ExitCode = 191
	ExitNone             ExitCode = 193
)

// exitText is the symbolic name and description of an exit code.
type exitText struct {
	code       ExitCode
	name, text string
}

// exitTexts lists every known exit code in ascending order.
var exitTexts = []exitText{
	{ExitOK, "CRM_EX_OK", "OK"},
	{ExitError, "CRM_EX_ERROR", "Error occurred"},
	{ExitInvalidParam, "CRM_EX_INVALID_PARAM", "Invalid parameter"},
	{ExitUnimplemented, "CRM_EX_UNIMPLEMENT_FEATURE", "Unimplemented"},
	{ExitInsufficientPriv, "CRM_EX_INSUFFICIENT_PRIV", "Insufficient privileges"},
	{ExitNotInstalled, "CRM_EX_NOT_INSTALLED", "Not installed"},
	{ExitNotConfigured, "CRM_EX_NOT_CONFIGURED", "Not configured"},
	{ExitNotRunning, "CRM_EX_NOT_RUNNING", "Not running"},
	{ExitPromoted, "CRM_EX_PROMOTED", "Promoted"},
	{ExitFailedPromoted, "CRM_EX_FAILED_PROMOTED", "Failed in promoted role"},
	{ExitUsage, "CRM_EX_USAGE", "Incorrect usage"},
	{ExitDataErr, "CRM_EX_DATAERR", "Invalid data given"},
	{ExitNoInput, "CRM_EX_NOINPUT", "Input file not available"},
	{ExitNoUser, "CRM_EX_NOUSER", "User does not exist"},
	{ExitNoHost, "CRM_EX_NOHOST", "Host does not exist"},
	{ExitUnavailable, "CRM_EX_UNAVAILABLE", "Necessary service unavailable"},
	{ExitSoftware, "CRM_EX_SOFTWARE", "Internal software bug"},
	{ExitOSErr, "CRM_EX_OSERR", "Operating system error occurred"},
	{ExitOSFile, "CRM_EX_OSFILE", "System file not available"},
	{ExitCantCreate, "CRM_EX_CANTCREAT", "Cannot create output file"},
	{ExitIOErr, "CRM_EX_IOERR", "I/O error occurred"},
	{ExitTempFail, "CRM_EX_TEMPFAIL", "Temporary failure, try again"},
	{ExitProtocol, "CRM_EX_PROTOCOL", "Protocol violated"},
	{ExitNoPerm, "CRM_EX_NOPERM", "Insufficient privileges"},
	{ExitConfig, "CRM_EX_CONFIG", "Invalid configuration"},
	{ExitFatal, "CRM_EX_FATAL", "Fatal error occurred, will not respawn"},
	{ExitPanic, "CRM_EX_PANIC", "System panic required"},
	{ExitDisconnect, "CRM_EX_DISCONNECT", "Not connected"},
	{ExitOld, "CRM_EX_OLD", "Update was older than existing configuration"},
	{ExitDigest, "CRM_EX_DIGEST", "Digest mismatch"},
	{ExitNoSuch, "CRM_EX_NOSUCH", "No such object"},
	{ExitQuorum, "CRM_EX_QUORUM", "Quorum required"},
	{ExitUnsafe, "CRM_EX_UNSAFE", "Operation not safe"},
	{ExitExists, "CRM_EX_EXISTS", "Requested item already exists"},
	{ExitMultiple, "CRM_EX_MULTIPLE", "Multiple items match request"},
	{ExitExpired, "CRM_EX_EXPIRED", "Requested item has expired"},
	{ExitNotYetInEffect, "CRM_EX_NOT_YET_IN_EFFECT", "Requested item is not yet in effect"},
	{ExitIndeterminate, "CRM_EX_INDETERMINATE", "Could not determine status"},
	{ExitUnsatisfied, "CRM_EX_UNSATISFIED", "Not applicable under current conditions"},
	{ExitNoDC, "CRM_EX_NO_DC", "DC is not yet elected"},
	{ExitTimeout, "CRM_EX_TIMEOUT", "Timeout occurred"},
	{ExitDegraded, "CRM_EX_DEGRADED", "Service is active but might fail soon"},
	{ExitDegradedPromoted, "CRM_EX_DEGRADED_PROMOTED", "Service is promoted but might fail soon"},
	{ExitNone, "CRM_EX_NONE", "No exit status available"},
}

// ExitCodes lists all known exit codes in ascending order.
func ExitCodes() []ExitCode {
	codes := make([]ExitCode, len(exitTexts))
	for i := range exitTexts {
		codes[i] = exitTexts[i].code
	}
	return codes
}

// The exit codes between these two mean that a signal ended the process,
// unless they are known by name.
const (
	exitSignalBase ExitCode = 128
	exitMax        ExitCode = 255
)

// String describes the exit code as tools show it, such as "No such object".
func (e ExitCode) String() string {
	if t := e.lookup(); t != nil {
		return t.text
	}
	switch {
	case e == exitMax:
		return "Error occurred"
	case e > exitSignalBase && e < exitMax:
		return "Interrupted by signal"
	}
	return "Unknown exit status"
}

// Name gives the code's symbolic name, such as "CRM_EX_NOSUCH".
func (e ExitCode) Name() string {
	if t := e.lookup(); t != nil {
		return t.name
	}
	return "CRM_EX_UNKNOWN"
}

func (e ExitCode) lookup() *exitText {
	for i := range exitTexts {
		if exitTexts[i].code == e {
			return &exitTexts[i]
		}
	}
	return nil
}
