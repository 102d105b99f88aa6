package ipc

import (
	"encoding/binary"
	"unsafe"

	"golang.org/x/sys/unix"
)

// maxGroups is the kernel's limit of supplementary groups (NGROUPS_MAX).
const maxGroups = 65536

// groups returns the supplementary groups of a socket's peer.
func groups(fd int) []uint32 {
	buf := make([]byte, 64*4)
	for {
		size := uint32(len(buf))
		_, _, e := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_SOCKET, unix.SO_PEERGROUPS,
			uintptr(unsafe.Pointer(&buf[0])), uintptr(unsafe.Pointer(&size)), 0)
		switch {
		case e == unix.ERANGE && len(buf) < maxGroups*4:
			buf = make([]byte, maxGroups*4)
			continue
		case e != 0:
			return nil
		}
		list := make([]uint32, size/4)
		for i := range list {
			list[i] = binary.NativeEndian.Uint32(buf[i*4:])
		}
		return list
	}
}
