package wire

import "holdfast/crm"

// Fence asks that a node be cut off or let in again.
type Fence struct {
	ID       string       `json:"id"` // the request's name, unique in the cluster
	Target   crm.NodeName `json:"target"`
	Action   string       `json:"action"` // off, reboot, on
	Life     Incarnation  `json:"life"`   // of the target when it was asked; zero if never seen
	Client   string       `json:"client"`
	Origin   crm.NodeName `json:"origin"`
	Delay    int64        `json:"delay"`    // milliseconds before the first agent runs; -1: no delays at all
	Timeout  int64        `json:"timeout"`  // milliseconds for the whole request
	Tolerate int64        `json:"tolerate"` // seconds: a success not older than that answers the request
	Key      string       `json:"key,omitempty"`
	Time     int64        `json:"time"` // Unix seconds
	Request  uint64       `json:"request,omitempty"`
}

// FenceStep is how one agent call for a request ended.
type FenceStep struct {
	ID       string `json:"id"`
	Step     int    `json:"step"`   // position in the request's plan
	Device   string `json:"device"` // the device that was used
	Action   string `json:"action"` // what it was told: off, on, status
	OK       bool   `json:"ok"`
	Verified bool   `json:"verified"` // its status was read back and agrees
	Text     string `json:"text,omitempty"`
	Time     int64  `json:"time"`
	Nanos    int64  `json:"nanos"`

	// For those who do not know the request, since its history does not go on.
	Target crm.NodeName `json:"target,omitempty"`
	Reboot bool         `json:"reboot,omitempty"` // the target is to be on again
}

// FenceDone ends a request that can go no further; only the coordinator sends it.
type FenceDone struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Time int64  `json:"time"`
}

// Confirm is a person's word that a node is off.
type Confirm struct {
	Request uint64       `json:"request"`
	Target  crm.NodeName `json:"target"`
	Client  string       `json:"client"`
	Origin  crm.NodeName `json:"origin"`
	Time    int64        `json:"time"`
}

// Targets publishes what a device on the sender answered to "list" or "status".
type Targets struct {
	Device string   `json:"device"`
	Digest string   `json:"digest"` // of the device's parameters, so that an old answer is known
	Hosts  []string `json:"hosts"`
}

// EraseFences removes finished requests about a node from the history; "" all.
type EraseFences struct {
	Request uint64       `json:"request"`
	Target  crm.NodeName `json:"target"`
}

func (*Fence) kind() string       { return "fence" }
func (*FenceStep) kind() string   { return "fence-step" }
func (*FenceDone) kind() string   { return "fence-done" }
func (*Confirm) kind() string     { return "confirm" }
func (*Targets) kind() string     { return "targets" }
func (*EraseFences) kind() string { return "erase-fences" }
