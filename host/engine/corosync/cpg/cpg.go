// Package cpg is a client of Corosync's closed process groups: ordered multicast
// and the coming and going of a group's processes, in one stream. It turns the
// service's messages into values and back and decides nothing.
package cpg

import (
	"context"
	"fmt"

	"holdfast/host/engine/corosync/qb"
)

// Request and event numbers (ipc_cpg.h).
const (
	reqJoin      = 0
	reqLeave     = 1
	reqMulticast = 2
	reqLocalNode = 4
	reqPartial   = 12

	evConfChg = 4
	evDeliver = 5
	evTotem   = 13
	evPartial = 17

	agreed           = 2 // the order guarantee
	initialTotem     = 1 // join flag: tell the ring with the first change
	maxName          = 128
	partFirst        = 1
	partMiddle       = 2
	partLast         = 3
	fragment         = 512 << 10
	sizeJoin         = 168
	sizeLeave        = 160
	sizeMulticast    = 40
	sizePartial      = 56
	offGroup         = 16
	offPID, offFlags = 152, 160
)

// Process is one member of a group, with the reason of a change.
type Process struct {
	Node, PID, Reason uint32
}

// Event is a ConfChg, a Message or a Ring, in the order of the group.
type Event interface{ isEvent() }

// ConfChg says who is in the group now, and who came and went.
type ConfChg struct{ Members, Left, Joined []Process }

// Ring says that the changes above belong to this membership of machines, and
// that it is complete: it ends the changes that a new ring brings.
type Ring struct {
	Node     uint32
	Seq      uint64
	Machines []uint32
}

// Message is one delivered message; its Data belongs to the receiver.
type Message struct {
	Node, PID uint32
	Data      []byte
}

func (ConfChg) isEvent() {}
func (Ring) isEvent()    {}
func (Message) isEvent() {}

// Client is one connection, joined to at most one group.
type Client struct {
	conn  *qb.Conn
	parts map[Process][]byte // messages whose fragments are coming
	limit int
}

// Dial connects; limit is the largest message that is accepted.
func Dial(ctx context.Context, limit int, o qb.Options) (*Client, error) {
	conn, err := qb.Dial(ctx, "cpg", o)
	if err != nil {
		return nil, err
	}
	return &Client{conn: conn, parts: map[Process][]byte{}, limit: limit}, nil
}

// Close ends the connection: the others see that the process died.
func (c *Client) Close() error { return c.conn.Close() }

// Join enters the group as process pid. qb.TryAgain and qb.Busy are worth a retry.
func (c *Client) Join(group string, pid uint32) error {
	if len(group) == 0 || len(group) > maxName {
		return fmt.Errorf("group name %q: 1 to %d bytes", group, maxName)
	}
	return c.request(reqJoin, qb.NewRequest(sizeJoin).Text(offGroup, group).
		Uint32(offPID, pid).Uint32(offFlags, initialTotem))
}

// Leave leaves the group on purpose.
func (c *Client) Leave(group string, pid uint32) error {
	return c.request(reqLeave, qb.NewRequest(sizeLeave).Text(offGroup, group).Uint32(offPID, pid))
}

// LocalNode asks for the id of this machine.
func (c *Client) LocalNode() (uint32, error) {
	answer, err := c.conn.Call(reqLocalNode, qb.NewRequest(qb.RequestHeader))
	if err != nil {
		return 0, err
	}
	b := qb.Read(answer)
	if b.Status() != qb.OK {
		return 0, b.Status()
	}
	return b.Uint32(24), b.Err()
}

// Send multicasts a message, or the rest of one from offset done on, and returns
// how much of it is sent. After qb.TryAgain (as either error) go on with that.
func (c *Client) Send(data []byte, done int) (int, error) {
	whole := c.conn.MaxRequest() - 1024
	if done == 0 && len(data) <= whole {
		err := c.conn.Send(reqMulticast, qb.NewRequest(sizeMulticast).
			Uint32(24, agreed).Uint32(32, uint32(len(data))), data)
		if err != nil {
			return 0, err
		}
		return len(data), nil
	}
	for done < len(data) {
		part := data[done:min(len(data), done+fragment)]
		kind := uint32(partMiddle)
		switch {
		case done == 0:
			kind = partFirst
		case done+len(part) == len(data):
			kind = partLast
		}
		err := c.request(reqPartial, qb.NewRequest(sizePartial).Uint32(24, agreed).
			Uint32(32, uint32(len(data))).Uint32(40, uint32(len(part))).Uint32(48, kind), part)
		if err != nil {
			return done, err
		}
		done += len(part)
	}
	return done, nil
}

func (c *Client) request(id int32, head qb.Request, rest ...[]byte) error {
	answer, err := c.conn.Call(id, append([][]byte{head}, rest...)...)
	if err != nil {
		return err
	}
	if status := qb.Read(answer).Status(); status != qb.OK {
		return status
	}
	return nil
}

// Events hands every event to handle until the connection ends.
func (c *Client) Events(handle func(Event) error) error {
	return c.conn.Events(func(raw []byte) error {
		e, err := c.decode(qb.Read(raw))
		if err != nil || e == nil {
			return err
		}
		return handle(e)
	})
}

// decode returns nil for what is of no interest (yet).
func (c *Client) decode(b *qb.Body) (e Event, err error) {
	switch b.ID() {
	case evConfChg:
		e = confChg(b)
	case evTotem:
		e = ring(b)
	case evDeliver:
		e = Message{b.Uint32(168), b.Uint32(176), b.Bytes(184, int(b.Uint32(160)))}
	case evPartial:
		return c.partial(b)
	}
	return e, b.Err()
}

func confChg(b *qb.Body) ConfChg {
	const entry = 24
	counts := [3]int{b.Count(160, entry), b.Count(176, entry), b.Count(168, entry)} // members, left, joined
	var lists [3][]Process
	at := 184
	for i, n := range counts {
		for range n {
			lists[i] = append(lists[i], Process{b.Uint32(at), b.Uint32(at + 8), b.Uint32(at + 16)})
			at += entry
		}
	}
	return ConfChg{Members: lists[0], Left: lists[1], Joined: lists[2]}
}

func ring(b *qb.Body) Ring {
	r := Ring{Node: b.Uint32(24), Seq: b.Uint64(32)}
	for i := range b.Count(40, 4) {
		r.Machines = append(r.Machines, b.Uint32(44+4*i))
	}
	return r
}

// partial collects fragments; the last one completes the message. A sender's
// fragments come in order, those of several senders mixed.
func (c *Client) partial(b *qb.Body) (Event, error) {
	total, from, kind := int(b.Uint32(160)), Process{Node: b.Uint32(176), PID: b.Uint32(184)}, b.Uint32(192)
	data := b.Bytes(200, int(b.Uint32(168)))
	if err := b.Err(); err != nil {
		return nil, err
	}
	if total > c.limit {
		return nil, fmt.Errorf("node %d sends a message of %d bytes, more than %d", from.Node, total, c.limit)
	}
	have, started := c.parts[from]
	if kind == partFirst {
		have, started = make([]byte, 0, total), true
	}
	if !started || len(have)+len(data) > total {
		return nil, nil // it began before we were there
	}
	have = append(have, data...)
	c.parts[from] = have
	if kind != partLast {
		return nil, nil
	}
	delete(c.parts, from)
	if len(have) != total {
		return nil, fmt.Errorf("node %d: fragments make %d of %d bytes: %w", from.Node, len(have), total, qb.ErrDamaged)
	}
	return Message{from.Node, from.PID, have}, nil
}

// Forget drops the begun messages of a process that has left.
func (c *Client) Forget(p Process) { delete(c.parts, Process{Node: p.Node, PID: p.PID}) }
