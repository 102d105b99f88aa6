package cib

import (
	"errors"
	"fmt"

	"holdfast/cib/patch"
	"holdfast/crm"
)

// A Kind is why an operation was refused. Its text and exit code are those that
// Pacemaker's clients know.
type Kind uint8

// The kinds of refusal.
const (
	Unspecified   Kind = iota
	NotFound           // nothing matches
	Exists             // the object is there already
	Malformed          // the request makes no sense
	OldData            // the document is newer than the request
	DiffFailed         // the patch does not fit the document
	SchemaInvalid      // the result would not conform to its schema
	Denied             // access rights forbid it
	DigestWrong        // the data was damaged on its way
	TooNew             // the result needs newer software than this
	Unsupported        // this operation cannot be done here
	UpToDate           // an upgrade has nothing to do
	Untransformed      // an upgrade failed
	Corrupt            // the document cannot be read
)

var kinds = [...]struct {
	text string
	code crm.ExitCode
}{
	Unspecified:   {"Error", crm.ExitError},
	NotFound:      {"No such device or address", crm.ExitNoSuch},
	Exists:        {"File exists", crm.ExitExists},
	Malformed:     {"Invalid argument", crm.ExitSoftware},
	OldData:       {"Update was older than existing configuration", crm.ExitOld},
	DiffFailed:    {"Application of update diff failed", crm.ExitError},
	SchemaInvalid: {"Update does not conform to the configured schema", crm.ExitConfig},
	Denied:        {"Permission denied", crm.ExitInsufficientPriv},
	DigestWrong:   {"Digest does not match expected value", crm.ExitDigest},
	TooNew:        {"Protocol not supported", crm.ExitProtocol},
	Unsupported:   {"Operation not supported", crm.ExitUnimplemented},
	UpToDate:      {"Schema is already the latest available", crm.ExitOK},
	Untransformed: {"Schema transform failed", crm.ExitConfig},
	Corrupt:       {"Could not parse on-disk configuration", crm.ExitConfig},
}

// String returns the text that tools print.
func (k Kind) String() string { return kinds[k].text }

// ExitCode returns the status with which a tool ends that was refused so.
func (k Kind) ExitCode() crm.ExitCode { return kinds[k].code }

// An Error is a refused operation.
type Error struct {
	Kind   Kind
	Detail string   // what exactly, for people; may be empty
	Notes  []string // further lines, such as what a schema does not like
}

func (e *Error) Error() string {
	if e.Detail == "" {
		return e.Kind.String()
	}
	return e.Kind.String() + ": " + e.Detail
}

// KindOf returns why an operation was refused.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Unspecified
}

func refuse(k Kind, format string, args ...any) error {
	return &Error{Kind: k, Detail: fmt.Sprintf(format, args...)}
}

// fromPatch turns an error of package patch into one of ours.
func fromPatch(err error) error {
	kind := Malformed
	switch {
	case err == nil:
		return nil
	case errors.Is(err, patch.ErrOld):
		kind = OldData
	case errors.Is(err, patch.ErrFailed):
		kind = DiffFailed
	}
	return &Error{Kind: kind, Detail: err.Error()}
}
