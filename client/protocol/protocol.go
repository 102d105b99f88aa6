// Package protocol is what clients and the daemon say to each other over the
// local socket: one Request, one Response, each with an XML document as payload
// where there is one.
package protocol

import (
	"encoding/json"

	"holdfast/crm"
)

// DefaultSocket is where the daemon listens, unless HOLDFAST_SOCKET says otherwise.
const DefaultSocket = "/run/holdfast/socket"

// SocketEnv is the environment variable that names another socket.
const SocketEnv = "HOLDFAST_SOCKET"

// Verb says what a request is about.
type Verb string

// The verbs, with the content of a request and (→) the values of the answer.
const (
	Status         Verb = "status"          // → Node
	Query          Verb = "query"           // wire.Change: a CIB query, answered from this node's copy
	Change         Verb = "change"          // wire.Change: a CIB operation, through the log
	Attribute      Verb = "attribute"       // wire.Attribute: a change of transient attributes
	AttributeQuery Verb = "attribute-query" // AttributeNames → []Value
	Fence          Verb = "fence"           // wire.Fence: fence a node; answered when it has ended
	Confirm        Verb = "confirm"         // wire.Confirm: a person's word that a node is off
	History        Verb = "fence-history"   // Target → []fencing.Request
	Erase          Verb = "erase-fences"    // wire.EraseFences: clean the fencing history
	Devices        Verb = "fence-devices"   // Target → []DeviceInfo
	Forget         Verb = "forget"          // wire.Forget: erase the history of a resource on a node
	Fail           Verb = "fail"            // wire.Fail: take a resource as failed on a node
	Watch          Verb = "watch"           // a Response with a document, now and after each change
	Stop           Verb = "stop"            // leave the cluster and end the daemon
)

// Request is the header of a frame to the daemon. What it is about is encoded apart,
// because encoding/json examines the types of all fields before it writes the
// first, and a tool uses only one of them.
type Request struct {
	ID      uint64          `json:"id"`
	Verb    Verb            `json:"verb"`
	Client  string          `json:"client,omitempty"`  // the program's name
	Content json.RawMessage `json:"content,omitempty"` // as the verb has it
	Timeout int64           `json:"timeout,omitempty"` // milliseconds; the daemon gives up then
}

// Here names the local node in requests, whatever it is called, as "localhost"
// does in the options of Pacemaker's tools.
const Here crm.NodeName = "localhost"

// AttributeNames is the content of AttributeQuery: the attributes with a name, or
// whose names match a pattern, on a node or ("") on all.
type AttributeNames struct {
	Name    string       `json:"name,omitempty"`
	Pattern string       `json:"pattern,omitempty"`
	Node    crm.NodeName `json:"node,omitempty"`
}

// Target is the content of History and Devices: the node they are about, or ("") all.
type Target struct {
	Node crm.NodeName `json:"node,omitempty"`
}

// Response is the header of a frame from the daemon; the payload is a document,
// if there is one.
type Response struct {
	ID     uint64          `json:"id"`
	Error  *Error          `json:"error,omitempty"`
	Values json.RawMessage `json:"values,omitempty"`
	Notes  []string        `json:"notes,omitempty"` // what an upgrade of the CIB could not keep
}

// Error is why a request was refused.
type Error struct {
	Kind uint8        `json:"kind"` // a cib.Kind
	Code crm.ExitCode `json:"code"` // with which a tool should end
	Text string       `json:"text"`

	Notes []string `json:"notes,omitempty"` // further lines, such as what a schema does not like
}

func (e *Error) Error() string { return e.Text }

// Value is one node's value of an attribute.
type Value struct {
	Name  string       `json:"name"`
	Node  crm.NodeName `json:"node"`
	Value string       `json:"value"`
}

// Peer is a node as the daemon knows it.
type Peer struct {
	ID         crm.NodeID   `json:"id"`
	Name       crm.NodeName `json:"name"`
	Member     bool         `json:"member"` // its Holdfast process takes part
	Machine    bool         `json:"machine"`
	FeatureSet string       `json:"feature_set,omitempty"`
	Software   string       `json:"software,omitempty"`
}

// Node is the answer to Status.
type Node struct {
	ID          crm.NodeID   `json:"id"`
	Name        crm.NodeName `json:"name"`
	State       string       `json:"state"` // S_IDLE and so on
	Holds       []string     `json:"holds,omitempty"`
	DC          crm.NodeName `json:"dc,omitempty"`
	DCID        crm.NodeID   `json:"dc_id,omitempty"`
	Quorate     bool         `json:"quorate"`
	InSync      bool         `json:"in_sync"`
	Ring        uint64       `json:"ring"`
	Cluster     string       `json:"cluster,omitempty"`
	Engine      string       `json:"engine"`
	FeatureSet  string       `json:"feature_set"`
	Software    string       `json:"software"`
	Peers       []Peer       `json:"peers"`
	Unavailable string       `json:"unavailable,omitempty"` // why the engine cannot be reached
}

// DeviceInfo is a fence device that can, or might, act on a target.
type DeviceInfo struct {
	ID      string         `json:"id"`
	Agent   string         `json:"agent"`
	Started []crm.NodeName `json:"started,omitempty"`
}
