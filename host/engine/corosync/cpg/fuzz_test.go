package cpg

import (
	"encoding/binary"
	"testing"

	"holdfast/host/engine/corosync/qb"
)

// FuzzDecode: whatever stands in shared memory, decoding returns a value or an
// error, and no message larger than the limit.
func FuzzDecode(f *testing.F) {
	for _, id := range []uint32{evConfChg, evDeliver, evTotem, evPartial} {
		for _, size := range []int{16, 44, 160, 184, 208, 400} {
			seed := make([]byte, size)
			binary.NativeEndian.PutUint32(seed, id)
			if size > 200 {
				binary.NativeEndian.PutUint32(seed[160:], 8)
				binary.NativeEndian.PutUint32(seed[168:], 4)
				binary.NativeEndian.PutUint32(seed[192:], partFirst)
			}
			f.Add(seed)
		}
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		const limit = 1 << 16
		c := &Client{parts: map[Process][]byte{}, limit: limit}
		for range 2 {
			e, err := c.decode(qb.Read(raw))
			if m, ok := e.(Message); ok && err == nil && len(m.Data) > max(limit, len(raw)) {
				t.Fatalf("a message of %d bytes from an event of %d", len(m.Data), len(raw))
			}
		}
	})
}

// TestFragmentsMakeOneMessage, those of two senders mixed; a message begun
// before we listened is dropped.
func TestFragmentsMakeOneMessage(t *testing.T) {
	c := &Client{parts: map[Process][]byte{}, limit: 100}
	part := func(node, kind uint32, total int, text string) Event {
		raw := qb.NewRequest(200+len(text)).Uint32(0, evPartial).Uint32(160, uint32(total)).
			Uint32(168, uint32(len(text))).Uint32(176, node).Uint32(184, 7).Uint32(192, kind)
		copy(raw[200:], text)
		e, err := c.decode(qb.Read(raw))
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	part(3, partLast, 9, "orphan")
	part(1, partFirst, 6, "ab")
	part(2, partFirst, 4, "xy")
	part(1, partMiddle, 6, "cd")
	if m, ok := part(2, partLast, 4, "zw").(Message); !ok || m.Node != 2 || string(m.Data) != "xyzw" {
		t.Errorf("node 2: %v", m)
	}
	if m, ok := part(1, partLast, 6, "ef").(Message); !ok || m.Node != 1 || m.PID != 7 || string(m.Data) != "abcdef" {
		t.Errorf("node 1: %v", m)
	}
	raw := qb.NewRequest(200).Uint32(0, evPartial).Uint32(160, 101).Uint32(192, partFirst)
	if _, err := c.decode(qb.Read(raw)); err == nil {
		t.Error("a message beyond the limit was begun")
	}
}
