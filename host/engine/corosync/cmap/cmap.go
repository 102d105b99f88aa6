// Package cmap is a client of Corosync's configuration map: the keys and values
// that corosync.conf and the runtime put there. It only reads.
package cmap

import (
	"context"
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"holdfast/host/engine/corosync/qb"
)

const (
	reqGet      = 2
	reqInit     = 4
	reqNext     = 5
	reqFinalise = 6
	reqTrack    = 7

	evNotify = 9

	maxName    = 255
	offKey     = 16
	sizePrefix = 280 // header and a key
	trackAll   = 15  // additions, removals, changes; the key is a prefix
	maxValue   = 64 << 10
)

// Types of values, as the service numbers them.
const (
	typeInt8 = iota + 1
	typeUint8
	typeInt16
	typeUint16
	typeInt32
	typeUint32
	typeInt64
	typeUint64
	typeFloat
	typeDouble
	typeString
	typeBinary
)

// Client is one connection.
type Client struct{ conn *qb.Conn }

// Dial connects.
func Dial(ctx context.Context, o qb.Options) (*Client, error) {
	conn, err := qb.Dial(ctx, "cmap", o)
	if err != nil {
		return nil, err
	}
	return &Client{conn}, nil
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// Get returns a value as text, whatever its type; ok is false if there is no
// such key.
func (c *Client) Get(key string) (value string, ok bool, err error) {
	if err := checkKey(key); err != nil {
		return "", false, err
	}
	b, err := c.call(reqGet, qb.NewRequest(sizePrefix+8).Text(offKey, key).Uint32(sizePrefix, maxValue))
	if err == qb.NotExist {
		return "", false, nil
	}
	if err != nil {
		return "", false, fmt.Errorf("cmap key %s: %w", key, err)
	}
	kind := b.Bytes(32, 1)
	raw := b.Bytes(40, int(b.Uint64(24)))
	if err := b.Err(); err != nil {
		return "", false, err
	}
	return text(kind[0], raw), true, nil
}

// Keys lists the keys that begin with prefix, in the service's order.
func (c *Client) Keys(prefix string) ([]string, error) {
	if err := checkKey(prefix); err != nil {
		return nil, err
	}
	b, err := c.call(reqInit, qb.NewRequest(sizePrefix).Text(offKey, prefix))
	if err != nil {
		return nil, fmt.Errorf("list cmap keys %s*: %w", prefix, err)
	}
	handle := b.Uint64(24)
	withHandle := func() qb.Request {
		r := qb.NewRequest(24)
		binary.NativeEndian.PutUint64(r[16:], handle)
		return r
	}
	defer c.call(reqFinalise, withHandle())
	var keys []string
	for {
		b, err := c.call(reqNext, withHandle())
		if err == qb.NoMore {
			return keys, nil
		}
		if err != nil {
			return nil, fmt.Errorf("list cmap keys %s*: %w", prefix, err)
		}
		keys = append(keys, string(b.Bytes(32, int(b.Uint32(24)&0xffff))))
		if err := b.Err(); err != nil {
			return nil, err
		}
	}
}

// Track asks for an event whenever a key with this prefix is added, changed or
// removed.
func (c *Client) Track(prefix string) error {
	if err := checkKey(prefix); err != nil {
		return err
	}
	_, err := c.call(reqTrack, qb.NewRequest(sizePrefix+16).Text(offKey, prefix).Uint32(sizePrefix, trackAll))
	if err != nil {
		return fmt.Errorf("track cmap keys %s*: %w", prefix, err)
	}
	return nil
}

// Events hands the key of every tracked change to handle until the connection
// ends.
func (c *Client) Events(handle func(key string) error) error {
	return c.conn.Events(func(raw []byte) error {
		b := qb.Read(raw)
		if b.ID() != evNotify {
			return b.Err()
		}
		key := string(b.Bytes(40, int(b.Uint32(32)&0xffff)))
		if err := b.Err(); err != nil {
			return err
		}
		return handle(key)
	})
}

func (c *Client) call(id int32, r qb.Request) (*qb.Body, error) {
	answer, err := c.conn.Call(id, r)
	if err != nil {
		return nil, err
	}
	b := qb.Read(answer)
	if status := b.Status(); status != qb.OK {
		return nil, status
	}
	return b, b.Err()
}

func checkKey(key string) error {
	if len(key) > maxName {
		return fmt.Errorf("cmap key of %d bytes: more than %d", len(key), maxName)
	}
	return nil
}

// text renders a value.
func text(kind byte, raw []byte) string {
	switch kind {
	case typeInt8, typeInt16, typeInt32, typeInt64:
		n := int64(number(raw))
		bits := 64 - 8*len(raw)
		return strconv.FormatInt(n<<bits>>bits, 10)
	case typeUint8, typeUint16, typeUint32, typeUint64:
		return strconv.FormatUint(number(raw), 10)
	case typeFloat:
		return strconv.FormatFloat(float64(math.Float32frombits(uint32(number(raw)))), 'g', -1, 32)
	case typeDouble:
		return strconv.FormatFloat(math.Float64frombits(number(raw)), 'g', -1, 64)
	}
	return strings.TrimRight(string(raw), "\x00")
}

// number reads up to eight bytes, little-endian as everything here.
func number(raw []byte) uint64 {
	var wide [8]byte
	copy(wide[:], raw)
	return binary.LittleEndian.Uint64(wide[:])
}
