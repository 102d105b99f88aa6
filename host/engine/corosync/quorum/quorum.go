// Package quorum is a client of Corosync's quorum service: whether this side of
// the cluster may act, for each membership.
package quorum

import (
	"context"

	"holdfast/host/engine/corosync/qb"
)

const (
	reqTrack = 1
	reqModel = 4

	evQuorum = 6

	modelV1 = 1
	current = 1
	changes = 2
)

// State is one notification: the verdict for one ring.
type State struct {
	Quorate bool
	Node    uint32 // with Seq the ring's name
	Seq     uint64
	Nodes   []uint32
}

// Client is one connection.
type Client struct {
	conn *qb.Conn
	// Provided tells whether corosync.conf has a quorum provider; without one
	// the service calls everything quorate. Valid from Dial on.
	Provided bool
}

// Dial connects and chooses the notifications with ring numbers.
func Dial(ctx context.Context, o qb.Options) (*Client, error) {
	conn, err := qb.Dial(ctx, "quorum", o)
	if err != nil {
		return nil, err
	}
	c := &Client{conn: conn}
	if err := c.choose(); err != nil {
		conn.Close()
		return nil, err
	}
	return c, nil
}

func (c *Client) choose() error {
	answer, err := c.conn.Call(reqModel, qb.NewRequest(24).Uint32(16, modelV1))
	if err != nil {
		return err
	}
	b := qb.Read(answer)
	if b.Status() != qb.OK {
		return b.Status()
	}
	c.Provided = b.Uint32(24) != 0
	return b.Err()
}

// Close ends the connection.
func (c *Client) Close() error { return c.conn.Close() }

// Track asks for the present state and every change.
func (c *Client) Track() error {
	answer, err := c.conn.Call(reqTrack, qb.NewRequest(24).Uint32(16, current|changes))
	if err != nil {
		return err
	}
	if status := qb.Read(answer).Status(); status != qb.OK {
		return status
	}
	return nil
}

// Events hands every state to handle until the connection ends.
func (c *Client) Events(handle func(State) error) error {
	return c.conn.Events(func(raw []byte) error {
		b := qb.Read(raw)
		if b.ID() != evQuorum {
			return b.Err() // the node list comes with cpg's ring, too
		}
		s := State{Quorate: b.Uint32(24) != 0, Node: b.Uint32(32), Seq: b.Uint64(40)}
		for i := range b.Count(48, 4) {
			s.Nodes = append(s.Nodes, b.Uint32(52+4*i))
		}
		if err := b.Err(); err != nil {
			return err
		}
		return handle(s)
	})
}
