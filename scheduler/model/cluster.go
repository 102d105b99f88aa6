package model

import (
	"time"

	"holdfast/cib/idref"
	"holdfast/cib/nvset"
	"holdfast/cib/xml"
	"holdfast/crm"
)

// A Cluster is the working state of one run. scheduler.Run creates it with New
// and no stage keeps it.
type Cluster struct {
	// Input, written by scheduler.Run before the first stage.

	CIB       *xml.Node
	Refs      *idref.Index // finds what id-refs in the CIB stand for (New)
	Now       time.Time
	LocalNode string // name of the node the run is for, "" if none
	Purpose   Purpose
	Sanitized bool // private parameters are masked in the input

	// Configuration, written by config.

	Options     Options
	RscDefaults *nvset.Sets // meta-attributes of rsc_defaults
	OpDefaults  *nvset.Sets // meta-attributes of op_defaults
	Tags        []*Tag
	Templates   []*Tag // per template the resources made from it
	HaveFencing bool   // a fence device or watchdog is configured
	// EnableUnfencing is set if a device or resource wants unfencing.
	EnableUnfencing bool
	HaveRemoteNodes bool

	Nodes     []*Node     // by NodeIx
	ByName    []*Node     // by name; the order in which nodes are shown and tried
	Resources []*Resource // top level, in CIB order, then removed ones; assign sorts by priority into its own copy
	All       []*Resource // by ResourceIx

	// State, written by history.

	Quorate   bool // config, from have-quorum
	DC        *Node
	Tickets   []*Ticket
	FailedOps []*FailedOp  // for people, in the order found
	Checks    []ParamCheck // history entries whose parameters plan compares
	// Rescheduled are entries of recurring operations to be scheduled anew
	// although their parameters have not changed: their failure has expired.
	Rescheduled []*xml.Node
	// StopNeeded are launchers that must be stopped for something they launched.
	StopNeeded []*Resource
	// RecheckAt is when time alone may change the decisions, zero for never.
	RecheckAt time.Time
	// LookAgain is such a moment that the field does not know, so that a graph does
	// not tell of it; see NextLook.
	LookAgain time.Time

	// Constraints, written by constraint (orderings also by plan and order).

	Locations   []*Location
	Colocations []*Colocation
	Orderings   Orderings

	// Actions, written by the action package for any stage.

	Actions []*Action

	// Counts for people, written by history.

	InstanceCount, DisabledCount, BlockedCount int

	// Scores are recorded by assign as they are computed, if WantScores.
	// Capacities and needs are recorded with them, if WantUtilization.
	Scores          []ScoreLine
	WantScores      bool
	WantUtilization bool
	// Notices are the findings of a configuration check; see Notice.
	Notices []Notice
	// Remarks are lines that the simulator shows; see Inform.
	Remarks []string
	// Causes are the reasons of decisions, if WantCauses.
	Causes     []Cause
	WantCauses bool

	// Graph is written by the graph stage.
	Graph *Graph

	index index
}

// Purpose limits a run to what its caller needs.
type Purpose uint8

// The purposes.
const (
	Schedule     Purpose = iota // everything
	StatusOnly                  // stop after history
	ValidateOnly                // stop after reading the constraints
	LocationOnly                // no history; stop after locations were applied
)

// QuorumPolicy is no-quorum-policy.
type QuorumPolicy uint8

// The quorum policies.
const (
	QuorumStop QuorumPolicy = iota
	QuorumFreeze
	QuorumIgnore
	QuorumFence
	QuorumDemote
)

// Options are the cluster options that the scheduler uses; config writes them.
type Options struct {
	All Vars // as configured, after rules

	NoQuorumPolicy       QuorumPolicy
	Symmetric            bool
	FencingEnabled       bool
	FencingAction        string // "reboot" or "off"
	FencingTimeout       time.Duration
	ConcurrentFencing    bool
	StartupFencing       bool
	HaveWatchdog         bool
	WatchdogTimeout      time.Duration
	FenceRemoteNoQuorum  bool
	PriorityFencingDelay time.Duration
	NodePendingTimeout   time.Duration
	StopAll              bool
	StopRemovedResources bool
	CancelRemovedActions bool
	RemoveAfterStop      bool
	Maintenance          bool
	StartFailureFatal    bool
	ProbeResources       bool // enable-startup-probes
	ShutdownLock         bool
	ShutdownLockLimit    time.Duration
	Placement            PlacementStrategy
	ClusterDelay         string // as configured, for the graph
	FailedStopOffset     string
	FailedStartOffset    string
	BatchLimit           string
	MigrationLimit       string

	HealthStrategy                                   string
	HealthGreen, HealthYellow, HealthRed, HealthBase crm.Score
}

// PlacementStrategy is placement-strategy.
type PlacementStrategy uint8

// The placement strategies.
const (
	PlaceDefault PlacementStrategy = iota
	PlaceUtilization
	PlaceMinimal
	PlaceBalanced
)

// CheckKind says when plan acts on changed parameters of a history entry.
type CheckKind uint8

// The kinds of parameter checks.
const (
	CheckLastFailure CheckKind = iota // clear the fail count
	CheckActive                       // clear it for active resources
)

// A ParamCheck is a history entry whose parameters are to be compared.
type ParamCheck struct {
	Op       *xml.Node
	Resource *Resource
	Node     *Node
	Kind     CheckKind
}

// A FailedOp is a history entry that counts as failed.
type FailedOp struct {
	Op       *xml.Node
	Resource *Resource // nil if not known any more
	Name     string    // resource name in the history
	Node     *Node
}

// New returns the working state for a run on a CIB at a time.
func New(cib *xml.Node, now time.Time) *Cluster {
	return &Cluster{CIB: cib, Refs: idref.New(cib), Now: now, index: newIndex()}
}
