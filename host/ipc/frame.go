// Package ipc carries requests and answers between programs on one machine over
// a unix socket: frames of a JSON header and a payload, with lengths that are
// checked before anything is allocated, and the peer's identity as the kernel
// knows it. It knows nothing of clusters.
package ipc

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
)

// Limits of a frame, in bytes.
const (
	MaxHeader  = 64 << 20 // a request carries its data here
	MaxPayload = 64 << 20
)

// WriteFrame writes one frame: the lengths of both parts, then the parts.
func WriteFrame(w *bufio.Writer, header any, payload []byte) error {
	h, err := json.Marshal(header)
	if err != nil {
		return fmt.Errorf("encode frame header: %w", err)
	}
	if len(h) > MaxHeader || len(payload) > MaxPayload {
		return fmt.Errorf("frame of %d + %d bytes is larger than %d + %d", len(h), len(payload), MaxHeader, MaxPayload)
	}
	var lengths [8]byte
	binary.LittleEndian.PutUint32(lengths[:4], uint32(len(h)))
	binary.LittleEndian.PutUint32(lengths[4:], uint32(len(payload)))
	w.Write(lengths[:])
	w.Write(h)
	w.Write(payload)
	return w.Flush()
}

// ReadFrame reads one frame into header and returns the payload.
func ReadFrame(r *bufio.Reader, header any) ([]byte, error) {
	var lengths [8]byte
	if _, err := io.ReadFull(r, lengths[:]); err != nil {
		return nil, err
	}
	h, p := binary.LittleEndian.Uint32(lengths[:4]), binary.LittleEndian.Uint32(lengths[4:])
	if h > MaxHeader || p > MaxPayload {
		return nil, fmt.Errorf("frame of %d + %d bytes is larger than %d + %d: the peer speaks something else", h, p, MaxHeader, MaxPayload)
	}
	data := make([]byte, h+p)
	if _, err := io.ReadFull(r, data); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(data[:h], header); err != nil {
		return nil, fmt.Errorf("decode frame header: %w", err)
	}
	return data[h:], nil
}
