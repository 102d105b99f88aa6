package corosync

import (
	"errors"
	"fmt"
	"os"

	"holdfast/host/engine/corosync/qb"
)

var errNoQuorum = errors.New("corosync.conf has no quorum provider: add quorum { provider: corosync_votequorum } and restart corosync")

var errPutOut = errors.New("this process was put out of its group")

// explain adds the cure to errors that have one.
func explain(err error) error {
	switch {
	case errors.Is(err, qb.ErrNotRunning):
		return fmt.Errorf("corosync: %w: start it (systemctl start corosync), or read its log if it does not stay", err)
	case errors.Is(err, qb.ErrDenied), errors.Is(err, os.ErrPermission), errors.Is(err, qb.Access):
		return fmt.Errorf("corosync: %w for uid %d gid %d: run as root, or allow it with uidgid { uid: … } in /etc/corosync/uidgid.d", err, os.Geteuid(), os.Getegid())
	case errors.Is(err, qb.ErrTimeout):
		return fmt.Errorf("corosync: %w: it is stopped or hangs; restart it", err)
	case errors.Is(err, qb.ErrGone):
		return fmt.Errorf("corosync: %w: it has ended or was restarted", err)
	}
	return fmt.Errorf("corosync: %w", err)
}

// temporary errors are worth a retry.
func temporary(err error) bool {
	return errors.Is(err, qb.ErrTryAgain) || errors.Is(err, qb.TryAgain) || errors.Is(err, qb.Busy)
}
