package hub

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"golang.org/x/sys/unix"
)

// errNoHub: nobody listens at the socket.
var errNoHub = errors.New("no hub runs")

// dialHub connects to the hub there is.
func dialHub(path string) (net.Conn, error) {
	conn, err := net.DialTimeout("unix", path, time.Second)
	switch {
	case err == nil:
		return conn, nil
	case errors.Is(err, unix.ECONNREFUSED), errors.Is(err, unix.ENOENT):
		return nil, errNoHub
	}
	return nil, err
}

// takeOver makes this process the host of the next hub, unless there is one
// already (another process was faster): then host is nil. A hub at the
// socket must show a sign of life, else it is replaced.
func takeOver(ctx context.Context, o *Options, self who) (*host, error) {
	lock, err := lockFile(ctx, o.Path+".lock")
	if err != nil {
		return nil, err
	}
	defer lock.Close() // and with it the lock
	alive, err := lives(o)
	if alive || err != nil {
		return nil, err
	}
	if err := os.Remove(o.Path); err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: o.Path, Net: "unix"})
	if err != nil {
		return nil, fmt.Errorf("host the hub: %w", err)
	}
	listener.SetUnlinkOnClose(false) // the path may be somebody else's by then
	if err := os.Chmod(o.Path, 0o600); err != nil {
		listener.Close()
		return nil, err
	}
	return newHost(*o, self, listener, nextMemo(lock)), nil
}

// lives asks for a sign of life: a hub pings whoever connects.
func lives(o *Options) (bool, error) {
	conn, err := dialHub(o.Path)
	if errors.Is(err, errNoHub) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	defer conn.Close()
	conn.SetReadDeadline(time.Now().Add(o.Token))
	_, _, err = readFrame(bufio.NewReader(conn), maxHello)
	return err == nil, nil
}

// lockFile takes the lock, asking again while another process decides.
func lockFile(ctx context.Context, path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("hub: %w", err)
	}
	for {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return f, nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) && !errors.Is(err, unix.EINTR) {
			f.Close()
			return nil, fmt.Errorf("lock %s: %w", path, err)
		}
		select {
		case <-ctx.Done():
			f.Close()
			return nil, fmt.Errorf("lock %s: another process holds it: %w", path, ctx.Err())
		case <-time.After(time.Millisecond):
		}
	}
}

// memo is what a host leaves in the lock file for the next one, whose first
// client may be a fresh process that knows nothing.
type memo struct {
	Ring    uint64 `json:"ring"`
	Members []who  `json:"members"`
	Held    []who  `json:"held"`
}

// nextMemo reads the memo and draws a ring number larger than those of all
// reigns before. Within its reign a hub counts on from it.
func nextMemo(lock *os.File) (last memo) {
	const perReign = 1 << 20
	text := make([]byte, 64<<10)
	n, _ := lock.ReadAt(text, 0)
	if json.Unmarshal(text[:n], &last) != nil {
		last = memo{} // a new file, or one that was torn: numbers begin anew
	}
	last.Ring += perReign
	writeMemo(lock, last)
	return last
}

func writeMemo(f *os.File, m memo) {
	text := append(pack(m), '\n')
	if _, err := f.WriteAt(text, 0); err == nil {
		f.Truncate(int64(len(text)))
	}
}

// saveMemo is for a host in office; failing to write costs the next host some
// waiting, no more.
func saveMemo(path string, m memo) {
	if f, err := os.OpenFile(path+".lock", os.O_WRONLY, 0); err == nil {
		writeMemo(f, m)
		f.Close()
	}
}

// owns reports whether the socket at the path is still the one that was bound.
func owns(path string, inode uint64) bool {
	var st unix.Stat_t
	return unix.Stat(path, &st) == nil && st.Ino == inode
}

func inode(path string) uint64 {
	var st unix.Stat_t
	if unix.Stat(path, &st) != nil {
		return 0
	}
	return st.Ino
}
