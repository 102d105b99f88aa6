package qb

import (
	"errors"
	"fmt"
)

// Errors on which callers decide.
var (
	// ErrNotRunning: nobody listens on the service's socket.
	ErrNotRunning = errors.New("not running")
	// ErrDenied: the server refuses this user.
	ErrDenied = errors.New("permission denied")
	// ErrGone: the server closed the connection or died.
	ErrGone = errors.New("connection lost")
	// ErrTimeout: the server did not answer in time; the connection is of no use any more.
	ErrTimeout = errors.New("no answer in time")
	// ErrTryAgain: the server asks senders to wait, nothing was sent.
	ErrTryAgain = errors.New("try again")
	// ErrDamaged: the shared memory holds something that cannot be.
	ErrDamaged = errors.New("shared memory damaged")
)

// Status is the verdict in an answer (cs_error_t).
type Status int32

// The statuses that callers decide on.
const (
	OK       Status = 1
	TryAgain Status = 6
	Busy     Status = 10
	Access   Status = 11
	NotExist Status = 12
	NoMore   Status = 27
)

var statusText = map[Status]string{
	2: "library error", 3: "wrong version", 4: "initialisation failed", 5: "timeout",
	TryAgain: "try again", 7: "invalid parameter", 8: "no memory", 9: "bad handle",
	Busy: "busy", Access: "access denied", NotExist: "does not exist", 13: "name too long",
	14: "exists already", 15: "no space", 16: "interrupted", 17: "name not found",
	18: "no resources", 19: "not supported", 20: "bad operation", 21: "failed operation",
	22: "message error", 23: "queue full", 24: "queue not available", 25: "bad flags",
	26: "too big", NoMore: "no more",
}

func (s Status) Error() string {
	if text, ok := statusText[s]; ok {
		return text
	}
	return fmt.Sprintf("error %d", int32(s))
}
