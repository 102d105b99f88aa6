package model

// DigestKey names a cached digest: an operation of a resource, for the agent's
// parameters as one node sees them.
type DigestKey struct {
	Resource   *Resource
	Task       string
	IntervalMS uint32
}

// DigestChange is what comparing recorded with computed digests says.
type DigestChange uint8

// The results of a comparison.
const (
	DigestUnknown DigestChange = iota // nothing recorded
	DigestMatch
	DigestMismatch // changed, in parameters that can be reloaded or rescheduled
	DigestRestart  // changed, in parameters that need a restart
)

// A Digest holds the fingerprints of an operation's parameters, as hex text,
// and the parameters they were made of. The action package writes it.
type Digest struct {
	Change        DigestChange
	All           string
	Secure        string // without private parameters, "" if not computed
	Restart       string // parameters that need a restart, "" if not computed
	ParamsAll     Vars
	ParamsSecure  Vars
	ParamsRestart Vars
	HaveSecure    bool
	HaveRestart   bool
}
