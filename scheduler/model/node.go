package model

import (
	"holdfast/cib/xml"
	"holdfast/crm"
)

// NodeIx numbers the nodes of a run densely from 0.
type NodeIx int32

// NoNode is the number of no node.
const NoNode NodeIx = -1

// NodeKind says what a node is to the cluster.
type NodeKind uint8

// The kinds of nodes. Guest nodes include the nodes of bundle replicas.
const (
	ClusterNode NodeKind = iota
	RemoteNode
)

// A Node is a machine, or something resources can run on like one. config
// creates it; history fills its state, and creates nodes known from the status
// only (removed remote nodes).
type Node struct {
	Ix   NodeIx
	ID   string // XML id: the membership id, or the name of a remote node
	Name string
	Kind NodeKind
	// Twin is the earlier node with the same id, if the CIB has such (AddNode).
	Twin *Node

	// Score is where every resource starts on this node (config, then health).
	Score crm.Score
	// Probe is the probe mode that every resource starts with here.
	Probe ProbeMode
	// Line is the element that configured the node, 0 if there is none.
	Line int32

	// State of the node, written by history.

	Online      bool
	Unclean     bool // must be fenced before anything of it may run elsewhere
	Pending     bool // joined the membership, not yet ready for work
	Shutdown    bool // leaving on request
	ExpectedUp  bool
	Seen        bool // has a node_state
	IsDC        bool
	Standby     bool
	FailStandby bool // standby because of an operation's on-fail
	Maintenance bool

	ProbesAllowed   bool // config: true; history: per-node attribute
	RemoteReset     bool // its connection or launcher must be recovered
	RemoteFenced    bool // remote node was fenced since last connected
	RemoteMaint     bool // node_state says it was in maintenance
	HistoryUnpacked bool // its lrm history has been read
	Unpacked        bool // its node_state has been read
	// ReadyProbes is history's reading of what the node itself reported.
	Terminate bool // attribute "terminate" asks for fencing

	// Attrs are the node attributes: config writes the permanent ones,
	// history adds the transient ones.
	Attrs Vars
	// Utilization is the node's capacity as configured; assign subtracts from
	// its own copy in Free.
	Utilization Vars
	Free        []Amount

	// Priority is the sum of the priorities of what runs here (history), for
	// priority-fencing-delay.
	Priority int

	// Remote is the connection resource of a remote or guest node (config).
	Remote *Resource

	// Running lists what the history says is active here, in that order.
	Running []*Resource
	// Assigned lists what assign placed here; ActiveCount is the number it
	// compares for balance.
	Assigned    []*Resource
	ActiveCount int

	// FenceAction is the fencing scheduled for the node, if any; FenceReason
	// the first reason given.
	FenceAction *Action
	FenceReason string

	// History lists the recorded resources of the node as read by history.
	History []HistoryEntry

	// Failures indexes the attributes about failures, FailuresOf tells for how
	// many attributes (history).
	Failures   map[string][]Failure
	FailuresOf int

	// Digests caches computed operation digests by key (action).
	Digests map[DigestKey]*Digest
}

// A HistoryEntry is the recorded operations (an lrm_resource) of a resource.
type HistoryEntry struct {
	Resource *Resource
	XML      *xml.Node
}

// A Failure is one node attribute about failures of a resource's operation.
type Failure struct {
	Resource string // as named in the attribute
	Count    crm.Score
	Last     int64 // seconds of the epoch, 0 if the attribute is a count
}

// An Amount is a utilization attribute with its number.
type Amount struct {
	Name  string
	Value int
}

// IsRemote tells whether the node is reached through a connection resource
// (remote, guest and bundle nodes).
func (n *Node) IsRemote() bool { return n != nil && n.Kind == RemoteNode }

// IsGuest tells whether the node lives in a resource of the cluster: a guest
// node or the node of a bundle replica.
func (n *Node) IsGuest() bool {
	return n.IsRemote() && n.Remote != nil && n.Remote.Launcher != nil
}

// IsPlainRemote tells whether the node is a remote node that no resource launches.
func (n *Node) IsPlainRemote() bool {
	return n.IsRemote() && (n.Remote == nil || n.Remote.Launcher == nil)
}

// IsBundleNode tells whether the node is that of a bundle replica.
func (n *Node) IsBundleNode() bool { return n.IsGuest() && n.Remote.InBundle() }

// Seat is the node under whose number resources keep what they know of a place.
// Two nodes with one id are one place: the field keeps it by the id.
func (n *Node) Seat() *Node {
	if n.Twin != nil {
		return n.Twin
	}
	return n
}

// Attr returns a node attribute, "" if not set.
func (n *Node) Attr(name string) string { return n.Attrs.Get(name) }

// DisplayName returns the name, or the id where the name is not known.
func (n *Node) DisplayName() string {
	if n.Name != "" {
		return n.Name
	}
	return n.ID
}

// CanRun tells whether the node may run resources at all: online, clean, not
// pending, standby, in maintenance or shutting down.
func (n *Node) CanRun() bool {
	return n.Online && !n.Unclean && !n.Pending && !n.Shutdown && !n.Standby && !n.FailStandby && !n.Maintenance
}
