package ipc

import (
	"net"

	"golang.org/x/sys/unix"
)

// Peer is who is at the other end of a connection, as the kernel says (unix(7),
// SO_PEERCRED and SO_PEERGROUPS).
type Peer struct {
	UID, GID uint32
	PID      int32
	Groups   []uint32 // supplementary groups; nil where the kernel cannot tell
}

// PeerOf asks the kernel about a connection.
func PeerOf(c *net.UnixConn) (Peer, error) {
	raw, err := c.SyscallConn()
	if err != nil {
		return Peer{}, err
	}
	var p Peer
	var inner error
	err = raw.Control(func(fd uintptr) {
		var cred *unix.Ucred
		if cred, inner = unix.GetsockoptUcred(int(fd), unix.SOL_SOCKET, unix.SO_PEERCRED); inner != nil {
			return
		}
		p = Peer{UID: cred.Uid, GID: cred.Gid, PID: cred.Pid, Groups: groups(int(fd))}
	})
	if err == nil {
		err = inner
	}
	return p, err
}

// In reports whether the peer is in a group.
func (p Peer) In(gid uint32) bool {
	if p.GID == gid {
		return true
	}
	for _, g := range p.Groups {
		if g == gid {
			return true
		}
	}
	return false
}
