package qb

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"sync/atomic"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Offsets in a ring's header file, and the marks of a chunk.
const (
	offWrite    = 0
	offRead     = 4
	offWords    = 8
	offHdrPath  = 12
	offDataPath = 12 + pathMax
	offRefs     = 8204
	offSem      = 8208
	offFlow     = 8240
	headerSize  = 8248
	pathMax     = 4096

	magicWriting = 0xA110CED0
	magicReady   = 0xA1A1A1A1
	magicDead    = 0xD0D0D0D0

	chunkHead = 8  // size and magic
	margin    = 80 // what libqb keeps free, and a little more
)

// ring is one ring buffer: a header file and a data file, both mapped. Every
// access may fault if the file was truncated; go through guard.
type ring struct {
	header, data []byte
	words        uint32
	files        []string
}

// openRing maps the ring that the server calls name. root is put before the
// paths, for a server in another mount name space.
func openRing(root, name string) (*ring, error) {
	if name == "" || strings.Contains(name, "..") {
		return nil, fmt.Errorf("ring %q: %w", name, ErrDamaged)
	}
	headerPath := filepath.Join(root, "/dev/shm", name+"-header")
	if strings.HasPrefix(name, "/") {
		headerPath = filepath.Join(root, name+"-header")
	}
	header, err := mapFile(headerPath, headerSize)
	if err != nil {
		return nil, err
	}
	r := &ring{header: header, files: []string{headerPath}}
	err = guard(func() error { return r.mapData(root) })
	if err != nil {
		r.unmap()
		return nil, fmt.Errorf("ring %s: %w", name, err)
	}
	return r, nil
}

func (r *ring) mapData(root string) error {
	r.words = atomic.LoadUint32(r.word(offWords))
	if r.words < 1024 || r.words > 1<<26 {
		return fmt.Errorf("%d words: %w", r.words, ErrDamaged)
	}
	path := cString(r.header[offDataPath : offDataPath+pathMax])
	if !strings.HasPrefix(path, "/") || strings.Contains(path, "..") {
		return fmt.Errorf("data path %q: %w", path, ErrDamaged)
	}
	path = filepath.Join(root, path)
	data, err := mapFile(path, int(r.words)*4)
	if err != nil {
		return err
	}
	r.data, r.files = data, append(r.files, path)
	atomic.AddInt32((*int32)(unsafe.Pointer(r.word(offRefs))), 1)
	return nil
}

func mapFile(path string, size int) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Size() < int64(size) {
		return nil, fmt.Errorf("%s has %d bytes, not %d: %w", path, info.Size(), size, ErrDamaged)
	}
	return unix.Mmap(int(f.Fd()), 0, size, unix.PROT_READ|unix.PROT_WRITE, unix.MAP_SHARED)
}

// close gives the ring back; with unlink it removes the files that a dead
// server left.
func (r *ring) close(unlink bool) {
	if r == nil || r.header == nil {
		return
	}
	_ = guard(func() error {
		atomic.AddInt32((*int32)(unsafe.Pointer(r.word(offRefs))), -1)
		return nil
	})
	r.unmap()
	if !unlink {
		return
	}
	for _, path := range r.files {
		os.Remove(path)
	}
	os.Remove(filepath.Dir(r.files[0])) // libqb's directory for the connection; others stay: not empty
}

func (r *ring) unmap() {
	if r.data != nil {
		unix.Munmap(r.data)
	}
	if r.header != nil {
		unix.Munmap(r.header)
	}
	r.header, r.data = nil, nil
}

func (r *ring) word(off int) *uint32 { return (*uint32)(unsafe.Pointer(&r.header[off])) }

func (r *ring) cell(i uint32) *uint32 {
	return (*uint32)(unsafe.Pointer(&r.data[i%r.words*4]))
}

// flow is the server's word on senders: 0 go on, 1 all wait, 2 bulk waits.
func (r *ring) flow() uint32 { return atomic.LoadUint32(r.word(offFlow)) }

// write puts one chunk in, whose bytes are those of the parts, and posts the
// semaphore. It returns ErrTryAgain if there is no room.
func (r *ring) write(parts ...[]byte) error {
	size := 0
	for _, p := range parts {
		size += len(p)
	}
	at := atomic.LoadUint32(r.word(offWrite))
	if at >= r.words {
		return fmt.Errorf("write position %d of %d: %w", at, r.words, ErrDamaged)
	}
	if size+margin > int(r.words)*4 {
		return fmt.Errorf("a request of %d bytes does not fit into the ring", size)
	}
	if r.free(at) < size+margin {
		return ErrTryAgain
	}
	*r.cell(at) = 0
	atomic.StoreUint32(r.cell(at+1), magicWriting)
	pos := at + 2
	offset := uint32(0)
	for _, p := range parts {
		r.copyIn(pos, offset, p)
		offset += uint32(len(p))
	}
	*r.cell(at) = uint32(size)
	atomic.StoreUint32(r.word(offWrite), (at+2+uint32(size+3)/4)%r.words)
	atomic.StoreUint32(r.cell(at+1), magicReady)
	r.post()
	return nil
}

// free is the room in bytes.
func (r *ring) free(write uint32) int {
	read := atomic.LoadUint32(r.word(offRead))
	switch {
	case write == read && r.value() == 0:
		return int(r.words) * 4
	case write == read:
		return 0
	case write > read:
		return int(read+r.words-write-1) * 4
	}
	return int(read-write-1) * 4
}

func (r *ring) copyIn(word, offset uint32, p []byte) {
	at := (word%r.words*4 + offset) % (r.words * 4)
	n := copy(r.data[at:], p)
	copy(r.data, p[n:])
}

// take removes the next chunk and returns a copy; ok is false if none is
// ready. The caller has taken the semaphore.
func (r *ring) take(limit int) (chunk []byte, ok bool, err error) {
	at := atomic.LoadUint32(r.word(offRead))
	if at >= r.words {
		return nil, false, fmt.Errorf("read position %d of %d: %w", at, r.words, ErrDamaged)
	}
	if atomic.LoadUint32(r.cell(at+1)) != magicReady {
		return nil, false, nil
	}
	size := *r.cell(at)
	if int64(size) > int64(r.words)*4-chunkHead || int64(size) > int64(limit) {
		return nil, false, fmt.Errorf("a chunk of %d bytes: %w", size, ErrDamaged)
	}
	chunk = make([]byte, size)
	from := (at + 2) % r.words * 4
	n := copy(chunk, r.data[from:])
	copy(chunk[n:], r.data)
	*r.cell(at) = 0
	atomic.StoreUint32(r.cell(at+1), magicDead)
	atomic.StoreUint32(r.word(offRead), (at+2+(size+3)/4)%r.words)
	return chunk, true, nil
}

// guard runs f, which touches shared memory, and turns the fault of a
// truncated file (SIGBUS) into an error.
func guard(f func() error) (err error) {
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	defer func() {
		if r := recover(); r != nil {
			fault, ok := r.(interface{ Addr() uintptr })
			if !ok {
				panic(r)
			}
			err = fmt.Errorf("fault at %#x: %w", fault.Addr(), ErrDamaged)
		}
	}()
	return f()
}

func cString(b []byte) string {
	for i, c := range b {
		if c == 0 {
			return string(b[:i])
		}
	}
	return string(b)
}
