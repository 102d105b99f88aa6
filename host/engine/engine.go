// Package engine is the interface to the membership layer: views and messages
// in one stream, in the same order on every member. Its implementations are in
// the packages below: corosync for more than one machine, hub for one machine,
// memory for tests and the simulator.
package engine

import (
	"errors"

	"holdfast/cluster/view"
	"holdfast/crm"
)

// MaxMessage is the largest message, in bytes, that every engine delivers.
const MaxMessage = 16 << 20

// ErrClosed is returned by Multicast after the engine was lost or closed.
var ErrClosed = errors.New("the membership engine is closed")

// ErrQueueFull is returned by Multicast when too much waits to be sent already.
// The message was not accepted.
var ErrQueueFull = errors.New("too many messages wait to be sent")

// An Engine delivers one ordered stream of events to one member.
type Engine interface {
	// Self is the local node's id, valid from Open on.
	Self() crm.NodeID
	// Nodes is the configured node list as it stands now, ascending by id.
	// An engine without one returns the nodes it has seen.
	Nodes() []view.Node
	// Events returns the stream. It begins with a View that contains the local
	// node and ends, closed, after a Lost event or Close. The engine buffers
	// without bound, so a slow reader loses nothing and blocks nobody else.
	Events() <-chan Event
	// Multicast sends to all members of the view, the sender included. It takes
	// the bytes over, does not wait for delivery, and keeps the order of calls.
	// The message is delivered in the current view or a later one, or, if the
	// engine is lost, not at all. Errors: ErrClosed, ErrQueueFull, or a message too large.
	Multicast(data []byte) error
	// Close leaves the group on purpose: others see reason Leave.
	Close() error
}

// An Event is a View, a Message, a NodeList or Lost.
type Event interface{ isEvent() }

// ViewChange brings a new view.
type ViewChange struct{ view.View }

// Message brings one multicast message. Data belongs to the receiver.
type Message struct {
	From crm.NodeID
	Data []byte
}

// NodeList says that the configured node list was changed and reloaded.
type NodeList struct{ Nodes []view.Node }

// Lost is the last event: the engine has gone (Corosync died, the hub closed).
// Whoever reads it must reopen an engine or end its services.
type Lost struct{ Err error }

func (ViewChange) isEvent() {}
func (Message) isEvent()    {}
func (NodeList) isEvent()   {}
func (Lost) isEvent()       {}
