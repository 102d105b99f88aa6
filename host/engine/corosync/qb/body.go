package qb

import (
	"encoding/binary"
	"fmt"
)

// Body reads the fields of one answer or event by their offset from its
// beginning. The first field outside of it is remembered as its error.
type Body struct {
	bytes []byte
	err   error
}

// Read returns a reader of b.
func Read(b []byte) *Body { return &Body{bytes: b} }

// Err tells whether every field so far was inside.
func (b *Body) Err() error { return b.err }

// ID is the message id of the header.
func (b *Body) ID() int32 { return int32(b.Uint32(0)) }

// Status is the verdict of an answer.
func (b *Body) Status() Status { return Status(b.Uint32(16)) }

// Uint32 is the number at off.
func (b *Body) Uint32(off int) uint32 {
	if p := b.Bytes(off, 4); p != nil {
		return binary.NativeEndian.Uint32(p)
	}
	return 0
}

// Uint64 is the number at off.
func (b *Body) Uint64(off int) uint64 {
	if p := b.Bytes(off, 8); p != nil {
		return binary.NativeEndian.Uint64(p)
	}
	return 0
}

// Bytes are the n bytes at off; they stay part of the message.
func (b *Body) Bytes(off, n int) []byte {
	if off < 0 || n < 0 || off > len(b.bytes) || n > len(b.bytes)-off {
		if b.err == nil {
			b.err = fmt.Errorf("field at %d+%d of a message of %d bytes: %w", off, n, len(b.bytes), ErrDamaged)
		}
		return nil
	}
	return b.bytes[off : off+n]
}

// Count is a number of list entries at off, each of size bytes, that must fit.
func (b *Body) Count(off, size int) int {
	n := int(b.Uint32(off))
	if n > len(b.bytes)/size {
		if b.err == nil {
			b.err = fmt.Errorf("a list of %d entries in a message of %d bytes: %w", n, len(b.bytes), ErrDamaged)
		}
		return 0
	}
	return n
}

// Request is a request's bytes with its fields set by offset.
type Request []byte

// NewRequest returns a request of size bytes, header included.
func NewRequest(size int) Request { return make(Request, size) }

// Uint32 sets a field.
func (r Request) Uint32(off int, v uint32) Request {
	binary.NativeEndian.PutUint32(r[off:], v)
	return r
}

// Text sets a fixed-length name: its length, then the text 8 bytes further.
func (r Request) Text(off int, text string) Request {
	r.Uint32(off, uint32(len(text)))
	copy(r[off+8:], text)
	return r
}
