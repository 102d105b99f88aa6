package cluster

import (
	"encoding/json"
	"time"

	"holdfast/cib/xml"
	"holdfast/cluster/executor"
	"holdfast/cluster/fencing"
	"holdfast/cluster/transition"
	"holdfast/cluster/view"
	"holdfast/cluster/wire"
	"holdfast/crm"
)

// Input is something that happened to the node.
type Input interface{ isInput() }

// ViewChanged is a new view from the engine.
type ViewChanged struct{ View view.View }

// Received is a message from the engine.
type Received struct {
	From crm.NodeID
	Data []byte
}

// NodesListed is the engine's list of configured nodes.
type NodesListed struct{ Nodes []view.Node }

// EngineLost says that the membership layer is gone. The node ends its services;
// after a new engine was opened it goes on with a ViewChanged.
type EngineLost struct{ Err error }

// TimerEnded answers SetTimer.
type TimerEnded struct{ Serial uint64 }

// AgentEnded answers RunAgent.
type AgentEnded struct {
	CallID  int
	Outcome executor.Outcome
}

// FenceEnded answers RunFence.
type FenceEnded struct{ Step wire.FenceStep }

// Scheduled answers Schedule. Err is set if the scheduler could not run at all.
type Scheduled struct {
	Serial  uint64
	Graph   *transition.Graph
	Recheck time.Time // when the outcome may change without an event; zero if never
	Input   string    // the name under which the input was kept, for the log
	Err     error
}

// Stored answers Store, with its Index and Epoch.
type Stored struct {
	Index uint64
	Epoch uint64
	Err   error
}

// Reached is what a fence device answered to "list" on this node.
type Reached struct{ Targets wire.Targets }

// Asked is a request of a local client. Command is a *wire.CIB, *wire.Attribute,
// *wire.Fence, *wire.Confirm, *wire.Forget, *wire.Fail or *wire.EraseFences whose Request
// field the node fills in.
type Asked struct {
	Client  uint64 // the driver's number for the reply
	Command wire.Command
	User    string // whose rights count, if they have not been asked for yet; "" is root
	Groups  []string
}

// Read asks for an empty Reply when all that this node has accepted stands in its
// state: what a client then reads is no older than what it was told.
type Read struct{ Client uint64 }

// Leave asks the node to stop its resources and go.
type Leave struct{}

func (ViewChanged) isInput() {}
func (Received) isInput()    {}
func (NodesListed) isInput() {}
func (EngineLost) isInput()  {}
func (TimerEnded) isInput()  {}
func (AgentEnded) isInput()  {}
func (FenceEnded) isInput()  {}
func (Scheduled) isInput()   {}
func (Stored) isInput()      {}
func (Reached) isInput()     {}
func (Asked) isInput()       {}
func (Read) isInput()        {}
func (Leave) isInput()       {}

// Effect is something that the node wants done to the world.
type Effect interface{ isEffect() }

// Multicast sends a frame to all members.
type Multicast struct{ Data []byte }

// SetTimer asks for TimerEnded(Serial).
type SetTimer struct {
	Serial uint64
	After  time.Duration
}

// RunAgent starts an agent for a resource.
type RunAgent struct {
	CallID int
	Op     wire.Operation
}

// KillAgent ends an agent before its time.
type KillAgent struct{ CallID int }

// RunFence calls a fence agent.
type RunFence struct{ Run fencing.Run }

// DropFence gives up the fence agent of a request. If it has switched the target
// off all the same, FenceEnded still tells so.
type DropFence struct{ ID string }

// Schedule runs the scheduler on a CIB.
type Schedule struct {
	Serial uint64
	CIB    *xml.Node
	Why    string
}

// Store makes the configuration durable, and how new a history it belongs to.
type Store struct {
	Index   uint64
	Epoch   uint64 // the view, by the count of views in sync
	CIB     *xml.Node
	Lineage wire.Lineage
}

// KeepLost saves a configuration that lost against another history.
type KeepLost struct {
	CIB *xml.Node
	Why string
}

// Reply answers Asked and Read.
type Reply struct {
	Client uint64
	Result Result
}

// Disconnect leaves the membership layer for good, while the node ends its services.
type Disconnect struct{}

// Log is a line for the log.
type Log struct {
	Level Level
	Text  string
}

// Exit ends the process: nothing of the cluster runs here any more.
type Exit struct {
	Why   string
	Clean bool // the cluster let the node go
}

func (Multicast) isEffect()  {}
func (SetTimer) isEffect()   {}
func (RunAgent) isEffect()   {}
func (KillAgent) isEffect()  {}
func (RunFence) isEffect()   {}
func (DropFence) isEffect()  {}
func (Schedule) isEffect()   {}
func (Store) isEffect()      {}
func (KeepLost) isEffect()   {}
func (Reply) isEffect()      {}
func (Disconnect) isEffect() {}
func (Log) isEffect()        {}
func (Exit) isEffect()       {}

// Level is the importance of a log line.
type Level int8

// Levels, the words of syslog.
const (
	Debug Level = iota
	Info
	Notice
	Warning
	Error
)

// Result is the answer to a request.
type Result struct {
	Err    error           // why it was refused or failed
	XML    *xml.Node       // what a CIB operation returns
	Notes  []string        // what an upgrade of the CIB could not keep
	Values json.RawMessage // anything else
}
