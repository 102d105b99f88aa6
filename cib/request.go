package cib

import (
	"time"

	"holdfast/cib/acl"
	"holdfast/cib/xml"
)

// An Op is what a request asks for.
type Op uint8

// The operations.
const (
	Noop Op = iota
	Query
	Create
	Modify
	Replace
	Delete
	Erase
	Bump
	Patch
	Upgrade
	Transaction
)

var opNames = [...]string{
	Noop: "noop", Query: "cib_query", Create: "cib_create", Modify: "cib_modify", Replace: "cib_replace",
	Delete: "cib_delete", Erase: "cib_erase", Bump: "cib_bump", Patch: "cib_apply_diff", Upgrade: "cib_upgrade",
	Transaction: "cib_commit_transact",
}

// String returns the name that the operation has in Pacemaker's messages.
func (o Op) String() string { return opNames[o] }

// Changes reports whether the operation may change the document.
func (o Op) Changes() bool { return o != Noop && o != Query }

// ParseOp is the inverse of String.
func ParseOp(name string) (Op, bool) {
	for o, n := range opNames {
		if n == name {
			return Op(o), true
		}
	}
	return Noop, false
}

// A Request is one operation on a CIB.
type Request struct {
	Op Op

	// Section limits where the operation looks (see Sections). XPath does the same
	// with an expression; it takes the place of Section.
	Section, XPath string

	// Data is the element to create, to find, to put in place, or the patch.
	Data *xml.Node

	AllowCreate bool // Modify: create what does not exist
	Score       bool // Modify: "NAME++" and "NAME+=N" count the old value up
	All         bool // with XPath, all that match and not only the first
	NoChildren  bool // Query: without what is below
	NoStamp     bool // do not record who changed the configuration, and when
	Keep        bool // do not count the version up: the data comes from a peer, with its own
	NoSchema    bool // do not check the result: it comes from a peer that has checked it

	// Requests are the operations of a Transaction: all or none.
	Requests []Request

	// User is who asks, "" for the cluster itself, and Groups the groups of the
	// user. Rights are those of the user.
	User   string
	Groups []string
	// Trace, if set, is told of decisions about rights, and, from "upgrade", of
	// what an upgrade could not keep.
	Trace acl.Tracer
	// Origin and Client, the node and the program that the request came from, are
	// recorded with User and Time in a changed configuration.
	Origin, Client string
	Time           time.Time

	// MaxSchema bounds an Upgrade; "" means the newest.
	MaxSchema string

	rights *acl.Rights // of User, nil if everything is allowed
}

// A Result is what an operation has done.
type Result struct {
	CIB    CIB       // the new version, or the old one if nothing changed
	Output *xml.Node // what a Query found
	Patch  *xml.Node // leads from the old version to the new, without digest; nil if nothing changed
	// ConfigChanged says that the change is not only one of status.
	ConfigChanged bool
}
