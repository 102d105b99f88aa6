package crm

import "strconv"

// Result is what an operation of the cluster's API came to, as the reference
// numbers it: 0 is success, numbers above are system errors, and those below
// are the cluster's own. Tools show its text; their exit status is its Exit.
type Result int

// The cluster's own results.
const (
	ResultOK                Result = 0
	ResultError             Result = -1001
	ResultUnknownFormat     Result = -1002
	ResultBadNvpair         Result = -1003
	ResultAlready           Result = -1004
	ResultNodeUnknown       Result = -1005
	ResultMultiple          Result = -1006
	ResultCIBCorrupt        Result = -1007
	ResultCIBSave           Result = -1008
	ResultCIBBackup         Result = -1009
	ResultCIBModified       Result = -1010
	ResultDiffResync        Result = -1011
	ResultDiffFailed        Result = -1012
	ResultOldData           Result = -1013
	ResultTransformFailed   Result = -1014
	ResultSchemaUnchanged   Result = -1015
	ResultSchemaValidation  Result = -1016
	ResultNoQuorum          Result = -1017
	ResultIPCUnauthorized   Result = -1018
	ResultIPCUnresponsive   Result = -1019
	ResultIPCPIDOnly        Result = -1020
	ResultOpUnsatisfied     Result = -1021
	ResultUndetermined      Result = -1022
	ResultBeforeRange       Result = -1023
	ResultWithinRange       Result = -1024
	ResultAfterRange        Result = -1025
	ResultNoOutput          Result = -1026
	ResultNoInput           Result = -1027
	ResultUnderflow         Result = -1028
	ResultDotError          Result = -1029
	ResultGraphError        Result = -1030
	ResultInvalidTransition Result = -1031
	ResultUnpackError       Result = -1032
	ResultDuplicateID       Result = -1033
	ResultDisabled          Result = -1034
	ResultBadInput          Result = -1035
	ResultBadXMLPatch       Result = -1036
	ResultNoTransaction     Result = -1037
	ResultNSResolution      Result = -1038
	ResultCompression       Result = -1039
	ResultNoDC              Result = -1040
	ResultIPCMore           Result = -1041
	ResultCSInternal        Result = -1042
	ResultDigestMismatch    Result = -1043
)

// System errors that tools report by name.
const (
	ResultEPERM     Result = 1
	ResultENOENT    Result = 2
	ResultEIO       Result = 5
	ResultENXIO     Result = 6
	ResultENOMEM    Result = 12
	ResultEACCES    Result = 13
	ResultEEXIST    Result = 17
	ResultENODEV    Result = 19
	ResultEINVAL    Result = 22
	ResultENOMSG    Result = 42
	ResultENODATA   Result = 61
	ResultENOTUNIQ  Result = 76
	ResultEPROTO    Result = 71
	ResultENOTSUP   Result = 95
	ResultENOTCONN  Result = 107
	ResultETIMEDOUT Result = 110
	ResultEALREADY  Result = 114
)

// resultText describes one of the cluster's own results. legacy is the number
// that older interfaces used for it; 201 stands for several.
type resultText struct {
	name, text string
	legacy     int
}

// resultTexts holds the text of ResultError-i at index i.
var resultTexts = []resultText{
	{"pcmk_rc_error", "Error", 201},
	{"pcmk_rc_unknown_format", "Unknown output format", 217},
	{"pcmk_rc_bad_nvpair", "Bad name/value pair given", 216},
	{"pcmk_rc_already", "Already in requested state", 215},
	{"pcmk_rc_node_unknown", "Node not found", 214},
	{"pcmk_rc_multiple", "Resource active on multiple nodes", 213},
	{"pcmk_rc_cib_corrupt", "Could not parse on-disk configuration", 212},
	{"pcmk_rc_cib_save", "Could not save new configuration to disk", 210},
	{"pcmk_rc_cib_backup", "Could not archive previous configuration", 209},
	{"pcmk_rc_cib_modified", "On-disk configuration was manually modified", 208},
	{"pcmk_rc_diff_resync", "Application of update diff failed, requesting full refresh", 207},
	{"pcmk_rc_diff_failed", "Application of update diff failed", 206},
	{"pcmk_rc_old_data", "Update was older than existing configuration", 205},
	{"pcmk_rc_transform_failed", "Schema transform failed", 204},
	{"pcmk_rc_schema_unchanged", "Schema is already the latest available", 211},
	{"pcmk_rc_schema_validation", "Update does not conform to the configured schema", 203},
	{"pcmk_rc_no_quorum", "Operation requires quorum", 202},
	{"pcmk_rc_ipc_unauthorized", "IPC server is blocked by unauthorized process", 201},
	{"pcmk_rc_ipc_unresponsive", "IPC server is unresponsive", 201},
	{"pcmk_rc_ipc_pid_only", "IPC server process is active but not accepting connections", 201},
	{"pcmk_rc_op_unsatisfied", "Not applicable under current conditions", 201},
	{"pcmk_rc_undetermined", "Result undetermined", 201},
	{"pcmk_rc_before_range", "Result occurs before given range", 201},
	{"pcmk_rc_within_range", "Result occurs within given range", 201},
	{"pcmk_rc_after_range", "Result occurs after given range", 201},
	{"pcmk_rc_no_output", "Output message produced no output", 201},
	{"pcmk_rc_no_input", "Input file not available", 201},
	{"pcmk_rc_underflow", "Value too small to be stored in data type", 201},
	{"pcmk_rc_dot_error", "Error writing dot(1) file", 201},
	{"pcmk_rc_graph_error", "Error writing graph file", 201},
	{"pcmk_rc_invalid_transition", "Cluster simulation produced invalid transition", 201},
	{"pcmk_rc_unpack_error", "Unable to parse CIB XML", 201},
	{"pcmk_rc_duplicate_id", "Two or more XML elements have the same ID", 201},
	{"pcmk_rc_disabled", "Disabled", 201},
	{"pcmk_rc_bad_input", "Bad input value provided", 201},
	{"pcmk_rc_bad_xml_patch", "Bad XML patch format", 201},
	{"pcmk_rc_no_transaction", "No active transaction found", 201},
	{"pcmk_rc_ns_resolution", "Nameserver resolution error", 201},
	{"pcmk_rc_compression", "Compression/decompression error", 201},
	{"pcmk_rc_no_dc", "DC is not yet elected", 201},
	{"pcmk_rc_ipc_more", "More IPC message fragments to send", 201},
	{"pcmk_rc_cs_internal", "Internal corosync error", 201},
	{"pcmk_rc_digest_mismatch", "Digest does not match expected value", 201},
}

// String describes the result.
func (r Result) String() string {
	if t := r.own(); t != nil {
		return t.text
	}
	if t := r.errno(); t != nil {
		return t.text
	}
	switch {
	case r == ResultOK:
		return "OK"
	case r < 0:
		return "Error"
	}
	return "Unknown error " + strconv.Itoa(int(r))
}

// Name gives the result's symbolic name, "Unknown" if it has none.
func (r Result) Name() string {
	if t := r.own(); t != nil {
		return t.name
	}
	if t := r.errno(); t != nil {
		return t.name
	}
	if r == ResultOK {
		return "pcmk_rc_ok"
	}
	return "Unknown"
}

func (r Result) own() *resultText {
	if i := int(ResultError - r); i >= 0 && i < len(resultTexts) {
		return &resultTexts[i]
	}
	return nil
}

func (r Result) errno() *errnoText {
	for i := range errnoTexts {
		if errnoTexts[i].number == r {
			return &errnoTexts[i]
		}
	}
	return nil
}

// Error makes a Result an error that wraps nothing.
func (r Result) Error() string { return r.String() }

// Results lists all results with a name in ascending order.
func Results() []Result {
	var all []Result
	for i := len(resultTexts) - 1; i >= 0; i-- {
		all = append(all, ResultError-Result(i))
	}
	all = append(all, ResultOK)
	for i := range errnoTexts {
		all = append(all, errnoTexts[i].number)
	}
	return all
}
