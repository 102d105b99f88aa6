package model

import "holdfast/cib/xml"

// GroupData is what only a group has; config writes it.
type GroupData struct {
	Ordered   bool // members start one after the other
	Colocated bool // members stay on one node
}

// CloneData is what only a clone has; config writes it unless noted.
type CloneData struct {
	Max             int // wanted instances, over all nodes
	NodeMax         int
	PromotedMax     int
	PromotedNodeMax int
	Interleave      bool
	Ordered         bool
	// ChildXML is the primitive or group that every instance is made of.
	ChildXML *xml.Node
	// Total counts the instances made so far, including extra ones for
	// surplus active instances (history).
	Total int

	// PromotionAdded and PromotionConstrained are set by assign and
	// constraint once promotion scores and constraints have been added.
	PromotionAdded       bool
	PromotionConstrained bool

	// Notifications are made by plan for clones with the Notify flag.
	StartNotify, StopNotify, PromoteNotify, DemoteNotify *Notification
}

// BundleData is what only a bundle has; config writes it.
type BundleData struct {
	Agent           string // "docker" or "podman"
	Image           string
	PromotedMax     int
	Replicas        []*Replica
	ReplicasPerHost int
	// Child is the clone of the bundled primitive, nil if there is none.
	Child           *Resource
	AttributeTarget string // container-attribute-target
	// Settings are the attributes of network, storage and agent elements that
	// people are shown.
	Network, Engine Vars
	ControlPort     string
	AddHost         bool
}

// A Replica is one instance of a bundle; config creates it.
type Replica struct {
	Offset    int
	IPAddr    string
	Node      *Node     // the node inside the container, nil if none
	IP        *Resource // address resource, nil if none
	Container *Resource
	Remote    *Resource // connection into the container, nil if none
	Child     *Resource // bundled instance, nil if none
}

// A Notification is what telling the instances of a clone about one task
// consists of. plan writes it.
type Notification struct {
	Task                         string
	Pre, PreDone, Post, PostDone *Action
	Active, Inactive             []NotifyEntry
	Start, Stop, Promote, Demote []NotifyEntry
	Promoted, Unpromoted         []NotifyEntry
	Available                    []*Node
	Keys                         Vars // environment given to the agents
}

// A NotifyEntry is one instance in a notification, with its node if any.
type NotifyEntry struct {
	Resource *Resource
	Node     *Node
}
