package store

import (
	"os"

	"golang.org/x/sys/unix"
)

// datasync flushes a file's content and size, and not its times (fdatasync(2)).
func datasync(f *os.File) error {
	for {
		err := unix.Fdatasync(int(f.Fd()))
		if err != unix.EINTR {
			return err
		}
	}
}
