package crm

// exitOf groups results by the exit code of a tool that ends with them.
var exitOf = []struct {
	exit    ExitCode
	results []Result
}{
	{ExitOK, []Result{ResultOK, ResultNoOutput, ResultWithinRange}},
	{ExitQuorum, []Result{ResultNoQuorum}},
	{ExitOld, []Result{ResultOldData}},
	{ExitConfig, []Result{ResultCIBCorrupt, ResultSchemaValidation, ResultTransformFailed, ResultUnpackError}},
	{ExitInvalidParam, []Result{ResultBadNvpair}},
	{ExitInsufficientPriv, []Result{13}},                                                              // EACCES
	{ExitSoftware, []Result{ResultUnderflow, ResultCompression, ResultCSInternal, 9, 22, 14, 38, 75}}, // EBADF, EINVAL, EFAULT, ENOSYS, EOVERFLOW
	{ExitProtocol, []Result{74, 90, 42, 92, 71, 93, 91}},                                              // EBADMSG, EMSGSIZE, ENOMSG, ENOPROTOOPT, EPROTO, EPROTONOSUPPORT, EPROTOTYPE
	{ExitOSErr, []Result{70, 12}},                                                                     // ECOMM, ENOMEM
	{ExitDisconnect, []Result{103, 111, 104, 107}},                                                    // ECONNABORTED, ECONNREFUSED, ECONNRESET, ENOTCONN
	{ExitExists, []Result{ResultAlready, 17}},                                                         // EEXIST
	{ExitIOErr, []Result{ResultDotError, ResultGraphError, 5}},                                        // EIO
	{ExitUnimplemented, []Result{95}},                                                                 // ENOTSUP
	{ExitMultiple, []Result{ResultMultiple, ResultDuplicateID, 76}},                                   // ENOTUNIQ
	{ExitNoSuch, []Result{ResultNoTransaction, ResultUnknownFormat, 19, 2, 6}},                        // ENODEV, ENOENT, ENXIO
	{ExitNoHost, []Result{ResultNodeUnknown, ResultNSResolution}},
	{ExitTimeout, []Result{62, 110}},                         // ETIME, ETIMEDOUT
	{ExitUnsatisfied, []Result{ResultOpUnsatisfied, 11, 16}}, // EAGAIN, EBUSY
	{ExitNotYetInEffect, []Result{ResultBeforeRange}},
	{ExitExpired, []Result{ResultAfterRange}},
	{ExitIndeterminate, []Result{ResultUndetermined}},
	{ExitNoInput, []Result{ResultNoInput}},
	{ExitDataErr, []Result{ResultBadInput, ResultBadXMLPatch}},
	{ExitNoDC, []Result{ResultNoDC}},
	{ExitDigest, []Result{ResultDigestMismatch}},
}

// Exit gives the exit code of a tool that ends with the result.
func (r Result) Exit() ExitCode {
	for _, e := range exitOf {
		for _, one := range e.results {
			if one == r {
				return e.exit
			}
		}
	}
	return ExitError
}
