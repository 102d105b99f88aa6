package model

import (
	"time"

	"holdfast/cib/xml"
	"holdfast/crm"
)

// ResourceIx numbers the resources of a run densely from 0, children included.
type ResourceIx int32

// Variant is the kind of a resource.
type Variant uint8

// The variants; the order is from simple to complex.
const (
	Primitive Variant = iota
	Group
	Clone
	Bundle
)

var variantNames = [...]string{"primitive", "group", "clone", "bundle"}

// String gives the CIB's element name.
func (v Variant) String() string { return variantNames[v] }

// ResourceFlags are what holds of a resource; see the constants.
type ResourceFlags uint64

// The flags of a resource, by who writes them: config, then history, then the
// later stages.
const (
	Managed              ResourceFlags = 1 << iota // config; history clears
	Notify                                         // clone notifications wanted
	Unique                                         // not an anonymous clone instance
	FenceDevice                                    // class "stonith"
	Promotable                                     // can be promoted
	Critical                                       // meta-attribute critical
	RemoteConnection                               // the connection to a remote or guest node
	RemoteNestingAllowed                           // a connection that may run on a remote node
	Migratable                                     // allow-migrate
	ReplicaContainer                               // container of a bundle replica
	MaintenanceMode                                // in maintenance (own, node's or cluster's)
	NeedsQuorum                                    // requires: start only with quorum
	NeedsFencing                                   // requires: recover only after fencing
	NeedsUnfencing                                 // requires: start only on unfenced nodes
	Removed                                        // history: no longer configured
	RemovedLaunched                                // history: removed, but was launched by a launcher
	Blocked                                        // nothing may be done with it
	Failed                                         // history: must be recovered
	StopIfFailed                                   // stop (not demote) it if failed
	IgnoreFailure                                  // history: its failure is to be ignored
	StartPending                                   // history: a start is in progress
	ExclusiveProbes                                // constraint: probe only on nodes marked exclusive
	StopUnexpected                                 // multiply active, stop all but the expected one
	Unassigned                                     // config sets; assign clears
	Assigning                                      // assign: in progress (loops)
	UpdatingNodes                                  // assign: in progress (loops)
	Restarting                                     // plan: in progress (loops)
	Reload                                         // plan: a reload is scheduled
	DetectLoop                                     // scratch of any stage
)

// MultiplyActive says what to do with a resource found on several nodes.
type MultiplyActive uint8

// The policies (meta-attribute multiple-active).
const (
	ActiveStopStart MultiplyActive = iota
	ActiveStopOnly
	ActiveBlock
	ActiveStopUnexpected
)

// A Resource is anything in the CIB's resources section, an instance or member
// of one, or an implicit part of a bundle. config creates it; history creates
// removed ones and extra clone instances.
type Resource struct {
	Ix      ResourceIx
	ID      string // with instance number, as in "db:1"
	Variant Variant
	Flags   ResourceFlags

	// Configuration, written by config.

	// HistoryID is the name in the history where it differs from ID
	// (an anonymous clone instance found as "db" or "db:3"); history writes it.
	HistoryID string
	Class     string // "ocf", "stonith", … of a primitive
	Provider  string
	Type      string
	XML       *xml.Node   // effective configuration, templates merged in
	OrigXML   *xml.Node   // as in the CIB
	Ops       []*xml.Node // op elements that apply, templates merged in
	Meta      Vars        // effective meta-attributes
	// Utilization is what the resource needs; Needs the same as numbers.
	Utilization Vars
	Needs       []Amount

	Priority       int
	Stickiness     crm.Score
	Threshold      int // migration-threshold: failures before a ban, Infinity for none
	FailureTimeout time.Duration
	ReconnectEvery time.Duration // of a remote connection
	MultiplyActive MultiplyActive
	RemoteName     string // name of the node that a connection resource reaches

	// Params caches instance attributes by node; use config.Params.
	Params ParamCache

	Parent   *Resource
	Children []*Resource // members, instances, or a bundle's implicit resources
	// Launcher brings the resource's place to life: the guest or container of
	// a connection, or the meta-attribute container. Launched is the reverse.
	Launcher *Resource
	Launched []*Resource

	GroupData  *GroupData  // of a group
	CloneData  *CloneData  // of a clone
	BundleData *BundleData // of a bundle

	// What is, written by history.

	Role        crm.Role // at the start of the transition
	Active      []*Node  // where it is or may be active, in the order found
	Known       NodeSet  // where its state is known (probed)
	Pending     string   // task in progress, as shown to people
	PendingNode *Node
	// A live migration that went halfway: migrate_to done, migrate_from not.
	PartialSource, PartialTarget *Node
	// Dangling are nodes where a stop must still follow a completed migration.
	Dangling []*Node
	// LockNode and LockTime are a shutdown lock.
	LockNode *Node
	LockTime time.Time

	// What shall be. config gives Allowed its nodes with the initial scores;
	// constraint, history and assign change scores and take nodes out.

	Allowed Placement

	// Placement is written by assign and final afterwards.

	Assigned          *Node
	AssignedScore     crm.Score // score of Assigned when chosen
	PromotionPriority crm.Score
	NextRole          crm.Role
	NextRoleWhy       string

	// Constraints on this very resource, written by constraint.

	ThisWith  []*Colocation // it is the dependent
	WithThis  []*Colocation // it is the primary
	Locations []*Location
	Tickets   []*TicketConstraint

	// Actions of the resource in the order of creation (action package).
	Actions []*Action
	Below   Version // of the actions of all that is part of it

	byKey map[string]*sameKey // see Candidates
	keys  [len(keyTasks)]string
	metas []opMeta
	found []foundOp
}

// Is tells whether all the given flags are set.
func (r *Resource) Is(f ResourceFlags) bool { return r.Flags&f == f }

// Set sets flags.
func (r *Resource) Set(f ResourceFlags) { r.Flags |= f }

// Clear clears flags.
func (r *Resource) Clear(f ResourceFlags) { r.Flags &^= f }

// SetTree sets flags on the resource and everything below it.
func (r *Resource) SetTree(f ResourceFlags) {
	r.Flags |= f
	for _, child := range r.Children {
		child.SetTree(f)
	}
}

// ClearTree clears flags on the resource and everything below it.
func (r *Resource) ClearTree(f ResourceFlags) {
	r.Flags &^= f
	for _, child := range r.Children {
		child.ClearTree(f)
	}
}

// Top returns the outermost resource that contains this one. A bundle counts
// only if includeBundle is set; otherwise the walk stops below it.
func (r *Resource) Top(includeBundle bool) *Resource {
	top := r
	for top.Parent != nil {
		if !includeBundle && top.Parent.Variant == Bundle {
			break
		}
		top = top.Parent
	}
	return top
}

// InBundle tells whether the resource is part of a bundle (or one itself).
func (r *Resource) InBundle() bool { return r.Top(true).Variant == Bundle }

// IsInstance tells whether the resource is the direct child of a clone or bundle.
func (r *Resource) IsInstance() bool {
	return r.Parent != nil && r.Parent.Variant >= Clone
}

// InClone tells whether a clone is among the resource's ancestors.
func (r *Resource) InClone() bool { return r.CloneAncestor() != nil }

// CloneAncestor returns the nearest clone above the resource, nil if none.
func (r *Resource) CloneAncestor() *Resource {
	for p := r.Parent; p != nil; p = p.Parent {
		if p.Variant == Clone {
			return p
		}
	}
	return nil
}

// IsAnonymousClone tells whether the resource is a clone with interchangeable
// instances.
func (r *Resource) IsAnonymousClone() bool { return r.Variant == Clone && !r.Is(Unique) }

// IsUniqueClone tells whether the resource is a clone with distinct instances.
func (r *Resource) IsUniqueClone() bool { return r.Variant == Clone && r.Is(Unique) }

// HistoryName is the name under which the resource's operations are recorded.
func (r *Resource) HistoryName() string {
	if r.HistoryID != "" {
		return r.HistoryID
	}
	return r.ID
}

// ActiveOn tells whether the history has the resource active on the node.
func (r *Resource) ActiveOn(n *Node) bool {
	for _, active := range r.Active {
		if active == n {
			return true
		}
	}
	return false
}

// MetaBool reads a truth value among the meta-attributes, false if unset.
func (r *Resource) MetaBool(name string) bool {
	value, _ := crm.ParseBool(r.Meta.Get(name))
	return value
}

// ParamCache holds a resource's instance attributes. They differ between nodes
// only if rules look at the node; Common is used otherwise.
type ParamCache struct {
	Known   bool // whether the two below are filled in
	PerNode bool // rules depend on the node
	Common  Vars
	ByNode  map[NodeIx]Vars
}
