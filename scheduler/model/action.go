package model

import (
	"holdfast/cib/xml"
	"holdfast/crm"
)

// ActionIx numbers the actions of a run densely from 0. The number of an action
// in the graph is ActionIx+1.
type ActionIx int32

// Tasks that exist only between scheduler and controller, beside those in crm.
const (
	TaskRunning          = "running" // start completed
	TaskStopped          = "stopped"
	TaskPromoted         = "promoted"
	TaskDemoted          = "demoted"
	TaskNotified         = "notified"
	TaskFence            = "stonith"
	TaskShutdown         = "do_shutdown"
	TaskLRMDelete        = "lrm_delete"
	TaskClearFailcount   = "clear_failcount"
	TaskMaintenanceNodes = "maintenance_nodes"
	TaskLoadStopped      = "load_stopped"
	TaskOneOrMore        = "one-or-more"
	TaskCloneOneOrMore   = "clone-one-or-more"
)

// ActionFlags are what holds of an action.
type ActionFlags uint32

// The flags of an action.
const (
	Pseudo         ActionFlags = 1 << iota // no agent is called
	Runnable                               // nothing forbids it
	Optional                               // need not be executed
	AlwaysInGraph                          // in the graph even if optional
	AttrsEvaluated                         // operation attributes are in Meta and Params
	MigratableStep                         // may be part of a live migration
	InGraph                                // graph has taken it
	MigrationAbort                         // a stop that ends a dangling migration
	Reschedule                             // recurring monitor to be rescheduled
	LoopMark                               // scratch of order
	Deduplicated                           // its Before has no doubles
	ownMeta                                // its Meta is not shared
	OnDC                                   // may be executed by the DC
)

// OnFail is the response to a failure. The order is that of severity.
type OnFail uint8

// The responses (on-fail).
const (
	OnFailIgnore OnFail = iota
	OnFailDemote
	OnFailRestart
	OnFailResetRemote // fence the remote node if possible, else restart
	OnFailRestartContainer
	OnFailBan
	OnFailBlock
	OnFailStop
	OnFailStandby
	OnFailFence
)

// Requires is what must be before a resource may be recovered.
type Requires uint8

// The prerequisites (requires; unfencing includes fencing).
const (
	RequiresNothing Requires = iota
	RequiresQuorum
	RequiresFencing
)

// An Action is a node of the graph in the making. The action package creates
// it; order decides its flags; graph takes it over.
type Action struct {
	Ix       ActionIx
	Flags    ActionFlags // written with Set and Clear
	Key      string      // resource_task_interval, or a name of its own
	Task     string
	Resource *Resource // nil for actions of nodes and the cluster
	Node     *Node     // where it is executed; nil if not decided or pseudo. Written with Bind
	Op       *xml.Node // configured operation, nil if none
	Meta     Vars      // meta-attributes for the graph; shared, written with SetMeta
	Reason   string    // why it is needed, shown to people
	Interval uint32    // milliseconds; of a recurring operation or a cancellation
	Needs    Requires
	Priority crm.Score // against the abort priority of a running transition

	// Before and After are the relations with other actions (order).
	Before []*Relation
	After  []Follower

	rare *rareAction
}

// A rareAction is what few of the many actions have.
type rareAction struct {
	params           Vars
	cancelTask       string
	runnableBefore   int
	requiredRunnable int
}

// Is tells whether all the given flags are set.
func (a *Action) Is(f ActionFlags) bool { return a.Flags&f == f }

// Any tells whether any of the given flags is set.
func (a *Action) Any(f ActionFlags) bool { return a.Flags&f != 0 }

// Set sets flags.
func (a *Action) Set(f ActionFlags) {
	if a.Flags|f != a.Flags {
		a.Flags |= f
		a.changed(&flagChange)
	}
}

// Clear clears flags.
func (a *Action) Clear(f ActionFlags) {
	if a.Flags&f != 0 {
		a.Flags &^= f
		a.changed(&flagChange)
	}
}

// Bind gives an action the node where it is executed.
func (a *Action) Bind(n *Node) {
	if a.Node != n {
		a.Node = n
		a.changed(&listChange)
		if a.Resource != nil {
			a.Resource.rebind(a.Key)
		}
	}
}

// A Version says how often actions below a resource have changed: what was
// worked out from them holds while it stays the same. Lists counts new actions
// and new nodes of actions, Flags these and changes of flags.
type Version struct{ Lists, Flags uint32 }

var (
	flagChange = Version{Flags: 1}
	listChange = Version{Lists: 1, Flags: 1}
)

// changed tells all that the action's resource is part of.
func (a *Action) changed(by *Version) {
	if a.Resource == nil {
		return
	}
	for p := a.Resource.Parent; p != nil; p = p.Parent {
		p.Below.Lists += by.Lists
		p.Below.Flags += by.Flags
	}
}

// ID is the action's number in the transition graph, from 1.
func (a *Action) ID() int { return int(a.Ix) + 1 }

// A Relation is an edge as its second action sees it: the first action, and how
// they depend on each other.
type Relation struct {
	Action  *Action
	Type    OrderType // zero once order has found that it does not apply
	Made    OrderType // the type it was made with
	Graphed bool      // graph has written it as an input
}

// A Follower is an edge as its first action sees it.
type Follower struct {
	Action *Action
	Made   OrderType // the type that the relation was made with
}

// OrderType says how two actions, first and then, depend on each other. Flags
// combine; zero is no relation.
type OrderType uint32

// The relations between a first and a then action.
const (
	// Ordered: if both are executed, first goes first.
	Ordered OrderType = 1 << iota
	// IfFirstUnmigratable: applies only if first cannot be part of a live migration.
	IfFirstUnmigratable
	// ThenImpliesFirst: a required then makes first required.
	ThenImpliesFirst
	// FirstImpliesThen: a required first makes then required.
	FirstImpliesThen
	// PromotedThenImpliesFirst: ThenImpliesFirst for a then that is promoted.
	PromotedThenImpliesFirst
	// UnmigratableThenBlocks: first needs then to be runnable and migratable.
	UnmigratableThenBlocks
	// UnrunnableFirstBlocks: then runs only if first does.
	UnrunnableFirstBlocks
	// FirstElseThen: if first cannot run, then becomes a real action.
	FirstElseThen
	// FirstImpliesSameNodeThen: FirstImpliesThen for an instance on one node.
	FirstImpliesSameNodeThen
	// NestedRemoteProbe: start of a container before the probe of its connection.
	NestedRemoteProbe
	// IntermediateStop: stop before start of one resource, or of group members.
	IntermediateStop
	// Serialize: never at the same time, in either order.
	Serialize
	// IfOnSameNode: applies only to actions on one node.
	IfOnSameNode
	// ThenImpliesFirstGraphed: a required then puts first in the graph.
	ThenImpliesFirstGraphed
	// FirstImpliesThenGraphed: a required, runnable first puts then in the graph.
	FirstImpliesThenGraphed
	// Asymmetric: configured with symmetrical=false.
	Asymmetric
	// IfOnSameNodeOrTarget: IfOnSameNode, or on the target of a migrate_to.
	IfOnSameNodeOrTarget
	// MinRunnable: then runs if enough instances of first do.
	MinRunnable
	// IfRequiredOnSameNode: applies only to a required first on then's node.
	IfRequiredOnSameNode
	// GuestAllowed: applies even if first runs on the guest that then creates.
	GuestAllowed
	// ThenCancelsFirst: a required then makes first optional.
	ThenCancelsFirst
)

// Has tells whether all the given flags are in t.
func (t OrderType) Has(f OrderType) bool { return t&f == f }

// Any tells whether any of the given flags is in t.
func (t OrderType) Any(f OrderType) bool { return t&f != 0 }
