package access

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner gives a file the owner that another had. Only root can, and for
// others the file belongs to them already.
func keepOwner(path string, was fs.FileInfo) {
	if st, ok := was.Sys().(*syscall.Stat_t); ok && os.Geteuid() == 0 {
		os.Chown(path, int(st.Uid), int(st.Gid))
	}
}
